"""Which figures stand in a Chinese text outside its slots?"""

import re

_MEASURES = (
    "天|日|小时|钟头|分钟|秒|个月|月|周|星期|礼拜|年|度|℃|斤|公斤|千克|克|两|元|块|毛|分|折|成|倍|层|厘米|毫米|毫升|升"
    "|只|个|颗|枚|盒|次|遍|步|种|张|件"
)
_FIGURE = re.compile(
    rf"\d|[%％℃]|[一二两三四五六七八九十百千半几]+(?:{_MEASURES})(?!起|定|般|样)|百分之|[一二三四五六七八九]成"
)
_NO_TIME = "(?![多半来]?(?:月|星期|礼拜|小时|钟头|工作日|百分|季度))"
"""What 个 counts is no stretch of time and no share."""
_PLAIN_WORDS = re.compile(
    r"一个个|一次性|一点点?|一下|一起|一定|一般|一样|一直|一些|这一?个|那一?个|每一?[个次盒只颗张件]|同一[个天种]|第一时间|万一|统一|另一[个种]|任一|唯一|一块儿|哪一?[个种]|某一?[个种]|几[个种只颗张次天]|一[张个盒件只颗种次份袋箱枚](?!月|星期|礼拜|小时|钟头|工作日)"
)
_IDIOMS = re.compile(
    "十分(?!之|钟|熟|钱)|[一二三四五六七八九]分熟|三三两两|两两|一分为二|对半分|一分钱一分货|半斤八两|一成不变|百折不"
    "|一年四季|一年到头|一天到晚|三天两头|一日三餐|日复一日|千层|四周(?=用|垫|塞|裹|围|包|封|贴|铺|撒)"
    f"|第[一二三四五六七八九十](?:个{_NO_TIME}|[次步遍种层张件盒颗只枚])"
)
_COUNT = re.compile(f"(?<![一二两三四五六七八九十百千万第])[一二两三四五六七八九十半](?:个{_NO_TIME}|[次步遍种层])")
"""So many holes, steps or times, up to ten: a description, no amount of anything."""
_MARKUP = re.compile(r"{{.*?}}|{%.*?%}|</?[A-Za-z][ -;=?-~]*>|https?://[!-~]+")


def figures_in(text: str) -> list[str]:
    """Return the raw figures in a text outside its slots: digits, and Chinese numerals with a measure.

    Neither figures of speech (十分简单) nor small counts (三个小眼) are any; see `counts_in`.
    """
    return [match.group() for match in _FIGURE.finditer(_COUNT.sub(" ", _bare(text)))]


def counts_in(text: str) -> list[str]:
    """Return the small counts in a text, which need no source and are worth a second look."""
    return [match.group() for match in _COUNT.finditer(_bare(text))]


def _bare(text: str) -> str:
    return _PLAIN_WORDS.sub("", _IDIOMS.sub("", _MARKUP.sub("", text)))
