"""Does one place say yes where another says no?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from assist.domain.library import Library
from assist.domain.matter import Owned, Stand
from assist.domain.promise import PromiseKind

from .errors import ContentError
from .figures_told import Clause, Goods, clauses_of
from .policy_figures import REMEDY
from .policy_rules import categories_of, reached
from .said import Said as Message
from .texts import Files, Text
from .toml_places import Place

_PROMISES = "policy/promises.toml"


@dataclass(frozen=True)
class Said:
    """Where the shop says yes or no, in which words and for which goods; () is all of them."""

    yes: bool
    words: str
    owner: str
    path: str
    at: Callable[[], int]
    categories: frozenset[str] = frozenset()


def check_stands(library: Library, texts: Sequence[Text], goods: Goods, files: Files) -> Iterator[ContentError]:
    """Yield every text that says the opposite of the policy, or, where no policy decides, of most other texts."""
    lower = [(text, text.text.lower()) for text in texts]
    for stand in library.matters.stands:
        near = [(text, whole) for text, whole in lower if any(word in whole for word in stand.about)]
        said = [one for text, whole in near for one in _said(stand, text, whole, _Known(goods, library))]
        policies = [*_promised(stand, library, files), *_kept(stand, library, files)]
        for one in said:
            if against := next((other for other in policies if other.yes != one.yes and _meet(one, other)), None):
                yield _finding(stand, one, against)
        if not policies:
            yield from _outvoted(stand, said)


def _outvoted(stand: Stand, said: Sequence[Said]) -> Iterator[ContentError]:
    yes = [one for one in said if one.yes]
    no = [one for one in said if not one.yes]
    fewer, more = (yes, no) if len(yes) <= len(no) else (no, yes)
    for one in fewer:
        if against := next((other for other in more if other.owner != one.owner and _meet(one, other)), None):
            yield _finding(stand, one, against)


def _meet(one: Said, other: Said) -> bool:
    return not one.categories or not other.categories or bool(one.categories & other.categories)


@dataclass(frozen=True)
class _Known:
    goods: Goods
    library: Library


def _said(stand: Stand, text: Text, whole: str, known: _Known) -> Iterator[Said]:
    if stand.intents and text.intent and text.intent not in stand.intents:
        return
    for clause in clauses_of(text.text):
        words = whole[clause.start : clause.end]
        if not any(word in words for word in stand.about) or _elsewhere(stand, whole, clause, known.library):
            continue
        no, yes = (any(word in words for word in side) for side in (stand.no, stand.yes))
        if no or yes:
            named, _ = known.goods.named(words)
            categories = frozenset(text.categories) or named
            at = partial(text.line_at, clause.start)
            yield Said(not no, text.text[clause.start : clause.end].strip(), text.owner, text.path, at, categories)


def _elsewhere(stand: Stand, whole: str, clause: Clause, library: Library) -> bool:
    """Return whether a clause asks, or its sentence speaks of another case."""
    near = whole[clause.start : clause.end]
    sentence = whole[slice(*clause.sentence)]
    return any(word in near for word in library.matters.questions) or any(word in sentence for word in stand.unless)


def _promised(stand: Stand, library: Library, files: Files) -> Iterator[Said]:
    """Yield the rules of promises that are never allowed, for what they name."""
    if stand.promise is None:
        return
    for rule in library.promises.rules:
        about_it = stand.promise is not PromiseKind.return_window or _names(stand, rule.when_said)
        if rule.kind is stand.promise and rule.never and about_it:
            line = partial(files.line, _PROMISES, Place("rules", rule.id, "never"))
            yield Said(False, rule.zh, rule.id, _PROMISES, line, frozenset(rule.categories))


def _names(stand: Stand, words: Sequence[str]) -> bool:
    return any(word in about or about in word for word in words for about in stand.about)


def _kept(stand: Stand, library: Library, files: Files) -> Iterator[Said]:
    """Yield for which goods nothing has to be sent back."""
    if stand.remedy is not Owned.refund_only or library.remedy is None:
        return
    for category in categories_of(library):
        rules = [reached(library.remedy, category, ground) for ground in library.matters.spoilt]
        known = [rule for rule in rules if rule is not None]
        if known and all(rule.refund_only for rule in known):
            line = partial(files.line, REMEDY, Place("rules", known[0].id, "refund_only"))
            yield Said(False, "refund_only = true", known[0].id, REMEDY, line, frozenset({category}))


def _finding(stand: Stand, one: Said, other: Said) -> ContentError:
    message = Message(
        "conflict",
        "{about} ({about_en}): {said!r} here, {given!r} in {where} ({name}); "
        "make the two the same, or say in the text which other case this is",
        about=stand.zh,
        about_en=stand.en,
        said=one.words,
        given=other.words,
        where=f"{other.path}:{other.at()}",
        name=other.owner,
    )
    return ContentError(one.path, one.at(), message)
