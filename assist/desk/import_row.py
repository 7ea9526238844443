"""What article does a row of a table say, and what is strange about it?"""

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from assist.content.check_articles import plain
from assist.domain.library import Library
from assist.domain.topic import Topic
from assist.domain.value import Value
from assist.suggest.topic import TopicReader

TITLE = 60
"""Characters of a title, at most."""
_MANY = re.compile("[|;\uff1b]")
_PARTED = re.compile(r"[\n,\uff0c、|;\uff1b]+")
_YES = frozenset({"1", "true", "yes", "y", "是", "内部"})
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


class RowFinding(Value):
    """What is wrong with a row: `rule` and its values fill the words of any language, `message` is the English."""

    rule: str
    message: str
    values: Mapping[str, str] = {}


def finding(rule: str, template: str, **values: str) -> RowFinding:
    return RowFinding(rule=rule, message=template.format(**values), values=values)


class RowReader:
    """Reads rows as articles of one library; made once for a table."""

    def __init__(self, library: Library, topics: TopicReader) -> None:
        self._topics = topics
        self._products = {
            name.lower(): one.id for one in library.products for name in (one.id, one.name, one.name_en, *one.aliases)
        }
        self._labels = {"category": library.topics.categories, "intent": library.topics.intents}
        self._said = {
            kind: {said: one.id for one in reversed(labels) for said in (one.en.lower(), one.zh, one.id) if said}
            for kind, labels in self._labels.items()
        }

    def body(self, texts: Mapping[str, str], question: str, findings: list[RowFinding]) -> dict[str, Any]:
        """Return the article that cleaned cells say, as JSON values; `findings` gets what was not understood."""
        title = texts.get("title") or question
        others = _many(texts.get("asks", ""))
        # A title is a question only where nothing else is.
        asks = list(dict.fromkeys((question, *others) if texts.get("question") or not others else others))
        entry_id = texts.get("id", "").lower()
        if entry_id and not _NAME.fullmatch(entry_id):
            findings.append(finding("bad_id", "the id {id!r} is no id; it gets one of its own", id=entry_id))
            entry_id = ""
        body: dict[str, Any] = {
            "id": entry_id or _id_of(question),
            "title": title if len(title) <= TITLE else f"{title[: TITLE - 1]}…",
            **self._labelled(texts, question, findings),
            "asks": asks,
            "text": texts["text"],
        }
        if reviewed := _day(texts.get("reviewed", ""), findings):
            body["reviewed"] = reviewed
        if products := self._named(texts.get("products", ""), findings):
            body["products"] = products
        body |= {name: texts[name] for name in ("title_en", "text_en") if texts.get(name)}
        if texts.get("asks_en"):
            body["asks_en"] = _many(texts["asks_en"])
        if texts.get("internal", "").lower() in _YES:
            body["internal"] = True
        return body

    def _labelled(self, texts: Mapping[str, str], question: str, findings: list[RowFinding]) -> dict[str, str]:
        """Return the category and the intent: as the row says, else as the question sounds."""
        said = {kind: texts.get(kind, "") for kind in self._labels}
        known = {kind: self._said[kind].get(said[kind].lower()) for kind in self._labels}
        topic = None if all(known.values()) else self._topics.read(question)
        return {kind: known[kind] or self._guessed(kind, said[kind], topic, findings) for kind in self._labels}

    def _guessed(self, kind: str, said: str, topic: Topic | None, findings: list[RowFinding]) -> str:
        ids = [one.id for one in self._labels[kind]]
        guess = topic and (topic.category if kind == "category" else topic.intent)
        kept = guess if guess in ids else ("general" if kind == "category" else "other")
        # A shop that has published nothing yet has no labels.
        kept = kept if kept in ids or not ids else ids[-1]
        if said:
            template = "unknown {kind} {said!r}; kept as {kept}"
            findings.append(finding(f"unknown_{kind}", template, kind=kind, said=said, kept=kept))
        return kept

    def _named(self, said: str, findings: list[RowFinding]) -> list[str]:
        """Return the ids of the products a cell names."""
        wanted = [one.strip() for one in _PARTED.split(said) if one.strip()]
        if strange := [one for one in wanted if one.lower() not in self._products]:
            findings.append(finding("unknown_products", "unknown products {names}; left out", names="、".join(strange)))
        return list(dict.fromkeys(self._products[one.lower()] for one in wanted if one.lower() in self._products))


def _many(cell: str) -> list[str]:
    """A line each; where there is one line only, divided by | or ;."""
    lines = cell.splitlines() if "\n" in cell else _MANY.split(cell)
    return [one.strip() for one in lines if one.strip()]


def _day(said: str, findings: list[RowFinding]) -> str:
    """Return the day a cell names as 2026-11-21, "" for none; written with -, /, . or 年月日, the year first."""
    if not said:
        return ""
    parts = _DAY.fullmatch(said)
    try:
        if parts is not None:
            return date(*(int(part) for part in parts.groups())).isoformat()
    except ValueError:
        pass
    findings.append(finding("bad_day", "{said!r} is no day; write it like 2026-11-21", said=said))
    return ""


def _id_of(question: str) -> str:
    """The same question gets the same id again, however it is punctuated."""
    return f"import-{hashlib.blake2b(plain(question).encode(), digest_size=6).hexdigest()}"
