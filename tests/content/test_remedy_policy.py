"""The shipped remedy policy says what it should, and every way to spoil one is refused with file, line and cure."""

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from assist.content.check import check_tree
from assist.content.files import shipped_directory
from assist.content.policy_rules import ladder_of, reached
from assist.content.remedy_schema import PUBLISHED, remedy_schema
from assist.domain.complaint import ALARMS, OWED, SPOILT, Ground
from assist.domain.remedy_policy import RemedyKind, RemedyPolicy, RemedyRule
from tests.shipped import shipped_library

NAME = "policy/remedy.toml"
FRESH = (
    *(
        "leafy_greens",
        "fruit_vegetables",
        "root_vegetables",
        "mushrooms",
        "berries",
        "citrus",
        "tropical_fruit",
        "melons",
    ),
    *("orchard_fruit", "fresh_fish", "live_seafood", "frozen_seafood", "chilled_meat", "frozen_meat", "eggs", "dairy"),
    *("ready_to_cook", "general"),
)


@pytest.fixture(scope="module")
def policy() -> RemedyPolicy:
    table = tomllib.loads((shipped_directory() / NAME).read_text(encoding="utf-8"))
    return RemedyPolicy.model_validate(table, strict=False)


def rule_for(policy: RemedyPolicy, category: str, ground: Ground) -> RemedyRule:
    rule = reached(policy, category, ground)
    assert rule is not None
    return rule


@pytest.mark.parametrize("category", FRESH)
def test_everything_that_spoils_has_a_rule_for_every_kind_of_goods(policy: RemedyPolicy, category: str) -> None:
    assert all(reached(policy, category, ground) for ground in SPOILT)


@pytest.mark.parametrize(
    ("category", "ground", "ladder", "contact", "hours", "lead_hours"),
    [
        pytest.param("berries", Ground.rotten, "spoilage", None, 24, 48, id="mouldy strawberries"),
        pytest.param("leafy_greens", Ground.crushed, "spoilage", None, 24, 48, id="crushed greens"),
        pytest.param("tropical_fruit", Ground.inner_rot, "spoilage", None, 72, 168, id="a mango bad inside"),
        pytest.param("citrus", Ground.skin_mark, "cosmetic", None, 24, 48, id="marks on oranges"),
        pytest.param("tropical_fruit", Ground.unripe, "cosmetic", None, 72, 168, id="a hard mango"),
        pytest.param("orchard_fruit", Ground.undersized, "not_as_stated", None, 48, 168, id="small apples"),
        pytest.param("root_vegetables", Ground.short_weight, "shortage", None, 48, 168, id="short weight"),
        pytest.param("dairy", Ground.missing_item, "shortage", None, 48, 168, id="a missing bottle"),
        pytest.param("eggs", Ground.wrong_item, "not_the_order", None, 48, 168, id="a wrong item"),
        pytest.param("live_seafood", Ground.dead, "dead", 2, 12, 24, id="dead shrimp"),
        pytest.param("live_seafood", Ground.leg_missing, "leg_missing", None, 12, 24, id="a crab without a leg"),
        pytest.param("frozen_meat", Ground.thawed, "thawed_cold", None, 12, 24, id="thawed, still cold"),
        pytest.param("frozen_seafood", Ground.thawed_warm, "unsafe", None, 12, 24, id="thawed and warm"),
        pytest.param("chilled_meat", Ground.bad_smell, "unsafe", None, 24, 48, id="meat that smells"),
        pytest.param("eggs", Ground.broken, "eggs", None, 24, 48, id="broken eggs"),
        pytest.param("dairy", Ground.leaking, "spoilage", None, 24, 48, id="leaking milk"),
        pytest.param("melons", Ground.late, "late", None, 168, None, id="late, goods fine"),
        pytest.param("berries", Ground.not_received, "not_the_order", None, None, None, id="not received"),
        pytest.param("berries", Ground.price_error, "price_error", None, None, None, id="a wrong price"),
    ],
)
def test_the_issue_table_is_the_policy(
    policy: RemedyPolicy,
    category: str,
    ground: Ground,
    ladder: str,
    contact: int | None,
    hours: int | None,
    lead_hours: int | None,
) -> None:
    rule = rule_for(policy, category, ground)
    window = next(one for one in policy.windows if one.id == rule.window)

    assert rule.ladder == ladder
    assert (window.contact_hours, window.hours, window.lead_hours) == (contact, hours, lead_hours)


