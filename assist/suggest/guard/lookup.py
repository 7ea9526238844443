"""Where do any of many thousand pieces stand in a text? All of them, also within each other, in one pass."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from ahocorasick_rs import AhoCorasick

Meant = TypeVar("Meant")


class Lookup(Generic[Meant]):
    """Pieces with what each means; a piece may mean several things."""

    def __init__(self, pieces: Iterable[tuple[str, Meant]]) -> None:
        meanings: dict[str, list[Meant]] = {}
        for piece, meant in pieces:
            if piece:
                meanings.setdefault(piece, []).append(meant)
        self._meanings = list(meanings.values())
        self._pieces = AhoCorasick(list(meanings), store_patterns=False)

    def __len__(self) -> int:
        return len(self._meanings)

    def match(self, read: str) -> list[tuple[int, int, int]]:
        """Return the pieces by number, with where each begins and ends."""
        return self._pieces.find_matches_as_indexes(read, overlapping=True)

    def find(self, read: str) -> list[tuple[Meant, int, int]]:
        """Return what is meant, with where its piece begins and ends."""
        matches = self.match(read)
        if not matches:
            return []
        return [(meant, start, end) for piece, start, end in matches for meant in self._meanings[piece]]
