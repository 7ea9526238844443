"""What holds for every claim: never too much, never better with less, and the same bytes again."""

import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assist.domain.complaint import ALARMS, Amount, Ground, Severity, Share, Want
from assist.domain.people import AgentRole
from assist.domain.remedy import Claim, Claimant, ClaimLine, Decision, Refusal, RefusalWhy, Remedy, Slot
from assist.domain.remedy_policy import Execution, RemedyKind, RemedyPolicy
from assist.suggest.remedy import decide

from .remedy_cases import claim_of

REFUNDS = (RemedyKind.partial_refund, RemedyKind.full_refund)
CATEGORIES = (
    *("berries", "citrus", "tropical_fruit", "leafy_greens", "live_seafood", "frozen_seafood", "chilled_meat"),
    *("frozen_meat", "fresh_fish", "eggs", "dairy", "ready_to_cook", "general", None),
)
QUIET = tuple(sorted(set(Ground) - ALARMS))
RANKS = list(AgentRole)

often = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class Draws:
    """Where the parts of a claim come from: hypothesis, or a seeded generator."""

    def __init__(self, whole: Callable[[int, int], int]) -> None:
        self.whole = whole

    def one(self, among: Any) -> Any:
        return among[self.whole(0, len(among) - 1)]

    def some(self, among: Any, most: int) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(self.one(among) for _ in range(self.whole(0, most))))

    def chance(self, percent: int) -> bool:
        return self.whole(1, 100) <= percent


def amount(number: int, unit: str) -> Amount:
    return Amount(number=Fraction(number), unit=unit)


