"""Is what was found really the term, in disguise or not? Asked only where something was found."""

import re
import unicodedata
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from assist.domain.guard import Disguise

from .fold import FoldTable
from .forms import Form
from .latin import are_english, stands_alone, stretches_of, within_pinyin
from .natural import AROUND, TERM_MEANT, cost_of_term, is_as_usual, is_natural, is_ordinary_pair
from .reading import Reading
from .redrawn import usual_characters
from .sounds import usual_sound

_ENDS_A_CLAUSE = frozenset("，。！？；：,!?;:\n…")
_LONGEST_GAP = 16
"""So many visible characters that say nothing may stand between two of a term's."""
_SHORT = 3
"""A term of so many characters may be made of parts of other words."""


class _Gaps(FoldTable):
    """As written, with a space for each character that says nothing."""

    def __missing__(self, code: int) -> str:
        read = super().__missing__(code)
        if not read and not _invisible(chr(code)):
            read = " "
            if code in self:
                self[code] = read
        return read


_HAN = re.compile("[㐀-鿿]")
_AS_WRITTEN = FoldTable({})
_WITH_GAPS = _Gaps({})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A form found in what was read; `first` and `after` are places in the folded text."""

    form: Form
    reading: Reading
    first: int
    after: int

    @property
    def folded(self) -> str:
        return self.reading.folded[self.first : self.after]

    @property
    def borders_are_chinese(self) -> bool:
        folded = self.reading.folded
        return not folded[self.first].isascii() and not folded[self.after - 1].isascii()


@dataclass(slots=True)
class _Written:
    """What stands in the text: characters that say something, a space for what does not."""

    letters: str
    changed: set[int]
    marks: int
    longest_gap: int


@lru_cache(maxsize=1 << 16)
def says_itself(spelled: str, written: str) -> bool:
    """Is what sounds like a term the term itself, or two characters that say something of their own?"""
    if len(written) > 2:
        return written == spelled
    changed = sum(one != own for one, own in zip(written, spelled, strict=True))
    return not changed or is_ordinary_pair(written, changed)


def changed_places(candidate: Candidate) -> frozenset[int] | None:
    """Return the places in the folded text of characters that are not the term's own; None where it is no such form.

    A form by letters is none where syllables do not begin and end with what is written, or no letters are in it.
    """
    form, folded, first = candidate.form, candidate.folded, candidate.first
    if form.disguise is Disguise.pinyin:
        return _changed_beside_letters(form, folded, first)
    if form.apart:
        return frozenset([first + at for at in form.apart])
    if len(folded) == len(form.spelled):
        return frozenset([first + at for at, one in enumerate(folded) if one != form.spelled[at]])
    return frozenset()


def _changed_beside_letters(form: Form, folded: str, first: int) -> frozenset[int] | None:
    """Lay what is written along the term's syllables: a character fills one, letters as many as they spell."""
    begins = {0: 0}
    for number, syllable in enumerate(form.syllables):
        begins[list(begins)[-1] + len(syllable)] = number + 1
    changed: set[int] = set()
    spelled, at = False, 0
    for place, one in enumerate(folded):
        number = begins.get(at)
        if one.isascii():
            spelled = spelled or number is None or not form.spelled[number].isascii()
            at += 1
            continue
        at += len(usual_sound(one))
        if number is None or begins.get(at) != number + 1:
            return None
        if one != form.spelled[number]:
            changed.add(first + place)
    return frozenset(changed) if spelled else None


def is_meant(candidate: Candidate, start: int, end: int, changed: Set[int], term: str) -> bool:
    """Does `text[start:end]` hold the term, by its borders and by what else could have been written there?"""
    form, text, table = candidate.form, candidate.reading.text, candidate.reading.table
    written = _written(candidate, start, end, changed, term)
    if written.longest_gap > (_LONGEST_GAP if not (written.marks and form.spelled.isascii()) else 1):
        return False
    if not candidate.borders_are_chinese and not _are_bounded(form, text, start, end, table):
        return False
    if not _letters_are_meant(form, written, term):
        return False
    if written.letters.isascii() or not (written.changed or written.marks or len(form.spelled) <= _SHORT):
        return True
    if _reads_as_usual(candidate):
        return False
    before = text[max(0, start - AROUND) : start].translate(_WITH_GAPS)
    after = text[end : end + AROUND].translate(_WITH_GAPS)
    drawn = form.disguise is Disguise.look_alike and candidate.folded != form.spelled
    cost = cost_of_term(form.spelled) if drawn else TERM_MEANT
    return not is_natural(before, written.letters, after, changed=written.changed, marks=written.marks, term=cost)


