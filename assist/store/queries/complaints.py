"""What was complained of: each episode's complaint, the claims decided for its lines, and what others like it got."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assist.domain.complaint import Issue, Severity, Want
from assist.domain.ids import id_of
from assist.domain.remedy import Claim, Decision, RemedyState, Slot
from assist.domain.remedy_policy import RemedyKind
from assist.store import remedy_tables
from assist.store.sql import insert_new, upsert
from assist.store.tables import table_of

_complaint = table_of(remedy_tables.Complaint)
_line = table_of(remedy_tables.ComplaintLine)
_photo = table_of(remedy_tables.ClaimPhoto)
_remedy = table_of(remedy_tables.Remedy)

_SLICE = 500
_REFUNDS = (RemedyKind.partial_refund.value, RemedyKind.full_refund.value)
_PROMISED = (
    RemedyState.reserved.value,
    RemedyState.executing.value,
    RemedyState.unknown.value,
    RemedyState.executed.value,
)
"""States in which money has left or will leave unless it fails: what counts against a customer's limits."""
_REFUNDED = (_remedy.c.kind.in_(_REFUNDS), _remedy.c.state.in_(_PROMISED))


@dataclass(frozen=True)
class ComplaintRow:
    """One episode's complaint, as the newest reading has it. `id` is `complaint_id_of` its conversation and episode."""

    id: str
    shop_id: str
    conversation_id: str
    episode: int
    platform: str
    turn_id: str
    issues: tuple[Issue, ...]
    severity: Severity
    opened_at: datetime
    updated_at: datetime
    customer_key: str | None = None
    order_ref: str | None = None
    first_wants: tuple[Want, ...] = ()
    """What was asked for when it was opened: later wishes are answers to an offer."""
    asked: tuple[Slot, ...] = ()
    state: str = "open"


@dataclass(frozen=True)
class LineRow:
    """One kind of goods in a complaint, with the claim and what was decided: enough to decide it again."""

    complaint_id: str
    line_key: str
    shop_id: str
    issue: Issue
    severity: Severity
    claim: Claim
    decision: Decision
    library_number: int
    opened_at: datetime
    line_ref: str = ""
    sku: str = ""
    product: str = ""
    category: str = ""
    batch: str = ""
    warehouse: str = ""


@dataclass(frozen=True)
class PastClaims:
    """A customer's past as counts: complaints opened, and fen of refunds paid or promised."""

    claims: int = 0
    refunded_fen: int = 0


@dataclass(frozen=True)
class Comparable:
    """What cases alike got: one kind of remedy, how often, and the middle amount (the lower of two middles)."""

    kind: RemedyKind
    count: int
    median_fen: int


@dataclass(frozen=True)
class StoredClaim:
    """A kept claim as it was written, not parsed: many are read in one go."""

    complaint_id: str
    line_key: str
    conversation_id: str
    claim: str
    opened_at: datetime


_DECISIONS: TypeAdapter[Decision] = TypeAdapter(Decision)


def complaint_id_of(conversation_id: str, episode: int) -> str:
    return id_of("complaint", conversation_id, str(episode))


def save_complaint(session: Session, row: ComplaintRow, lines: Sequence[LineRow]) -> None:
    """Keep a complaint and exactly these lines of it; what was wanted first, and that it was settled, stays."""
    upsert(session, _complaint, [_complaint_values(row)], fixed=("shop_id", "first_wants", "state"))
    gone = delete(_line).where(_line.c.complaint_id == row.id)
    session.execute(gone.where(_line.c.line_key.not_in([line.line_key for line in lines])))
    upsert(session, _line, [_line_values(line) for line in lines], fixed=("shop_id",))


def is_newer(session: Session, row: ComplaintRow) -> bool:
    """Is what is kept of this complaint the reading of a later turn?"""
    kept = session.execute(select(_complaint.c.updated_at).where(_complaint.c.id == row.id)).scalar_one_or_none()
    return kept is not None and kept > row.updated_at


