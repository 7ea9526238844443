"""How is a character said? The word table has the usual sound, terms need all of them."""

from collections.abc import Sequence
from functools import cache
from itertools import islice, product

from assist.suggest.words import word_table

from .fold import MOST_KEPT

_FIRST_SOUND = 0xE000
_MOST_READINGS = 8
"""Of one term."""

# The word table has one sound a character; these are said otherwise in some words, or typed so.
_SAID_OTHERWISE = """
行 hang; 长 chang zhang; 重 chong zhong; 还 huan hai; 了 liao; 得 dei de; 的 di de; 地 di de;
着 zhao zhuo zhe; 便 pian; 降 xiang; 差 chai; 没 mo; 调 tiao diao; 都 du; 乐 yue; 传 zhuan; 弹 tan dan; 单 shan;
角 jue; 觉 jiao; 卡 qia; 落 la; 屏 bing; 强 jiang; 石 dan; 识 zhi; 说 shui; 宿 xiu; 提 di; 系 ji; 校 jiao; 血 xie;
朝 zhao; 称 chen; 参 shen cen; 曾 zeng; 会 kuai; 率 shuai lv; 什 shi; 省 xing; 盛 cheng; 似 shi; 削 xue xiao;
熟 shou; 咽 ye; 粘 nian; 择 zhai; 折 she; 薄 bo bao; 剥 bo bao; 藏 zang; 奇 ji; 期 ji; 解 xie; 给 ji; 合 ge;
和 huo hu; 红 gong; 核 hu; 茄 jia; 壳 qiao; 露 lou; 绿 lu; 暴 pu; 仔 zai; 数 shuo; 大 dai; 车 ju; 塞 se; 色 shai;
厦 sha; 吓 he; 恶 wu; 模 mu; 脉 mo; 泊 po; 迫 pai; 曝 pu bao; 朴 piao; 尾 yi; 女 nu; 虐 nue; 略 lue; 旅 lu; 律 lu;
转 zhuai; 量 liang; 否 pi; 忒 tui tei; 谁 shei; 熬 ao; 肋 lei; 蛤 ge; 荠 qi; 芥 gai; 夹 ga; 脏 zang
"""
_OTHERWISE = {one.split()[0]: one.split()[1:] for one in _SAID_OTHERWISE.split(";")}


@cache
def usual_sound(character: str) -> str:
    """Return the letters of a character's syllable; nothing where it is no Chinese character with a known one."""
    sound = word_table().sounds.get(ord(character))
    syllable = word_table().syllables[ord(sound) - _FIRST_SOUND] if sound else ""
    return syllable if syllable.isascii() else ""


@cache
def sounds_of(character: str) -> tuple[str, ...]:
    """Return how a character is said, the usual way first; one of no known sound is itself."""
    usual = usual_sound(character)
    return tuple(dict.fromkeys((usual, *_OTHERWISE.get(character, ())))) if usual else (character,)


def ways_to_say(term: str) -> list[tuple[str, ...]]:
    """Return the ways a folded term is said, one syllable a character; letters and figures are as they are."""
    return list(islice(product(*map(sounds_of, term)), _MOST_READINGS))


@cache
def _stand_ins() -> dict[str, str]:
    return {one: chr(_FIRST_SOUND + at) for at, one in enumerate(word_table().syllables)}


def heard(term: str, syllables: Sequence[str]) -> str:
    """Return a term said in one way as `SoundTable` hears it."""
    known = _stand_ins()
    pairs = zip(term, syllables, strict=True)
    return "".join(
        character if character.isascii() else known.get(syllable, character) for character, syllable in pairs
    )


class SoundTable(dict[int, str]):
    """For `str.translate`: every Chinese character becomes a stand-in for its syllable, tone aside; one a character."""

    def __missing__(self, code: int) -> str:
        stand_in = word_table().sounds.get(code, chr(code))
        if len(self) < MOST_KEPT:
            self[code] = stand_in
        return stand_in


class LetterTable(dict[int, str]):
    """For `str.translate`: every Chinese character becomes the letters of its syllable."""

    def __missing__(self, code: int) -> str:
        letters = usual_sound(chr(code)) or chr(code)
        if len(self) < MOST_KEPT:
            self[code] = letters
        return letters
