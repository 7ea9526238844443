"""Does a term stand in words that are innocent? 第一次 is no claim, and 微信支付 leads nobody away."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from .reading import Reading

ANY_TERM = "…"
"""Stands for any term in an innocent word: …的说法 speaks of the term, and does not use it."""

_BREAKS = re.compile("[，。！？；：,!?;:\\n…、]")


@dataclass(frozen=True, slots=True)
class Context:
    """An innocent word; of one group only where it excuses nothing else."""

    group: str = ""


class Contexts:
    """The innocent words of one reading, by place; `around` are what stands before and after any term."""

    def __init__(
        self, reading: Reading, found: Iterable[tuple[Context, int, int]], around: Sequence[tuple[str, str]]
    ) -> None:
        self._reading = reading
        self._around = around
        self._found = sorted((one for one in found if self._is_said(one[1], one[2])), key=lambda one: one[1])
        self._starts = [start for _, start, _ in self._found]
        self._longest = max((end - start for _, start, end in self._found), default=0)

    def excuse(self, group: str, start: int, end: int, changed: Set[int]) -> bool:
        """Is what stands there within an innocent word, or does one reach into it from outside?

        Or are the characters that only sound or look like the term's all parts of such words?
        """
        return self._is_part(group, start, end, changed) or self._is_spoken_of(start, end)

    def _is_part(self, group: str, start: int, end: int, changed: Set[int]) -> bool:
        left = set(changed)
        for at in range(bisect_left(self._starts, start - self._longest), bisect_left(self._starts, end)):
            context, first, after = self._found[at]
            if after <= start or context.group not in {"", group}:
                continue
            if first < start or after > end or (first == start and after == end):
                return True
            left.difference_update(range(first, after))
        return bool(changed) and not left

    def _is_spoken_of(self, start: int, end: int) -> bool:
        folded = self._reading.folded
        return any(
            folded.startswith(after, end)
            and folded.endswith(before, 0, start)
            and self._is_said(start - len(before), end + len(after))
            for before, after in self._around
        )

    def _is_said(self, first: int, after: int) -> bool:
        """Not where a mark breaks it, in 全国第一，次日达 nobody says 第一次, nor in a question: 要不要加微信."""
        folded = self._reading.folded
        if first > 0 and folded[first] == "不" and folded[first - 1] == folded[first + 1 : first + 2]:
            return False
        start, end = self._reading.span(first, after)
        return end - start == after - first or _BREAKS.search(self._reading.text, start, end) is None
