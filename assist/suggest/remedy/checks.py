"""Who or what stands before any rule: an alarm, no complaint, somebody else's order, goods nobody named?"""

from assist.domain.complaint import ALARMS, Ground, Severity, Want
from assist.domain.remedy import (
    Claim,
    ClaimClock,
    ClaimLine,
    Decision,
    Option,
    Question,
    Refusal,
    RefusalWhy,
    Remedy,
    Slot,
)
from assist.domain.remedy_policy import RemedyKind
from assist.domain.topic import GENERAL

from .thoughts import Thoughts

DECLINED = "declined"
"""Rule and rung of what is said to somebody who wants nothing."""

_NOT_ABOUT_GOODS = frozenset({Ground.change_of_mind, Ground.price, Ground.service})
_OF_THE_PARCEL = frozenset({*_NOT_ABOUT_GOODS, Ground.price_error, Ground.late, Ground.not_received})
"""What is said of a whole order: asking which of its goods came late would be foolish."""


def refused(why: RefusalWhy, thoughts: Thoughts, *, to_person: bool, **facts: str | int | None) -> Refusal:
    """Return a refusal with everything that was considered."""
    return Refusal(why=why, to_person=to_person, facts=facts, trace=thoughts.trace)


def check_person(claim: Claim, thoughts: Thoughts) -> Decision | None:
    """Return what is decided before the goods are looked at, or None. Alarms win over everything."""
    return (
        _alarmed(claim, thoughts)
        or _not_complaining(claim, thoughts)
        or _not_their_order(claim, thoughts)
        or _declined(claim, thoughts)
        or _without_order(claim, thoughts)
    )


def line_meant(claim: Claim, thoughts: Thoughts) -> ClaimLine | Question | Refusal:
    """Return the line a claim is about, the whole parcel where that is meant, or the question which one it is."""
    if claim.line is not None:
        thoughts.note("goods", False, claim.line.line_ref, lines=len(claim.lines), asked=False)
        return claim.line
    if set(claim.grounds) <= _OF_THE_PARCEL:
        thoughts.note("goods", False, "parcel", lines=len(claim.lines), asked=False)
        return _parcel(claim)
    titles = tuple(dict.fromkeys(line.title for line in claim.lines))
    if len(titles) == 1:
        line = next((one for one in claim.lines if one.paid_fen > one.refunded_fen), claim.lines[0])
        thoughts.note("goods", False, line.line_ref, lines=len(claim.lines), asked=False)
        return line
    asked = Slot.goods in claim.asked
    thoughts.note("goods", True, "person" if asked or not titles else "question", lines=len(claim.lines), asked=asked)
    if asked or not titles:
        return refused(RefusalWhy.unclear, thoughts, to_person=True, slot=Slot.goods)
    return Question(slot=Slot.goods, choices=titles, trace=thoughts.trace)


def changed_mind(claim: Claim, line: ClaimLine, thoughts: Thoughts) -> Refusal | None:
    """Fresh goods may not be sent back at will (消法 25); whether other goods may is a person's to judge."""
    unlike = [ground.value for ground in claim.grounds if ground not in _NOT_ABOUT_GOODS]
    if not thoughts.note("change_of_mind", Ground.change_of_mind in claim.grounds and not unlike):
        return None
    unknown = line.category is None or line.category == GENERAL
    return refused(RefusalWhy.change_of_mind, thoughts, to_person=unknown, category=line.category)


def _alarmed(claim: Claim, thoughts: Thoughts) -> Refusal | None:
    alarms = [ground.value for ground in claim.grounds if ground in ALARMS]
    if not thoughts.note("alarm", bool(alarms), "person" if alarms else "", grounds=", ".join(alarms) or "-"):
        return None
    return refused(RefusalWhy.alarm, thoughts, to_person=True, ground=alarms[0])


def _not_complaining(claim: Claim, thoughts: Thoughts) -> Refusal | None:
    if claim.grounds:
        thoughts.note("complaint", True, grounds=", ".join(claim.grounds), severity=claim.severity)
        return None
    calm = claim.severity is Severity.none
    thoughts.note("complaint", not calm, "" if calm else "person", grounds="-", severity=claim.severity)
    why = RefusalWhy.no_complaint if calm else RefusalWhy.unclear
    return refused(why, thoughts, to_person=not calm)


def _not_their_order(claim: Claim, thoughts: Thoughts) -> Refusal | None:
    if not thoughts.note("not_their_order", not claim.order_is_theirs):
        return None
    return refused(RefusalWhy.not_their_order, thoughts, to_person=True)


def _declined(claim: Claim, thoughts: Thoughts) -> Remedy | None:
    """Whoever wants nothing is only explained to; a demand said beside it counts more."""
    if not thoughts.note("declined", set(claim.wants) == {Want.nothing}):
        return None
    return Remedy(
        rule=DECLINED,
        rung=DECLINED,
        line_ref=claim.line.line_ref if claim.line else "",
        options=(Option(kind=RemedyKind.explanation, amount_fen=0),),
        ready=True,
        clock=ClaimClock(state="unknown"),
        trace=thoughts.trace,
    )


def _without_order(claim: Claim, thoughts: Thoughts) -> Question | Refusal | None:
    asked = Slot.order in claim.asked
    if not thoughts.note("order", claim.order_ref is None, asked=asked):
        return None
    if asked:
        return refused(RefusalWhy.unclear, thoughts, to_person=True, slot=Slot.order)
    return Question(slot=Slot.order, trace=thoughts.trace)


def _parcel(claim: Claim) -> ClaimLine:
    """Everything of the order as one line without a reference."""
    categories = {line.category for line in claim.lines}
    return ClaimLine(
        line_ref="",
        title="",
        category=categories.pop() if len(categories) == 1 else None,
        quantity=max(1, sum(line.quantity for line in claim.lines)),
        paid_fen=claim.order_paid_fen,
        refunded_fen=claim.order_refunded_fen,
    )