def test_tiers_are_a_tenth_three_tenths_and_half(policy: RemedyPolicy) -> None:
    rungs = ladder_of(policy, rule_for(policy, "berries", Ground.rotten)).rungs

    assert [(rung.above_percent, rung.to_percent) for rung in rungs] == [(0, 10), (10, 30), (30, 50), (50, 100)]
    assert [rung.includes_lower_edge for rung in rungs] == [False, False, False, True]
    assert [rung.payouts[0].kind for rung in rungs] == [RemedyKind.partial_refund] * 3 + [RemedyKind.full_refund]
    assert (rungs[0].payouts[1].kind, rungs[0].payouts[1].times_percent) == (RemedyKind.coupon, 150)
    assert RemedyKind.reship in {payout.kind for payout in rungs[2].payouts}
    assert policy.minimum_refund_fen == 200


def test_percentages_of_the_table_are_kept(policy: RemedyPolicy) -> None:
    thawed = ladder_of(policy, rule_for(policy, "frozen_meat", Ground.thawed)).rungs[0].payouts[0]
    late = ladder_of(policy, rule_for(policy, "berries", Ground.late)).rungs[0].payouts[0]
    looks = ladder_of(policy, rule_for(policy, "berries", Ground.skin_mark)).rungs[0].payouts
    leg = ladder_of(policy, rule_for(policy, "live_seafood", Ground.leg_missing)).rungs[0].payouts[0]
    eggs = ladder_of(policy, rule_for(policy, "eggs", Ground.broken)).rungs

    assert (thawed.percent, thawed.percent_to) == (20, 50)
    assert late.kind is RemedyKind.coupon
    assert (late.percent_to or late.percent) <= 10
    assert looks[0].kind is RemedyKind.explanation
    assert (looks[1].percent_to or looks[1].percent) <= 5
    assert 10 <= leg.times_percent <= 20
    assert (eggs[0].to_percent, eggs[1].payouts[0].kind) == (30, RemedyKind.full_refund)


def test_alarms_are_in_no_rule_and_nothing_is_carried_out_by_default(policy: RemedyPolicy) -> None:
    assert ALARMS.isdisjoint(ground for rule in policy.rules for ground in rule.grounds)
    assert not any(policy.execution.allows(kind) for kind in RemedyKind)
    assert policy.approval.mode == "second_person"
    assert not any(badge.shown for badge in policy.badges)


def test_limits_are_those_of_agent_lead_and_manager(policy: RemedyPolicy) -> None:
    limits = {limit.role.value: (limit.percent_of_order, limit.at_most_fen) for limit in policy.limits}

    assert limits == {"agent": (50, 10_000), "lead": (100, 30_000), "manager": (100, None)}
    assert (policy.customers.days, policy.customers.claims) == (30, 3)


def test_a_coupon_is_valid_as_long_as_customers_are_told(policy: RemedyPolicy) -> None:
    assert shipped_library().service.facts["shop_coupon_valid"].value == f"{policy.coupon_valid_days}天"


def test_nobody_is_given_less_for_money_that_is_owed_than_goods_or_money(policy: RemedyPolicy) -> None:
    for rule in policy.rules:
        if OWED.isdisjoint(rule.grounds):
            continue
        first = {rung.payouts[0].kind for rung in ladder_of(policy, rule).rungs}
        assert first <= {RemedyKind.partial_refund, RemedyKind.full_refund, RemedyKind.reship}, rule.id


def test_the_published_schema_is_the_models_and_the_shipped_policy_keeps_it() -> None:
    published = json.loads((Path(__file__).parents[2] / PUBLISHED).read_text(encoding="utf-8"))
    shipped = tomllib.loads((shipped_directory() / NAME).read_text(encoding="utf-8"))

    assert published == remedy_schema(), "write it anew: assist policy schema"
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.validate(shipped, published)


def test_the_schema_refuses_a_misspelt_key() -> None:
    shipped = tomllib.loads((shipped_directory() / NAME).read_text(encoding="utf-8"))
    shipped["budget"]["dayly_fen"] = 1

    with pytest.raises(jsonschema.ValidationError, match="dayly_fen"):
        jsonschema.validate(shipped, remedy_schema())


