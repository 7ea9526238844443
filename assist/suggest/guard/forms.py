"""In which ways can a term be written? Each way as the text would read once folded, heard or spelled in letters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, chain, combinations

from assist.domain.guard import Disguise

from .natural import is_ordinary_pair
from .redrawn import usual_characters
from .shapes import shapes
from .sounds import heard, sounds_of, ways_to_say

_FEWEST_FOR_INITIALS = 3
"""Characters: initials of two stand for too much else."""
_MOST_FOR_MIXED = 6
_MOST_LOOKS = 24
_MOST_ALIKE = 9
_TWO = 2
_TWO_LETTERS = ("zh", "ch", "sh")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a term, `spelled` as it would be written folded. `syllables`: the way it is said; `apart`: the
    places of what is written as two characters.
    """

    term: int
    disguise: Disguise
    spelled: str
    syllables: tuple[str, ...] = ()
    apart: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Looks:
    """What stands for what in a term: `typed` letters, figures or longer pieces, `parts` of characters."""

    typed: Mapping[str, str]
    parts: Mapping[str, tuple[str, ...]]


def hidden_forms(term: int, folded: str, looks: Looks) -> Iterator[Form]:
    """Yield what else a term may be written as in a folded text."""
    for one in alike(folded, looks.typed):
        yield Form(term, Disguise.look_alike, one)
    for one, places in _taken_apart(folded, looks):
        yield Form(term, Disguise.look_alike, one, apart=places)
    for one in _shortened(folded):
        yield Form(term, Disguise.initials, one)


def heard_forms(term: int, folded: str, looks: Looks) -> Iterator[tuple[str, Form]]:
    """Yield what is heard where a term is said; what has no Chinese character has no sound."""
    for one in (folded, *alike(folded, looks.typed)):
        if not one.isascii():
            for way in ways_to_say(one):
                yield heard(one, way), Form(term, Disguise.sound, one, way)


def lettered_forms(term: int, folded: str) -> Iterator[tuple[str, Form]]:
    """Yield a term in letters, its syllables side by side."""
    if not folded.isascii():
        for way in ways_to_say(folded):
            yield "".join(way), Form(term, Disguise.pinyin, folded, way)


def alike(folded: str, typed: Mapping[str, str]) -> list[str]:
    """Return a term with letters, figures or pieces in the place of what they look like."""
    forms = {folded: None}
    for written, stands_for in typed.items():
        if stands_for in folded and len(forms) < _MOST_LOOKS:
            forms.update({one.replace(stands_for, written): None for one in list(forms)})
    return [one for one in forms if one != folded]


def drawn_forms(term: int, folded: str) -> Iterator[tuple[str, Form]]:
    """Yield a term with one character that everybody uses in the place of another that looks like it.

    Not where both that a term of two would be are usual: nothing around them would make them a disguise.
    """
    form = Form(term, Disguise.look_alike, folded)
    usual = usual_characters()
    for place, character in enumerate(folded):
        before, after = folded[:place], folded[place + 1 :]
        for one in shapes().alike.get(character, "")[:_MOST_ALIKE]:
            written = before + one + after
            if one in usual and one not in folded and not (len(written) == _TWO and is_ordinary_pair(written, 1)):
                yield written, form


def _taken_apart(folded: str, looks: Looks) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield a term with one character taken apart, in each way; and with two or all that can be, in the best one."""
    for place, character in enumerate(folded):
        for one in looks.parts.get(character, ()):
            yield folded[:place] + one + folded[place + 1 :], tuple(range(place, place + len(one)))
    able = [place for place, one in enumerate(folded) if one in looks.parts]
    for chosen in {tuple(able), *combinations(able, 2)} if len(able) > 1 else ():
        written = [looks.parts[one][0] if place in chosen else one for place, one in enumerate(folded)]
        ends = list(accumulate(map(len, written)))
        pieces = [range(end - len(one), end) for one, end in zip(written, ends, strict=True) if len(one) > 1]
        yield "".join(written), tuple(chain.from_iterable(pieces))


def _shortened(folded: str) -> Iterator[str]:
    """Yield all initials, and those of some neighbours beside the other characters: 国j级, 加wx."""
    if len(folded) < _FEWEST_FOR_INITIALS or folded.isascii():
        return
    short = "".join(sounds_of(one)[0][0] for one in folded)
    yield short
    yield "".join(_two_letters(one) for one in folded)
    if len(folded) > _MOST_FOR_MIXED:
        return
    for start in range(len(folded)):
        for end in range(start + 1, len(folded) + 1):
            if end - start < len(folded) and not folded[start:end].isascii():
                yield folded[:start] + short[start:end] + folded[end:]


def _two_letters(character: str) -> str:
    syllable = sounds_of(character)[0]
    return syllable[:2] if syllable[:2] in _TWO_LETTERS else syllable[0]
