"""How often does the finder find the answer? On a set with entries of its own, with the shop's lexicon and policy."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assist.app.sentence_model import NoSentenceModel, load_sentence_model
from assist.cli.bench.figures import Separation, Share, separation_of, share_of
from assist.cli.content import library_of
from assist.cli.output import fail, note, print_json
from assist.desk.libraries import Shelf, shelf_of
from assist.domain.library import Article, Library
from assist.domain.value import Value
from assist.suggest.small_talk import is_small_talk

from .files import Row, RowsError, keep_apart, read_rows, replace

_RANKED = 10
_BINS = 10
# An answer that only stands for one says nothing.
_STANDS_FOR_ONE = "[standard answer"


class EntryRow(Row):
    """One entry of a set: a question with its other phrasings, and the answer."""

    question: str
    similar: tuple[str, ...] = ()
    answer: str = ""


class QueryRow(Row):
    """One question; `gold` are the entries that answer it, empty for none, left out where nobody knows."""

    text: str
    gold: tuple[str, ...] | None = None


class Ranked(Value):
    """What was found for one question, best first, how sure the first is, and whether it may go out alone."""

    id: str
    ranked: tuple[str, ...]
    score: float
    auto: bool


class RetrievalReport(Value):
    """Shares over the questions that have an answer, over those answered alone, and over those that have none."""

    entries: int
    queries: int
    hit1: Share
    hit3: Share
    separation: Separation | None
    calibration_error: float
    auto_precision: Share
    auto_coverage: Share
    auto_false: Share


def run_retrieval(kb: Path, queries: Path, out: Path, directory: Path | None, *, semantic: bool, as_json: bool) -> None:
    """Ask every question, write all rows or none, and print how often they are right."""
    try:
        keep_apart(out, kb, queries)
        entries = [row for _, row in read_rows(kb, EntryRow, '{"id": "1", "question": "...", "answer": "..."}')]
        asked = read_rows(queries, QueryRow, '{"id": "1", "text": "...", "gold": ["1"]}')
        _check_gold(asked, entries, kb)
    except RowsError as error:
        fail(str(error))
    try:
        model = load_sentence_model() if semantic else None
    except NoSentenceModel as error:
        fail(str(error), 2)
    shelf = shelf_of(library_of_set(library_of(directory), entries), model)
    rows = [ranked(shelf, entries, row) for _, row in asked]
    try:
        replace(out, (json.dumps(row.model_dump(), ensure_ascii=False) for row in rows))
    except OSError as error:
        fail(f"{out}: {error.strerror}; name a file in a folder that can be written to")
    report = measure([row for _, row in asked], rows, len(entries))
    if as_json:
        print_json(report.model_dump(mode="json"))
    elif report.hit1.n or report.auto_false.n:
        _print(report)
    note(f"{len(rows)} questions in {out}")


def library_of_set(library: Library, entries: Sequence[EntryRow]) -> Library:
    """Return a library with a set's entries for articles: of no product, under no label."""
    articles = [
        Article.model_construct(
            id=f"entry-{at:06}",
            title=entry.question,
            category="general",
            intent="other",
            products=(),
            asks=(entry.question, *entry.similar),
            reviewed=date(2026, 1, 1),
            text="" if entry.answer.startswith(_STANDS_FOR_ONE) else entry.answer,
        )
        for at, entry in enumerate(entries)
    ]
    return library.model_copy(update={"articles": tuple(articles), "products": (), "phrasings": ()})


def ranked(shelf: Shelf, entries: Sequence[EntryRow], row: QueryRow) -> Ranked:
    """Find one question's answers; what asks nothing is never answered alone, and scores 0."""
    found = shelf.engine.find(row.text, limit=_RANKED)
    asks = shelf.listener.understand(row.text, (), ()) is not None
    silent = not asks or is_small_talk(row.text, shelf.library.small_talk)
    score = found[0].score if found and not silent else 0.0
    return Ranked(
        id=row.id,
        ranked=tuple(entries[int(one.article_id.removeprefix("entry-"))].id for one in found),
        score=score,
        auto=score >= shelf.library.answers.auto_score,
    )


def measure(asked: Sequence[QueryRow], rows: Sequence[Ranked], entries: int) -> RetrievalReport:
    """Count over the questions whose gold is known."""
    known = [(row, one, row.gold) for row, one in zip(asked, rows, strict=True) if row.gold is not None]
    inside = [(one, gold) for _, one, gold in known if gold]
    right = [bool(one.ranked) and one.ranked[0] in gold for _, one, gold in known]
    scores = [one.score for _, one, _ in known]
    return RetrievalReport(
        entries=entries,
        queries=len(asked),
        hit1=share_of([one.ranked[:1] != () and one.ranked[0] in gold for one, gold in inside]),
        hit3=share_of([bool(set(one.ranked[:3]) & set(gold)) for one, gold in inside]),
        separation=separation_of([one.score for one, _ in inside], [one.score for _, one, gold in known if not gold]),
        calibration_error=calibration_error(scores, right),
        auto_precision=share_of([was for was, (_, one, _) in zip(right, known, strict=True) if one.auto]),
        auto_coverage=share_of([was and one.auto for was, (_, one, gold) in zip(right, known, strict=True) if gold]),
        auto_false=share_of([one.auto for _, one, gold in known if not gold]),
    )


def calibration_error(scores: Sequence[float], right: Sequence[bool]) -> float:
    """Return the expected calibration error over ten bins of equal width (Naeini et al., 2015); 0 for nothing."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for score, was in zip(scores, right, strict=True):
        bins[min(int(score * _BINS), _BINS - 1)].append((score, was))
    gaps = [abs(sum(score for score, _ in one) - sum(was for _, was in one)) for one in bins]
    return round(sum(gaps) / max(1, len(scores)), 4)


def _check_gold(asked: Sequence[tuple[str, QueryRow]], entries: Sequence[EntryRow], kb: Path) -> None:
    known = {entry.id for entry in entries}
    for place, row in asked:
        if strange := sorted(set(row.gold or ()) - known):
            raise RowsError(f"{place}: gold {', '.join(strange)} is not in {kb}; use ids of its entries")


def _print(report: RetrievalReport) -> None:
    table = Table("over", "n", "share (95 %)")
    for over, share in (
        ("hit@1", report.hit1),
        ("hit@3", report.hit3),
        ("alone: right of those answered", report.auto_precision),
        ("alone: answered right of those with an answer", report.auto_coverage),
        ("alone: answered of those without", report.auto_false),
    ):
        low, high = share.interval
        table.add_row(over, str(share.n), f"{share.share:.3f} [{low:.3f}, {high:.3f}]" if share.n else "—")
    console = Console(soft_wrap=True)
    console.print(table)
    auroc = f", AUROC with or without an answer {report.separation.auroc:.3f}" if report.separation else ""
    console.print(f"{report.entries} entries; calibration error {report.calibration_error:.4f}{auroc}")
