"""Which of many texts can be nearly the same as this one? A quick look that leaves none out, before the exact one."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

_KINDS = 256
"""Characters are counted in so many kinds, several characters to a kind: counts are never too low."""
_Counts = NDArray[np.uint16]


class NearTexts:
    """Texts by name, each of less than 65,536 characters, counted once."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        shortest_first = sorted(texts, key=lambda name: len(texts[name]))
        self._texts = texts
        self._names = shortest_first
        self._lengths = np.array([len(texts[name]) for name in shortest_first], dtype=np.int64)
        counts = [_counted(texts[name]) for name in shortest_first]
        self._counts = np.array(counts, dtype=np.uint16).reshape(len(counts), _KINDS)
        self._place = {name: place for place, name in enumerate(texts)}

    def near(self, text: str, least: float, *, but: str = "") -> dict[str, str]:
        """Return at least all texts whose `fuzz.ratio` with this one is `least` (above 0, to 100) or more, in the order
        they were given; never the one named `but`.

        What two texts have in common, in order, is no more than the characters they have in common, in any order.
        """
        length = len(text)
        first, after = np.searchsorted(
            self._lengths, [length * least / (200 - least) - 1, length * (200 - least) / least + 1]
        )
        shared = np.minimum(self._counts[first:after], _counted(text)).sum(axis=1, dtype=np.int64)
        enough = np.flatnonzero(shared * 200 >= least * (self._lengths[first:after] + length))
        places: list[int] = (enough + first).tolist()
        found = [self._names[at] for at in places]
        return {name: self._texts[name] for name in sorted(found, key=self._place.__getitem__) if name != but}


def _counted(text: str) -> _Counts:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return np.bincount(codes % _KINDS, minlength=_KINDS).astype(np.uint16)
