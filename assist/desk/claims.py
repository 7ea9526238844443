"""Which claims does a complaint make, line by line of the order, and what is known about each?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assist.domain.chat import Order, OrderLine
from assist.domain.complaint import WORST_FIRST, Complaint, Damage, Ground, Severity, Share
from assist.domain.remedy import Claim, Claimant, ClaimLine, RemedyState, Slot
from assist.domain.remedy_policy import RemedyPolicy
from assist.domain.topic import GENERAL
from assist.store.queries import complaints, money, remedies
from assist.suggest.signals import packs_of, size_of
from assist.suggest.signals.answered import SHARES, WARM, answered

from .libraries import Shelf
from .said import Said

_NO_LINE = ""
_SET_ASIDE = frozenset({RemedyState.reserved, RemedyState.executing, RemedyState.unknown, RemedyState.executed})


@dataclass(frozen=True)
class Case:
    """Whose complaint it is, about which order, and when: everything that is not said."""

    shop_id: str
    timezone: str
    platform: str
    conversation_id: str
    complaint_id: str
    customer_key: str | None
    order: Order | None
    order_is_theirs: bool
    opened_at: datetime
    until: datetime
    """When the turn ended: what came later is not known yet."""
    asked: Mapping[Slot, datetime] = field(default_factory=dict[Slot, datetime])
    """What was asked in this episode, and when the turn ended that it was asked for."""
    known_until: datetime | None = None
    """Remedies given later are not known: a turn of the past is decided as of then. None: all that is kept is known."""


@dataclass(frozen=True)
class LineClaim:
    """One claim with the line of the order it is about; `key` names it among a complaint's claims."""

    key: str
    claim: Claim
    damage: Damage
    line: OrderLine | None


def claims_of(session: Session, complaint: Complaint, said: Said, case: Case, shelf: Shelf) -> list[LineClaim]:
    """Return a claim for each kind of goods complained of; two complaints about one line are one claim, the worse."""
    policy = shelf.library.remedy
    if policy is None or complaint.severity is Severity.none or not complaint.damages:
        return []
    known = _known(session, said, case, shelf, policy)
    claims: dict[str, LineClaim] = {}
    for damage in sorted(complaint.damages, key=lambda one: (WORST_FIRST.index(one.severity), not one.products)):
        if _is_elsewhere(damage, known.lines, shelf):
            claims.setdefault(damage.products[0], _without_order(damage, complaint, known, case))
            continue
        line = _line_of(damage, known.lines)
        key = line.line_ref if line else (damage.products[0] if damage.products else _NO_LINE)
        # Late and rude beside a rotten box are no claim of their own.
        if key in claims or (claims and key == _NO_LINE):
            continue
        claim = _claim(damage, complaint, line, known, case)
        claims[key] = LineClaim(key, claim, damage, _order_line(case.order, line))
    return list(claims.values())


@dataclass(frozen=True)
class _Known:
    """What every claim of a complaint has in common."""

    lines: tuple[ClaimLine, ...]
    claimant: Claimant
    order_back_fen: int
    images: int
    videos: int
    share: Share | None
    """What the customer chose when asked how much is affected."""
    warm: bool
    """They chose that thawed goods are no longer cold."""
    budget_left_fen: int
    pay_first_left_fen: int | None


def _known(session: Session, said: Said, case: Case, shelf: Shelf, policy: RemedyPolicy) -> _Known:
    order = case.order
    day = money.day_of(case.until, case.timezone)
    back: Mapping[str, int] = _back(session, case, order) if order else {}

    def left(scope: str, daily_fen: int) -> int:
        return max(0, daily_fen - money.used(session, case.shop_id, scope, day))

    return _Known(
        lines=tuple(_claim_line(line, shelf, back) for line in order.lines) if order else (),
        claimant=_claimant(session, said, case, policy),
        order_back_fen=back.get("", 0),
        images=said.count("image"),
        share=_chosen_share(said, case, shelf),
        warm=_choice(Slot.thaw, said, case, shelf) == WARM,
        videos=said.count("video"),
        budget_left_fen=left(money.SHOP, policy.budget.daily_fen),
        pay_first_left_fen=left(money.PAY_FIRST, policy.pay_first.daily_fen) if policy.pay_first else None,
    )


def _back(session: Session, case: Case, order: Order) -> Mapping[str, int]:
    """Return what has gone back of the order and its lines, "" for the whole, but for what this complaint led to.

    A remedy that is granted must not make its own card say that nothing is left.
    """
    known = dict(money.back(session, case.shop_id, order.order_ref))
    own = [
        row
        for row in remedies.of_complaint(session, case.shop_id, case.complaint_id)
        if row.state in _SET_ASIDE and row.kind in money.REFUNDS and row.order_ref == order.order_ref
    ]
    told_fen = max(0, order.refunded_fen - sum(row.amount_fen for row in own if row.state is RemedyState.executed))
    for row in own:
        for ref in {"", row.line_ref}:
            known[ref] = max(0, known.get(ref, 0) - row.amount_fen)
    return {**known, "": max(told_fen, known.get("", 0))}


