"""Remedies by API: ask, look, approve, reject, withdraw, settle; and a complaint with all of its own."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.orm import Session

from assist.desk.approve import UnknownRemedy, approve, reject, withdraw
from assist.desk.remedy_log import turn_of
from assist.desk.request_remedy import Ask, request
from assist.desk.settle_remedy import done_by_hand, execute_again, follow_up
from assist.domain.people import Caller
from assist.domain.remedy import RemedyState
from assist.domain.remedy_policy import RemedyPolicy
from assist.store.queries import complaints, people, remedies, world
from assist.store.queries.complaints import LineRow
from assist.store.queries.remedies import RemedyRow
from assist.store.writer import Change

from .auth import SignedIn
from .front import front_of
from .money_models import (
    ApproveIn,
    AskedOut,
    ComplaintLineOut,
    ComplaintOut,
    DoneIn,
    ExecuteIn,
    FollowUpIn,
    RejectIn,
    RemediesOut,
    RemedyIn,
    RemedyOut,
)

router = APIRouter(prefix="/api/v1", tags=["remedies"])


class UnknownComplaint(Exception):
    """No such complaint in this shop."""


@router.post("/remedies")
def ask(request_: Request, caller: SignedIn, body: RemedyIn) -> AskedOut:
    """Ask for one of a live card's options: `reserved` within one's own limits, else `pending_approval`.

    The same `step_id`, or the same wish of the same person, is the same remedy. 409 with a link to the one there is
    when somebody else asked, when the card is stale, and when a budget or what was paid is used up; 422 when the card
    does not offer it.
    """
    front = front_of(request_)
    wish = Ask.model_validate(body.model_dump())
    change = request(caller, wish, _policy(request_, caller), front.clock())
    asked = front.writer.submit(change, sort_key=turn_of(caller.shop_id)).result()
    with front.database.reader() as session:
        row = _found(remedies.one(session, caller.shop_id, asked.remedy_id), asked.remedy_id)
        return AskedOut(**_out(session, row).model_dump(), new=asked.new)


@router.get("/remedies")
def listed(
    request_: Request,
    caller: SignedIn,
    state: RemedyState | None = None,
    conversation_id: Annotated[str | None, Query(max_length=64)] = None,
) -> RemediesOut:
    """The shop's remedies, newest first: of one state, one conversation, both, or the last 200 of all."""
    with front_of(request_).database.reader() as session:
        if conversation_id is None:
            rows = remedies.in_state(session, caller.shop_id, state)
        else:
            of_it = remedies.of_conversation(session, caller.shop_id, conversation_id)
            rows = [row for row in of_it if state is None or row.state is state]
        return RemediesOut(remedies=[_out(session, row) for row in rows])


@router.get("/remedies/{remedy_id}")
def one(request_: Request, caller: SignedIn, remedy_id: str) -> RemedyOut:
    with front_of(request_).database.reader() as session:
        return _out(session, _found(remedies.one(session, caller.shop_id, remedy_id), remedy_id))


@router.post("/remedies/{remedy_id}/approve")
def approved(request_: Request, caller: SignedIn, remedy_id: str, body: ApproveIn) -> RemedyOut:
    """Grant what waits. Twice is once; 403 for too low a role or one's own, 409 when it expired or has moved on."""
    policy, now = _policy(request_, caller), front_of(request_).clock()
    return _kept(request_, caller, approve(caller, remedy_id, body.seen_amount_fen, body.reason, policy, now))


@router.post("/remedies/{remedy_id}/reject")
def rejected(request_: Request, caller: SignedIn, remedy_id: str, body: RejectIn) -> RemedyOut:
    """Turn down what waits, with a reason for whoever asked."""
    return _kept(request_, caller, reject(caller, remedy_id, body.reason, front_of(request_).clock()))


@router.post("/remedies/{remedy_id}/withdraw")
def withdrawn(request_: Request, caller: SignedIn, remedy_id: str) -> RemedyOut:
    """Take back what is not carried out yet: whoever asked, or a lead."""
    return _kept(request_, caller, withdraw(caller, remedy_id, front_of(request_).clock()))


