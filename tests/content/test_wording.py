"""Slots are filled literally; what cannot be filled stays for a person."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.content.wording import Worded, WordingError, slots_of, word


def test_slots_are_filled_with_their_values() -> None:
    assert word("{{ a }}内吃完，{{b}}以下", {"a": "1-3天", "b": "4℃"}) == Worded(text="1-3天内吃完，4℃以下")


@pytest.mark.parametrize(
    "value", ["{{7*7}}", "{{ b }}", "{% for x in y %}", "{# x #}", "<b>&amp;</b>", "${x}", "{}", "%s", "\\n"]
)
def test_a_value_is_printed_literally_whatever_it_looks_like(value: str) -> None:
    assert word("您好{{ a }}！", {"a": value, "b": "不该出现"}).text == f"您好{value}！"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_value_is_printed_literally(value: str) -> None:
    assert word("（{{ a }}）", {"a": value}).text == f"（{value}）"


def test_a_slot_without_a_value_stays_and_is_named() -> None:
    worded = word("{{ customer_name }}您好，订单{{ order_ref }}，{{ a }}", {"a": "好"})

    assert worded == Worded(
        text="{{ customer_name }}您好，订单{{ order_ref }}，好", missing=("customer_name", "order_ref")
    )


def test_more_values_than_slots_do_no_harm() -> None:
    assert word("好", {"a": "1"}) == Worded(text="好")


def test_a_condition_shows_its_text_only_with_a_value() -> None:
    text = "{% if a %}有{{ a }}{% endif %}{% if not a %}没有{% endif %}"

    assert word(text, {"a": "虾"}).text == "有虾"
    assert word(text, {"a": ""}).text == "没有"


def test_the_slots_of_a_text_are_its_names() -> None:
    assert slots_of("{{ a }}{% if b %}{{ c }}{% endif %}{{ a }}") == {"a", "b", "c"}


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ a.b }}",
        "{{ a['b'] }}",
        "{{ a() }}",
        "{{ a|upper }}",
        "{{ 'a' * 10**10 }}",
        "{{ a ~ a }}",
        "{{ 1 }}",
        "{{ [a] }}",
        "{{ a if b }}",
        "{% if a == 'x' %}y{% endif %}",
        "{% if a and b %}y{% endif %}",
        "{% for i in range(10**9) %}x{% endfor %}",
        "{% set a = b %}",
        "{% include '/etc/passwd' %}",
        "{% extends 'x' %}",
        "{% import 'x' as y %}",
        "{% macro m() %}{% endmacro %}",
        "{% raw %}{{ a }}{% endraw %}{{ a.b }}",
        "{{ a",
        "{% if a %}",
        "{{ }}",
    ],
)
def test_anything_but_names_and_plain_conditions_is_refused(text: str) -> None:
    with pytest.raises(WordingError):
        slots_of(text)
    with pytest.raises(WordingError):
        word(text, {"a": "x", "b": "y"})


def test_a_refusal_names_the_line() -> None:
    with pytest.raises(WordingError) as refused:
        slots_of("一\n二\n{{ a|upper }}")

    assert refused.value.line == 3


def test_a_text_is_never_longer_than_a_message() -> None:
    assert len(word("{{ a }}", {"a": "长" * 10_000}).text) <= 2000