def complaint_of(session: Session, conversation_id: str, episode: int) -> tuple[ComplaintRow, list[LineRow]] | None:
    """Return an episode's complaint with its lines by key, or None."""
    query = select(_complaint).where(_complaint.c.conversation_id == conversation_id, _complaint.c.episode == episode)
    row = session.execute(query).one_or_none()
    return (_read(row), lines_of(session, row.shop_id, row.id)) if row else None


def complaint(session: Session, shop_id: str, complaint_id: str) -> ComplaintRow | None:
    query = select(_complaint).where(_complaint.c.shop_id == shop_id, _complaint.c.id == complaint_id)
    row = session.execute(query).one_or_none()
    return _read(row) if row else None


def open_since(session: Session, shop_id: str, customer_key: str | None, conversation_id: str, since: datetime) -> bool:
    """Is there an unsettled complaint of this conversation, or of its customer, that was opened since then?"""
    theirs = _complaint.c.conversation_id == conversation_id
    if customer_key is not None:
        theirs = theirs | (_complaint.c.customer_key == customer_key)
    query = select(_complaint.c.id).where(
        _complaint.c.shop_id == shop_id, theirs, _complaint.c.state == "open", _complaint.c.opened_at >= since
    )
    return session.execute(query.limit(1)).first() is not None


def lines_of(session: Session, shop_id: str, complaint_id: str) -> list[LineRow]:
    """Return a complaint's lines by key."""
    query = select(_line).where(_line.c.shop_id == shop_id, _line.c.complaint_id == complaint_id)
    return [_read_line(row) for row in session.execute(query.order_by(_line.c.line_key))]


def conversations_of(session: Session, shop_id: str, complaint_ids: Iterable[str]) -> dict[str, str]:
    """Return complaint id -> conversation id."""
    found: dict[str, str] = {}
    for ids in _slices(sorted(set(complaint_ids))):
        query = select(_complaint.c.id, _complaint.c.conversation_id).where(
            _complaint.c.shop_id == shop_id, _complaint.c.id.in_(ids)
        )
        found |= {str(id_): str(conversation_id) for id_, conversation_id in session.execute(query)}
    return found


def past_claims(
    session: Session,
    shop_id: str,
    customer_key: str | None,
    since: datetime,
    until: datetime,
    *,
    but: str | None = None,
) -> PastClaims:
    """Count a customer's complaints opened, and add up refunds asked for, in [since, until).

    Complaint `but` is left out of both. Without a key nobody's past is known: zeros.
    """
    if customer_key is None:
        return PastClaims()
    claims = select(func.count()).where(
        _complaint.c.shop_id == shop_id,
        _complaint.c.customer_key == customer_key,
        _complaint.c.opened_at >= since,
        _complaint.c.opened_at < until,
        _complaint.c.id != (but or ""),
    )
    refunded = select(func.coalesce(func.sum(_remedy.c.amount_fen), 0)).where(
        _remedy.c.shop_id == shop_id,
        _remedy.c.customer_key == customer_key,
        _remedy.c.requested_at >= since,
        _remedy.c.requested_at < until,
        _remedy.c.complaint_id != (but or ""),
        *_REFUNDED,
    )
    return PastClaims(int(session.execute(claims).scalar_one()), int(session.execute(refunded).scalar_one()))


def comparable(
    session: Session, shop_id: str, category: str, issue: Issue | str, severity: Severity | str, since: datetime
) -> list[Comparable]:
    """Return what executed remedies of the same category, issue and severity came to, most frequent kind first."""
    query = select(_remedy.c.kind, _remedy.c.amount_fen).where(
        _remedy.c.shop_id == shop_id,
        _remedy.c.state == RemedyState.executed.value,
        _remedy.c.category == category,
        _remedy.c.issue == str(issue),
        _remedy.c.severity == str(severity),
        _remedy.c.requested_at >= since,
    )
    amounts: dict[str, list[int]] = {}
    for kind, amount_fen in session.execute(query):
        amounts.setdefault(kind, []).append(int(amount_fen))
    found = [Comparable(RemedyKind(kind), len(of), median_low(of)) for kind, of in amounts.items()]
    return sorted(found, key=lambda one: (-one.count, list(RemedyKind).index(one.kind)))