@router.post("/remedies/{remedy_id}/execute")
def executed(request_: Request, caller: SignedIn, remedy_id: str, body: ExecuteIn) -> RemedyOut:
    """Let the program try a reserved remedy now, as after a failure; `by_hand` takes it from the program."""
    policy, now = _policy(request_, caller), front_of(request_).clock()
    change = execute_again(caller, remedy_id, policy, now, by_hand=body.by_hand)
    return _kept(request_, caller, change)


@router.post("/remedies/{remedy_id}/done")
def done(request_: Request, caller: SignedIn, remedy_id: str, body: DoneIn) -> RemedyOut:
    """Say that a reserved remedy was given on the platform by hand; a lead settles an `unknown` one either way."""
    now = front_of(request_).clock()
    return _kept(request_, caller, done_by_hand(caller, remedy_id, body.platform_ref, now, happened=body.happened))


@router.post("/remedies/{remedy_id}/follow-up")
def followed_up(request_: Request, caller: SignedIn, remedy_id: str, body: FollowUpIn) -> RemedyOut:
    """Say what was found about a claim that was paid first."""
    return _kept(request_, caller, follow_up(caller, remedy_id, body.finding, front_of(request_).clock()))


@router.get("/complaints/{complaint_id}")
def complaint(request_: Request, caller: SignedIn, complaint_id: str) -> ComplaintOut:
    """A complaint, its lines with what was decided, and its remedies, newest first."""
    with front_of(request_).database.reader() as session:
        row = complaints.complaint(session, caller.shop_id, complaint_id)
        if row is None:
            raise UnknownComplaint(f"no complaint {complaint_id!r}")
        return ComplaintOut(
            id=row.id,
            conversation_id=row.conversation_id,
            episode=row.episode,
            order_ref=row.order_ref,
            issues=[issue.value for issue in row.issues],
            severity=row.severity.value,
            state=row.state,
            opened_at=row.opened_at,
            updated_at=row.updated_at,
            lines=[_line_out(line) for line in complaints.lines_of(session, caller.shop_id, row.id)],
            remedies=[_out(session, one) for one in remedies.of_complaint(session, caller.shop_id, row.id)],
        )


def _policy(request_: Request, caller: Caller) -> RemedyPolicy | None:
    return front_of(request_).libraries.current(caller.shop_id).library.remedy


def _kept(request_: Request, caller: Caller, change: Change[RemedyRow]) -> RemedyOut:
    front = front_of(request_)
    row = front.writer.submit(change, sort_key=turn_of(caller.shop_id)).result()
    with front.database.reader() as session:
        return _out(session, row)


def _found(row: RemedyRow | None, remedy_id: str) -> RemedyRow:
    if row is None:
        raise UnknownRemedy(f"no remedy {remedy_id!r}")
    return row


def _out(session: Session, row: RemedyRow) -> RemedyOut:
    order = world.order_of_customer(session, row.shop_id, row.order_ref, row.customer_ref)
    titles = {line.line_ref: line.title for line in order.lines} if order else {}
    named = {name: _name(session, getattr(row, name)) for name in ("requested_by", "approved_by", "followed_up_by")}
    return RemedyOut.model_validate({**asdict(row), **named, "line_title": titles.get(row.line_ref, "")})


def _name(session: Session, agent_id: str | None) -> str | None:
    agent = people.agent(session, agent_id) if agent_id else None
    return agent.name if agent else agent_id


def _line_out(line: LineRow) -> ComplaintLineOut:
    return ComplaintLineOut(
        line_key=line.line_key,
        line_ref=line.line_ref,
        line_title=line.claim.line.title if line.claim.line else "",
        sku=line.sku,
        product=line.product,
        category=line.category,
        batch=line.batch,
        warehouse=line.warehouse,
        issue=line.issue.value,
        severity=line.severity.value,
        library_number=line.library_number,
        decision=line.decision,
    )
