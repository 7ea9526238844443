"""Is the content itself fit to send? Every text is read by the guards that read what agents type."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path

from assist.content.check import Checked, check_tree
from assist.content.check_articles import check_library
from assist.content.check_characters import check_characters
from assist.content.check_conflicts import check_conflicts
from assist.content.check_hours import check_hours
from assist.content.check_offers import offer_findings
from assist.content.check_remedy import FILE as POLICY_FILE
from assist.content.check_remedy import findings_of
from assist.content.check_reviews import check_reviews
from assist.content.check_scripts import check_scripts
from assist.content.errors import ContentError
from assist.content.said import Said
from assist.content.texts import Files, Text, texts_of, titles_of
from assist.content.toml_places import Place
from assist.domain.guard import Action, Finding, GuardKind, TermGroup
from assist.domain.library import Library
from assist.domain.promise import Given, PromiseRule
from assist.domain.remedy_policy import RemedyKind
from assist.suggest.guard import Guard, build_guard
from assist.suggest.text import fold

from .check_targets import check_targets
from .guard_text import Guards, guard_text

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
    refused += [*_contradictions(checked.library), *check_targets(checked.library.targets, root)]
    remarked += [*_missing(root), *check_hours(checked.library, root)]
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


def lint(library: Library, root: Path | None) -> tuple[list[ContentError], list[ContentError]]:
    """Return what the guards would stop or warn of, and what they would only remark on."""
    files = Files(root)
    return lint_texts((*texts_of(library, files), *titles_of(library, files)), _guards_of(library))


def lint_texts(texts: Iterable[Text], guards: Guards) -> tuple[list[ContentError], list[ContentError]]:
    """As `lint`, for some texts of the library that is guarded."""
    refused: list[ContentError] = []
    remarked: list[ContentError] = []
    for text in texts:
        for finding in _found(text, guards):
            (refused if finding.action in _REFUSED else remarked).append(_said(text, finding))
    return refused, remarked


def check_whole(library: Library) -> tuple[list[ContentError], list[ContentError]]:
    """Return what `check_content` finds in a library that stands in no files; places are on line 1."""
    refused, remarked = lint(library, None)
    refused += [*_contradictions(library), *check_targets(library.targets, None), *check_characters(library, None)]
    refused += [ContentError(owner, 1, message) for owner, _, message in check_library(library)]
    if library.remedy is not None:
        refused += [_at_place(place, message) for place, message in findings_of(library.remedy, library)]
    refused += [*check_scripts(library, None), *check_conflicts(library, None)]
    remarked += check_hours(library, None)
    refused += [ContentError(f"offers/{owner}", 1, message) for owner, _, message in offer_findings(library)]
    return refused, remarked


def _at_place(place: Place, message: str) -> ContentError:
    where = ".".join(part for part in (place.name, place.entry_id, place.key) if part)
    return ContentError(POLICY_FILE, 1, f"{where}: {message}")


def _found(text: Text, guards: Guards) -> tuple[Finding, ...]:
    """Return what the guards find in a text that customers get. A title promises nothing, it names a question."""
    if not text.spoken:
        return ()
    at = datetime.combine(_ANY_DAY, time(2), UTC)
    found = guard_text(text.text, guards, at, _ZONE, partial(_given, text, at, guards.library)).findings
    return tuple(one for one in found if not (text.title and one.guard is GuardKind.promise))


def _guards_of(library: Library) -> _LibraryGuards:
    return _LibraryGuards(
        library=library,
        guard=build_guard(library.forbidden),
        term_groups={group.id: group for group in library.forbidden.groups},
        promise_rules={rule.id: rule for rule in library.promises.rules},
    )


def _given(text: Text, at: datetime, library: Library) -> Given:
    """Return what is given wherever a text is said: a line of the four steps goes with what it tells of."""
    kinds = {kind for line in library.scripts if line.id == text.owner for kind in line.kinds}
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
    why = finding.reason_en if text.english else finding.reason
    message = Said(
        f"guard_{finding.guard.value}" if finding.rewrite is None else f"guard_{finding.guard.value}_rewrite",
        "{owner}: {words!r} is {category} ({rule}): {why}{cure}",
        owner=text.owner,
        words=words,
        category=finding.category,
        rule=finding.rule,
        why=why,
        cure=cure,
        reason=finding.reason,
        reason_en=finding.reason_en,
        rewrite=finding.rewrite or "",
    )
    return ContentError(text.path, text.line_at(finding.words.start), message)
