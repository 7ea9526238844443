"""Is a word of the lexicon meant as it stands: not denied, not feared, not a manner of speaking?"""

import re

from assist.domain.complaint import Ground

from .lexicon import Word
from .told import BRUISE, NEAR, ROT, Told, is_goods

_YET = ROT | BRUISE | {Ground.leaking, Ground.illness, Ground.thawed, Ground.packaging}
THREATS = frozenset({Ground.damages_demanded, Ground.authority, Ground.media})
_BETWEEN_NO_AND_BAD = re.compile(
    r"(?:[一有个只颗盒箱枚条点是出看到被都再大很太]|发现|见到|什么|任何|怎么|出现|明显|多少|箱子|盒子|果子|水果|苹果|鸡蛋|果|虾|蛋"
    r"|(?: |any|the|of|them|it|is|are|was|were|find|found|single|one|been|be|that|too|very|really|a|seen|single))*"
)
_NONE_OF_IT = re.compile(
    r"[的果掉了]*(?:一[个颗只枚])?(?:倒是|倒|[都也])?(?:没有|没)(?:见到?|看到|发现)?(?=$|[,。!?;\s])"
)
_ASKS = re.compile(r"[了的掉果]*[,，]?$")
_ADVERB = re.compile(r"[很挺真太好飞超]$")
# 不处理我就...: what will be, unless.
_IF_NOT = re.compile(r".{0,3}(?:就|的话)")
# After living things, amounts and adverbs somebody is dead; 酸死了 and 急死了 are manners of speaking.
_BEFORE_DEAD = frozenset(
    "蟹虾鱼贝螺蚝蛤蛏鲍鳖鳝鳅蚌龟蛎参爬姑都全部已经就也又还是有的个只条头半了来到时候公母完然共里多现早会不没成斤两些数子快要才刚上夜晚天路箱"
)
_ENDED = re.compile(r"[了的掉光\d一二两三四五六七八九十半几好,。!?;~\s]")
_GUESSED = re.compile(r"[了掉的]*吧(?=$|[,。!?;~\s])")
_MISSED = re.compile(r"[了啦掉]*")
# 坏倒没坏.
_AS_FOR = re.compile(r"(?:是|倒是|倒|也|都)?(?:没有?|不)")
# What may stand between a container and what happened to it.
_OF_IT = re.compile(
    r"(?:[都也被给全就是很太有点些角底边的]|已经|完全|整个|外面|中间|直接|严重|了|稍微|都被"
    r"|(?: |was|is|were|are|got|came|arrived|completely|all|had|a|bit|badly|been|totally|slightly))*"
)
_COUNTED = tuple("一两三几整每半")


def is_denied(told: Told, word: Word, plain: str) -> bool:
    """Is it said not to be so: 没有一个坏的, 坏的都没有, not rotten?"""
    if _NONE_OF_IT.match(plain, word.end, told.clause.end):
        return True
    again = _AS_FOR.match(plain, word.end, told.clause.end)
    if again and plain.startswith(plain[word.begin : word.end], again.end()):
        return True
    for no in reversed(told.words):
        if "negations" not in no.lists or no.end > word.begin:
            continue
        gap = plain[no.end : word.begin]
        if plain[no.begin : no.end] == "不":
            return gap in ("", "太", "很", "怎么", "算", "是", "会")
        return _BETWEEN_NO_AND_BAD.fullmatch(gap) is not None
    return False


def is_unreal(told: Told, word: Word, plain: str, *, evident: bool) -> bool:
    """Is it feared, asked about or yet to come: 会不会坏, 快烂了, 坏了怎么办, 烂了吧?

    `evident` things were seen or counted: of them nobody asks what if.
    """
    if any("asking" in one.lists and one.end <= word.begin for one in told.words):
        return True
    if word.ground is Ground.service:
        return _IF_NOT.match(plain, word.end, told.clause.end) is not None
    if word.ground not in ROT | BRUISE:
        return _is_yet_to_come(told, word, plain)
    counted = told.counts or told.parts
    if not counted and _GUESSED.match(plain, word.end, told.clause.end):
        return True
    return _is_yet_to_come(told, word, plain) or (not evident and _is_asked(told, word, plain))


