"""May this text go to a customer? Every path to one asks here."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache, lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from assist.domain.guard import STRICTEST_LAST, Action, Checked, Finding, GuardKind, Hit, TermGroup
from assist.domain.library import Library
from assist.domain.promise import Commitment, Given, PromiseRule, Violation
from assist.domain.topic import Span
from assist.suggest.guard import Guard
from assist.suggest.language import is_english
from assist.suggest.promise import judge, read_commitments
from assist.suggest.text import MAX_MATCHED_CHARACTERS

_KEPT = 4096
"""So many texts are not read again."""
_HALT = re.compile(r"[。！!？?；;\n]|\.\s")
_NOON = time(12)
"""Named days are told from a day, not from its hour."""


class Guards(Protocol):
    """What texts are read with. A shelf has it, and so has a library that is only checked."""

    @property
    def library(self) -> Library: ...
    @property
    def guard(self) -> Guard: ...
    @property
    def term_groups(self) -> Mapping[str, TermGroup]: ...
    @property
    def promise_rules(self) -> Mapping[str, PromiseRule]: ...


def guard_text(text: str, shelf: Guards, at: datetime, timezone: str, given: Callable[[], Given]) -> Checked:
    """Return what is wrong with a text by this shop's lexicon, promises and policy, in order of place.

    `given` is asked only where something is promised. Where a forbidden term and a promise overlap, the one that is
    acted on more strictly stays. A long text is read in parts, none of it goes unread.
    """
    english = is_english(text)
    day = at.astimezone(_zone(timezone)).date()
    found: list[Finding] = []
    for begin, part in _parts(text):
        hits, commitments = _read(shelf.guard, part, day, timezone)
        here = [_forbidden(hit, shelf, english=english) for hit in hits]
        promises = shelf.library.promises
        if commitments and promises.rules:
            broken = judge(part, commitments, promises, given())
            here += [_promised(one, part, shelf) for one in broken]
        found += [_moved(one, begin) for one in here] if begin else here
    kept, covered = _apart(found)
    return Checked(findings=tuple(kept), covered=tuple(covered))


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Yield the text in parts as long as are read, cut behind the last sentence of each, with where each begins."""
    begin = 0
    while len(text) - begin > MAX_MATCHED_CHARACTERS:
        ends = [halt.end() for halt in _HALT.finditer(text, begin, begin + MAX_MATCHED_CHARACTERS)]
        end = ends[-1] if ends else begin + MAX_MATCHED_CHARACTERS
        yield begin, text[begin:end]
        begin = end
    yield begin, text[begin:]


def _moved(one: Finding, by: int) -> Finding:
    return one.model_copy(update={"words": Span(start=one.words.start + by, end=one.words.end + by)})


@lru_cache(maxsize=_KEPT)
def _read(guard: Guard, text: str, day: date, timezone: str) -> tuple[tuple[Hit, ...], tuple[Commitment, ...]]:
    """Return what a text holds, whoever says it: cards say the same all day."""
    return guard.find(text), read_commitments(text, datetime.combine(day, _NOON, _zone(timezone)), timezone)


@cache
def _zone(timezone: str) -> ZoneInfo:
    return ZoneInfo(timezone)


def _forbidden(hit: Hit, shelf: Guards, *, english: bool) -> Finding:
    group = shelf.term_groups[hit.group]
    return Finding(
        guard=GuardKind.forbidden,
        rule=group.id,
        category=group.category.value,
        action=shelf.library.guards.action_for(group.id, group.level),
        words=hit.words,
        term=hit.term,
        reason=group.zh,
        reason_en=group.en,
        basis=group.basis,
        basis_en=group.basis_en or group.basis,
        rewrite=_rewrite(group, hit.term, english=english),
        library_number=shelf.library.number,
    )


def _rewrite(group: TermGroup, term: str, *, english: bool) -> str | None:
    if term in group.rewrites:
        return group.rewrites[term]
    return group.rewrite_en if english else group.rewrite


def _promised(violation: Violation, text: str, shelf: Guards) -> Finding:
    rule = shelf.promise_rules[violation.rule]
    return Finding(
        guard=GuardKind.promise,
        rule=rule.id,
        category=rule.kind.value,
        action=shelf.library.guards.action_for(rule.id, rule.level),
        words=violation.words,
        term=text[violation.words.start : violation.words.end],
        reason=rule.zh,
        reason_en=rule.en,
        basis=rule.basis,
        basis_en=rule.basis_en or rule.basis,
        rewrite=violation.rewrite,
        library_number=shelf.library.number,
    )


def _apart(found: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Return findings of which none overlaps another, and those in their shadow: the stricter stays, then the longer.

    Those let pass are gone.
    """
    stricter = sorted(
        (one for one in found if one.action is not Action.let),
        key=lambda one: (-STRICTEST_LAST.index(one.action), one.words.start - one.words.end, one.words.start),
    )
    kept: list[Finding] = []
    covered: list[Finding] = []
    for one in stricter:
        free = all(one.words.end <= other.words.start or other.words.end <= one.words.start for other in kept)
        (kept if free else covered).append(one)
    return sorted(kept, key=lambda one: one.words.start), covered


def rewritten(text: str, checked: Checked) -> str:
    """Return the text with every rewrite in its place; what has none stays."""
    for one in reversed(checked.findings):
        if one.rewrite is not None:
            text = text[: one.words.start] + one.rewrite + text[one.words.end :]
    return text
