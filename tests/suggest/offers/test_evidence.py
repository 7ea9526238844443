"""What each kind of evidence may claim: `tests/cases/offers/evidence.toml`, a row a rule, in the rule's words."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.domain.goods import EvidenceKind, Goods, GoodsFact, Stocked
from assist.domain.offer import EvidencePolicy
from assist.suggest.offers.evidence import Unfit, findings, proven

CASES = Path(__file__).parents[2] / "cases" / "offers" / "evidence.toml"
TOLD = tomllib.loads(CASES.read_text(encoding="utf-8"))
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=SHANGHAI)
KINDS = tuple(EvidenceKind)


def fact(name: str, value: Any, **window: datetime | None) -> GoodsFact:
    return GoodsFact(id=f"{name}:SKU1", name=name, value=value, stated_at=NOON - timedelta(days=1), **window)


def goods(*facts: GoodsFact) -> Stocked:
    return Stocked(goods=Goods(sku="SKU1", title="云南蓝莓 125克*4盒"), facts={one.name: one for one in facts})


def value_of(kind: str, **change: Any) -> dict[str, Any]:
    return {**TOLD["base"][kind], **change}


def told(case: dict[str, Any]) -> tuple[Stocked, date, datetime]:
    """The goods of a row, its day, and noon of it."""
    value = value_of(case["kind"], **case.get("change", {}))
    value |= {"text": case["text"]} if "text" in case else {}
    value = {key: one for key, one in value.items() if key not in case.get("drop", ())}
    window = {f"valid_{end}": datetime.fromisoformat(case[end]) for end in ("from", "until") if end in case}
    facts = [fact(case["kind"], value, **window)]
    if batch := case.get("current_batch"):
        until = case.get("batch_until")
        held = {"valid_until": datetime.fromisoformat(until)} if until else {}
        facts.append(fact("batch", {"batch": batch}, **held))
    today = date.fromisoformat(case.get("today", TODAY.isoformat()))
    return goods(*facts), today, datetime(today.year, today.month, today.day, 12, tzinfo=SHANGHAI)


@pytest.mark.parametrize("case", TOLD["cases"], ids=lambda case: case["id"])
def test_a_fact_proves_what_its_kind_may_claim_and_no_more(case: dict[str, Any]) -> None:
    stocked, today, at = told(case)
    english = case.get("english", False)
    policy = EvidencePolicy(protected_origins=tuple(case.get("protected", ())))

    broken = findings(stocked, at, today, english=english, policy=policy)
    shown = proven(stocked, [EvidenceKind(case["kind"])], at, today, english=english, policy=policy)

    assert broken == [(case["kind"], Unfit(rule)) for rule in case["rules"]], case["words"]
    assert (shown is not None) == (not case["rules"]), case["words"]


def test_the_rows_name_their_words_once_and_leave_no_rule_out() -> None:
    ids = [case["id"] for case in TOLD["cases"]]

    assert len(ids) == len(set(ids)) >= 40
    assert all(case["words"] for case in TOLD["cases"])
    assert {rule for case in TOLD["cases"] for rule in case["rules"]} == set(Unfit)


def test_evidence_says_where_it_comes_from_and_how_long_it_holds() -> None:
    until = datetime(2026, 12, 31, 16, tzinfo=UTC)  # the end of 31 December in Shanghai

    shown = proven(goods(fact("inspection", value_of("inspection"), valid_until=until)), KINDS, NOON, TODAY)

    assert shown is not None
    assert shown.fact_id == "inspection:SKU1"
    assert shown.text == "2026年11月10日送检，农残52项均未检出"
    assert shown.source == "《检测报告》（某某检测所，2026-11-10）"
    assert (shown.on, shown.until) == (date(2026, 11, 10), date(2026, 12, 31))
    assert shown.stated_at == NOON - timedelta(days=1)


def test_in_english_the_english_words_are_said() -> None:
    told = value_of("sales", text_en="3,200 sold in October 2026")

    shown = proven(goods(fact("sales", told)), KINDS, NOON, TODAY, english=True)

    assert shown is not None
    assert (shown.text, shown.source) == ("3,200 sold in October 2026", "订单统计 (本店, 2026-10-31)")


def test_the_first_kind_that_holds_is_taken_in_the_order_asked_for() -> None:
    spent = fact("rating", value_of("rating"), valid_until=NOON)
    stocked = goods(spent, fact("sales", value_of("sales")), fact("inspection", value_of("inspection")))

    asked = (EvidenceKind.rating, EvidenceKind.sales, EvidenceKind.inspection)
    shown = proven(stocked, asked, NOON, TODAY)

    assert shown is not None
    assert shown.kind is EvidenceKind.sales
    assert proven(stocked, [EvidenceKind.rating], NOON, TODAY) is None
    assert proven(stocked, [EvidenceKind.origin], NOON, TODAY) is None
    assert proven(stocked, [], NOON, TODAY) is None


def test_every_broken_rule_is_told_for_the_goods_page() -> None:
    bad = value_of("rating", text="近30天好评率97%，增强免疫力", internal=True)
    stocked = goods(fact("rating", bad), fact("sales", value_of("sales")), fact("stock", 3))

    assert findings(stocked, NOON, TODAY) == [
        ("rating", Unfit.internal),
        ("rating", Unfit.health),
        ("rating", Unfit.count_unsaid),
        ("rating", Unfit.date_unsaid),
    ]


@pytest.mark.parametrize(
    ("days", "rules"),
    [
        pytest.param(20, [], id="31 October plus 20 days is 20 November"),
        pytest.param(19, [("sales", Unfit.too_old)], id="a day less"),
    ],
)
def test_a_shop_says_how_old_is_too_old(days: int, rules: list[object]) -> None:
    stocked = goods(fact("sales", value_of("sales")))

    assert findings(stocked, NOON, TODAY, policy=EvidencePolicy(sales_days=days)) == rules


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(value=JSON, kind=st.sampled_from(KINDS))
def test_what_nobody_can_read_proves_nothing(value: Any, kind: EvidenceKind) -> None:
    stocked = goods(fact(kind.value, value))

    assert proven(stocked, [kind], NOON, TODAY) is None
    assert findings(stocked, NOON, TODAY) == [(kind.value, Unfit.unreadable)]


@given(
    text=st.text(st.sampled_from("2026年10月1,204条评价好评率97%零农残有机一级糖度15度-近30天GB/T "), max_size=40),
    kind=st.sampled_from(KINDS),
    english=st.booleans(),
)
def test_a_card_is_made_where_and_only_where_no_rule_is_broken(text: str, kind: EvidenceKind, english: bool) -> None:
    told = value_of(kind.value, text=text or "话", text_en=text or None)
    stocked = goods(fact(kind.value, told))

    shown = proven(stocked, [kind], NOON, TODAY, english=english)

    assert (shown is None) == bool(findings(stocked, NOON, TODAY, english=english))
    assert shown is None or "零农残" not in shown.text
