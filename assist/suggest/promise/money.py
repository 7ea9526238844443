"""Which amounts and shares of the price does a clause name?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assist.suggest.signals.amounts import number_of

_CN = r"[零一二两三四五六七八九十百千]{1,9}"
_N = rf"(?:\d{{1,9}}(?:,\d{{3}}){{0,3}}(?:\.\d{{1,4}})?|{_CN})"
_EN_NUMBERS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "a hundred": 100}
_EN_N = "|".join(sorted(_EN_NUMBERS, key=len, reverse=True))
_MONEY = re.compile(
    rf"(?:¥|￥|rmb ?|cny ?) ?(?P<sign>\d{{1,9}}(?:,\d{{3}}){{0,3}}(?:\.\d{{1,4}})?)"
    rf"|(?P<yuan>{_N}) ?(?:块钱?|元钱?|圆)(?P<jiao>[\d一二三四五六七八九半](?![\d个份箱盒]))?(?:毛)?"
    rf"|(?P<mao>{_N}) ?(?:毛钱?|角)"
    rf"|\b(?P<english>\d{{1,9}}(?:\.\d{{1,4}})?|(?:(?:{_EN_N})[- ]?){{1,3}}) ?(?:yuan|rmb|cny|kuai|bucks)\b"
    # 退你80: a bare number right behind the deed.
    rf"|(?P<coupon>\d{{1,5}})(?=的?(?:元)?(?:无门槛)?(?:优惠|代金|抵用|现金|红包|店铺|满减|抵扣)?(?:券|红包))"
    rf"|红包[^,\d]{{0,8}}?(?P<red>\d{{1,5}})(?![\d%.个张次天])|(?:^|(?<=给[您你])|(?<=我出)|(?<=我掏))(?P<given>\d{{2,5}})(?=$"
    rf"|[退补赔给]|行|可以|好不|吧|成)"
    rf"|(?:(?<=[退赔补返偿])|(?<=[转打][您你])|(?<=[转打]给[您你])|(?<=给[您你][转打]))(?:给?[您你])?(?:回"
    rf"|还)?[了个]?(?P<bare>\d{{1,9}}(?:\.\d{{1,4}})?"
    rf"|[一二两三四五六七八九]?[十百千][零一二三四五六七八九十百]{{0,6}})(?![\d%.个只斤天小分盒箱份倍成折:点块元张枚颗条钟年月克])"
)
_SHARE = re.compile(
    rf"(?P<percent>\d{{1,6}}(?:\.\d{{1,3}})?) ?(?:%|percent\b|个点)|百分之(?P<hundredths>{_N})"
    rf"|(?P<tenths>[一二两三四五六七八九]"
    rf"|(?<!\d)\d)成(?P<tenth_half>半)?(?![熟新本])"
    rf"|(?P<half>(?<!一)一半|半价|半款|对折|对半|\bhalf\b)|(?:打|按|给[您你]?)(?P<off>[一二三四五六七八九]"
    rf"|\d(?:\.\d)?)(?P<off2>[一二三四五六七八九\d])?折"
)
_TIMES = re.compile(
    rf"(?:[假坏少错烂缺死漏碎退买](?:了)?一(?:个|只|件|颗)?[赔补退罚][给您你]{{0,2}}(?P<each>{_N})"
    rf"|[少缺]了?[一1][两斤][^.。!]{{0,8}}[赔补罚][给您你我]{{0,2}}(?P<short>[二两三四五六七八九十]|\d{{1,3}})[斤倍箱]"
    rf"|[一1](?P<unit>[个只斤箱份颗盒件袋条枚])[^.。!]{{0,12}}[赔补退换][给您你]{{0,2}}(?P<many>[二两三四五六七八九十]|\d{{1,3}})(?P=unit))"
    rf"|(?P<times>{_N}|双|翻|加|多)倍(?!频)|翻番"
    r"|\b(?:(?P<en>double|twice|triple|treble)|(?P<en_n>\d{1,6}|two|three|four|five|ten|a hundred) ?(?:x|times"
    r"|fold)|(?P<fold>two|three|ten)fold)\b"
)


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount in fen, or a share in percent, where it stands in the folded draft."""

    begin: int
    end: int
    fen: int | None = None
    percent: int | None = None


