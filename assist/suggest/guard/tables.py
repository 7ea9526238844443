"""Which characters, signs and pieces stand for others? As the lexicon says, sorted by how they are read."""

from collections.abc import Mapping

from .fold import FoldTable, says_nothing
from .shapes import shapes

_TO_FULL_WIDTH = 0xFEE0


class Tables:
    """How characters are folded. Letters that look like others are those; signs may also be nothing: both are read."""

    def __init__(self, look_alikes: Mapping[str, str]) -> None:
        signs = {one for key in look_alikes for one in key if says_nothing(one)}
        single = {key: value for key, value in look_alikes.items() if len(key) == 1 and key not in signs}
        wide = {chr(ord(one) + _TO_FULL_WIDTH) for one in signs if one.isascii() and one > " "}
        self._signs = frozenset(signs | wide)
        alike = {key: value for key, value in single.items() if not key.isascii()}
        self.plain = FoldTable(alike)
        self.with_signs = FoldTable(alike | {one: look_alikes.get(one, one) for one in signs}, "".join(signs))
        self.typed = {
            key.translate(self.with_signs): value.translate(self.plain)
            for key, value in look_alikes.items()
            if key not in alike and key not in signs
        }

    def has_signs(self, text: str) -> bool:
        return not self._signs.isdisjoint(text)

    def parts(self, splits: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """Return each character with the ways to take it apart, the lexicon's own first."""
        parts: dict[str, tuple[str, ...]] = {}
        for apart, whole in splits.items():
            folded = whole.translate(self.plain)
            parts[folded] = (*parts.get(folded, ()), apart.translate(self.plain))
        for whole, ways in shapes().parts.items():
            drawn = (one.translate(self.plain) for one in ways)
            parts[whole] = tuple(dict.fromkeys((*parts.get(whole, ()), *drawn)))
        return parts
