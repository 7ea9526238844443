"""What tests of promises share: the shipped policy, ten in the morning in Shanghai, the drafts to build by."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from assist.cli.eval.promises import LabelledDraft, given_of
from assist.domain.library import Library
from assist.domain.promise import Commitment, Given, PromisePolicy, Violation
from assist.suggest.promise import judge, read_commitments
from tests.shipped import shipped_library

CASES = Path(__file__).parents[2] / "cases" / "promises"
BUILDING = CASES / "building.jsonl"
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
"""Sunday, 10:00 in Shanghai."""
SHANGHAI = "Asia/Shanghai"
GIVEN = Given(now=NOW, timezone=SHANGHAI)


@dataclass(frozen=True)
class Draft:
    id: str
    text: str
    kinds: frozenset[str]
    why: str
    given: Given


def shipped() -> Library:
    return shipped_library()


def drafts() -> tuple[Draft, ...]:
    return drafts_of(BUILDING)


@cache
def drafts_of(path: Path) -> tuple[Draft, ...]:
    rows: list[Mapping[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return tuple(
        Draft(
            row["id"],
            row["text"],
            frozenset(row["kinds"]),
            row["why"],
            given_of(LabelledDraft.model_validate_json(json.dumps(row)).given, shipped()),
        )
        for row in rows
    )


def read(text: str) -> tuple[Commitment, ...]:
    return read_commitments(text, NOW, SHANGHAI)


def judged(text: str, given: Given = GIVEN, policy: PromisePolicy | None = None) -> tuple[Violation, ...]:
    commitments = read_commitments(text, given.now, given.timezone)
    return judge(text, commitments, policy or shipped().promises, given)


def kinds(text: str, given: Given = GIVEN) -> set[str]:
    return {one.commitment.kind.value for one in judged(text, given)}


def rewritten(text: str, violations: tuple[Violation, ...]) -> str:
    """Return the text with every rewrite in its place; of those that overlap the first."""
    end = 0
    parts: list[str] = []
    for one in violations:
        if one.words.start < end:
            continue
        parts += [text[end : one.words.start], one.rewrite or ""]
        end = one.words.end
    return "".join([*parts, text[end:]])