def _choice(slot: Slot, said: Said, case: Case, shelf: Shelf) -> str | None:
    """Return the choice taken after a slot was asked for."""
    asked_at = case.asked.get(slot)
    if asked_at is None:
        return None
    replies = [message.text for message in said.messages if message.occurred_at > asked_at]
    return answered(slot, replies, shelf.library.choices)


def _chosen_share(said: Said, case: Case, shelf: Shelf) -> Share | None:
    share = SHARES.get(_choice(Slot.share, said, case, shelf) or "")
    return Share(bad=share.numerator, total=share.denominator) if share is not None else None


def _claimant(session: Session, said: Said, case: Case, policy: RemedyPolicy) -> Claimant:
    """Count the customer's other claims up to this turn; a customer nobody can name has none."""
    until = case.until + timedelta(microseconds=1)

    def past(since: datetime) -> complaints.PastClaims:
        return complaints.past_claims(session, case.shop_id, case.customer_key, since, until, but=case.complaint_id)

    today = case.until.astimezone(ZoneInfo(case.timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    window = past(case.until - timedelta(days=policy.customers.days))
    return Claimant(
        claims=window.claims,
        refunded_fen=window.refunded_fen,
        refunded_today_fen=past(today).refunded_fen,
        photo_seen_before=complaints.photo_seen(session, case.shop_id, said.photo_hashes, case.complaint_id),
    )


def _claim_line(line: OrderLine, shelf: Shelf, back: Mapping[str, int]) -> ClaimLine:
    product = shelf.product_of(line.title)
    pieces, net_g = size_of(line.title)
    packs = packs_of(line.title)
    quantity = max(line.quantity, 1)
    return ClaimLine(
        line_ref=line.line_ref,
        title=line.title,
        category=product.category if product else shelf.topics.read(line.title).category,
        product=product.id if product else None,
        quantity=quantity,
        pieces=pieces * quantity if pieces else None,
        packs=packs * quantity if packs else None,
        net_g=net_g * quantity if net_g else None,
        paid_fen=line.paid_fen,
        refunded_fen=min(back.get(line.line_ref, 0), line.paid_fen),
    )


def _line_of(damage: Damage, lines: Sequence[ClaimLine]) -> ClaimLine | None:
    """Return the one line the words can mean: the product named, or the only line there is."""
    if damage.products:
        named = [line for line in lines if line.product in damage.products]
        return named[0] if len(named) == 1 else None
    return lines[0] if len(lines) == 1 else None


def _is_elsewhere(damage: Damage, lines: Sequence[ClaimLine], shelf: Shelf) -> bool:
    """Are the goods named none of this order's, nor of the same kind as any of them?"""
    if not damage.products or not lines:
        return False
    kinds = {shelf.products[one].category for one in damage.products if one in shelf.products}
    unknown = any(line.category in (None, GENERAL) for line in lines)
    return not unknown and not any(line.product in damage.products or line.category in kinds for line in lines)


def _without_order(damage: Damage, complaint: Complaint, known: _Known, case: Case) -> LineClaim:
    """Return a claim about goods of an order that nobody has named yet: which one it is gets asked."""
    nowhere = replace(case, order=None)
    claim = _claim(damage, complaint, None, replace(known, lines=()), nowhere)
    return LineClaim(damage.products[0], claim, damage, None)


def _claim(damage: Damage, complaint: Complaint, line: ClaimLine | None, known: _Known, case: Case) -> Claim:
    order = case.order
    grounds = (*damage.grounds, *((Ground.thawed_warm,) if known.warm and Ground.thawed in damage.grounds else ()))
    return Claim(
        complaint_id=case.complaint_id,
        # An alarm holds for every line, whatever goods its words named.
        grounds=tuple(dict.fromkeys((*complaint.alarms, *grounds))),
        severity=damage.severity,
        share=damage.share or known.share,
        bad=damage.bad,
        expected=damage.expected,
        found=damage.found,
        wants=complaint.wants,
        after_storage=complaint.after_storage,
        doubtful_total=complaint.doubtful_total,
        line=line,
        lines=known.lines,
        order_ref=order.order_ref if order else None,
        order_is_theirs=case.order_is_theirs,
        order_paid_fen=order.paid_fen if order else 0,
        order_refunded_fen=min(known.order_back_fen, order.paid_fen) if order else 0,
        delivered_at=order.signed_at if order else None,
        complained_at=case.opened_at,
        now=case.until,
        images=known.images,
        videos=known.videos,
        # Whoever says that it is still cold has answered already.
        asked=tuple(slot for slot in Slot if slot in case.asked or (slot is Slot.thaw and complaint.still_cold)),
        claimant=known.claimant,
        pay_first_left_fen=known.pay_first_left_fen,
        budget_left_fen=known.budget_left_fen,
        seed=int(case.complaint_id[:8], 16),
    )


def _order_line(order: Order | None, line: ClaimLine | None) -> OrderLine | None:
    if order is None or line is None:
        return None
    return next(one for one in order.lines if one.line_ref == line.line_ref)
