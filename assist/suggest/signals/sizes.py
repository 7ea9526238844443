"""How much is in one piece of an order line? Pieces and net weight, as its title states them."""

import re
from fractions import Fraction

from assist.suggest.text import fold

from .amounts import number_of

_NUMBER = r"(?:\d+(?:\.\d+)?|[一二三四五六七八九十两半]+)"
_RANGE = rf"{_NUMBER} ?[-~到至] ?"
_WEIGHT = re.compile(
    rf"(?P<each>单[果个颗只重]|每[个只颗枚条]|一[个只颗枚条]|单)?[约重:]*(?P<from>{_RANGE})?(?P<number>{_NUMBER}) ?"
    rf"(?P<unit>公斤|千克|kg|斤|克|g|两|lbs?|oz)(?![a-z])(?P<half>半)?(?P<per> ?/ ?[个只片枚条颗块头尾])?"
    rf"(?: ?[装/]?[一]?[袋盒包份瓶箱罐条]?装? ?[*x×] ?(?P<times>\d+))?(?P<over>以上|起|\+)?",
    re.ASCII,
)
_NET = re.compile(r"净(?:重|含量|果)[约:为]*\s*$")
_GROSS = re.compile(r"(?:毛重|带箱|含箱|连箱)[约:为]*\s*$")
_PIECES = re.compile(
    rf"(?P<from>{_RANGE})?(?P<number>{_NUMBER}) ?"
    r"(?P<unit>[个只颗枚粒条尾头块片串根棵朵支]|pcs|pieces|eggs|count|ct\b|-count)"
    rf"(?!月|人|星|小时|装?起)(?:装|入)?(?:(?: ?/ ?[箱盒袋份]?)? ?[*x×] ?(?P<times>\d+))?",
    re.ASCII,
)
_PACKS = re.compile(rf"(?<![\d.-])(?P<number>{_NUMBER}) ?[盒瓶袋包罐杯板支](?!装?[*x×])", re.ASCII)
_PACKS_FIRST = re.compile(r"(?P<times>\d+) ?[*x×] ?$", re.ASCII)
_GRAMS = {"公斤": 1000, "千克": 1000, "kg": 1000, "斤": 500, "两": 50, "克": 1, "g": 1}
_GRAMS_EXACT = {"lb": Fraction(45359237, 100000), "lbs": Fraction(45359237, 100000), "oz": Fraction(45359237, 1600000)}
_PIECES_MOST = 2000


def size_of(title: str) -> tuple[int | None, int | None]:
    """Return the pieces and the net grams a title states; None where it states none, a range, or several."""
    plain = fold(title)
    return _pieces(plain), _net_g(plain)


def packs_of(title: str) -> int | None:
    """Return how many packs a title says are inside, such as 6 for 低温鲜牛奶 6盒; None for none, one, or several."""
    numbers = {number_of(match["number"]) for match in _PACKS.finditer(fold(title))}
    number = numbers.pop() if len(numbers) == 1 else None
    return int(number) if number is not None and number.denominator == 1 and 1 < number <= _PIECES_MOST else None


def _pieces(plain: str) -> int | None:
    found: list[int] = []
    for match in _PIECES.finditer(plain):
        number = number_of(match["number"])
        if match["from"] or number is None or number.denominator != 1:
            return None
        # 一个 is a manner of speaking beside another number.
        if number == 1 and not match["times"]:
            continue
        found.append(int(number) * _times(plain, match))
    stated = set(found)
    return found[0] if len(stated) == 1 and 0 < found[0] <= _PIECES_MOST else None


def _net_g(plain: str) -> int | None:
    net: list[Fraction] = []
    stated: list[Fraction] = []
    for match in _WEIGHT.finditer(plain):
        number = number_of(match["number"])
        if match["each"] or match["per"] or _GROSS.search(plain, 0, match.start()):
            continue
        if match["from"] or match["over"] or number is None:
            return None
        number += Fraction(1, 2) if match["half"] else 0
        grams = number * (_GRAMS_EXACT.get(match["unit"]) or _GRAMS[match["unit"]]) * _times(plain, match)
        (net if _NET.search(plain, 0, match.start()) else stated).append(grams)
    weights = set(net or stated)
    # Two weights that are the same said in two units are one: 5斤(2.5kg).
    return int(weights.pop()) if len(weights) == 1 and max(net or stated) >= 1 else None


def _times(plain: str, match: re.Match[str]) -> int:
    if match["times"]:
        return int(match["times"])
    before = _PACKS_FIRST.search(plain, max(0, match.start() - 6), match.start())
    return int(before["times"]) if before else 1
