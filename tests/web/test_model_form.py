"""A form holds exactly what its model holds: every shipped entry goes through it unchanged, in every language."""

import json
from datetime import time
from functools import cache
from typing import Any

import pytest
from pydantic import BaseModel, JsonValue

from assist.content.entries import NAMED, model_of
from assist.content.files import SINGLE_FILES, read_tree, shipped_directory
from assist.content.library import build_library
from assist.domain.guard import TermGroup
from assist.domain.library import Entry, Library
from assist.domain.remedy import Script
from assist.domain.remedy_policy import Payout
from assist.domain.targets import HoursPolicy, Shift
from assist.web.kb_form_sets import form_of, sets_of
from assist.web.kb_forms import problems_of
from assist.web.model_diff import changes
from assist.web.model_form import Form, Node, gather, kept_number, option_sets, shown_number
from assist.web.model_types import models_of, variants_of
from assist.web.words import LANGUAGES, words

EDITABLE = (*SINGLE_FILES.values(), NAMED["product"], NAMED["offer"], Script)
ENTRIES, _ = read_tree(shipped_directory())
FORMED = [entry for entry in ENTRIES if entry.kind != "article"]


@cache
def library() -> Library:
    return build_library("s1", 1, ENTRIES)


def tree(model: type[BaseModel], value: JsonValue, language: str = "zh") -> Node:
    return form_of(model, library(), value, language).tree(model, value)


def field(root: Node, *path: str) -> Node:
    for name in path:
        root = next(child for child in root.children if child.name == name)
    return root


@pytest.mark.parametrize("kind", sorted({entry.kind for entry in FORMED}))
def test_every_shipped_entry_is_gathered_as_it_was(kind: str) -> None:
    for entry in (one for one in FORMED if one.kind == kind):
        model = model_of(entry.kind, entry.entry_id)

        gathered = gather(tree(model, json.loads(entry.body)))

        value = model.model_validate_json(json.dumps(gathered))
        assert value.model_dump_json(exclude_defaults=True) == entry.body, entry.entry_id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_choice_and_variant_has_words(language: str) -> None:
    told = words(language)
    form = Form(told, {})

    for model in {below for one in EDITABLE for below in models_of(one)} - {NAMED["article"]}:
        assert all(form.label(model, name) for name in model.model_fields if name != "use")
        assert all(option.label for options in option_sets(model, told).values() for option in options)
        assert all(f"variant_{name}" in told for name in variants_of(model))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_form_can_be_shown_for_every_model(language: str) -> None:
    for model in EDITABLE:
        assert tree(model, {}, language).children


@pytest.mark.parametrize(
    ("kept", "places", "shown"),
    [
        pytest.param(1250, -2, "12.5", id="fen as yuan"),
        pytest.param(5, -2, "0.05", id="five fen"),
        pytest.param(0.145, 2, "14.5", id="a share as percent, exactly"),
        pytest.param(0.03, 2, "3", id="three percent"),
        pytest.param(1.0, 2, "100", id="all of it"),
        pytest.param(-0.85, 0, "-0.85", id="below zero"),
        pytest.param(0, -2, "0", id="nothing"),
        pytest.param(None, -2, "", id="no limit"),
    ],
)
def test_a_number_is_shown_in_the_unit_people_use_and_kept_exactly(kept: Any, places: int, shown: str) -> None:
    assert shown_number(kept, places) == shown
    assert kept_number(shown, places) == kept


@pytest.mark.parametrize("typed", ["zwölf", "1,5", "1e999999999", "nan", "--1", "1.2.3"])
def test_what_is_no_number_is_sent_as_it_was_typed_and_refused_at_its_field(typed: str) -> None:
    payout = {"kind": "coupon", "by": "none", "at_least_fen": kept_number(typed, -2)}

    assert payout["at_least_fen"] == typed
    (problem,) = problems_of(Payout, payout, "zh")
    assert (problem.path, problem.message) == (["at_least_fen"], "要写整数")


