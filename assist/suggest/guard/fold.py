"""How is a character read, whatever its width, script, case and look? One at a time, so that places can be kept."""

import unicodedata
from collections.abc import Mapping

from assist.suggest.text import fold

# Letters and figures say something; the rest is what a term is broken up with.
_SAYS_SOMETHING = "LN"
# Strokes and dots that Unicode counts among letters.
_STROKES = frozenset("丨丶丿亅乀乁ㆍᆞ〡ㅣ")

MOST_KEPT = 30_000
"""Characters, in one table."""


class FoldTable(dict[int, str]):
    """For `str.translate`, filled as characters are met: a text is folded in one pass, and so are its places.

    Punctuation, spaces, marks, invisible and unknown characters become nothing. `kept` are those that do not.
    """

    def __init__(self, look_alikes: Mapping[str, str], kept: str = "") -> None:
        super().__init__()
        self._look_alikes = look_alikes
        self._kept = frozenset(kept)

    def __missing__(self, code: int) -> str:
        character = chr(code)
        stands_for = self._look_alikes.get(character)
        read = "".join(self._read(one) for one in fold(stands_for or character))
        # What nobody writes, but somebody may send, is not kept for ever.
        if len(self) < MOST_KEPT:
            self[code] = read
        return read

    def _read(self, character: str) -> str:
        if character in self._kept:
            return self._look_alikes.get(character, character)
        stands_for = fold(self._look_alikes.get(character, character))
        letters = unicodedata.normalize("NFKD", stands_for).lower()
        return "".join(one for one in letters if _says_something(one))


def _says_something(character: str) -> bool:
    return unicodedata.category(character)[0] in _SAYS_SOMETHING and character not in _STROKES


def says_nothing(character: str) -> bool:
    return not FoldTable({})[ord(character)]