def spoilt(tree: Path, was: str, now: str, behind: str = "") -> tuple[str, ...]:
    """Change the first `was` behind the line that holds `behind`; return the lines as they are then."""
    path = tree / NAME
    text = path.read_text(encoding="utf-8")
    start = text.index(behind)
    assert was in text[start:], was
    path.write_text(text[:start] + text[start:].replace(was, now, 1), encoding="utf-8")
    return tuple(path.read_text(encoding="utf-8").splitlines())


def found(tree: Path) -> list[tuple[str, int, str]]:
    return [(one.path, one.line, one.message) for one in check_tree(tree).findings]


@pytest.mark.parametrize(
    ("behind", "was", "now", "line", "cure"),
    [
        pytest.param(
            'id = "spoilage-partial"',
            "above_percent = 10",
            "above_percent = 12",
            "above_percent = 12",
            "gap",
            id="a gap",
        ),
        pytest.param(
            *('id = "spoilage-partial"', "above_percent = 10", "above_percent = 8", "above_percent = 8", "overlap"),
            id="an overlap",
        ),
        pytest.param(
            'id = "dead-half"', "to_percent = 100", "to_percent = 90", "to_percent = 90", "end at 100", id="no top"
        ),
        pytest.param(
            *('id = "eggs-many"', "to_percent = 100", "to_percent = 20", "to_percent = 20", "raise to_percent"),
            id="an upside-down rung",
        ),
        pytest.param(
            *(
                'id = "eggs-many"',
                'kind = "full_refund", by = "all"',
                'kind = "partial_refund", by = "percent", percent = 20',
            ),
            *("payouts = ", "less than eggs-some"),
            id="less for more damage",
        ),
        pytest.param(
            *('id = "thawed-cold"', "percent = 20, percent_to = 50", "percent = 20, percent_to = 10"),
            *("payouts = ", "below percent"),
            id="room that leads down",
        ),
        pytest.param(
            *('id = "thawed-cold"', 'by = "percent", percent = 20, percent_to = 50', 'by = "share"'),
            *("payouts = ", "needs_share"),
            id="a share nobody asks for",
        ),
        pytest.param(
            '[[rules]]\nid = "eggs"', 'ladder = "eggs"', 'ladder = "egs"', "ladder", "ladders there are", id="ladder"
        ),
        pytest.param(
            '[[rules]]\nid = "eggs"', 'window = "eggs"', 'window = "egs"', "window", "windows there are", id="window"
        ),
        pytest.param(
            '[[rules]]\nid = "eggs"', '["whole_tray"', '["hole_tray"', "evidence", "evidence there are", id="evidence"
        ),
        pytest.param(
            '[[rules]]\nid = "eggs"',
            'categories = ["eggs"]',
            'categories = ["egs"]',
            "categories",
            "topics.toml",
            id="category",
        ),
        pytest.param(
            *('[[rules]]\nid = "eggs"', "refund_only = true", 'article = "no-such-article"', "article", "articles/"),
            id="an article that is not there",
        ),
        pytest.param('[[windows]]\nid = "none"', 'id = "none"', 'id = "late"', "id", "unique", id="an id used twice"),
        pytest.param(
            '[[windows]]\nid = "late"',
            "hours = 168",
            "hours = 168\nlead_hours = 48",
            "hours",
            "order them",
            id="windows",
        ),
        pytest.param(
            '[[windows]]\nid = "frozen"',
            "hours = 12",
            "hours = 6",
            "told_as",
            "customers are told 12小时",
            id="told otherwise",
        ),
        pytest.param(
            '[[windows]]\nid = "frozen"',
            '"shop_claim_frozen"',
            '"shop_frozen"',
            "told_as",
            "service.toml",
            id="told nowhere",
        ),
        pytest.param(
            'role = "lead"', "at_most_fen = 30000", "at_most_fen = 3000", "role", "less than agent", id="limits"
        ),
        pytest.param(
            'role = "lead"', 'role = "lead"', 'role = "agent"', "role", "no limit for lead", id="no limit for leads"
        ),
        pytest.param(
            "[pay_first]", "at_most_fen = 30000", "at_most_fen = 300000", "at_most_fen", "lower at_most", id="pay first"
        ),
        pytest.param(
            *('[[tolerances]]\nid = "prepacked"', "up_to_g = 100,", "up_to_g = 40,", "steps", "light to heavy"),
            id="tolerance",
        ),
        pytest.param("[customers]", "claims = 3", "claims = 0", "claims = 0", "greater than", id="no claim at all"),
        pytest.param('[[rules]]\nid = "late"', '["late"]', '["lat"]', "grounds", "rules", id="a ground that is none"),
    ],
)
def test_a_spoilt_policy_is_refused(tree: Path, behind: str, was: str, now: str, line: str, cure: str) -> None:
    lines = spoilt(tree, was, now, behind)

    findings = [one for one in found(tree) if cure in one[2]]

    assert findings, found(tree)
    path, number, _ = findings[0]
    assert path == NAME
    if cure == "no limit for lead":
        return
    assert lines[number - 1].startswith(line), (number, lines[number - 1])
    start = "\n".join(lines).index(behind.replace(was, now))
    first = "\n".join(lines)[:start].count("\n")
    assert first <= number - 1 < first + 12