def sums_in(said: str, begin: int) -> Iterator[Sum]:
    """Yield amounts, then shares of a price."""
    for found in _MONEY.finditer(said):
        if (fen := _fen(found)) is not None:
            yield Sum(begin + found.start(), begin + found.end(), fen=fen)
    for found in _SHARE.finditer(said):
        if (percent := _percent(found)) is not None:
            yield Sum(begin + found.start(), begin + found.end(), percent=percent)


def multiples_in(said: str, begin: int) -> Iterator[Sum]:
    """Yield multiples of the price in percent: 假一赔十 is 1000."""
    for found in _TIMES.finditer(said):
        times = _multiple(found)
        if times is not None and times > 1:
            yield Sum(begin + found.start(), begin + found.end(), percent=round(min(times, 10_000) * 100))


def _amount(said: str) -> float | None:
    if said[0].isdigit() and said.isascii():
        return float(said.replace(",", ""))
    # 一百二 is a hundred and twenty, 两千五 two and a half thousand.
    short = re.fullmatch(rf"(?P<head>{_CN}?)(?P<unit>百|千)(?P<tail>[一二三四五六七八九])", said)
    if "千" in said:
        head, _, tail = said.partition("千")
        if short is not None:
            tail = tail + "百"
        high, low = _amount(head or "一"), _amount(tail) if tail.lstrip("零") else 0.0
        return None if high is None or low is None else high * 1000 + low
    if short is not None:
        said += "十"
    number = number_of(said)
    return None if number is None else float(number)


def _fen(found: re.Match[str]) -> int | None:
    got = found.groupdict()
    if got["english"]:
        return _fen_of(_english(got["english"].strip()))
    if got["mao"]:
        amount = _amount(got["mao"])
        return _fen_of(None if amount is None else amount / 10)
    amount = _amount(got["sign"] or got["yuan"] or got["bare"] or got["coupon"] or got["red"] or got["given"] or "")
    if amount is not None and got["jiao"]:
        amount += 0.5 if got["jiao"] == "半" else float(number_of(got["jiao"]) or 0) / 10
    return _fen_of(amount)


def _fen_of(amount: float | None) -> int | None:
    return None if amount is None else round(min(amount, 1e9) * 100)


def _english(said: str) -> float | None:
    if said[0].isdigit():
        return float(said)
    words = [_EN_NUMBERS.get(word) for word in re.findall(_EN_N, said)]
    return float(sum(word for word in words if word is not None)) if words else None


def _percent(found: re.Match[str]) -> int | None:
    got = found.groupdict()
    if got["half"]:
        return 50
    if got["percent"] or got["hundredths"]:
        share = _amount(got["percent"] or got["hundredths"] or "")
        return None if share is None else round(min(share, 1e6))
    if got["tenths"]:
        tenths = _amount(got["tenths"])
        return None if tenths is None else round(tenths * 10 + (5 if got["tenth_half"] else 0))
    left = _amount(got["off"] or "")
    if left is None:
        return None
    left += (_amount(got["off2"]) or 0) / 10 if got["off2"] else 0
    return max(0, round(100 - left * 10))


def _multiple(found: re.Match[str]) -> float | None:
    got = found.groupdict()
    if got["many"] or got["short"]:
        return _amount(got["many"] or got["short"])
    if got["each"]:
        return _amount(got["each"])
    if got["times"]:
        return 2.0 if got["times"] in ("双", "翻", "加", "多") else _amount(got["times"])
    words = {"double": 2, "twice": 2, "triple": 3, "treble": 3, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
    said = got["en"] or got["en_n"] or got["fold"]
    if said is None:
        return 2.0
    return float(said) if said.isdigit() else float(words.get(said, 100))
