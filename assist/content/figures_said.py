"""Which figures stand in a Chinese text outside its slots?"""

import re

_MEASURES = (
    "天|日|小时|钟头|分钟|秒|个月|月|周|星期|礼拜|年|度|℃|斤|公斤|千克|克|两|元|块|毛|分|折|成|倍|层|厘米|毫米|毫升|升"
    "|只|个|颗|枚|盒|次|遍|步|种|张|件"
)
_FIGURE = re.compile(
    rf"\d|[%％℃]|[一二两三四五六七八九十百千半几]+(?:{_MEASURES})(?!起|定|般|样)|百分之|[一二三四五六七八九]成"
)
_PLAIN_WORDS = re.compile(
    r"一个个|一次性|一点点?|一下|一起|一定|一般|一样|一直|一些|这一?个|那一?个|每一?[个次盒只颗张件]|同一[个天种]|第一时间|万一|统一|另一[个种]|任一|唯一|一块儿|哪一?[个种]|某一?[个种]|几[个种只颗张次天]|一[张个盒件只颗种次份袋箱枚](?!月|星期|礼拜|小时|钟头|工作日)"
)


def figures_in(text: str) -> list[str]:
    """Return the raw figures in a text outside its slots: digits, and Chinese numerals with a measure."""
    bare = re.sub(r"{{.*?}}|{%.*?%}", "", text)
    return [match.group() for match in _FIGURE.finditer(_PLAIN_WORDS.sub("", bare))]