def drawn_claim(draws: Draws, *, alarms: bool = True) -> Claim:
    """Return any claim that can be made: also ones that say too little, too much, or contradict themselves."""
    paid = draws.one((1, 150, 999, 2997, 5980, 16800, 45000, 130000)) + draws.whole(0, 50)
    others = draws.one((0, 0, 1990, 30000))
    refunded = draws.one((0, 0, 0, paid // 3, paid))
    line = ClaimLine(
        line_ref="L1",
        title="一件",
        category=draws.one(CATEGORIES),
        quantity=draws.whole(1, 3),
        pieces=draws.one((None, 6, 12, 30)),
        net_g=draws.one((None, 500, 2500)),
        paid_fen=paid,
        refunded_fen=refunded,
    )
    total = draws.one((1, 2, 6, 10, 12, 100))
    base = claim_of({"delivered_hours_ago": draws.one((0, 1, 5, 20, 40, 100, "unknown"))})
    return base.model_copy(
        update={
            "grounds": (draws.one(QUIET), *draws.some(tuple(Ground) if alarms else QUIET, 1)),
            "severity": draws.one(tuple(Severity)),
            "share": Share(bad=draws.whole(0, total), total=total, per=draws.one(("order", "order", "box")))
            if draws.chance(60)
            else None,
            "bad": amount(draws.whole(0, 12), draws.one(("个", "盒", "g"))) if draws.chance(20) else None,
            "expected": amount(draws.one((12, 500, 2500)), "g") if draws.chance(20) else None,
            "found": amount(draws.whole(0, 2600), "g") if draws.chance(40) else None,
            "wants": draws.some(tuple(Want), 2),
            "after_storage": draws.chance(10),
            "doubtful_total": draws.chance(10),
            "line": line if draws.chance(90) else None,
            "lines": (line,),
            "order_paid_fen": paid + others,
            "order_refunded_fen": min(paid + others, refunded + draws.one((0, 0, others))),
            "images": draws.whole(0, 2),
            "videos": draws.whole(0, 1),
            "asked": draws.some(tuple(Slot), 2),
            "claimant": Claimant(
                claims=draws.one((0, 0, 1, 2, 6)),
                refunded_fen=draws.one((0, 0, 29000)),
                photo_seen_before=draws.chance(10),
            ),
            "pay_first_left_fen": draws.one((None, 0, 20000)),
            "budget_left_fen": draws.one((None, 0, 3000)),
            "uncollected_hours": draws.one((None, None, 30)),
        }
    )


def claims(*, alarms: bool = True) -> st.SearchStrategy[Claim]:
    @st.composite
    def build(draw: Callable[..., Any]) -> Claim:
        return drawn_claim(Draws(lambda low, high: draw(st.integers(low, high))), alarms=alarms)

    return build()


def left_fen(claim: Claim) -> int:
    """What may go back at most; of a parcel nobody named a line of, what is left of the order."""
    order = claim.order_paid_fen - claim.order_refunded_fen
    return min(order, claim.line.paid_fen - claim.line.refunded_fen) if claim.line else order


def money(decision: Decision) -> int:
    """The most that goes back to the customer by any option."""
    options = decision.options if isinstance(decision, Remedy) else ()
    return max((option.amount_fen for option in options if option.kind in REFUNDS), default=0)


def check_whole(claim: Claim, policy: RemedyPolicy) -> Decision:
    """Assert what must hold of any decision, and return it."""
    decision = decide(claim, policy)
    if isinstance(decision, Remedy):
        for option in decision.options:
            assert 0 <= option.amount_fen <= max(option.up_to_fen or 0, option.amount_fen) <= max(0, left_fen(claim))
        first = decision.options[0]
        assert not first.automatic or (decision.ready and first.needs is AgentRole.agent)
    else:
        assert "amount_fen" not in decision.model_dump_json()
    if set(claim.grounds) & ALARMS:
        assert isinstance(decision, Refusal)
        assert decision.why is RefusalWhy.alarm
        assert "_fen" not in decision.model_dump_json()
    if isinstance(decision, Refusal):
        assert not [name for trace in decision.trace for name in trace.facts if name.endswith("_fen")]
        assert decision.to_person or decision.why in ("no_complaint", "change_of_mind", "within_tolerance")
    return decision


@often
@given(claims())
def test_never_more_than_was_paid_and_never_an_amount_in_a_refusal(remedy_policy: RemedyPolicy, claim: Claim) -> None:
    check_whole(claim, remedy_policy)


@often
@given(claims())
def test_the_same_claim_gives_the_same_bytes(remedy_policy: RemedyPolicy, claim: Claim) -> None:
    again = RemedyPolicy.model_validate_json(remedy_policy.model_dump_json())

    first = decide(claim, remedy_policy).model_dump_json()

    assert decide(Claim.model_validate_json(claim.model_dump_json()), again).model_dump_json() == first


@often
@given(claims(alarms=False), st.integers(1, 40), st.data())
def test_more_damage_is_never_less_money(
    remedy_policy: RemedyPolicy, claim: Claim, total: int, data: st.DataObject
) -> None:
    worse = data.draw(st.integers(1, total))
    less = data.draw(st.integers(0, worse))
    known = {"bad": None, "doubtful_total": False, "expected": None, "found": None}

    amounts = [
        money(decide(claim.model_copy(update={**known, "share": Share(bad=bad, total=total)}), remedy_policy))
        for bad in (less, worse)
    ]

    assert amounts[0] <= amounts[1]


@often
@given(claims(alarms=False))
def test_less_weight_found_is_never_less_money(remedy_policy: RemedyPolicy, claim: Claim) -> None:
    short = claim.model_copy(update={"grounds": (Ground.short_weight,), "bad": None})

    amounts = [
        money(decide(short.model_copy(update={"found": amount(grams, "g")}), remedy_policy))
        for grams in (2400, 1200, 600, 490, 250, 100, 0)
    ]

    # Of several boxes a small weight is read as that of one, so it says less.
    if claim.line is not None and claim.line.quantity == 1:
        assert amounts == sorted(amounts)


@often
@given(claims(alarms=False))
def test_less_evidence_is_never_better(remedy_policy: RemedyPolicy, claim: Claim) -> None:
    on = remedy_policy.model_copy(
        update={
            "execution": Execution(coupon=True, partial_refund=True, full_refund=True, reship=True),
            "pay_first": None,
        }
    )
    bare = claim.model_copy(update={"images": 0, "videos": 0})

    with_photos, without = decide(claim, on), decide(bare, on)

    assert with_photos.outcome == without.outcome
    if isinstance(with_photos, Remedy) and isinstance(without, Remedy):
        assert without.ready <= with_photos.ready
        for more, less in zip(with_photos.options, without.options, strict=True):
            assert (less.kind, less.amount_fen) == (more.kind, more.amount_fen)
            assert RANKS.index(less.needs) >= RANKS.index(more.needs)
            assert less.automatic <= more.automatic


@often
@given(claims(alarms=False))
def test_saying_less_about_how_much_is_never_better(remedy_policy: RemedyPolicy, claim: Claim) -> None:
    silent = claim.model_copy(update={"share": None, "bad": None, "expected": None, "found": None})
    told = decide(silent, remedy_policy)

    # Unless "everything" is believed, a rung that needs a share is not reached without one.
    if isinstance(told, Remedy) and told.rule != "declined" and claim.severity is not Severity.total_spoil:
        ladder = next(ladder for ladder in remedy_policy.ladders for rung in ladder.rungs if rung.id == told.rung)
        assert not ladder.needs_share


@often
@given(claims(alarms=False), st.sampled_from(sorted(ALARMS)))
def test_an_alarm_beside_anything_is_an_alarm(remedy_policy: RemedyPolicy, claim: Claim, alarm: Ground) -> None:
    check_whole(claim.model_copy(update={"grounds": (*claim.grounds, alarm)}), remedy_policy)


@often
@given(claims(alarms=False))
def test_three_times_the_order_is_the_same_rung(remedy_policy: RemedyPolicy, claim: Claim) -> None:
    if claim.line is None or (claim.share is not None and claim.share.per == "box"):
        return
    claim = claim.model_copy(update={"bad": None, "expected": None, "found": None})
    line = claim.line
    assert line is not None
    tripled = line.model_copy(
        update={"quantity": line.quantity * 3, "paid_fen": line.paid_fen * 3, "refunded_fen": line.refunded_fen * 3}
    )
    more = claim.model_copy(
        update={
            "line": tripled,
            "lines": (tripled,),
            "order_paid_fen": claim.order_paid_fen * 3,
            "order_refunded_fen": claim.order_refunded_fen * 3,
        }
    )

    one, three = decide(claim, remedy_policy), decide(more, remedy_policy)

    assert one.outcome == three.outcome
    if isinstance(one, Remedy) and isinstance(three, Remedy):
        assert (one.rule, one.rung) == (three.rule, three.rung)


@often
@given(st.integers(1, 10**7), st.integers(1, 12))
def test_parts_of_an_order_never_add_up_to_more_than_it(remedy_policy: RemedyPolicy, paid_fen: int, parts: int) -> None:
    """M06: asked for again and again, each part rounded up, the ledger between them."""
    check_parts(remedy_policy, paid_fen, parts)


def check_parts(policy: RemedyPolicy, paid_fen: int, parts: int) -> None:
    back_fen = 0
    for _ in range(parts):
        line = {"paid_fen": paid_fen, "refunded_fen": back_fen}
        decision = decide(claim_of({"share": f"1/{parts}", "line": line}), policy)
        back_fen += money(decision)

    assert back_fen == paid_fen, "rounded up, the parts reach the whole; the ledger stops them there"


def many_orders(policy: RemedyPolicy, count: int) -> None:
    generator = random.Random(20261122)
    remedies = 0
    for _ in range(count):
        remedies += isinstance(check_whole(drawn_claim(Draws(generator.randint)), policy), Remedy)

    assert remedies > count / 10, "most draws must not be refused for nothing"


def test_two_thousand_orders_are_decided_within_bounds(remedy_policy: RemedyPolicy) -> None:
    many_orders(remedy_policy, 2_000)


@pytest.mark.slow
def test_a_hundred_thousand_orders_are_decided_within_bounds(remedy_policy: RemedyPolicy) -> None:
    many_orders(remedy_policy, 100_000)


@pytest.mark.slow
def test_ten_thousand_orders_are_refunded_in_parts_that_fit(remedy_policy: RemedyPolicy) -> None:
    generator = random.Random(20261122)
    for _ in range(10_000):
        check_parts(remedy_policy, generator.randint(1, 10**6), generator.randint(1, 5))


def test_no_text_is_told_to_a_decision() -> None:
    """I7: whatever is written, nothing of it but counts and names of kinds can reach the money."""
    told = {name for name, field in Claim.model_fields.items() if field.annotation in (str, str | None)}

    assert told == {"complaint_id", "order_ref"}
