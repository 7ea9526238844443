"""Is the content itself fit to send? Every text is read by the guards that read what agents type."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path

from assist.content.check import Checked, check_tree
from assist.content.check_reviews import check_reviews
from assist.content.errors import ContentError
from assist.content.texts import Files, Text, texts_of, titles_of
from assist.domain.guard import Action, Finding, GuardKind, TermGroup
from assist.domain.library import Library
from assist.domain.promise import Given, PromiseRule
from assist.domain.remedy_policy import RemedyKind
from assist.suggest.guard import Guard, build_guard
from assist.suggest.text import fold

from .guard_text import guard_text

_WATCHES = {
    "lexicon/forbidden.toml": "no word is forbidden",
    "lexicon/moods.toml": "moods are read without the shop's own words",
    "policy/promises.toml": "no promise is checked, none is kept in the ledger",
    "policy/alerts.toml": "no red flag calls a supervisor",
}
"""Files, and what happens without them."""
_REFUSED = frozenset({Action.warn, Action.block})
_ANY_DAY = date(2026, 1, 1)
_ZONE = "Asia/Shanghai"
_ANY_AMOUNT = 10**10


@dataclass(frozen=True)
class _LibraryGuards:
    """The guards of a library that nothing is answered from."""

    library: Library
    guard: Guard
    term_groups: Mapping[str, TermGroup]
    promise_rules: Mapping[str, PromiseRule]


def check_content(root: Path, today: date | None = None) -> Checked:
    """Check a tree, its words included; with a day also what has grown old. Only `findings` keep it from publishing."""
    checked = check_tree(root)
    if checked.library is None:
        return checked
    refused, remarked = lint(checked.library, root)
    refused += _contradictions(checked.library)
    remarked += _missing(root)
    old = check_reviews(checked.library, root, today) if today else ()
    return checked.with_more(refused, (*remarked, *old))


def _missing(root: Path) -> list[ContentError]:
    """Return a remark for each file without which something is not watched over."""
    return [
        ContentError(path, 1, f"there is no such file: {without}; take the shipped one over, or leave it at that")
        for path, without in _WATCHES.items()
        if not (root / path).is_file()
    ]


def _contradictions(library: Library) -> list[ContentError]:
    """Return what the lexicon and the guards' policy say against themselves."""
    found: list[ContentError] = []
    groups = {group.id for group in library.forbidden.groups}
    rules = {rule.id for rule in library.promises.rules}
    for rule in sorted(library.guards.rules.keys() - groups - rules):
        message = f"unknown rule {rule!r} in [rules]; name a group of forbidden.toml or a rule of promises.toml"
        found.append(ContentError("policy/guards.toml", 1, message))
    owner: dict[str, str] = {}
    innocent = {fold(word) for word in library.forbidden.innocent}
    for group in library.forbidden.groups:
        exempt = {fold(word) for word in group.exempt} | innocent
        for term in group.terms:
            plain = fold(term)
            if other := owner.get(plain):
                message = f"{term!r} is a term of {other} too; one term, one group"
            elif plain in exempt:
                message = f"{term!r} of {group.id} is exempt as a whole, so it is never found; take one of the two out"
            elif not any(character.isalnum() for character in plain):
                message = f"{term!r} of {group.id} has no letter or character, so it is never found"
            else:
                owner[plain] = group.id
                continue
            found.append(ContentError("lexicon/forbidden.toml", 1, message))
    return found


def lint(library: Library, root: Path) -> tuple[list[ContentError], list[ContentError]]:
    """Return what the guards would stop or warn of, and what they would only remark on."""
    guards, files = _guards_of(library), Files(root)
    refused: list[ContentError] = []
    remarked: list[ContentError] = []
    granted = _granted(library)
    for text in (*texts_of(library, files), *titles_of(library, files)):
        for finding in _found(text, guards, granted.get(text.owner, frozenset())):
            (refused if finding.action in _REFUSED else remarked).append(_said(text, finding))
    return refused, remarked


def _found(text: Text, guards: _LibraryGuards, kinds: frozenset[RemedyKind]) -> tuple[Finding, ...]:
    """Return what the guards find in a text that customers get. A title promises nothing, it names a question."""
    if not text.spoken:
        return ()
    at = datetime.combine(_ANY_DAY, time(2), UTC)
    found = guard_text(text.text, guards, at, _ZONE, partial(_given, text, at, kinds)).findings
    return tuple(one for one in found if not (text.title and one.guard is GuardKind.promise))


def _guards_of(library: Library) -> _LibraryGuards:
    return _LibraryGuards(
        library=library,
        guard=build_guard(library.forbidden),
        term_groups={group.id: group for group in library.forbidden.groups},
        promise_rules={rule.id: rule for rule in library.promises.rules},
    )


def _granted(library: Library) -> dict[str, frozenset[RemedyKind]]:
    """Return what is given wherever a line of the four steps is said."""
    return {line.id: frozenset(line.kinds) for line in library.scripts}


def _given(text: Text, at: datetime, kinds: frozenset[RemedyKind]) -> Given:
    return Given(
        now=at,
        timezone=_ZONE,
        granted_fen=_ANY_AMOUNT if kinds else None,
        full_refund_granted=RemedyKind.full_refund in kinds,
        categories=text.categories,
        products=text.products,
    )


def _said(text: Text, finding: Finding) -> ContentError:
    words = text.text[finding.words.start : finding.words.end]
    proof = "; say it in other words" if finding.action in _REFUSED else "; fine with the proof at hand"
    cure = f"; say {finding.rewrite!r} instead" if finding.rewrite else proof
    message = f"{text.owner}: {words!r} is {finding.category} ({finding.rule}): {finding.reason}{cure}"
    return ContentError(text.path, text.line_at(finding.words.start), message)
