"""Which characters look alike, and which two side by side make a third? Drawn, blurred and compared.

    PYTHONPATH=. python training/glyph_tables.py FONT assist/suggest/guard/shapes.txt.bz2   # five minutes

Needs Pillow. FONT is Noto Sans CJK (SIL OFL): what is kept are facts about shapes, nothing of the font.
"""

import bz2
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from assist.suggest.text import fold

Drawn = NDArray[np.float32]

DRAWN = 96
SEEN = 32
BLURS = (1.0, 2.0)
"""Pixels of `SEEN`: near, and from farther away."""
FACE = 2
"""Simplified Chinese among the faces of Noto Sans CJK."""

ALIKE, RARE_ALIKE = 0.60, 0.74
"""Likeness of a character that anybody can type, and of one that is seldom met."""
MOST_USED, MOST_KNOWN, MOST_RARE = 6, 5, 2
"""Of the first level, of the second, of no level: the first are the easiest to type."""
LIMITS = ((MOST_USED, ALIKE), (MOST_KNOWN, ALIKE), (MOST_RARE, RARE_ALIKE))
PARTED = 0.66
ENCLOSED = 0.66
COVERED = 0.80
"""So much of an enclosing part is in a character that has it."""
MOST_PARTED = 3
PIECE, PIECE_BLUR = 24, 1.3
INKED = 110
MOST_THINNED = 12
LEAST_LINE, ONE_STROKE = 8, 8
MOST_CROSSED = 10

# A radical at the side of a character is also typed as the character it comes from.
STANDING = {
    "亻": "人", "讠": "言", "氵": "水", "忄": "心", "扌": "手", "钅": "金", "饣": "食", "纟": "糸", "犭": "犬",
    "礻": "示", "衤": "衣", "刂": "刀", "灬": "火", "艹": "草", "⺮": "竹", "⻊": "足", "牜": "牛", "疒": "病",
}  # fmt: skip
# What stands at the left is drawn narrower than alone: taken from a character that has it there, and where that ends.
NARROW = {
    "木": ("林", 0.49), "女": ("妈", 0.44), "王": ("理", 0.40), "米": ("精", 0.43), "土": ("培", 0.38),
    "禾": ("种", 0.44), "田": ("略", 0.42), "鱼": ("鲜", 0.50), "歹": ("残", 0.44), "子": ("孙", 0.42),
    "贝": ("财", 0.42), "马": ("骗", 0.40), "身": ("射", 0.50), "石": ("砖", 0.42), "里": ("野", 0.48),
    "彳": ("得", 0.34), "革": ("鞋", 0.46), "足": ("路", 0.42), "耳": ("职", 0.44), "弓": ("张", 0.40),
    "火": ("灯", 0.44), "车": ("轮", 0.43), "工": ("功", 0.46), "立": ("站", 0.44),
}  # fmt: skip
# Where there is room within an enclosing part: left, top, right, bottom of a whole.
ROOM = {
    "辶": (0.30, 0.02, 1.0, 0.80), "疒": (0.28, 0.32, 0.98, 1.0), "门": (0.18, 0.28, 0.82, 0.95),
    "囗": (0.16, 0.14, 0.84, 0.86), "广": (0.22, 0.30, 1.0, 1.0), "厂": (0.20, 0.22, 1.0, 1.0),
    "尸": (0.20, 0.36, 1.0, 1.0), "户": (0.22, 0.42, 1.0, 1.0), "走": (0.46, 0.02, 1.0, 0.80),
    "匚": (0.16, 0.14, 1.0, 0.86), "气": (0.10, 0.42, 0.75, 1.0), "虍": (0.25, 0.45, 1.0, 1.0),
}  # fmt: skip
STROKES = frozenset("一丨丶丿亅乙丬乚乛")
"""Nobody takes a character apart to a single stroke."""
RARE_PARTS = "亻讠氵忄扌钅饣纟犭礻衤刂灬艹辶疒阝彳丬冖宀罒牜⺮⻊攵夂廴卩厶隹圭畐咅兑夬巠圣艮昷堇戋㐱"
SYMBOLS = "".join(map(chr, (*range(0x3041, 0x30FF), *range(0x3105, 0x3130))))


