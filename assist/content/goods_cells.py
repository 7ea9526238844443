"""What does a cell of a shop's table say: an amount, a number, a day, yes or no?"""

import re
import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

_MONEY_MARKS = re.compile(r"^(rmb|cny|人民币|¥)|(元|块|块钱|rmb|cny|圆)$", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?|\.\d+")
_COUNTED = re.compile(r"(件|份|盒|箱|瓶|袋|包|条|个|套|斤|只|pcs|pieces)$", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*日)?|(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(r"[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?")
_ENGLISH_DAYS = ("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
_YES = frozenset({"1", "true", "yes", "y", "是", "有", "上架", "已上架", "在售", "销售中", "on", "listed", "√"})
_NO = frozenset({"0", "false", "no", "n", "否", "无", "下架", "已下架", "停售", "仓库中", "off", "unlisted", "×"})
_NONE_LEFT = frozenset({"无货", "缺货", "售罄", "售完", "卖完", "断货", "sold out", "out of stock", "none"})
_MOST_FEN = 10**9
_MOST_PIECES = 10**9
# What a spreadsheet computed comes with a tail in its last digits: 0.1 + 0.2 is 0.30000000000000004.
_COMPUTED_DIGITS = 9


class UnreadableCell(ValueError):
    """A cell that cannot be read; `rule` names what is wrong, the message says so in English with the cure."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


def plain(text: str) -> str:
    """Return a cell with full-width digits and signs as plain ones."""
    return unicodedata.normalize("NFKC", text).replace("−", "-").strip()


def read_fen(text: str) -> int:
    """Return an amount in yuan as fen, exactly. Raises UnreadableCell."""
    said = plain(text)
    _refuse_formula(said)
    bare = said
    while (shorter := _MONEY_MARKS.sub("", bare).strip()) != bare:
        bare = shorter
    if not _NUMBER.fullmatch(bare):
        raise UnreadableCell("money", "is no amount; write yuan such as 12.90")
    yuan = _exact(bare)
    fen = yuan * 100
    if fen != fen.to_integral_value():
        raise UnreadableCell("fraction", "has more than two decimals; write whole fen such as 12.35")
    if fen > _MOST_FEN:
        raise UnreadableCell("much", "is more than ten million yuan; is it in fen?")
    return int(fen)


def read_share(text: str) -> Decimal | None:
    """Return what a cell such as 35% says, as a share of 1; None where it is no percentage."""
    said = plain(text)
    number = said.removesuffix("%").strip()
    return _exact(number) / 100 if said.endswith("%") and _NUMBER.fullmatch(number) else None


def read_count(text: str) -> int:
    """Return a number of pieces; what is oversold counts as none left. Raises UnreadableCell."""
    said = plain(text)
    _refuse_formula(said)
    if said.lower() in _NONE_LEFT:
        return 0
    bare = _COUNTED.sub("", said).strip()
    oversold = bare.startswith("-")
    bare = bare.removeprefix("-")
    if not _NUMBER.fullmatch(bare) or _exact(bare) != _exact(bare).to_integral_value():
        raise UnreadableCell("number", "is no whole number; write one such as 120, or leave it empty")
    number = 0 if oversold else int(_exact(bare))
    if number > _MOST_PIECES:
        raise UnreadableCell("number", "is too large a number; write one such as 120")
    return number


def read_score(text: str) -> Decimal:
    """Return a rating out of five. Raises UnreadableCell."""
    said = plain(text)
    _refuse_formula(said)
    bare = re.sub(r"(/\s*5(\.0)?|分)$", "", said).strip()
    if not _NUMBER.fullmatch(bare) or not 0 < _exact(bare) <= 5:
        raise UnreadableCell("score", "is no rating out of five; write one such as 4.9")
    return _exact(bare)


def read_flag(text: str) -> bool:
    """Return yes or no. Raises UnreadableCell."""
    said = plain(text).lower()
    if said in _YES or said in _NO:
        return said in _YES
    raise UnreadableCell("flag", "is neither yes nor no; write 是 or 否")


def read_date(text: str) -> date:
    """Return a day; a time behind it is left away. Raises UnreadableCell."""
    return read_moment(text)[0].date()


def read_moment(text: str) -> tuple[datetime, bool]:
    """Return a moment without zone, and whether a time of day was said. Raises UnreadableCell."""
    said = plain(text)
    _refuse_formula(said)
    if found := _DAY.match(said):
        rest = said[found.end() :]
        clock = _CLOCK.fullmatch(rest) if rest else None
        if not rest or clock:
            year, month, day = (int(one) for one in found.groups() if one)
            hour, minute, second = (int(one or 0) for one in clock.groups()) if clock else (0, 0, 0)
            try:
                # The shop's zone is put on by who asks.
                return datetime(year, month, day, hour, minute, second), clock is not None  # noqa: DTZ001
            except ValueError as error:
                raise UnreadableCell("day", "is no day there is; write one such as 2026-03-01") from error
    for form in _ENGLISH_DAYS:
        try:
            return datetime.strptime(said, form), False  # noqa: DTZ007
        except ValueError:
            continue
    # 3/1/2026 is March to some and January to others.
    raise UnreadableCell("day", "is no day; write it as 2026-03-01")


def _refuse_formula(said: str) -> None:
    if said.startswith("="):
        raise UnreadableCell("formula", "is a formula; write its result")


def _exact(bare: str) -> Decimal:
    number = Decimal(bare.replace(",", ""))
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > _COMPUTED_DIGITS:
        return number.quantize(Decimal("0.000001"), ROUND_HALF_UP)
    return number
