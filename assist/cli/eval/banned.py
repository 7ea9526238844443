"""How often are forbidden words found, and how often where there are none? By the guard that reads every draft."""

import json
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path

from pydantic import ConfigDict, Field
from rich.console import Console
from rich.table import Table

from assist.cli.bench.figures import Share, share_of
from assist.cli.content import library_of
from assist.cli.output import fail, note, print_json
from assist.domain.guard import Category, ForbiddenLexicon, Hit, Level, TermGroup
from assist.domain.value import Value
from assist.suggest.guard import build_guard

from .files import Row, RowsError, keep_apart, read_rows, replace

_CLEAN = "clean"


class TermRow(Row):
    """One term to look for; its other keys are the list's own."""

    model_config = ConfigDict(extra="ignore", str_min_length=1, str_max_length=200)

    id: str = Field(validation_alias="term")


class CheckedText(Row):
    """One text; `label` is violation (of `term`) or clean. `tier` and `obfuscation` say how well a term is hidden."""

    text: str
    label: str | None = None
    term: str | None = None
    tier: int | None = None
    obfuscation: str | None = None
    neg_type: str | None = None


class Found(Value):
    """How often, over some rows: any term found, and the labelled one."""

    over: str
    any: Share
    labelled: Share | None = None


class BannedReport(Value):
    terms: int
    rows: int
    found: tuple[Found, ...]
    false_alarms: tuple[Found, ...]


def run_banned(lexicon: Path, texts: Path, out: Path, directory: Path | None, *, as_json: bool) -> None:
    """Look for a list's terms in every text, write all hits or none, and print how often that is right."""
    try:
        keep_apart(out, lexicon, texts)
        terms = [row.id for _, row in read_rows(lexicon, TermRow, '{"term": "..."}')]
        rows = [row for _, row in read_rows(texts, CheckedText, '{"id": "1", "text": "..."}')]
    except RowsError as error:
        fail(str(error))
    guard = build_guard(lexicon_of(terms, library_of(directory).forbidden))
    hits = [guard.find(row.text) for row in rows]
    try:
        replace(out, (_line(row, found) for row, found in zip(rows, hits, strict=True)))
    except OSError as error:
        fail(f"{out}: {error.strerror}; name a file in a folder that can be written to")
    report = measure(len(terms), rows, hits)
    if as_json:
        print_json(report.model_dump(mode="json"))
    elif report.found or report.false_alarms:
        _print(report)
    note(f"{len(rows)} texts in {out}")


def lexicon_of(terms: Sequence[str], shipped: ForbiddenLexicon) -> ForbiddenLexicon:
    """Return a lexicon of these terms alone, with what the shipped one knows about innocent words and disguises."""
    reason = "given"
    group = TermGroup(
        id=reason,
        category=Category.absolute,
        level=Level.block,
        zh=reason,
        en=reason,
        basis=reason,
        terms=tuple(terms),
        exempt=tuple(dict.fromkeys(chain.from_iterable(one.exempt for one in shipped.groups))),
    )
    return shipped.model_copy(update={"groups": (group,)})


def measure(terms: int, rows: Sequence[CheckedText], hits: Sequence[Sequence[Hit]]) -> BannedReport:
    """Count the rows that carry a label: violations by tier and by disguise, clean ones by where they are from."""
    pairs = list(zip(rows, hits, strict=True))
    violations = [(row, found) for row, found in pairs if row.label not in {None, _CLEAN}]
    clean = [(row, found) for row, found in pairs if row.label == _CLEAN]
    by_tier = _by(violations, lambda row: f"tier {row.tier}" if row.tier else "")
    by_disguise = _by(violations, lambda row: row.obfuscation or "")
    return BannedReport(
        terms=terms,
        rows=len(rows),
        found=tuple(_found(over, some) for over, some in {"all": violations, **by_tier, **by_disguise}.items() if some),
        false_alarms=tuple(
            Found(over=over, any=share_of([bool(found) for _, found in some]))
            for over, some in {"all": clean, **_by(clean, lambda row: row.neg_type or "")}.items()
            if some
        ),
    )


Pair = tuple[CheckedText, Sequence[Hit]]


def _by(pairs: Sequence[Pair], name: Callable[[CheckedText], str]) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = {}
    for row, hits in pairs:
        if over := name(row):
            found.setdefault(over, []).append((row, hits))
    return dict(sorted(found.items()))


def _found(over: str, pairs: Sequence[Pair]) -> Found:
    return Found(
        over=over,
        any=share_of([bool(hits) for _, hits in pairs]),
        labelled=share_of([row.term in {hit.term for hit in hits} for row, hits in pairs]),
    )


def _line(row: CheckedText, hits: Sequence[Hit]) -> str:
    found = [
        {
            "term": hit.term,
            "disguise": hit.disguise.value,
            "words": row.text[hit.words.start : hit.words.end],
            "start": hit.words.start,
            "end": hit.words.end,
        }
        for hit in hits
    ]
    return json.dumps({"id": row.id, "hits": found}, ensure_ascii=False)


def _print(report: BannedReport) -> None:
    console = Console(soft_wrap=True)
    if report.found:
        table = Table("violations", "n", "found", "as labelled")
        for one in report.found:
            table.add_row(one.over, str(one.any.n), _said(one.any), _said(one.labelled) if one.labelled else "")
        console.print(table)
    if report.false_alarms:
        table = Table("clean", "n", "false alarms")
        for one in report.false_alarms:
            table.add_row(one.over, str(one.any.n), _said(one.any))
        console.print(table)


def _said(share: Share) -> str:
    low, high = share.interval
    return f"{share.share:.4f} [{low:.4f}, {high:.4f}]"
