"""How often is praise told from blame? Every text's side goes to a file, the shares to the terminal."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

from assist.cli.bench.figures import Share, share_of
from assist.cli.content import library_of
from assist.cli.output import fail, note, print_json
from assist.domain.value import Value
from assist.suggest.signals.mood import MoodReader, build_moods

from .files import Row, RowsError, keep_apart, read_rows, replace

Side = Literal["negative", "positive"]


class LabelledText(Row):
    """One text, with the side it is on or without, and where it was said."""

    text: str
    label: Side | None = None
    domain: str | None = None


class Sided(Value):
    """Which side one text was read to be on."""

    id: str
    label: Side


class SentimentReport(Value):
    """Shares with n and their interval: of all labelled rows, of each label, and of each domain where rows name one."""

    rows: int
    accuracy: Share
    labels: dict[str, Share]
    domains: dict[str, Share]


def run_sentiment(texts: Path, out: Path, directory: Path | None, *, as_json: bool) -> None:
    """Read every text, write all sides or none, and print how often they are right."""
    library = library_of(directory)
    try:
        keep_apart(out, texts)
        rows = labelled_texts(texts)
    except RowsError as error:
        fail(str(error))
    reader = build_moods(library.moods)
    found = [Sided(id=row.id, label=side_of(reader, row.text)) for row in rows]
    try:
        replace(out, (json.dumps(one.model_dump(), ensure_ascii=False) for one in found))
    except OSError as error:
        fail(f"{out}: {error.strerror}; name a file in a folder that can be written to")
    report = measure(rows, found)
    if as_json:
        print_json(report.model_dump(mode="json"))
    elif report.accuracy.n:
        _print(report)
    note(f"{len(rows)} sides in {out}")


def labelled_texts(path: Path) -> list[LabelledText]:
    """Return the rows of a file; raise RowsError at the first that is none."""
    return [row for _, row in read_rows(path, LabelledText, '{"id": "1", "text": "...", "label": "negative"}')]


def side_of(reader: MoodReader, text: str) -> Side:
    """Return which side of 0 a text's mood is on; 0 itself, of a text without letters, blames nobody."""
    return "negative" if reader.read(text).score < 0 else "positive"


def measure(rows: Sequence[LabelledText], found: Sequence[Sided]) -> SentimentReport:
    """Count the labelled rows."""
    pairs = [(row, row.label == one.label) for row, one in zip(rows, found, strict=True) if row.label is not None]
    labels = sorted({str(row.label) for row, _ in pairs})
    domains = sorted({row.domain for row, _ in pairs if row.domain is not None})
    return SentimentReport(
        rows=len(rows),
        accuracy=share_of([right for _, right in pairs]),
        labels={label: share_of([right for row, right in pairs if row.label == label]) for label in labels},
        domains={domain: share_of([right for row, right in pairs if row.domain == domain]) for domain in domains},
    )


def _print(report: SentimentReport) -> None:
    table = Table("over", "n", "right (95 %)")
    for over, share in (("all", report.accuracy), *report.labels.items(), *report.domains.items()):
        low, high = share.interval
        table.add_row(over, str(share.n), f"{share.share:.4f} [{low:.4f}, {high:.4f}]")
    Console(soft_wrap=True).print(table)