def test_a_coupon_before_money_that_is_owed_is_refused(tree: Path) -> None:
    lines = spoilt(
        tree, 'kind = "partial_refund", by = "share"', 'kind = "coupon", by = "share"', 'id = "shortage"\nzh'
    )

    findings = [one for one in found(tree) if "money is owed" in one[2]]

    assert {one[:2] for one in findings} == {(NAME, findings[0][1])}
    assert lines[findings[0][1] - 1].startswith("payouts")
    assert {"rule missing_item" in message or "rule short_weight" in message for _, _, message in findings} == {True}
    assert "put a refund or reship before it" in findings[0][2]


def test_goods_without_a_rule_for_rot_are_named(tree: Path) -> None:
    path = tree / NAME
    text = path.read_text(encoding="utf-8")
    start = text.index('[[rules]]\nid = "any_spoilt"')
    path.write_text(text[:start] + text[text.index("[[rules]]", start + 5) :], encoding="utf-8")

    messages = [message for path, _, message in found(tree) if path == NAME]

    assert any("no rule for rotten of general, unknown goods" in message for message in messages)


def test_a_rule_behind_one_that_takes_all_its_goods_is_named(tree: Path) -> None:
    path = tree / NAME
    text = path.read_text(encoding="utf-8")
    start = text.index('[[rules]]\nid = "eggs"')
    end = text.index("[[rules]]", start + 5)
    rule = text[start:end]
    at = text.index('[[rules]]\nid = "wrong_item"')
    path.write_text(text[:start] + text[end:at] + rule + text[at:], encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()

    (finding,) = [one for one in found(tree) if one[0] == NAME]

    assert lines[finding[1] - 1] == 'id = "eggs"'
    assert "never reached" in finding[2]
    assert "move it up" in finding[2]


@pytest.mark.parametrize(
    ("badge", "was", "now", "cures"),
    [
        pytest.param("fresh_paid", "", "", ("48 hours and window fresh has 24",), id="a shorter window"),
        pytest.param("bad_fruit_paid", "", "", (), id="as wide as the badge"),
        pytest.param("short_weight_paid", "", "", (), id="short weight"),
        pytest.param("dead_crab_paid", "", "", (), id="contact and proof as the badge has them"),
        pytest.param(
            *("dead_crab_paid", "contact_hours = 2\nbasis", "basis", ("12 hours to speak up and window live has 2",)),
            id="less time to speak up",
        ),
        pytest.param(
            *("short_weight_paid", 'grounds = ["short_weight"]', 'grounds = ["price"]', ("no rule covers price",)),
            id="no rule",
        ),
        pytest.param(
            *(
                "bad_fruit_paid",
                'grounds = ["rotten", "crushed"]',
                'grounds = ["wilted"]',
                ("ladder wilted pays less",),
            ),
            id="less than the damaged share",
        ),
    ],
)
def test_a_policy_narrower_than_a_shown_badge_is_refused(
    tree: Path, badge: str, was: str, now: str, cures: tuple[str, ...]
) -> None:
    if was:
        spoilt(tree, was, now, f'[[badges]]\nid = "{badge}"')
    lines = spoilt(tree, "shown = false", "shown = true", f'[[badges]]\nid = "{badge}"')

    findings = [one for one in found(tree) if one[0] == NAME]

    assert bool(findings) == bool(cures), findings
    for cure in cures:
        (finding, *_) = [one for one in findings if cure in one[2]]
        assert lines[finding[1] - 1] == "shown = true"
        assert "shown = false" in finding[2]


def test_a_shop_without_a_policy_is_fit_to_publish(tree: Path) -> None:
    (tree / NAME).unlink()

    assert found(tree) == []