def test_no_rewrite_and_a_rewrite_that_leaves_the_term_out_are_told_apart() -> None:
    for rewrite in (None, ""):
        group = {"id": "g", "category": "abuse", "level": "block", "zh": "一", "en": "b", "basis": "c", "terms": ["d"]}

        gathered = gather(tree(TermGroup, {**group, "rewrite": rewrite}))

        assert isinstance(gathered, dict)
        assert gathered["rewrite"] == rewrite


def test_hours_are_a_row_of_days_and_two_times() -> None:
    root = tree(HoursPolicy, {"shifts": [{"days": [1, 3], "start": "08:00:00", "until": "22:00:00"}]})

    (row,) = field(root, "shifts").children
    assert field(row, "days").chosen == ("1", "3")
    assert (field(row, "start").shown, field(row, "until").shown) == ("08:00", "22:00")
    read = HoursPolicy.model_validate_json(json.dumps(gather(root)))
    assert read.shifts == (Shift(days=(1, 3), start=time(8), until=time(22)),)


def test_problems_name_their_field_in_the_language_of_the_page() -> None:
    body = {"shifts": [{"days": [9], "start": "25:00", "until": "22:00"}]}

    found = {tuple(one.path): one.message for one in problems_of(HoursPolicy, body, "en")}

    assert found[("shifts", 0, "days", 0)] == "May not be more than 7"
    assert found[("shifts", 0, "start")] == "A time such as 08:00"


@pytest.mark.parametrize(("language", "said"), [("zh", "请填时间，例 08:00"), ("en", "A time such as 08:00")])
def test_a_cleared_time_asks_for_one(language: str, said: str) -> None:
    body = {"shifts": [{"days": [1], "start": "", "until": "22:00"}]}

    assert [one.message for one in problems_of(HoursPolicy, body, language)] == [said]


def test_a_change_is_told_by_label_with_before_and_after() -> None:
    remedy = next(entry for entry in FORMED if entry.entry_id == "remedy")
    before: dict[str, Any] = json.loads(remedy.body)
    after: dict[str, Any] = json.loads(remedy.body)
    after["budget"]["daily_fen"] = 123400
    after["rules"].append(after["rules"].pop(0))
    model = model_of("policy", "remedy")
    sets = sets_of(model, library(), after, "zh")

    found = changes(tree(model, before), tree(model, after), sets)

    budget = next(one for one in found if one.where == ("每日预算", "每天上限"))
    assert budget.after == "1234 元"
    assert len(found) == 2, "the other is the rules' order"


def test_nothing_is_changed_where_nothing_differs() -> None:
    for entry in FORMED:
        if entry.kind in ("policy", "lexicon", "script"):
            assert no_changes(entry)


def no_changes(entry: Entry) -> bool:
    model, body = model_of(entry.kind, entry.entry_id), json.loads(entry.body)
    sent = json.loads(json.dumps(gather(tree(model, body))))
    return changes(tree(model, body), tree(model, sent), sets_of(model, library(), body, "zh")) == []


def test_what_an_offer_names_is_chosen_and_its_tones_are_known_by_who_they_are_for() -> None:
    offer = NAMED["offer"]
    root = tree(offer, {"kind": "lemon", "season": "hotpot", "say_to": {"new": "头一回做的话，要不要带一份？"}})

    assert {name: field(root, name).options for name in ("kind", "bundle", "season")} == {
        "kind": "goods_kind",
        "bundle": "goods_kind",
        "season": "season",
    }
    assert [pair.summary for pair in field(root, "say_to").children] == ["新顾客 · 头一回做的话，要不要带一份？"]
    assert field(root, "say_to").children[0].children[1].kind == "area"
    selling = tree(model_of("policy", "selling"), {})
    assert field(selling, "quiet_intents").options == "intent"
    assert field(selling, "weekly_categories").options == "category"
