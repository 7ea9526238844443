"""Which questions is a finder asked? Shop knowledge made up by a grammar of our own, or a set that is given.

The grammar (`questions.toml`) is products x aspects x wordings x qualifiers. The same seed makes the same case.
"""

import json
import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from assist.cli.output import fail

Row = tuple[str, ...]
"""Words that mean the same."""

KINDS = ("reworded", "polite", "order", "synonym", "short", "typo", "dropped", "homophone")
"""How a question differs from its entry's ask, each in other words than the ask's: nothing more, words of politeness
around it, the product moved to the end, synonyms, no small words, one wrong character, one missing, one homophone."""

_SLOT = re.compile(r"\{(\w+)\}")
_ORIGIN_SHARE, _GRADE_SHARE, _PACK_SHARE = 0.55, 0.3, 0.45
_POLITE_SHARE = 0.3
# Entries use an aspect's first wordings, questions the others: customers do not speak like the base.
_ENTRY_WORDINGS = 3
_PRODUCT_WORDS = frozenset({"p", "mate"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of shop knowledge. `product` (as customers call it) and `intent` are what an author declares."""

    question: str
    similar: tuple[str, ...]
    answer: str
    product: str = ""
    intent: str = ""

    @property
    def asks(self) -> tuple[str, ...]:
        return (self.question, *self.similar)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `gold` are the places of the entries that answer it; none for a question out of scope."""

    text: str
    gold: tuple[int, ...]
    kind: str


@dataclass(frozen=True)
class Case:
    """What is known, and what is asked of it."""

    name: str
    entries: tuple[Entry, ...]
    asked: tuple[Asked, ...]


@dataclass(frozen=True)
class _Meaning:
    """What an entry is about, apart from its words: the rows its words are drawn from, by slot."""

    aspect: int
    rows: Mapping[str, Row]

    @cached_property
    def key(self) -> tuple[int, frozenset[str]]:
        """The same for the same meaning: of two products that are asked about together, either may come first."""
        return self.aspect, frozenset(row[0] for row in self.rows.values())


@dataclass(frozen=True)
class _Said:
    """A meaning in words: which wording of its aspect, and the word taken from each row."""

    meaning: _Meaning
    wording: int
    words: Mapping[str, str]


@dataclass(frozen=True)
class _Draft:
    """A text, and the places in it where a slip would not change what distinguishes it from its neighbours."""

    text: str
    open: tuple[int, ...]


def made_case(size: int, questions: int, seed: int) -> Case:
    """Make `size` distinct entries, a question by other wording for `questions` of them, half as many out of scope."""
    rng = random.Random(f"{seed}-{size}")  # noqa: S311 - the same seed makes the same case
    grammar = _Grammar(tomllib.loads((Path(__file__).parent / "questions.toml").read_text("utf-8")), rng)
    said = grammar.entries(size)
    entries = tuple(grammar.entry(one) for one in said)
    seen = {entry.question for entry in entries}
    asked: list[Asked] = []
    for place in rng.sample(range(size), min(size, questions)):
        text, kind = grammar.question(said[place], KINDS[len(asked) % len(KINDS)], seen)
        asked.append(Asked(text, (place,), kind))
    asked += grammar.outside(max(1, len(asked) // 2), seen)
    return Case(f"made-up, {size:,} entries", entries, tuple(asked))


def given_case(kb: Path, queries: Path) -> Case:
    """Read a set: entries `{id, question, similar, answer}`, queries `{text, gold, kind}`, one JSON object a line."""
    rows = list(_lines(kb))
    places = {row["id"]: place for place, row in enumerate(rows)}
    entries = tuple(
        # An answer that only stands for one says nothing.
        Entry(
            row["question"],
            tuple(row["similar"]),
            "" if row["answer"].startswith("[standard") else row["answer"],
        )
        for row in rows
    )
    asked: list[Asked] = []
    for row in _lines(queries):
        unknown = [gold for gold in row["gold"] if gold not in places]
        if unknown:
            fail(f"{queries}: {row['text']!r} is answered by {unknown}, which {kb} does not hold")
        asked.append(Asked(row["text"], tuple(places[gold] for gold in row["gold"]), row.get("kind", "")))
    return Case(kb.name.removesuffix(".kb.jsonl"), entries, tuple(asked))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except ValueError as error:
            fail(f"{path}:{number}: not JSON: {error}")


class _Grammar:
    """Draws meanings and puts them into words."""

    def __init__(self, words: Mapping[str, Any], rng: random.Random) -> None:
        self._words = words
        self._rng = rng
        self._group_of = {row[0]: group for group, rows in words["products"].items() for row in rows}
        self._aspects: Sequence[Mapping[str, Any]] = words["aspects"]
        self._noise: Mapping[str, Any] = words["noise"]

    def entries(self, size: int) -> list[_Said]:
        """Draw distinct meanings with distinct asks."""
        keys: set[object] = set()
        texts: set[str] = set()
        said: list[_Said] = []
        while len(said) < size:
            one = self._put(self._meaning())
            text = self._draft(one).text
            if one.meaning.key not in keys and text not in texts:
                keys.add(one.meaning.key)
                texts.add(text)
                said.append(one)
        return said

    def entry(self, said: _Said) -> Entry:
        aspect = self._aspects[said.meaning.aspect]
        answer = _SLOT.sub(lambda match: said.words[match.group(1)], aspect["answer"])
        return Entry(self._draft(said).text, (), answer, said.words["p"], aspect["intent"])

    def question(self, said: _Said, kind: str, seen: set[str]) -> tuple[str, str]:
        """Ask for an entry by another wording, in words nobody used yet; `reworded` where a kind does not apply."""
        while True:
            text = self._ask(said, kind)
            if text is None:
                kind = KINDS[0]
            elif text not in seen:
                seen.add(text)
                return text, kind

    def outside(self, count: int, seen: set[str]) -> list[Asked]:
        """Ask what no entry answers: half about the shop's products, half about other trades."""
        asked: list[Asked] = []
        while len(asked) < count:
            near = len(asked) % 2 == 0
            text = self._near() if near else self._elsewhere()
            if text not in seen:
                seen.add(text)
                asked.append(Asked(text, (), "out: same products" if near else "out: other trades"))
        return asked

    def _meaning(self) -> _Meaning:
        pick = self._rng.choice
        number = self._rng.randrange(len(self._aspects))
        aspect = self._aspects[number]
        rows = self._product_rows(pick(aspect.get("groups") or list(self._words["products"])))
        for slot in sorted({slot for wording in aspect["wordings"] for slot in _SLOT.findall(wording)} - {"p"}):
            rows[slot] = self._other_product(rows["p"]) if slot == "mate" else tuple(pick(self._words["slots"][slot]))
        return _Meaning(number, rows)

    def _product_rows(self, group: str) -> dict[str, Row]:
        pick, chance = self._rng.choice, self._rng.random
        rows = {"p": tuple(pick(self._words["products"][group]))}
        shares = (("origins", group, _ORIGIN_SHARE), ("grades", group, _GRADE_SHARE), ("packs", "all", _PACK_SHARE))
        return rows | {
            slot: tuple(pick(self._words[slot][listed])) for slot, listed, share in shares if chance() < share
        }

    def _other_product(self, product: Row) -> Row:
        group = self._rng.choice(list(self._words["products"]))
        others = [row for row in self._words["products"][group] if row[0] != product[0]]
        return tuple(self._rng.choice(others))

    def _put(self, meaning: _Meaning) -> _Said:
        words = {slot: self._rng.choice(row) for slot, row in meaning.rows.items()}
        return _Said(meaning, self._rng.randrange(_ENTRY_WORDINGS), words)

    def _reworded(self, said: _Said) -> _Said:
        count = len(self._aspects[said.meaning.aspect]["wordings"])
        return _Said(said.meaning, self._rng.randrange(_ENTRY_WORDINGS, count), said.words)

    def _draft(self, said: _Said, *, product_last: bool = False, turned: bool = False) -> _Draft:
        wording: str = self._aspects[said.meaning.aspect]["wordings"][said.wording]
        words = said.words
        if product_last:
            return _filled(wording.replace("{p}", "") + "，{grades}{p}{packs}，{origins}", words, {"origins": "{}的"})
        if turned:
            return _filled(wording.replace("{p}", "{packs}{origins}{grades}{p}"), words, {"packs": "{}的"})
        return _filled(wording.replace("{p}", "{origins}{grades}{p}{packs}"), words, {})

    def _ask(self, said: _Said, kind: str) -> str | None:
        """Return the question, or None where this kind would change nothing."""
        other = self._reworded(said)
        turned = self._rng.random() < 0.5
        match kind:
            case "polite":
                before, after = self._rng.choice(self._noise["before"]), self._rng.choice(self._noise["after"])
                return before + self._draft(other, turned=turned).text + after
            case "order":
                return self._draft(other, product_last=True).text
            case "synonym":
                alike = self._synonyms(other)
                return self._draft(alike, turned=turned).text if alike else None
            case "short":
                return self._shortened(self._draft(other, turned=turned))
            case "typo" | "dropped" | "homophone":
                return self._slip(self._draft(other, turned=turned), kind)
            case _:
                return self._draft(other, turned=turned).text

    def _synonyms(self, said: _Said) -> _Said | None:
        words = {
            slot: self._rng.choice([word for word in row if word != said.words[slot]] or row)
            for slot, row in said.meaning.rows.items()
        }
        return None if words == said.words else _Said(said.meaning, said.wording, words)

    def _shortened(self, draft: _Draft) -> str | None:
        short = draft.text
        for word in self._noise["filler"]:
            short = short.replace(word, "")
        return short if short != draft.text and len(short) >= 4 else None

    def _slip(self, draft: _Draft, kind: str) -> str | None:
        """Return the text with one slip where it leaves the meaning clear."""
        alike = {one: row.replace(one, "") for row in self._noise["homophones"] for one in row}
        places = [at for at in draft.open if kind != "homophone" or draft.text[at] in alike]
        if not places:
            return None
        at = self._rng.choice(places)
        slips = {"dropped": [""], "typo": self._noise["typo"], "homophone": alike.get(draft.text[at], "")}[kind]
        return draft.text[:at] + self._rng.choice(slips) + draft.text[at + 1 :]

    def _near(self) -> str:
        wording = self._rng.choice(self._rng.choice(self._words["near"])["wordings"])
        rows = self._product_rows(self._rng.choice(list(self._words["products"])))
        words = {slot: self._rng.choice(row) for slot, row in rows.items()}
        return self._politely(_filled(wording.replace("{p}", "{origins}{grades}{p}{packs}"), words, {}).text)

    def _elsewhere(self) -> str:
        trade = self._rng.choice(self._words["elsewhere"])
        wording = self._rng.choice(trade["wordings"])
        return self._politely(wording.replace("{item}", self._rng.choice(trade["items"])))

    def _politely(self, text: str) -> str:
        before = self._rng.choice(self._noise["before"]) if self._rng.random() < _POLITE_SHARE else ""
        after = self._rng.choice(self._noise["after"]) if self._rng.random() < _POLITE_SHARE else ""
        return f"{before}{text}{after}"


def _filled(template: str, words: Mapping[str, str], around: Mapping[str, str]) -> _Draft:
    """Fill the slots; an unknown one is empty. Fixed text is open to slips, and product names of three characters."""
    text = ""
    places: list[int] = []
    for at, part in enumerate(_SLOT.split(template)):
        is_slot = at % 2 == 1
        word = words.get(part, "") if is_slot else part
        if (word and not is_slot) or (part in _PRODUCT_WORDS and len(word) >= 3):
            places += range(len(text), len(text) + len(word))
        text += around.get(part, "{}").format(word) if is_slot and word else word
    trimmed = text.rstrip("，")
    return _Draft(trimmed, tuple(at for at in places if at < len(trimmed) and trimmed[at] != "，"))
