"""How often are a draft's wrong promises found? Every draft's go to a file, recall and precision to the terminal."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, Field
from rich.console import Console
from rich.table import Table

from assist.cli.bench.figures import Share, share_of
from assist.cli.content import library_of
from assist.cli.output import fail, note, print_json
from assist.domain.library import Library
from assist.domain.people import AgentRole
from assist.domain.promise import Given, PromiseKind
from assist.domain.value import Value
from assist.suggest.promise import judge, read_commitments

from .files import Row, RowsError, keep_apart, read_rows, replace

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
"""What time it is in a row that does not say: ten in the morning in Shanghai."""
_PLACE = "Asia/Shanghai"


class Told(Value):
    """What a row says is known beside its text; what it leaves out is not known, but for the agent's limit.

    Without a limit of its own a row has that of the remedy policy.
    """

    now: Annotated[AwareDatetime | None, Field(strict=False)] = None
    timezone: str = _PLACE
    agent_limit_fen: int | None = None
    granted_fen: int | None = None
    full_refund_granted: bool = False
    paid_fen: int | None = None
    categories: Annotated[tuple[str, ...], Field(strict=False)] = ()
    products: Annotated[tuple[str, ...], Field(strict=False)] = ()
    shelf_life_days: Mapping[str, float] = {}


class LabelledDraft(Row):
    """One draft, with the kinds of promises in it that are not allowed, or without labels."""

    text: str
    kinds: tuple[PromiseKind, ...] | None = None
    given: Told = Told()


class Found(Value):
    """What was found in one draft: violations in order of place."""

    id: str
    kinds: tuple[str, ...]
    rules: tuple[str, ...]
    rewrites: tuple[str | None, ...]


class Score(Value):
    """How well one thing is found, over the drafts that have it and those said to have it."""

    over: str
    recall: Share
    precision: Share


class PromiseReport(Value):
    """Over all labelled drafts: with any violation at all, and kind by kind."""

    rows: int
    n: int
    drafts: Score | None
    kinds: tuple[Score, ...]


def run_promises(drafts: Path, out: Path, directory: Path | None, *, as_json: bool) -> None:
    """Read every draft, write all findings or none, and print how often they are right."""
    library = library_of(directory)
    try:
        keep_apart(out, drafts)
        rows = [row for _, row in read_rows(drafts, LabelledDraft, '{"id": "1", "text": "..."}')]
    except RowsError as error:
        fail(str(error))
    found = [found_in(row, library) for row in rows]
    try:
        replace(out, (json.dumps(one.model_dump(), ensure_ascii=False) for one in found))
    except OSError as error:
        fail(f"{out}: {error.strerror}; name a file in a folder that can be written to")
    report = measure(rows, found)
    if as_json:
        print_json(report.model_dump(mode="json"))
    elif report.n:
        _print(report)
    note(f"{len(rows)} drafts in {out}")


def found_in(row: LabelledDraft, library: Library) -> Found:
    """Return a draft's violations as they are written down."""
    given = given_of(row.given, library)
    violations = judge(row.text, read_commitments(row.text, given.now, given.timezone), library.promises, given)
    return Found(
        id=row.id,
        kinds=tuple(one.commitment.kind.value for one in violations),
        rules=tuple(one.rule for one in violations),
        rewrites=tuple(one.rewrite for one in violations),
    )


def given_of(told: Told, library: Library) -> Given:
    """Return what a draft is judged by."""
    known = told.model_dump(exclude={"now"})
    if "agent_limit_fen" not in told.model_fields_set:
        known["agent_limit_fen"] = _agent_limit(library, told.paid_fen)
    return Given(now=told.now or NOW, **known)


def _agent_limit(library: Library, paid_fen: int | None) -> int | None:
    """Return what an agent may give alone by the remedy policy."""
    limits = library.remedy.limits if library.remedy else ()
    limit = next((one for one in limits if one.role is AgentRole.agent), None)
    if limit is None:
        return None
    share = None if paid_fen is None else paid_fen * limit.percent_of_order // 100
    return min((one for one in (limit.at_most_fen, share) if one is not None), default=None)


def measure(rows: Sequence[LabelledDraft], found: Sequence[Found]) -> PromiseReport:
    """Count the labelled drafts. A kind counts where some draft has it or is said to."""
    pairs = [(set(row.kinds), set(one.kinds)) for row, one in zip(rows, found, strict=True) if row.kinds is not None]
    kinds = sorted({kind for has, said in pairs for kind in has | said})
    return PromiseReport(
        rows=len(rows),
        n=len(pairs),
        drafts=_score("any", [(bool(has), bool(said)) for has, said in pairs]) if pairs else None,
        kinds=tuple(_score(kind, [(kind in has, kind in said) for has, said in pairs]) for kind in kinds),
    )


def _score(over: str, rows: Sequence[tuple[bool, bool]]) -> Score:
    return Score(
        over=over,
        recall=share_of([said for has, said in rows if has]),
        precision=share_of([has for has, said in rows if said]),
    )


def _print(report: PromiseReport) -> None:
    table = Table("promises", "n", "recall (95 %)", "found", "precision (95 %)")
    for one in (*((report.drafts,) if report.drafts else ()), *report.kinds):
        table.add_row(one.over, str(one.recall.n), _said(one.recall), str(one.precision.n), _said(one.precision))
    Console(soft_wrap=True).print(table)


def _said(share: Share) -> str:
    low, high = share.interval
    return f"{share.share:.3f} [{low:.3f}, {high:.3f}]" if share.n else "—"