def _is_yet_to_come(told: Told, word: Word, plain: str) -> bool:
    soon = told.ending_at("not_yet", word.begin, 1)
    if soon is None or word.ground not in _YET:
        return False
    if word.ground in ROT and told.has("perhaps", soon.begin):
        # 感觉要坏了: it is suspected already.
        return False
    # 很快坏了 is no 快坏了.
    return _ADVERB.search(plain, max(told.clause.begin, soon.begin - 1), soon.begin) is None


def _is_asked(told: Told, word: Word, plain: str) -> bool:
    return any(
        "asks_after" in one.lists and one.begin >= word.end and _ASKS.fullmatch(plain, word.end, one.begin)
        for one in told.words
    )


def is_cut_short(told: Told, word: Word, plain: str) -> bool:
    """Is it a part of another word: 死贵, 酸死了?"""
    if plain[word.begin] == "死" and word.begin > told.clause.begin and not _is_of_something_live(told, word, plain):
        return True
    if "only_ended" not in word.lists:
        return False
    return word.end < told.clause.end and not _ENDED.match(plain, word.end)


def _is_of_something_live(told: Told, word: Word, plain: str) -> bool:
    """Is it said of what can die: 蟹死, 到手死了, 死了一半?"""
    if any(end == word.begin for end in told.named.values()) or any(one.end == word.begin for one in told.counts):
        return True
    if told.ending_at("arrived", word.begin):
        return True
    died = _MISSED.match(plain, word.begin + 1)
    after = died.end() if died else word.end
    if any(one.begin == after for one in told.parts) or any(
        one.begin == after and is_goods(one) for one in told.counts
    ):
        return True
    return plain[word.begin - 1].isspace() or plain[word.begin - 1] in _BEFORE_DEAD


def is_scolding(told: Told, word: Word) -> bool:
    """Is it said of goods without saying how many, to scold: 什么烂苹果?"""
    if "scolding" not in word.lists:
        return False
    end = told.named.get(word.end) or next(
        (w.end for w in told.words if w.begin == word.end and "things" in w.lists), 0
    )
    if not end or any(one.begin - end <= 1 and one.begin >= end for one in told.counts):
        return False
    near = [*told.words, *told.counts, *told.parts]
    before = [one for one in near if 0 <= word.begin - one.end <= 3]
    return not any(not isinstance(one, Word) or {"some", "there_is", "all"} & one.lists for one in before)


def is_unfit(word: Word) -> bool:
    """Is it said of a number of things that they cannot be eaten?"""
    return bool({"unfit", "uneaten"} & word.lists)


def _is_missed(told: Told, word: Word, plain: str) -> bool:
    """Is it left out, not leaking: 漏了三份, but 牛奶漏了三盒 only where words say that it was not sent?"""
    missed = _MISSED.match(plain, word.begin + 1)
    if plain[word.begin] != "漏" or missed is None:
        return False
    counted = any(one.begin == missed.end() and is_goods(one) for one in told.counts)
    return counted and (not told.liquid or told.has("unsent"))


def meant_of(told: Told, word: Word, plain: str) -> Ground:
    """Return the ground, which is the packaging's where a container broke: 箱子压扁了; 漏了三份 is missing."""
    assert word.ground is not None
    if word.ground is Ground.leaking and _is_missed(told, word, plain):
        return Ground.missing_item
    if word.ground not in (Ground.crushed, Ground.broken, Ground.rotten):
        return word.ground
    near = told.ending_at("containers", word.begin, NEAR)
    if near is None or not _OF_IT.fullmatch(plain, near.end, word.begin):
        return word.ground
    if any(near.begin <= count.end and count.begin < word.begin for count in told.counts):
        return word.ground
    if plain[: near.begin].endswith(_COUNTED) or (word.ground is Ground.rotten and plain[near.begin].isascii()):
        return word.ground
    return Ground.packaging