def _reads_as_usual(candidate: Candidate) -> bool:
    """Is a character that looks like the term's one that everybody uses, and as likely here?"""
    form, folded = candidate.form, candidate.folded
    if form.disguise is not Disguise.look_alike or len(folded) != len(form.spelled) or folded == form.spelled:
        return False
    others = [one for one, own in zip(folded, form.spelled, strict=True) if one != own]
    return usual_characters().issuperset(others) and is_as_usual(folded, form.spelled)


def _are_bounded(form: Form, text: str, start: int, end: int, table: FoldTable) -> bool:
    if stands_alone(text, start, end, table):
        return True
    return form.disguise is Disguise.pinyin and within_pinyin(text, start, end, len(form.syllables), table)


def _letters_are_meant(form: Form, written: _Written, term: str) -> bool:
    if form.disguise in {Disguise.sound, Disguise.plain} and not form.spelled.isascii():
        return True
    stretches = stretches_of(written.letters)
    if form.disguise in {Disguise.pinyin, Disguise.initials}:
        # ding级: English is not written into a Chinese word.
        mixed = _HAN.search(written.letters) is not None and not written.changed
        return mixed or not are_english(stretches)
    if not form.spelled.isascii() or len(stretches) < 2:
        return True
    # best in the world has its own spaces; we chat is not WeChat, w e c h a t is.
    as_spaced = stretches_of(term.lower()) == stretches or all(len(one) == 1 for one in stretches)
    return as_spaced or not are_english(stretches)


def _written(candidate: Candidate, start: int, end: int, changed: Set[int], term: str) -> _Written:
    """Read a stretch again as it was written, for comparing it with what else it may say."""
    first, folded = candidate.first, candidate.folded
    if end - start == len(folded):
        bare = candidate.reading.text[start:end].translate(_AS_WRITTEN)
        # A term of characters that look like others is not changed where it says just those.
        if bare in {folded, term}:
            return _Written(bare, {one - first for one in changed}, 0, 0)
    return _written_apart(candidate, start, end, changed)


def _written_apart(candidate: Candidate, start: int, end: int, changed: Set[int]) -> _Written:
    found = _Written("", set(), 0, 0)
    letters: list[str] = []
    place, gap, last = candidate.first, 0, ""
    for at in range(start, end):
        character, read = candidate.reading.text[at], candidate.reading.says(at)
        if not read:
            gap += not _invisible(character)
            found.marks += character in _ENDS_A_CLAUSE
            found.longest_gap = max(found.longest_gap, gap)
            if letters[-1] != " " and not _invisible(character):
                letters.append(" ")
            continue
        if candidate.reading.once and read == last:
            continue
        as_written = _AS_WRITTEN[ord(character)] or read
        if as_written != read or changed & set(range(place, place + len(read))):
            found.changed.update(range(len(letters), len(letters) + len(as_written)))
        letters += as_written
        place, gap, last = place + len(read), 0, read
    found.letters = "".join(letters)
    return found


def _sounds_the_same(candidate: Candidate) -> bool:
    folded, spelled = candidate.folded, candidate.form.spelled
    if folded == spelled or len(folded) != len(spelled):
        return False
    return all(usual_sound(one) == usual_sound(own) != "" for one, own in zip(folded, spelled, strict=True))


def _invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Cf", "Mn", "Me"}


def disguise_of(candidate: Candidate, term: str, start: int, end: int) -> Disguise:
    """Return how a term that was found is written."""
    if candidate.form.disguise is not Disguise.plain:
        return Disguise.sound if _sounds_the_same(candidate) else candidate.form.disguise
    written = candidate.reading.text[start:end]
    if written == term:
        return Disguise.plain
    bare = written.translate(_AS_WRITTEN)
    alike = candidate.reading.once or bare == candidate.folded
    return Disguise.folded if alike else Disguise.look_alike
