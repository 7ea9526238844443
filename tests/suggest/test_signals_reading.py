"""What holds for every complaint that is read: its words, its shares, its limits."""

import random
from fractions import Fraction

import pytest

from assist.domain.complaint import Complaint, Ground, Severity, Want
from assist.domain.library import Library
from assist.suggest.signals import SignalReader, build_signals

WORDS = """草莓 10个 坏了 3个 一半 全部 都 烂 没有 一个 好的 ， 三盒 压 20% 三成 五斤 称了 才
四斤 死 了 里 其他 除了 吃了 退款 不用赔 12315 的 有 ๑ ½ ㍿ 3/10 half eggs
10 rotten only not all 半 两 第二箱 各 百分之 分之 二 1/0 0个 ."""
PIECES = [*WORDS.split(), "\n", " ", "\u200b", " of ", " were "]


@pytest.fixture(scope="session")
def signals(library: Library) -> SignalReader:
    return build_signals(library)


def test_words_are_places_in_what_the_customer_wrote(signals: SignalReader) -> None:
    texts = ["你好\u200b", "草莓１０个，發霉了３个"]

    found = signals.read(texts)

    joined = "\n".join(texts)
    damage = found.damages[0]
    assert [joined[word.start : word.end] for word in damage.words] == ["發霉"]
    assert found.share is not None
    assert found.share.words is not None
    assert "３个" in joined[found.share.words.start : found.share.words.end]


@pytest.mark.parametrize("many", [600, pytest.param(3000, marks=pytest.mark.slow)])
def test_whatever_is_written_is_read(signals: SignalReader, many: int) -> None:
    chance = random.Random(4)

    for _ in range(many):
        texts = ["".join(chance.choices(PIECES, k=chance.randint(1, 12))) for _ in range(chance.randint(1, 3))]
        joined = "\n".join(texts)
        found = signals.read(texts)
        spans = [span for damage in found.damages for span in damage.words]
        spans += [damage.share.words for damage in found.damages if damage.share and damage.share.words]
        assert all(0 <= span.start < span.end <= len(joined) for span in spans), texts
        if found.severity is Severity.total_spoil and found.share:
            assert found.share.fraction == 1, texts
        assert not (found.severity is Severity.total_spoil and found.doubtful_total and len(found.damages) == 1), texts


def test_only_rot_and_bruises_make_a_share(signals: SignalReader) -> None:
    for text in ("10个苹果3个不甜", "一半都是小的", "12个里有5个没熟", "20%是蔫的", "8只虾化冻了3只"):
        assert signals.read([text]).share is None, text


def test_nothing_said_is_no_complaint(signals: SignalReader) -> None:
    assert signals.read([]) == Complaint()
    assert signals.read(["", "  "]) == Complaint()
    assert signals.read(["你好，请问今天能发货吗"]) == Complaint()


def test_a_share_is_exact(signals: SignalReader) -> None:
    found = signals.read(["三分之一的葡萄烂了"])

    assert found.share is not None
    assert found.share.fraction == Fraction(1, 3)


@pytest.mark.parametrize(
    ("text", "alarm"),
    [
        ("吃完拉肚子了", Ground.illness),
        ("汤里有只苍蝇", Ground.foreign_body),
        ("按法律你们要赔三倍", Ground.damages_demanded),
        ("再不处理我就打12315", Ground.authority),
        ("我要去法院起诉你们", Ground.authority),
        ("我找记者曝光", Ground.media),
        ("如果不赔我就发抖音", Ground.media),
        ("my son got food poisoning", Ground.illness),
        ("there was a hair in the salad", Ground.foreign_body),
        ("I want ten times the price", Ground.damages_demanded),
        ("we will take legal action", Ground.authority),
        ("I'll post this on social media", Ground.media),
    ],
)
def test_what_must_go_to_a_person_is_an_alarm(signals: SignalReader, text: str, alarm: Ground) -> None:
    assert alarm in signals.read([text]).alarms


def test_who_takes_it_back_wants_nothing_and_who_asks_again_wants_again(signals: SignalReader) -> None:
    assert signals.read(["烂了两个，赔钱", "算了没事了"]).wants == (Want.nothing,)
    assert signals.read(["烂了两个", "算了没事了", "还是退款吧"]).wants == (Want.money,)