def photo_seen(session: Session, shop_id: str, sha256s: Iterable[str], complaint_id: str) -> bool:
    """Return whether any of these photos came with another claim of this shop."""
    for hashes in _slices(sorted(set(sha256s))):
        query = select(_photo.c.sha256).where(
            _photo.c.shop_id == shop_id, _photo.c.sha256.in_(hashes), _photo.c.complaint_id != complaint_id
        )
        if session.execute(query.limit(1)).first() is not None:
            return True
    return False


def save_photos(session: Session, shop_id: str, complaint_id: str, sha256s: Iterable[str], seen_at: datetime) -> None:
    """Keep that these photos came with a claim; the first time stays."""
    rows = [
        {"shop_id": shop_id, "sha256": sha256, "complaint_id": complaint_id, "seen_at": seen_at}
        for sha256 in sorted(set(sha256s))
    ]
    insert_new(session, _photo, rows)


def count_stored(session: Session, shop_id: str, since: datetime, until: datetime) -> int:
    """Return how many kept claims were opened in [since, until)."""
    query = select(func.count()).where(
        _line.c.shop_id == shop_id, _line.c.opened_at >= since, _line.c.opened_at < until
    )
    return int(session.execute(query).scalar_one())


def stored_claims(session: Session, shop_id: str, since: datetime, until: datetime) -> Iterator[StoredClaim]:
    """Yield kept claims opened in [since, until), oldest first, without holding all of them."""
    columns = (_line.c.complaint_id, _line.c.line_key, _complaint.c.conversation_id, _line.c.claim, _line.c.opened_at)
    query = (
        select(*columns)
        .join(_complaint, _complaint.c.id == _line.c.complaint_id)
        .where(_line.c.shop_id == shop_id, _line.c.opened_at >= since, _line.c.opened_at < until)
        .order_by(_line.c.opened_at, _line.c.complaint_id, _line.c.line_key)
    )
    for row in session.execute(query, execution_options={"yield_per": _SLICE}):
        yield StoredClaim(*row)


def _slices(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _SLICE):
        yield ids[start : start + _SLICE]


def _read(row: Any) -> ComplaintRow:
    return ComplaintRow(
        id=row.id,
        shop_id=row.shop_id,
        conversation_id=row.conversation_id,
        episode=row.episode,
        platform=row.platform,
        turn_id=row.turn_id,
        issues=tuple(Issue(issue) for issue in json.loads(row.issues)),
        severity=Severity(row.severity),
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        customer_key=row.customer_key,
        order_ref=row.order_ref,
        first_wants=tuple(Want(want) for want in json.loads(row.first_wants)),
        asked=tuple(Slot(slot) for slot in json.loads(row.asked)),
        state=row.state,
    )


def _complaint_values(row: ComplaintRow) -> dict[str, Any]:
    return {
        **row.__dict__,
        "issues": json.dumps(row.issues),
        "severity": row.severity.value,
        "first_wants": json.dumps(row.first_wants),
        "asked": json.dumps(row.asked),
    }


def _read_line(row: Any) -> LineRow:
    return LineRow(
        complaint_id=row.complaint_id,
        line_key=row.line_key,
        shop_id=row.shop_id,
        issue=Issue(row.issue),
        severity=Severity(row.severity),
        claim=Claim.model_validate_json(row.claim),
        decision=_DECISIONS.validate_json(row.decision),
        library_number=row.library_number,
        opened_at=row.opened_at,
        line_ref=row.line_ref,
        sku=row.sku,
        product=row.product,
        category=row.category,
        batch=row.batch,
        warehouse=row.warehouse,
    )


def _line_values(line: LineRow) -> dict[str, Any]:
    return {
        **line.__dict__,
        "issue": line.issue.value,
        "severity": line.severity.value,
        "claim": line.claim.model_dump_json(),
        "decision": line.decision.model_dump_json(),
    }
