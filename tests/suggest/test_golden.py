"""Situations whose answer must not move, whatever the index becomes: `tests/cases/answers`, one file a group."""

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Self

import pytest
from pydantic import model_validator

from assist.desk.advise import suggest
from assist.desk.libraries import Shelf
from assist.domain.chat import Message, Order, OrderLine, Role
from assist.domain.library import Library
from assist.domain.suggestion import Situation, Suggestion
from assist.domain.value import Value
from assist.suggest.small_talk import is_small_talk
from assist.suggest.turns import fold_turns, turn_text
from tests.conftest import NOW

ANSWERS = Path(__file__).parents[1] / "cases" / "answers"


class Case(Value):
    """What the customer said, before and now, what is in the order, and which cards are right."""

    id: str
    rule: str
    earlier: list[str] = []
    """The customer's turns before, oldest first; each was answered."""
    order: list[str] = []
    """Titles of the order's lines."""
    messages: list[str]
    """This turn: one message or a burst."""
    first: list[str] = []
    """One of these is the first card."""
    among: list[str] = []
    """One of these is among the cards."""
    nothing: bool = False
    """No card appears."""
    or_nothing: bool = False
    """Beside `first`: no card at all is right, too."""
    never: list[str] = []
    """None of these is among the cards; `storage-*` names all that begin so."""

    @model_validator(mode="after")
    def expect_one_thing(self) -> Self:
        if [bool(self.first), bool(self.among), self.nothing].count(True) != 1:
            raise ValueError(f"{self.id}: say exactly one of first, among, nothing")
        if self.or_nothing and not self.first:
            raise ValueError(f"{self.id}: or_nothing goes with first")
        return self


def _cases() -> Iterator[Case]:
    for path in sorted(ANSWERS.glob("*.toml")):
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        yield from (Case(**row) for row in content["cases"])


CASES = tuple(_cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_situation_gets_its_answer(shelf: Shelf, case: Case) -> None:
    found = _cards(case, shelf)

    wrong = _what_is_wrong(case, [card.article_id for card in found])

    if wrong:  # Without a traceback: one would print the whole shelf, and take seconds over it.
        pytest.fail(_report(case, found, wrong), pytrace=False)


def test_every_case_has_its_own_id() -> None:
    ids = [case.id for case in CASES]

    assert len(ids) >= 130
    assert sorted(ids) == sorted(set(ids))


def test_every_article_a_case_names_exists(library: Library) -> None:
    known = {article.id for article in library.articles}

    missing = {(case.id, id_) for case in CASES for id_ in (*case.first, *case.among) if id_ not in known}
    idle = {(case.id, id_) for case in CASES for id_ in case.never if not any(fnmatchcase(one, id_) for one in known)}

    assert not missing
    assert not idle


@pytest.mark.parametrize("text", ["", "   ", "？？？", "👍👍", "\u200b\u200d", "。。。！"])
def test_a_text_without_words_gets_no_card(shelf: Shelf, text: str) -> None:
    """Such a message is small talk; the engine must not stumble over it all the same."""
    situation = Situation(turn_id="t1", text=text, library_number=shelf.library.number)

    assert suggest(situation, shelf) == []


@pytest.mark.parametrize(
    "question",
    [
        "草莓怎么保存",
        "草莓放冰箱能放几天",
        "草莓要不要洗了再放冰箱",
        "买的草莓吃不完可以冷冻吗",
        "草莓常温能放多久",
        "奶油草莓怎么放不容易坏",
    ],
)
def test_a_question_about_strawberries_never_gets_another_products_storage_first(shelf: Shelf, question: str) -> None:
    situation = Situation(turn_id="t1", text=question, library_number=shelf.library.number)

    first = shelf.articles[suggest(situation, shelf)[0].article_id]

    assert first.intent != "storage" or not first.products or "strawberry" in first.products, first.id


def _cards(case: Case, shelf: Shelf) -> list[Suggestion]:
    """Decide the case's last turn as the desk does: messages folded into turns, small talk left without a card."""
    messages = _messages(case, shelf.library)
    *before, turn = fold_turns(messages)
    if turn.small_talk:
        return []
    situation = Situation(
        turn_id=turn.id,
        text=turn_text(turn, messages),
        earlier=tuple(turn_text(one, messages) for one in before),
        order=_order(case.order),
        library_number=shelf.library.number,
    )
    return suggest(situation, shelf)


def _messages(case: Case, library: Library) -> list[Message]:
    said: list[tuple[Role, str]] = []
    for text in case.earlier:
        said += [(Role.customer, text), (Role.agent, "亲，请稍等")]
    said += [(Role.customer, text) for text in case.messages]
    return [
        Message(
            id=f"m{at}",
            ref=f"{at:03}",
            role=role,
            text=text,
            occurred_at=NOW + timedelta(seconds=at),
            received_at=NOW + timedelta(seconds=at),
            small_talk=role is Role.customer and is_small_talk(text, library.small_talk),
        )
        for at, (role, text) in enumerate(said)
    ]


def _order(titles: list[str]) -> Order | None:
    if not titles:
        return None
    lines = tuple(OrderLine(line_ref=str(at), title=title) for at, title in enumerate(titles, start=1))
    return Order(order_ref="o1", status="paid", lines=lines, as_of=NOW)


def _what_is_wrong(case: Case, found: list[str]) -> str:
    """Return what the cards break, or nothing."""
    forbidden = [id_ for id_ in found if any(fnmatchcase(id_, one) for one in case.never)]
    if forbidden:
        return f"never {forbidden}"
    if case.nothing:
        return "wanted no card" if found else ""
    if case.among:
        return "" if set(found) & set(case.among) else f"wanted among the cards one of {case.among}"
    if not found:
        return "" if case.or_nothing else f"wanted first one of {case.first}"
    return "" if found[0] in case.first else f"wanted first one of {case.first}{' or no card' * case.or_nothing}"


def _report(case: Case, found: list[Suggestion], wrong: str) -> str:
    cards = ", ".join(f"{card.article_id} {card.score:.2f}" for card in found) or "no card"
    said = " | ".join([*(f"({text})" for text in case.earlier), *case.messages])
    order = f"; order: {case.order}" if case.order else ""
    return f"{case.rule}\nsaid: {said}{order}\nfound: {cards}\n{wrong}"