def gb_characters(first: int, after: int) -> list[str]:
    """Return the characters of GB 2312 rows: 16 to 55 are its first level, 56 to 87 its second."""
    rows = (bytes((row + 0xA0, cell + 0xA0)) for row in range(first, after) for cell in range(1, 95))
    return [read for one in rows if (read := one.decode("gb2312", errors="ignore"))]


def drawn(font: Any, characters: Sequence[str]) -> NDArray[np.uint8]:
    pictures = np.zeros((len(characters), DRAWN, DRAWN), dtype=np.uint8)
    for at, one in enumerate(characters):
        picture = Image.new("L", (DRAWN, DRAWN))
        ImageDraw.Draw(picture).text((DRAWN // 2, DRAWN // 2), one, fill=255, font=font, anchor="mm")
        pictures[at] = np.asarray(picture)
    return pictures


def seen(picture: Image.Image) -> Drawn:
    """Return a picture small and blurred, from near and from afar, each of length 1 around its mean."""
    small = picture.resize((SEEN, SEEN), Image.Resampling.BOX)
    views = [np.asarray(small.filter(ImageFilter.GaussianBlur(blur)), dtype=np.float32).ravel() for blur in BLURS]
    views = [view - view.mean() for view in views]
    lengths = [float(np.linalg.norm(view)) or 1.0 for view in views]
    return np.concatenate([view / length for view, length in zip(views, lengths, strict=True)]) / len(BLURS) ** 0.5


def thinned(pictures: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return lines of one pixel in the middle of the strokes (Zhang and Suen, 1984): stretched, they stay as thin."""
    ink = np.pad(pictures > INKED, ((0, 0), (1, 1), (1, 1)))
    for _ in range(MOST_THINNED):
        before = int(ink.sum())
        for step in (0, 1):
            ink[:, 1:-1, 1:-1] &= ~_edges(ink, step)
        if int(ink.sum()) == before:
            break
    return ink[:, 1:-1, 1:-1]


def _edges(ink: NDArray[np.bool_], step: int) -> NDArray[np.bool_]:
    up, down = slice(0, -2), slice(2, None)
    mid = slice(1, -1)
    right = [(up, mid), (up, down), (mid, down), (down, down)]
    left = [(down, mid), (down, up), (mid, up), (up, up)]
    ring = [ink[:, row, column] for row, column in (*right, *left)]
    around = sum(one.astype(np.uint8) for one in ring)
    turns = sum((~one & after).astype(np.uint8) for one, after in zip(ring, [*ring[1:], ring[0]], strict=True))
    north, east, south, west = ring[0], ring[2], ring[4], ring[6]
    if step == 0:
        free = ~(north & east & south) & ~(east & south & west)
    else:
        free = ~(north & east & west) & ~(north & south & west)
    return np.asarray(ink[:, mid, mid] & (around >= 2) & (around <= 6) & (turns == 1) & free)


def spread(lines: NDArray[np.bool_]) -> Drawn | None:
    """Return thin lines stretched to the whole of a small square; None where there is next to nothing."""
    rows, columns = np.nonzero(lines)
    if len(rows) < LEAST_LINE:
        return None
    high, wide = np.ptp(rows), np.ptp(columns)
    small = np.zeros((PIECE, PIECE), dtype=np.float32)
    last = PIECE - 1
    # What is but one stroke stays one: it is not blown up to a square.
    down = (rows - rows.min()) * last / high if high > ONE_STROKE else np.full(len(rows), last / 2)
    along = (columns - columns.min()) * last / wide if wide > ONE_STROKE else np.full(len(rows), last / 2)
    small[down.round().astype(int), along.round().astype(int)] = 1
    return small


def blurred(pieces: Sequence[Drawn]) -> Drawn:
    """Return pictures blurred, each of length 1 around its mean."""
    steps = np.arange(PIECE)
    blur = np.exp(-((steps[:, None] - steps[None, :]) ** 2) / (2 * PIECE_BLUR**2)).astype(np.float32)
    views = (blur @ np.stack(pieces) @ blur).reshape(len(pieces), -1)
    views -= views.mean(axis=1, keepdims=True)
    return np.asarray(views / np.maximum(np.linalg.norm(views, axis=1, keepdims=True), 1e-6))


def alike(targets: Sequence[str], others: Sequence[str], levels: Sequence[set[str]], font: Any) -> dict[str, list[str]]:
    """Return for each target the characters that look most like it, the nearest first."""
    theirs = np.stack([seen(Image.fromarray(one)) for one in drawn(font, others)])
    place = {one: at for at, one in enumerate(others)}
    masks = [np.array([one in level for one in others]) for level in levels]
    masks.append(~(masks[0] | masks[1]))
    found: dict[str, list[str]] = {}
    for start in range(0, len(targets), 500):
        some = targets[start : start + 500]
        near = theirs[[place[one] for one in some]] @ theirs.T
        for one, row in zip(some, near, strict=True):
            row[place[one]] = 0
            kept: list[int] = []
            for mask, (most, least) in zip(masks, LIMITS, strict=True):
                kept += nearest(np.where(mask, row, 0), most, least)
            found[one] = [others[at] for at in sorted(kept, key=lambda at: -row[at])]
    return found


def nearest(row: Drawn, most: int, least: float) -> list[int]:
    return [int(at) for at in np.argsort(-row)[:most] if row[at] >= least]


def cuts(lines: NDArray[np.bool_]) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Yield a character cut in two from top to bottom, where few strokes are in the way."""
    crossed = lines.sum(axis=0)
    for at in range(int(DRAWN * 0.18), int(DRAWN * 0.75), 2):
        if crossed[at] <= MOST_CROSSED:
            yield lines[:, :at], lines[:, at:]


def pieces(targets: Sequence[str], drawings: NDArray[np.bool_]) -> tuple[list[str], list[Drawn]]:
    """Return first and second pieces of every cut, one after the other, with whose they are."""
    whose: list[str] = []
    views: list[Drawn] = []
    for one, lines in zip(targets, drawings, strict=True):
        for beside in (True, False):
            for first, second in cuts(lines if beside else lines.T):
                both = [spread(piece if beside else piece.T) for piece in (first, second)]
                if both[0] is not None and both[1] is not None:
                    whose.append(one)
                    views += [piece for piece in both if piece is not None]
    return whose, views


def parted(targets: Sequence[str], parts: Sequence[str], font: Any) -> dict[str, dict[str, float]]:
    """Return pairs that make a target, by how well the worse of both fits."""
    names, theirs = whole_parts(parts, font)
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for start in range(0, len(targets), 100):
        some = targets[start : start + 100]
        whose, views = pieces(some, thinned(drawn(font, some)))
        near = blurred(views) @ theirs.T
        for at, one in enumerate(whose):
            for pair, fits in _pairs(near[2 * at], near[2 * at + 1], names):
                if one not in pair:
                    found[one][pair] = max(fits, found[one].get(pair, 0))
    return found


def whole_parts(parts: Sequence[str], font: Any) -> tuple[list[str], Drawn]:
    lines = thinned(drawn(font, parts))
    standing = thinned(drawn(font, [model for model, _ in NARROW.values()]))
    ends = [int(end * DRAWN) for _, end in NARROW.values()]
    every = [*zip(parts, lines, strict=True)]
    every += [(one, its[:, :end]) for one, its, end in zip(NARROW, standing, ends, strict=True)]
    whole = [(one, view) for one, its in every if (view := spread(its)) is not None]
    return [one for one, _ in whole], blurred([view for _, view in whole])


def _pairs(first: Drawn, second: Drawn, names: Sequence[str]) -> Iterator[tuple[str, float]]:
    lefts, rights = (np.where(one >= PARTED)[0] for one in (first, second))
    for left in sorted(lefts, key=lambda at: -first[at])[:4]:
        for right in sorted(rights, key=lambda at: -second[at])[:4]:
            yield names[left] + names[right], float(min(first[left], second[right]))


def enclosed(targets: Sequence[str], inner: Sequence[str], font: Any) -> dict[str, dict[str, float]]:
    """Return an enclosing part and what stands within it, for each target made so."""
    names, theirs = whole_parts(inner, font)
    drawings = thinned(drawn(font, targets))
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for around, room in ROOM.items():
        frame = thinned(drawn(font, [around]))[0]
        for one, lines in zip(targets, drawings, strict=True):
            if one == around or widened(lines, 4)[frame].mean() < COVERED:
                continue
            left = spread(within(lines, widened(frame, 5), room))
            if left is None:
                continue
            near = theirs @ blurred([left])[0]
            for best in nearest(near, 2, ENCLOSED):
                found[one][around + names[best]] = float(near[best])
    return found


def widened(lines: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    picture = Image.fromarray(lines.astype(np.uint8) * 255).filter(ImageFilter.MaxFilter(2 * by + 1))
    return np.asarray(picture) > 0


def within(lines: NDArray[np.bool_], frame: NDArray[np.bool_], room: Sequence[float]) -> NDArray[np.bool_]:
    """Return what stands in the room of a frame, and is not the frame."""
    left, top, right, bottom = (int((edge * 0.92 + 0.04) * DRAWN) for edge in room)
    kept = np.zeros_like(lines)
    kept[top:bottom, left:right] = (lines & ~frame)[top:bottom, left:right]
    return kept


def kept_pairs(scored: Iterable[dict[str, dict[str, float]]]) -> dict[str, list[str]]:
    """Return the best pairs of each character."""
    merged: dict[str, dict[str, float]] = defaultdict(dict)
    for found in scored:
        for one, pairs in found.items():
            for pair, fits in pairs.items():
                merged[one][pair] = max(fits, merged[one].get(pair, 0))
    kept: dict[str, list[str]] = {}
    for one, pairs in merged.items():
        kept[one] = sorted(pairs, key=lambda pair: -pairs[pair])[:MOST_PARTED]
    return kept


def without_radical(pairs: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Yield characters with what they are with or without a radical: 微 and 薇, 佳 and 隹."""
    for one, apart in pairs.items():
        for first, second in apart[:2]:
            for radical, rest in ((first, second), (second, first)):
                if radical in STANDING or radical in RARE_PARTS:
                    yield one, rest
                    if rest in pairs:
                        yield rest, one
                    break


def main(font_file: str, out: str) -> None:
    font = ImageFont.truetype(font_file, int(DRAWN * 0.92), index=FACE)
    common = gb_characters(16, 88)
    targets = gb_characters(16, 56)
    # Traditional characters are read as the simplified ones before anything is looked up.
    rare = [one for code in range(0x4E00, 0x9FA6) if fold(one := chr(code)) == one and one not in set(common)]
    near = alike(targets, [*common, *rare, *SYMBOLS], (set(targets), set(common) - set(targets)), font)
    parts = [one for one in dict.fromkeys([*common, *STANDING, *ROOM, *RARE_PARTS]) if one not in STROKES]
    pairs = kept_pairs((parted(targets, parts, font), enclosed(targets, common, font)))
    for one, whole in without_radical(pairs):
        near[one] = [*near[one][: MOST_USED + MOST_KNOWN + MOST_RARE - 1], whole]
    lines = ["".join(f"{one}{whole}" for one, whole in STANDING.items())]
    lines += [f"{one}\t{''.join(dict.fromkeys(near[one]))}\t{' '.join(pairs.get(one, ()))}" for one in targets]
    Path(out).write_bytes(bz2.compress("\n".join(lines).encode()))
    sys.stdout.write(f"{len(targets)} characters, {sum(map(len, near.values()))} alike, {len(pairs)} taken apart\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
