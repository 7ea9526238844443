"""Find forbidden terms in a text, in whatever disguise, where they stand in it as written."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assist.domain.guard import Disguise, ForbiddenLexicon, Hit, Level
from assist.domain.topic import Span

from .confirm import Candidate, changed_places, disguise_of, is_meant, says_itself
from .contexts import ANY_TERM, Context, Contexts
from .forms import Form, Looks, alike, drawn_forms, heard_forms, hidden_forms, lettered_forms
from .lookup import Lookup
from .reading import Reading
from .redrawn import Mended, Redrawn, both_usual
from .sounds import LetterTable, SoundTable
from .tables import Tables

_TYPED = re.compile("[!-~]")
_LETTERS = re.compile("[a-z]{2}")
_NEAREST_FIRST = tuple(Disguise)
_KEPT = 4
"""So many lexicons stay prepared: those of a few shops, and the one before the last publishing."""
_NOT_HIDDEN = frozenset({Level.needs_proof, Level.fine})
"""Nobody disguises what may be said: these are found only as they are written."""


@dataclass(frozen=True)
class Stage:
    """One thing that is done to every text, to be measured alone: `run` takes what `prepare` makes of a text."""

    name: str
    prepare: Callable[[str], str]
    run: Callable[[str], object]


@dataclass(frozen=True, slots=True)
class _Term:
    text: str
    group: str
    level: Level


@dataclass(frozen=True, slots=True)
class _Found:
    term: _Term
    disguise: Disguise
    start: int
    end: int


class Guard:
    """A lexicon, prepared. One pass over the text for each kind of form; all else only where something was found."""

    def __init__(self, lexicon: ForbiddenLexicon) -> None:
        self._terms = [_Term(term, group.id, group.level) for group in lexicon.groups for term in group.terms]
        self._tables = Tables(lexicon.look_alikes)
        parts = self._tables.parts(lexicon.splits)
        looks = Looks(typed=self._tables.typed, parts=both_usual(parts))
        folded = [term.text.translate(self._tables.plain) for term in self._terms]
        every = [(at, one) for at, one in enumerate(folded) if one]
        hidden = [(at, one) for at, one in every if self._terms[at].level not in _NOT_HIDDEN]
        written: list[tuple[str, Form | Context]] = [
            *_contexts(lexicon, self._tables),
            *((one, Form(at, Disguise.plain, one)) for at, one in every),
            *((form.spelled, form) for at, one in hidden for form in hidden_forms(at, one, looks)),
            *(pair for at, one in hidden for pair in drawn_forms(at, one)),
        ]
        # Most forms hold letters or figures, most texts do not: a small automaton stays near the processor.
        self._typed = Lookup(pair for pair in written if _TYPED.search(pair[0]))
        self._written = Lookup(pair for pair in written if not _TYPED.search(pair[0]))
        self._heard = Lookup(pair for at, one in hidden for pair in heard_forms(at, one, looks))
        self._lettered = Lookup(pair for at, one in hidden for pair in lettered_forms(at, one))
        self._around = tuple(_around(lexicon, self._tables))
        self._neighbours = frozenset(one + other for _, term in hidden for one, other in pairwise(term))
        self._redrawn = Redrawn(parts, self._neighbours)
        self._longest = max((len(one) for _, one in hidden), default=0)
        self._sounds = SoundTable()
        self._letters = LetterTable()

    def find(self, text: str) -> tuple[Hit, ...]:
        """Return the terms in order of place; of those that overlap only the longest. Time is linear in the text."""
        found = [one for reading in self._readings(text) for one in self._found_in(reading)]
        if not found:
            return ()
        return tuple(
            Hit(
                term=one.term.text,
                group=one.term.group,
                disguise=one.disguise,
                words=Span(start=one.start, end=one.end),
            )
            for one in _apart(found, len(text))
        )

    @property
    def forms(self) -> int:
        """How many pieces are looked for."""
        return len(self._written) + len(self._typed) + len(self._heard) + len(self._lettered)

    def stages(self) -> tuple[Stage, ...]:
        """Return what is done to every text, in order. The rest happens where something was found."""
        plain, sounds, written, heard = self._tables.plain, self._sounds, self._written, self._heard
        return (
            Stage("fold", lambda text: text, lambda text: text.translate(plain)),
            Stage("match as written", lambda text: text.translate(plain), written.match),
            Stage("sound", lambda text: text.translate(plain), lambda folded: folded.translate(sounds)),
            Stage("match as heard", lambda text: text.translate(plain).translate(sounds), heard.match),
        )

    def _readings(self, text: str) -> list[Reading]:
        """Return a text as it reads, and where signs or repeats may mean something else, in those ways too."""
        plain = Reading(text, self._tables.plain)
        readings = [plain]
        if self._tables.has_signs(text):
            readings.append(Reading(text, self._tables.with_signs))
        if once := plain.read_once():
            readings.append(once)
        if _TYPED.search(plain.folded) and (across := plain.read_across(self._neighbours)):
            readings.append(across)
        return readings

    def _found_in(self, reading: Reading) -> list[_Found]:
        folded = reading.folded
        written = self._written.find(folded)
        forms = [] if reading.as_written_only else [*self._heard_in(folded), *self._redrawn_in(folded)]
        if _TYPED.search(folded):
            written += self._typed.find(folded)
            if _LETTERS.search(folded):
                forms += self._spelled(folded)
        innocent: list[tuple[Context, int, int]] = []
        for meant, first, after in written:
            if isinstance(meant, Context):
                innocent.append((meant, first, after))
            else:
                forms.append((meant, first, after))
        if not forms:
            return []
        contexts = Contexts(reading, innocent, self._around)
        candidates = (Candidate(form, reading, first, after) for form, first, after in forms)
        return [found for one in candidates if (found := self._confirmed(one, contexts))]

    def _heard_in(self, folded: str) -> list[tuple[Form, int, int]]:
        return [
            found
            for found in self._heard.find(folded.translate(self._sounds))
            if not says_itself(found[0].spelled, folded[found[1] : found[2]])
        ]

    def _redrawn_in(self, folded: str) -> Iterator[tuple[Form, int, int]]:
        """Yield terms that are there once some characters stand for others by their look."""
        if not (places := self._redrawn.places(folded)):
            return
        for one in self._redrawn.readings(folded, places):
            start, stop = max(0, one.first - self._longest), min(len(folded), one.after + self._longest)
            yield from self._mended(Mended(folded, [one], start, stop))
        joined = self._redrawn.joined(folded, places)
        if joined:
            yield from self._mended(Mended(folded, joined, 0, len(folded)))

    def _mended(self, mended: Mended) -> Iterator[tuple[Form, int, int]]:
        for form, begins, ends in self._written.find(mended.read):
            if isinstance(form, Form) and (apart := mended.changed(form, begins, ends)):
                first = mended.places[begins]
                drawn = Form(form.term, Disguise.look_alike, form.spelled, apart=apart)
                yield drawn, first, mended.places[ends]

    def _spelled(self, folded: str) -> Iterator[tuple[Form, int, int]]:
        """Yield terms in letters; they begin and end with a character or a letter of the text."""
        found = list(self._lettered.find(folded.translate(self._letters)))
        if not found:
            return
        begins: dict[int, int] = {}
        at = 0
        for place, one in enumerate(folded):
            begins[at] = place
            at += len(self._letters[ord(one)])
        begins[at] = len(folded)
        for form, start, end in found:
            if start in begins and end in begins:
                yield form, begins[start], begins[end]

    def _confirmed(self, candidate: Candidate, contexts: Contexts) -> _Found | None:
        changed = changed_places(candidate)
        if changed is None:
            return None
        term = self._terms[candidate.form.term]
        if contexts.excuse(term.group, candidate.first, candidate.after, changed):
            return None
        start, end = candidate.reading.span(candidate.first, candidate.after)
        if not is_meant(candidate, start, end, changed, term.text):
            return None
        return _Found(term, disguise_of(candidate, term.text, start, end), start, end)


def _contexts(lexicon: ForbiddenLexicon, tables: Tables) -> Iterator[tuple[str, Context]]:
    """Yield innocent words as they are read, also with figures for their numbers."""
    figures = {key: value for key, value in tables.typed.items() if key.isdigit()}
    pairs = [(one, Context()) for one in lexicon.innocent if ANY_TERM not in one]
    pairs += [(one, Context(group.id)) for group in lexicon.groups for one in group.exempt]
    for text, context in pairs:
        folded = text.translate(tables.plain)
        for one in (folded, *alike(folded, figures)):
            yield one, context


def _around(lexicon: ForbiddenLexicon, tables: Tables) -> Iterator[tuple[str, str]]:
    """Yield what stands before and after any term that is spoken of."""
    for one in lexicon.innocent:
        before, any_term, after = one.partition(ANY_TERM)
        if any_term and (before or after):
            yield before.translate(tables.plain), after.translate(tables.plain)


def _apart(found: Iterable[_Found], length: int) -> list[_Found]:
    """Return those that do not overlap, the longest first, then the one nearest to plain, then the first.

    What may be said hides nothing.
    """
    taken = bytearray(length)
    kept: list[_Found] = []
    for one in sorted(found, key=_before_others):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _before_others(found: _Found) -> tuple[bool, int, int, int, str]:
    nearest = _NEAREST_FIRST.index(found.disguise)
    return found.term.level is Level.fine, found.start - found.end, nearest, found.start, found.term.text


def build_guard(lexicon: ForbiddenLexicon) -> Guard:
    """Prepare a lexicon: seconds for ten thousand terms. Shops with the same one share it."""
    return _built(lexicon.model_dump_json(exclude_defaults=True))


@lru_cache(maxsize=_KEPT)
def _built(lexicon: str) -> Guard:
    return Guard(ForbiddenLexicon.model_validate_json(lexicon))
