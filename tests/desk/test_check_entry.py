"""What is said about a draft: all that is wrong with it, nothing that was wrong elsewhere before."""

import json
from typing import Any

import pytest

from assist.content.library import build_library, with_articles
from assist.desk.check_entry import Checks, EntryChecked
from assist.desk.libraries import Shelf, shelf_of, shelf_with
from assist.desk.with_draft import Wanted
from assist.domain.library import Entry, EntryKind
from tests.desk.shop import SHOP, SHRIMP, SHRIMP_REWORDED, article, small_library

ASKS = ["蓝莓怎么保存", "蓝莓要洗了再放吗", "蓝莓吃不完怎么办", "蓝莓能放冰箱吗"]
TEXT = "蓝莓到家摊开晾干，装盒放进冰箱冷藏，吃之前再冲洗，压破的挑出来。"


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return shelf_of(build_library(SHOP, 1, small_library()))


def check(shelf: Shelf, entry: Entry | None, kind: EntryKind = "article", entry_id: str = "") -> EntryChecked:
    key = (entry.kind, entry.entry_id) if entry else (kind, entry_id)
    wanted = Wanted(*key, entry.body if entry else None, small_library)
    return Checks().check(shelf, wanted)


def rules(checked: EntryChecked, level: str = "error") -> set[tuple[str, str]]:
    return {(one.field, one.rule) for one in checked.findings if one.level == level}


def test_a_sound_article_is_told_nothing_of_what_is_wrong_elsewhere(shelf: Shelf) -> None:
    checked = check(shelf, article("storage-berry", ASKS, TEXT))

    assert (checked.errors, checked.warnings) == ((), ())


@pytest.mark.parametrize(
    ("asks", "text", "wrong"),
    [
        pytest.param(ASKS[:2], TEXT, ("asks", "few_asks"), id="问法太少"),
        pytest.param([*ASKS, SHRIMP], TEXT, ("asks", "shared_ask"), id="别条的问法"),
        pytest.param([*ASKS, "蓝莓怎么保存呀"], TEXT, ("asks", "asks_alike"), id="几乎一样的问法"),
        pytest.param(ASKS, TEXT + "{{ nobody }}", ("text", "slots"), id="填不了的变量"),
        pytest.param(ASKS, TEXT + "冷藏5天内吃完。", ("text", "figures"), id="没出处的数字"),
        pytest.param(ASKS, "{{ 1 + 1 }}", ("text", "wording"), id="不是变量"),
        pytest.param([*ASKS, " \u3000"], TEXT, ("asks", "blank"), id="空白的问法"),
        pytest.param(ASKS, " \n ", ("text", "blank"), id="空白的话术"),
        pytest.param(ASKS, TEXT + "\u202e", ("text", "hidden"), id="反转方向的字符"),
        pytest.param(ASKS, TEXT + "本店全网最低价。", ("text", "guard_forbidden_rewrite"), id="禁语"),
    ],
)
def test_each_rule_of_the_check_holds_for_a_draft(
    shelf: Shelf, asks: list[str], text: str, wrong: tuple[str, str]
) -> None:
    assert wrong in rules(check(shelf, article("storage-berry", asks, text)))


def test_an_answer_like_anothers_is_found(shelf: Shelf) -> None:
    twin = "鲜牛奶开封后请放冰箱冷藏，一般{{ opened }}内喝完，有酸味就别喝了。"

    found = rules(check(shelf, article("storage-twin", ASKS, twin, opened="3天")))

    assert ("text", "answers_alike") in found


def test_an_article_is_not_compared_with_its_own_published_wording(shelf: Shelf) -> None:
    published = next(one for one in small_library() if one.entry_id == "storage-milk")

    assert check(shelf, published).errors == ()


def test_a_draft_that_others_answer_already_hints_at_them(shelf: Shelf) -> None:
    found = check(shelf, article("storage-berry", [*ASKS, "活虾怎么保存呀"], TEXT))

    assert "storage-shrimp" in {one.values["other"] for one in found.findings if one.rule == "answered"}
    assert {one.level for one in found.findings if one.rule == "answered"} == {"hint"}


def test_what_no_article_is_yet_says_which_fields_it_lacks(shelf: Shelf) -> None:
    half = Entry(kind="article", entry_id="storage-berry", body=json.dumps({"id": "storage-berry", "title": "蓝莓"}))

    assert {field for field, _ in rules(check(shelf, half))} >= {"category", "intent", "asks", "reviewed", "text"}


def test_what_an_end_breaks_is_found(shelf: Shelf) -> None:
    ended = check(shelf, None, kind="policy", entry_id="answers")

    assert [(one.owner, one.rule) for one in ended.errors] == [("policy/answers.toml", "library")]


def test_a_draft_of_another_kind_is_checked_in_the_whole_library(shelf: Shelf) -> None:
    body: dict[str, Any] = {"rules": {"no-such-rule": "warn"}}
    guards = Entry(kind="policy", entry_id="guards", body=json.dumps(body))

    found = check(shelf, guards).errors

    assert [one.owner for one in found if "no-such-rule" in one.message] == ["policy/guards.toml"]


def test_what_was_known_before_a_publishing_is_right_after_it(shelf: Shelf) -> None:
    checks = Checks()
    wanted = Wanted("article", "storage-berry", article("storage-berry", ASKS, TEXT).body, small_library)
    checks.check(shelf, wanted)
    after = shelf_with(shelf, with_articles(shelf.library, 2, [SHRIMP_REWORDED], set()), {"storage-shrimp"})
    taken = article("storage-berry", [*ASKS, SHRIMP], "活虾请当天吃完，别泡自来水，也别放冷冻。")
    again = Wanted("article", "storage-berry", taken.body, small_library)

    assert checks.check(after, again).findings == Checks().check(after, again).findings
    assert ("text", "answers_alike") in rules(checks.check(after, again))


def test_small_counts_are_a_hint_and_keep_nothing_back(shelf: Shelf) -> None:
    found = check(shelf, article("storage-berry", ASKS, TEXT + "蒂上有三个小眼，十分正常。"))

    assert (found.errors, found.warnings) == ((), ())
    assert [one.values for one in found.findings if one.rule == "counts"] == [{"said": "三个"}]


@pytest.mark.parametrize(
    ("name", "body", "level", "rule"),
    [
        pytest.param("targets", {"kpi": "K1", "value": 1e12}, "error", "share_above_all", id="more than all"),
        pytest.param("targets", {"kpi": "K12", "value": 1.5}, "error", "share_above_all", id="a share to come"),
        pytest.param("targets", {"kpi": "K99", "value": 0.5}, "error", "unknown_kpi", id="no KPI"),
        pytest.param("hours", {}, "warning", "no_shifts", id="nobody is ever there"),
    ],
)
def test_targets_and_hours_that_make_no_sense_are_told(
    shelf: Shelf, name: str, body: dict[str, Any], level: str, rule: str
) -> None:
    whole = {"targets": [{**body, "source": "老板"}]} if name == "targets" else body

    found = check(shelf, Entry(kind="policy", entry_id=name, body=json.dumps(whole)))

    assert [(one.owner, one.level) for one in found.findings if one.rule == rule] == [(f"policy/{name}.toml", level)]


def test_targets_that_can_be_reached_are_told_nothing_of(shelf: Shelf) -> None:
    targets = [{"kpi": "K1", "value": 1}, {"kpi": "K8", "value": 15}, {"kpi": "K23b", "value": 120}]
    body = {"targets": [{**one, "source": "老板"} for one in targets]}

    assert check(shelf, Entry(kind="policy", entry_id="targets", body=json.dumps(body))).findings == ()
