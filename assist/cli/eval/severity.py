"""How often is a complaint read right? Every text's reading goes to a file, the shares to the terminal."""

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assist.cli.bench.figures import Share, share_of
from assist.cli.content import library_of
from assist.cli.output import fail, note, print_json
from assist.domain.complaint import Complaint, Issue, Severity
from assist.domain.value import Value
from assist.suggest.signals import build_signals

from .files import Row, RowsError, keep_apart, read_rows, replace

_CLOSE = 0.02
_SOUND = frozenset({"none", "no_damage"})


class LabelledComplaint(Row):
    """One text, with its labels or without. Rows that people could not agree on are left out of the measure."""

    text: str
    issues: tuple[str, ...] | None = None
    severity: str | None = None
    damage_fraction: float | None = None
    ambiguous: bool = False


class Found(Value):
    """What was read of one text."""

    id: str
    issues: tuple[str, ...]
    severity: str
    damage_fraction: float | None


Pairs = Sequence[tuple[LabelledComplaint, Found]]


class Score(Value):
    """How well one label is found."""

    label: str
    n: int
    precision: float
    recall: float
    f1: float


class SeverityReport(Value):
    """Shares with n and their interval over the labelled rows; fractions are exact within 0.02."""

    rows: int
    n: int
    accuracy: Share
    macro_f1: float
    severities: tuple[Score, ...]
    false_total: Share
    false_damage: Share
    issues_macro_f1: float
    issues: tuple[Score, ...]
    fraction_found: Share
    fraction_exact: Share
    false_fraction: Share


def run_severity(texts: Path, out: Path, directory: Path | None, *, as_json: bool) -> None:
    """Read every text, write all readings or none, and print how often they are right."""
    library = library_of(directory)
    try:
        keep_apart(out, texts)
        rows = labelled_complaints(texts)
    except RowsError as error:
        fail(str(error))
    reader = build_signals(library)
    found = [found_in(row.id, reader.read([row.text])) for row in rows]
    try:
        replace(out, (json.dumps(one.model_dump(), ensure_ascii=False) for one in found))
    except OSError as error:
        fail(f"{out}: {error.strerror}; name a file in a folder that can be written to")
    report = measure(rows, found)
    if as_json:
        print_json(report.model_dump(mode="json"))
    elif report.n:
        _print(report)
    note(f"{len(rows)} complaints in {out}")


def labelled_complaints(path: Path) -> list[LabelledComplaint]:
    """Return the rows of a file; raise RowsError at the first with a label that is none."""
    rows = read_rows(path, LabelledComplaint, '{"id": "1", "text": "..."}')
    for place, row in rows:
        if (row.severity is None) != (row.issues is None):
            raise RowsError(f"{place}: one label of two; give both issues and severity, or neither")
        if row.severity is not None and row.severity not in set(Severity):
            raise RowsError(f"{place}: unknown severity {row.severity!r}; use one of {', '.join(Severity)}")
        if strange := sorted(set(row.issues or ()) - set(Issue)):
            raise RowsError(f"{place}: unknown issues {', '.join(strange)}; use some of {', '.join(Issue)}")
    return [row for _, row in rows]


def found_in(row_id: str, complaint: Complaint) -> Found:
    """Return a reading as it is written down."""
    return Found(
        id=row_id,
        issues=tuple(issue.value for issue in complaint.issues),
        severity=complaint.severity.value,
        damage_fraction=round(float(complaint.share.fraction), 4) if complaint.share else None,
    )


def measure(rows: Sequence[LabelledComplaint], found: Sequence[Found]) -> SeverityReport:
    """Count the labelled rows that are not ambiguous. A label counts in a macro average where some row has it."""
    pairs = [(row, one) for row, one in zip(rows, found, strict=True) if row.severity is not None and not row.ambiguous]
    total = Severity.total_spoil.value
    given = [(row.damage_fraction, one) for row, one in pairs if row.damage_fraction is not None]
    none = [one for row, one in pairs if row.damage_fraction is None and row.severity != total]
    severities, issues = _severities(pairs), _issues(pairs)
    return SeverityReport(
        rows=len(rows),
        n=len(pairs),
        accuracy=share_of([row.severity == one.severity for row, one in pairs]),
        macro_f1=_mean(severities),
        severities=severities,
        false_total=share_of([one.severity == total for row, one in pairs if row.severity != total]),
        false_damage=share_of([one.severity not in _SOUND for row, one in pairs if row.severity in _SOUND]),
        issues_macro_f1=_mean(issues),
        issues=issues,
        fraction_found=share_of([one.damage_fraction is not None for _, one in given]),
        fraction_exact=share_of([_is_close(one.damage_fraction, part) for part, one in given]),
        false_fraction=share_of([one.damage_fraction is not None for one in none]),
    )


def _is_close(read: float | None, labelled: float) -> bool:
    return read is not None and abs(read - labelled) <= _CLOSE


def _severities(pairs: Pairs) -> tuple[Score, ...]:
    labels = sorted({str(row.severity) for row, _ in pairs})
    return tuple(
        _score(label, [(row.severity == label, one.severity == label) for row, one in pairs]) for label in labels
    )


def _issues(pairs: Pairs) -> tuple[Score, ...]:
    labels = sorted({label for row, _ in pairs for label in row.issues or ()})
    return tuple(
        _score(label, [(label in (row.issues or ()), label in one.issues) for row, one in pairs]) for label in labels
    )


def _score(label: str, rows: Sequence[tuple[bool, bool]]) -> Score:
    """Score one label over rows that have it or not, and were read as it or not."""
    both = sum(has and read for has, read in rows)
    there = sum(has for has, _ in rows)
    said = sum(read for _, read in rows)
    precision, recall = both / said if said else 0.0, both / there if there else 0.0
    f1 = 2 * precision * recall / (precision + recall) if both else 0.0
    return Score(label=label, n=there, precision=round(precision, 4), recall=round(recall, 4), f1=round(f1, 4))


def _mean(scores: Sequence[Score]) -> float:
    return round(sum(one.f1 for one in scores) / len(scores), 4) if scores else 0.0


def _print(report: SeverityReport) -> None:
    console = Console(soft_wrap=True)
    table = Table("over", "n", "share (95 %)")
    for over, share in (
        ("severity right", report.accuracy),
        ("total where it is not", report.false_total),
        ("damage where there is none", report.false_damage),
        ("fraction found", report.fraction_found),
        ("fraction exact (±0.02)", report.fraction_exact),
        ("fraction where none is said", report.false_fraction),
    ):
        low, high = share.interval
        table.add_row(over, str(share.n), f"{share.share:.3f} [{low:.3f}, {high:.3f}]" if share.n else "—")
    console.print(table)
    table = Table("label", "n", "precision", "recall", "F1")
    for score in (*report.severities, *report.issues):
        table.add_row(score.label, str(score.n), f"{score.precision:.3f}", f"{score.recall:.3f}", f"{score.f1:.3f}")
    console.print(table)
    console.print(f"macro-F1: severity {report.macro_f1:.4f}, issues {report.issues_macro_f1:.4f} (n {report.n})")
