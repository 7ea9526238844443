"""Ask for a remedy from its card: it is set aside at once where the caller may grant it, else it waits for approval."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.domain.chat import Order
from assist.domain.event import EventKind
from assist.domain.ids import id_of
from assist.domain.people import AgentRole, Caller
from assist.domain.remedy import Option, Remedy, RemedyState
from assist.domain.remedy_policy import ApprovalMode, RemedyKind, RemedyPolicy
from assist.domain.suggestion import Arm, CardDetail
from assist.domain.value import Value
from assist.store.queries import chats, complaints, money, people, remedies, suggestions
from assist.store.queries.chats import ConversationRow
from assist.store.queries.complaints import ComplaintRow, LineRow
from assist.store.queries.remedies import RemedyRow
from assist.store.queries.suggestions import SuggestionRow
from assist.store.writer import Change

from .grant import Terms, check_left, claim_now, order_of, outranks, paid_for, set_aside, terms_of
from .remedy_log import log_remedy
from .remedy_tasks import plan_expiry, plan_follow_up
from .reply import KeyReused
from .step import StaleSuggestion, UnknownSuggestion


class NoSuchOption(ValueError):
    """The card does not offer this; the message says what it does offer, or what is missing."""


class NoPolicy(Exception):
    """This shop has no remedy policy: nothing can be given through us."""


class AlreadyAsked(Exception):
    """These goods of this complaint have a remedy already: `remedy_id`."""

    def __init__(self, remedy_id: str) -> None:
        super().__init__("somebody asked for a remedy for these goods already; see that one")
        self.remedy_id = remedy_id


class Ask(Value):
    """What an agent asks for. `step_id` is made by the client: the same one again is the same remedy.

    Without `amount_fen` it is the option's own; `reason` is a person's word, needed for another amount than offered.
    """

    suggestion_id: str
    kind: RemedyKind
    amount_fen: int | None = None
    reason: str = ""
    step_id: str


class Asked(Value):
    """The remedy that stands now; `new` is False when it was there already."""

    remedy_id: str
    new: bool


@dataclass(frozen=True)
class _Case:
    """Everything a wish is about, as the database has it now."""

    card: SuggestionRow
    decision: Remedy
    option: Option
    amount_fen: int
    conversation: ConversationRow
    complaint: ComplaintRow
    line: LineRow
    order: Order


def request(caller: Caller, ask: Ask, policy: RemedyPolicy | None, now: datetime) -> Change[Asked]:
    """Return the change that keeps the remedy: `reserved` with its money set aside, or `pending_approval`.

    Raises UnknownSuggestion, StaleSuggestion, NoSuchOption, NotTheirOrder, AlreadyAsked, KeyReused, MoneyRefused or
    NoPolicy.
    """

    def keep(session: Session) -> Asked:
        money.take_turn(session, caller.shop_id)
        remedy_id = id_of("remedy", caller.shop_id, caller.agent_id, ask.step_id)
        before = remedies.one(session, caller.shop_id, remedy_id)
        if before is not None:
            return _same(before, ask)
        if policy is None:
            raise NoPolicy("this shop has no remedy policy; publish policy/remedy.toml first")
        case = _case(session, caller, ask)
        claim = claim_now(session, case.line, case.order, case.complaint.customer_key, policy, now)
        terms = terms_of(case.decision, case.option, case.amount_fen, claim, case.order, policy)
        row = replace(
            _row(case, caller, ask, terms, remedy_id, now),
            follow_up_at=_follow_up_at(case.decision, terms, policy, now),
        )
        row = _granted(session, row, now) if _grants(caller, terms, policy) else _waiting(row, policy, now)
        if not remedies.insert(session, row):
            return _standing(session, caller, row)
        _follow(session, caller, row, case.order, terms, policy, now)
        return Asked(remedy_id=row.id, new=True)

    return keep


def _same(before: RemedyRow, ask: Ask) -> Asked:
    amount_fen = before.amount_fen if ask.amount_fen is None else ask.amount_fen
    if (before.suggestion_id, before.kind, before.amount_fen) != (ask.suggestion_id, ask.kind, amount_fen):
        raise KeyReused("this step_id was used to ask for something else; make a new one")
    return Asked(remedy_id=before.id, new=False)


def _standing(session: Session, caller: Caller, row: RemedyRow) -> Asked:
    """Answer with the remedy that these goods have: to whoever asked for just that, as a double click does."""
    there = remedies.active_for(session, row.shop_id, row.complaint_id, row.line_ref)
    assert there is not None, "a remedy that is not kept has another in its place"
    same = (there.requested_by, there.kind, there.amount_fen) == (caller.agent_id, row.kind, row.amount_fen)
    if not same:
        raise AlreadyAsked(there.id)
    return Asked(remedy_id=there.id, new=False)


def _case(session: Session, caller: Caller, ask: Ask) -> _Case:
    card, detail, decision = _card(session, caller.shop_id, ask.suggestion_id)
    option = _option(decision, ask)
    conversation = chats.conversation(session, caller.shop_id, card.conversation_id)
    complaint = complaints.complaint(session, caller.shop_id, detail.complaint_id)
    if conversation is None or complaint is None:
        raise StaleSuggestion("the complaint of this card is gone; use the newest card")
    order = order_of(session, caller.shop_id, complaint.order_ref, conversation.customer_ref, decision.line_ref)
    amount_fen = option.amount_fen if ask.amount_fen is None else ask.amount_fen
    if amount_fen > max(option.up_to_fen or option.amount_fen, paid_for(order, decision.line_ref)):
        raise NoSuchOption("more than was paid for these goods")
    line = _line(session, complaint, detail)
    return _Case(card, decision, option, amount_fen, conversation, complaint, line, order)


def _row(case: _Case, caller: Caller, ask: Ask, terms: Terms, remedy_id: str, now: datetime) -> RemedyRow:
    """Return the remedy as it is asked for, before it is known whether it is granted at once."""
    return RemedyRow(
        id=remedy_id,
        shop_id=caller.shop_id,
        complaint_id=case.complaint.id,
        line_ref=case.decision.line_ref,
        order_ref=case.order.order_ref,
        conversation_id=case.conversation.id,
        turn_id=case.card.turn_id,
        suggestion_id=case.card.id,
        adapter=case.conversation.adapter,
        account=case.conversation.account,
        customer_ref=case.conversation.customer_ref,
        customer_key=case.complaint.customer_key,
        kind=case.option.kind,
        rule=case.decision.rule,
        rung=case.decision.rung,
        category=case.line.category,
        issue=case.line.issue.value,
        severity=case.line.severity.value,
        amount_fen=case.amount_fen,
        needs=terms.needs,
        automatic=terms.automatic,
        pay_first=terms.pay_first,
        state=RemedyState.suggested,
        library_number=case.card.suggestion.library_number,
        decision=case.decision.model_dump_json(),
        requested_by=caller.agent_id,
        requested_at=now,
        reason=ask.reason,
    )


def _granted(session: Session, row: RemedyRow, now: datetime) -> RemedyRow:
    day = money.day_of(now, people.shop(session, row.shop_id).timezone)
    return replace(row, state=RemedyState.reserved, budget_day=day)


def _waiting(row: RemedyRow, policy: RemedyPolicy, now: datetime) -> RemedyRow:
    until = now + timedelta(hours=policy.approval.expires_hours)
    return replace(row, state=RemedyState.pending_approval, expires_at=until)


def _card(session: Session, shop_id: str, suggestion_id: str) -> tuple[SuggestionRow, CardDetail, Remedy]:
    card = suggestions.one(session, shop_id, suggestion_id)
    if card is None or card.arm is not Arm.shown:
        raise UnknownSuggestion(f"no suggestion {suggestion_id!r}")
    if card.state != "live":
        raise StaleSuggestion("the customer was answered or the article changed; use the newest card")
    detail = card.suggestion.detail
    if detail is None or not isinstance(detail.decision, Remedy):
        raise NoSuchOption("this card proposes no remedy")
    return card, detail, detail.decision


def _option(decision: Remedy, ask: Ask) -> Option:
    """Return the option asked for: of several of one kind, the one that holds the amount, else the first."""
    of_kind = [option for option in decision.options if option.kind is ask.kind]
    if not of_kind or ask.kind is RemedyKind.explanation:
        offered = ", ".join(dict.fromkeys(option.kind.value for option in decision.options))
        raise NoSuchOption(f"this card does not offer {ask.kind.value}; it offers {offered}")
    amount_fen = of_kind[0].amount_fen if ask.amount_fen is None else ask.amount_fen
    holding = [one for one in of_kind if one.amount_fen <= amount_fen <= (one.up_to_fen or one.amount_fen)]
    if not holding and not ask.reason.strip():
        raise NoSuchOption("this is another amount than the card offers; say why, and a lead decides")
    return holding[0] if holding else of_kind[0]


def _follow_up_at(decision: Remedy, terms: Terms, policy: RemedyPolicy, now: datetime) -> datetime | None:
    if not terms.pay_first or policy.pay_first is None:
        return None
    return now + timedelta(hours=decision.follow_up_hours or policy.pay_first.follow_up_hours)


def _line(session: Session, complaint: ComplaintRow, detail: CardDetail) -> LineRow:
    lines = complaints.lines_of(session, complaint.shop_id, complaint.id)
    line = next((line for line in lines if line.line_key == detail.line_key), None)
    if line is None:
        raise StaleSuggestion("these goods are complained of no longer; use the newest card")
    return line


def _grants(caller: Caller, terms: Terms, policy: RemedyPolicy) -> bool:
    """Return whether asking is granting: within the caller's own limits.

    Where a sole owner confirms for themselves, being the highest must not mean that nobody looks twice.
    """
    twice = policy.approval.mode is ApprovalMode.self_confirm and caller.role is AgentRole.admin
    return outranks(caller.role, terms.needs) and not (twice and terms.needs is not AgentRole.agent)


def _follow(
    session: Session, caller: Caller, row: RemedyRow, order: Order, terms: Terms, policy: RemedyPolicy, now: datetime
) -> None:
    """Set the money aside, or see that there is enough and plan the end of waiting; and log it."""
    if row.state is RemedyState.reserved:
        set_aside(session, row, order, policy)
        plan_follow_up(session, row)
    else:
        check_left(session, row, order)
        plan_expiry(session, row)
    log_remedy(session, row, EventKind.remedy_requested, now, caller, flags=list(terms.flags))
