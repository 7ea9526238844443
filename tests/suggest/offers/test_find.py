"""Which scripts fit, with which goods. Expectations are worked out from the scripts' own conditions."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import JsonValue

from assist.domain.goods import EvidenceKind, Goods, GoodsFact, Pair, Stocked
from assist.domain.offer import Because, Evidence, Offer, OfferPolicy, OfferRole, OfferWeights, Season
from assist.suggest.offers.find import MOST_LEADS, Scripts, Shelves, candidates
from assist.suggest.offers.situation import Candidate, OfferSituation, Seen

AT = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
RATING: JsonValue = {
    "text": "2026年10月20日至11月19日1200条评价4.8分",
    "title": "本店评价统计",
    "issuer": "本店",
    "since": "2026-10-20",
    "on": "2026-11-19",
    "count": 1200,
}
POLICY = OfferPolicy(weights=OfferWeights(product=1.5, category=1.0, intent=0.7, pair=3.0, instead=3.0, season=1.3))


def an_offer(offer_id: str = "dip", **more: Any) -> Offer:
    given: dict[str, object] = {
        "id": offer_id,
        "title": "配蘸酱",
        "product": "蘸酱",
        "kind": "dip",
        "products": ("shrimp",),
        "feature": "现熬",
        "advantage": "小瓶",
        "benefit": "蘸着吃",
        "evidence": Evidence(kind=EvidenceKind.rating),
        "say": "要带一份吗？",
        "reviewed": date(2026, 11, 20),
    }
    return Offer.model_validate(given | more)


def stocked(sku: str, kind: str | None = "dip", *, sold: int = 0, **facts: JsonValue) -> Stocked:
    """Return goods with a price, a rating, and whatever else is stated of them."""
    stated: dict[str, JsonValue] = {"price": 1000, "rating": RATING, **facts}
    return Stocked(
        goods=Goods(sku=sku, title=f"货{sku}", kind=kind),
        facts={
            name: GoodsFact(id=f"{name}:{sku}", name=name, value=value, stated_at=AT) for name, value in stated.items()
        },
        sold=sold,
    )


ASKED = OfferSituation(
    at=AT,
    today=date(2026, 11, 21),
    english=False,
    asked_products=("shrimp",),
    asked_category="live_seafood",
    intent="storage",
)


def found(
    *offers: Offer,
    goods: tuple[Stocked, ...] = (stocked("A"),),
    pairs: tuple[Pair, ...] = (),
    situation: OfferSituation = ASKED,
    asks_stock: bool = False,
    policy: OfferPolicy = POLICY,
) -> list[Candidate]:
    by_kind: dict[str, list[Stocked]] = {}
    for one in goods:
        by_kind.setdefault(one.goods.kind or "", []).append(one)
    shelves = Shelves(by_kind, {one.goods.sku: one for one in goods}, pairs)
    fitting = Scripts(offers, policy).fitting(situation, {}, asks_stock=asks_stock)
    return candidates(fitting, shelves, situation, policy)


def arms(*offers: Offer, **more: object) -> list[str]:
    return [one.arm for one in found(*offers, **more)]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("changed", "weight"),
    [
        pytest.param({}, 1.5, id="the product is named"),
        pytest.param({"products": (), "categories": ("live_seafood",)}, 1.0, id="its category is"),
        pytest.param({"products": (), "intents": ("storage",)}, 0.7, id="only the question fits"),
        pytest.param({"intents": ("storage",)}, 1.5, id="product and question"),
        pytest.param({"season": "hotpot"}, 1.5 * 1.3, id="in its season"),
    ],
)
def test_a_script_that_fits_weighs_by_why_it_fits(changed: dict[str, Any], weight: float) -> None:
    policy = POLICY.model_copy(
        update={"seasons": (Season(id="hotpot", zh="火锅季", en="Hot pot", first="11-01", last="02-28"),)}
    )

    (one,) = found(an_offer(**changed), policy=policy)

    assert one.weight == pytest.approx(weight)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"products": ("milk",)}, id="another product"),
        pytest.param({"products": (), "categories": ("dairy",)}, id="another category"),
        pytest.param({"intents": ("refund",)}, id="another question, though the product is named"),
        pytest.param({"valid_from": date(2026, 11, 22)}, id="from tomorrow on"),
        pytest.param({"valid_until": date(2026, 11, 20)}, id="until yesterday"),
        pytest.param({"active": False}, id="switched off"),
        pytest.param({"season": "unknown"}, id="a season nobody knows"),
        pytest.param({"members_only": True}, id="members only, and nobody said that this is one"),
        pytest.param({"role": OfferRole.instead}, id="a substitute, and nobody asked whether it is there"),
    ],
)
def test_a_script_that_does_not_fit_is_left_out(changed: dict[str, Any]) -> None:
    assert found(an_offer(**changed)) == []


@pytest.mark.parametrize(
    ("goods", "left"),
    [
        pytest.param(stocked("A", stock=0), [], id="sold out"),
        pytest.param(stocked("A", stock=1), ["A"], id="one is left"),
        pytest.param(stocked("A"), ["A"], id="nobody counted"),
        pytest.param(stocked("A", listed=False), [], id="not listed"),
        pytest.param(stocked("A", rating=None), [], id="no evidence"),
        pytest.param(stocked("A", kind="shrimp"), [], id="the very thing that is asked about"),
    ],
)
def test_goods_must_be_there_and_proved(goods: Stocked, left: list[str]) -> None:
    offer = an_offer(kind=goods.goods.kind)

    assert arms(offer, goods=(goods,)) == left


def test_what_is_in_the_cart_or_in_the_order_is_not_offered() -> None:
    in_cart = replace(ASKED, seen=(Seen("cart", "A", "货A", "dip"),))
    ordered = replace(ASKED, order_skus=("A",))

    assert arms(an_offer(), situation=in_cart) == []
    assert arms(an_offer(), situation=ordered) == []


def test_at_most_so_many_goods_of_a_kind_are_weighed_the_best_sold_first() -> None:
    goods = tuple(stocked(f"G{number}", sold=100 - number) for number in range(MOST_LEADS + 3))

    assert arms(an_offer(), goods=goods) == [f"G{number}" for number in range(MOST_LEADS)]


def pair(other: str, lift_low: float, both: int = 40) -> Pair:
    return Pair(
        sku="S", with_sku=other, orders=1000, of_sku=100, of_other=100, both=both, lift=lift_low + 1, lift_low=lift_low
    )


def test_a_pair_of_the_order_history_calls_for_a_script_of_any_goods() -> None:
    generic = an_offer("generic", kind=None, products=(), pairs=True)

    (one,) = found(generic, goods=(stocked("A"), stocked("B")), pairs=(pair("B", 2.5),))

    assert one.arm == "B"
    assert one.weight == pytest.approx(2.5)
    assert one.because == (Because(why="pair", both=40, lift_low=2.5),)


def test_a_strong_pair_weighs_as_much_as_the_policy_lets_it() -> None:
    generic = an_offer("generic", kind=None, products=(), pairs=True)

    (one,) = found(generic, goods=(stocked("A"),), pairs=(pair("A", 40.0),))

    assert one.weight == pytest.approx(3.0)


def test_without_a_pair_a_script_of_any_goods_offers_nothing() -> None:
    assert found(an_offer("generic", kind=None, products=(), pairs=True)) == []


def test_the_strongest_pairs_come_first() -> None:
    generic = an_offer("generic", kind=None, products=(), pairs=True)
    goods = (stocked("A"), stocked("B"), stocked("C"))

    assert arms(generic, goods=goods, pairs=(pair("C", 4.0), pair("A", 2.0), pair("B", 3.0))) == ["C", "B", "A"]


def test_a_script_for_the_product_is_lifted_by_a_pair_of_its_goods() -> None:
    offer = an_offer(pairs=True)

    (one,) = found(offer, pairs=(pair("A", 2.0),))

    assert one.weight == pytest.approx(2.0)
    assert [because.why for because in one.because] == ["script", "pair"]


def test_a_substitute_is_offered_only_where_all_of_what_was_asked_for_is_gone() -> None:
    offer = an_offer(role=OfferRole.instead, kind="frozen")
    frozen = stocked("F", kind="frozen")
    gone, there = stocked("S1", kind="shrimp", stock=0), stocked("S2", kind="shrimp", stock=3)

    assert arms(offer, goods=(frozen, gone), asks_stock=True) == ["F"]
    assert arms(offer, goods=(frozen, gone, there), asks_stock=True) == []
    assert arms(offer, goods=(frozen,), asks_stock=True) == []
    assert arms(offer, goods=(frozen, gone), asks_stock=False) == []


def test_a_bundle_costs_what_its_parts_cost_and_needs_all_of_them() -> None:
    offer = an_offer(role=OfferRole.bundle, bundle=("soup", "beef"))
    soup, beef = stocked("P", kind="soup", price=2000), stocked("B", kind="beef", price=5000)

    (one,) = found(offer, goods=(stocked("A"), soup, beef))

    assert [goods.goods.sku for goods in one.goods] == ["A", "P", "B"]
    assert one.price_fen == 1000 + 2000 + 5000
    assert found(offer, goods=(stocked("A"), soup)) == []


def test_an_untold_price_of_one_part_leaves_the_whole_untold() -> None:
    offer = an_offer(role=OfferRole.bundle, bundle=("soup",))

    (one,) = found(offer, goods=(stocked("A"), stocked("P", kind="soup", price=None)))

    assert one.price_fen is None


@pytest.mark.parametrize(
    ("first", "last", "day", "covered"),
    [
        ("11-01", "02-28", date(2026, 10, 31), False),
        ("11-01", "02-28", date(2026, 11, 1), True),
        ("11-01", "02-28", date(2027, 2, 28), True),
        ("11-01", "02-28", date(2027, 3, 1), False),
        ("05-01", "06-30", date(2026, 5, 1), True),
        ("05-01", "06-30", date(2026, 7, 1), False),
    ],
)
def test_a_season_covers_its_first_and_last_day_also_over_the_new_year(
    first: str, last: str, day: date, covered: bool
) -> None:
    assert Season(id="s", zh="季", en="S", first=first, last=last).covers(day) is covered
