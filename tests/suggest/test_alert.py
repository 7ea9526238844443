"""When a supervisor is called: the share of complaint words, moods, red flags, and not twice within the cooldown."""

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assist.cli.eval.alerts import measure
from assist.desk.libraries import Shelf
from assist.domain.library import Library
from assist.domain.mood import AlertPolicy, AlertReason, AlertState, AlertWhy, Mood, MoodName, RedFlag
from assist.domain.topic import Span
from assist.suggest.alert import AlertReader, Call, build_alerts, may_call
from tests.conftest import NOW

CASES = Path(__file__).parents[1] / "cases"

POLICY = AlertPolicy(
    negative_share=0.03,
    least_hits=2,
    least_tokens=15,
    negative_words=("骗子", "垃圾", "坏", "臭", "liar", "rubbish"),
    innocent=("垃圾桶",),
    negations=("没有", "没", "不", "不是", "not"),
    fillers=("很", "a"),
    suppositions=("会不会", "如果", "if"),
    mood_score=-0.8,
    least_moods=2,
    red_flags=(
        RedFlag(id="authority", zh="监管", en="authority", words=("12315",), unless=("12315元",)),
        RedFlag(id="illness", zh="病", en="ill", words=("拉肚子", "食物中毒"), unless=("会不会…", "…哈哈")),
    ),
)
PLAIN = Mood(score=0.0, name=MoodName.neutral)
DARK = Mood(score=-1.0, name=MoodName.angry, words=(Span(start=0, end=2),))
# Thirteen words beside what is put into it.
LONG = "我 昨天 在 你们 店 里 买 了 一 箱 橙子 和 苹果"


@pytest.fixture(scope="module")
def reader() -> AlertReader:
    return build_alerts(POLICY)


def read(reader: AlertReader, *texts: str, moods: Sequence[Mood] | None = None) -> list[AlertReason]:
    return list(reader.read(texts, moods or [PLAIN] * len(texts)))


def whys(reasons: Sequence[AlertReason]) -> list[str]:
    return [reason.why.value if reason.why is not AlertWhy.red_flag else reason.rule for reason in reasons]


def words(reasons: Sequence[AlertReason], *texts: str) -> list[str]:
    return [texts[at][word.start : word.end] for reason in reasons for at, word in reason.words]


# The share


def test_two_complaint_words_among_fifteen_call_somebody_with_the_share_and_the_words(reader: AlertReader) -> None:
    text = f"{LONG} 骗子 垃圾"

    (reason,) = read(reader, text)

    assert reason.why is AlertWhy.negative_share
    assert reason.share == round(2 / 15, 4)
    assert words([reason], text) == ["骗子", "垃圾"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{LONG} 骗子 了", id="one word"),
        pytest.param("骗子 垃圾", id="too few words"),
        pytest.param(f"{LONG} 没有坏 不臭", id="negated"),
        pytest.param(f"{LONG} 没有很坏 不臭", id="negated with a filler"),
        pytest.param(f"{LONG} 垃圾桶 骗子", id="an innocent one"),
        pytest.param(f"{LONG} 会不会坏 会不会臭", id="asked about"),
        pytest.param(f"{LONG} 如果坏了或者臭了", id="supposed"),
        pytest.param(" ".join([LONG] * 6) + " 骗子 垃圾", id="under three percent"),
        pytest.param(
            "You are not a liar and this is not rubbish, I just want to ask you when it will be here", id="en"
        ),
    ],
)
def test_too_little_calls_nobody(reader: AlertReader, text: str) -> None:
    assert read(reader, text) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{LONG} 这不是骗子吗 真是垃圾", id="asked back, not denied"),
        pytest.param(f"{LONG} 没有回复,骗子 垃圾", id="denied in another clause"),
        pytest.param("You liar, I paid for two boxes of good oranges and you sent me nothing but rubbish", id="en"),
    ],
)
def test_what_only_looks_denied_counts(reader: AlertReader, text: str) -> None:
    assert whys(read(reader, text)) == ["negative_share"]


def test_words_are_counted_over_the_last_five_messages(reader: AlertReader) -> None:
    before = ["骗子", LONG, "好的", "在吗", "垃圾"]

    assert whys(read(reader, *before)) == ["negative_share"]
    assert read(reader, *before, "嗯") == []


def test_words_are_told_by_their_place_in_what_was_given(reader: AlertReader) -> None:
    texts = ["很久以前", "在吗", "你好", LONG, "骗子", "在吗", "垃圾"]

    reasons = read(reader, *texts)

    assert [at for at, _ in reasons[0].words] == [4, 6]
    assert words(reasons, *texts) == ["骗子", "垃圾"]


def test_spans_point_at_the_characters_as_written(reader: AlertReader) -> None:
    text = f"{LONG} ㍿ 騙子 垃\u200b圾"

    assert words(read(reader, text), text) == ["騙子", "垃\u200b圾"]


def test_english_words_count_only_whole(reader: AlertReader) -> None:
    text = "The familiar peculiar liars and rubbishy things that I have ordered here are all fine as they are"

    assert read(reader, text) == []


# Moods


def test_two_dark_messages_with_a_low_mean_call_somebody(reader: AlertReader) -> None:
    (reason,) = read(reader, "气死", "烦死", moods=[DARK, DARK])

    assert (reason.why, reason.score) == (AlertWhy.mood, -1.0)
    assert words([reason], "气死", "烦死") == ["气死", "烦死"]


@pytest.mark.parametrize(
    "moods", [pytest.param([DARK], id="one message"), pytest.param([DARK, DARK, PLAIN], id="a mean of two thirds")]
)
def test_one_dark_message_or_a_better_mean_calls_nobody(reader: AlertReader, moods: list[Mood]) -> None:
    assert read(reader, *["嗯"] * len(moods), moods=moods) == []


# Red flags


def test_a_red_flag_needs_one_word_of_the_newest_message(reader: AlertReader) -> None:
    assert whys(read(reader, "我打12315")) == ["authority"]
    assert read(reader, "我打12315", "在吗") == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("一共12315元", id="an amount"),
        pytest.param("订单12315678", id="part of a number"),
        pytest.param("吃了会不会拉肚子", id="a question before"),
        pytest.param("笑到拉肚子哈哈", id="a joke after"),
    ],
)
def test_a_red_flag_in_innocent_context_calls_nobody(reader: AlertReader, text: str) -> None:
    assert read(reader, text) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("一共12315元,我打12315", id="once an amount, once not"),
        pytest.param("孩子拉肚子了,会不会是你们的虾", id="the question comes after"),
        pytest.param("会不会管,孩子拉肚子了", id="the question is another clause"),
    ],
)
def test_a_context_quiets_only_what_it_stands_with(reader: AlertReader, text: str) -> None:
    assert len(read(reader, text)) == 1


# Not twice


def call(minutes: float, *, red: bool = False, state: AlertState = AlertState.open) -> Call:
    return Call(f"{minutes}-{red}", NOW + timedelta(minutes=minutes), red, state)


TEN = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("new", "standing", "called"),
    [
        pytest.param(call(0), [], True, id="the first"),
        pytest.param(call(9.9), [call(0)], False, id="within the cooldown"),
        pytest.param(call(10), [call(0)], True, id="after it"),
        pytest.param(call(-5), [call(0)], False, id="a late message within it"),
        pytest.param(call(-10), [call(0)], True, id="a late message before it"),
        pytest.param(call(1, red=True), [call(0)], True, id="a red flag after a call without"),
        pytest.param(call(2), [call(0), call(1, red=True)], False, id="without a flag after one with"),
        pytest.param(call(2, red=True), [call(0), call(1, red=True)], False, id="a red flag after a red flag"),
        pytest.param(
            call(2, red=True), [call(1, red=True, state=AlertState.wrong)], True, id="a red flag after a false one"
        ),
        pytest.param(
            call(2, red=True), [call(1, red=True, state=AlertState.right)], False, id="somebody is there already"
        ),
        pytest.param(call(2), [call(1, state=AlertState.wrong)], False, id="no nagging after a verdict"),
    ],
)
def test_somebody_is_called_once_in_ten_minutes(new: Call, standing: list[Call], called: bool) -> None:
    assert may_call(new, standing, TEN) is called


# The shipped words


ILL_OR_FOREIGN = [
    "吃完一直拉肚子",
    "我爸吃了进医院了",
    "宝宝吃完起了一身红疹",
    "一家人都食物中毒了",
    "吃了两个就开始吐，吐得厉害",
    "我对花生过敏，吃完喘不上气送急诊了",
    "肉馅里吃出一块玻璃",
    "里面有个刀片差点割到嘴",
    "菜里有只蟑螂",
    "米里全是虫子",
    "饺子里吃到一根钢丝",
    "鱼丸里面有塑料片",
    "My son was vomiting all night after the prawns",
    "We all got food poisoning",
    "I found a piece of glass in the yoghurt",
    "There was a cockroach in the box",
    "She had an allergic reaction and is in hospital",
    "没想到吃完就拉肚子了",
    "我朋友吃了你家的虾食物中毒了",
    "怕是食物中毒了",
    "会不会是食物中毒啊，一直在吐",
    "没想到里面有玻璃渣",
    "不敢相信，吃出一个螺丝钉",
    "再不解决我打12315了",
    "我是律师，我会告你们",
    "我现在就在派出所",
    "我已经报市场监管了",
    "消协见",
    "我要找媒体曝光",
    "我会起诉你们",
    "我的律师会联系你们",
    "我投诉到平台去",
    "I will report you to trading standards",
    "My lawyer will write to you",
]


@pytest.mark.parametrize("text", ILL_OR_FOREIGN)
def test_harm_and_threats_always_reach_a_person(shelf: Shelf, text: str) -> None:
    assert AlertWhy.red_flag in [reason.why for reason in shelf.alerts.read([text], [shelf.moods.read(text)])]


@pytest.mark.parametrize(
    "text",
    [
        "一共12315元，开票",
        "订单号12315678",
        "气死我了哈哈",
        "我是做自媒体的，想合作",
        "生吃会不会拉肚子",
        "这个孕妇吃了会不会过敏",
        "牛奶是玻璃瓶的吗",
        "送到派出所旁边的菜鸟驿站",
        "寄到律师事务所前台",
        "我在工商银行上班，送到银行门口",
        "照片曝光太高了看不清颜色",
        "支持假一赔十吗",
        "怎么投诉快递员",
        "来两斤螺丝椒",
        "老鼠斑多少钱一条",
        "蚂蚁上树怎么做",
        "冰箱一直报警，还能放进去吗",
        "东西寄到法院门口的快递柜",
        "Is it ok for somebody with a nut allergy?",
        "Can I pick it up near the police station?",
    ],
)
def test_what_only_names_them_calls_nobody(shelf: Shelf, text: str) -> None:
    assert [reason.rule for reason in shelf.alerts.read([text], [PLAIN])] == []


def _told() -> Iterator[tuple[str, ...]]:
    """Yield every text of the cases, those said together as one."""
    for path in sorted(CASES.rglob("*.toml")):
        yield from _texts(tomllib.loads(path.read_text(encoding="utf-8")))
    for path in sorted(CASES.rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield from _texts(json.loads(line))


def _texts(value: Any) -> Iterator[tuple[str, ...]]:
    match value:
        case str() if len(value) > 1:
            yield (value,)
        case list() if value and all(isinstance(one, str) for one in value):
            yield tuple(value)
        case list():
            for one in value:
                yield from _texts(one)
        case dict():
            for one in value.values():
                yield from _texts(one)
        case _:
            return


FOOD_SAFETY = {"illness", "foreign_body"}


@pytest.mark.slow
def test_whatever_the_complaint_reader_finds_alarming_calls_somebody(shelf: Shelf) -> None:
    """Only an authority, media or damages named in an innocent context may pass, never food safety."""
    alarming = 0
    for texts in dict.fromkeys(_told()):
        alarms = {alarm.value for alarm in shelf.signals.read(texts).alarms}
        if not alarms:
            continue
        alarming += 1
        rules: set[str] = set()
        for end in range(1, len(texts) + 1):
            moods = [shelf.moods.read(text) for text in texts[:end]]
            rules |= {reason.rule for reason in shelf.alerts.read(texts[:end], moods)}
        assert alarms & FOOD_SAFETY <= rules, texts
        assert rules or texts in _INNOCENT or (alarms == {"authority"} and _PART_OF_A_NUMBER.search(texts[0])), texts
    assert alarming >= 40


_PART_OF_A_NUMBER = re.compile(r"\d12(?:315|345)|12(?:315|345)\d")
_INNOCENT = {
    ("我们公司团购一共12315元，能开发票吗",),
    ("订单号12315678帮我看下到哪里了",),
    ("你好，我是做自媒体的，想跟你们合作拍个测评视频",),
    ("我们媒体公司下午茶，能送三十份果切吗",),
    ("我要给律师事务所的客户送水果，有礼盒吗",),
    ("你们主图是不是曝光太高了，颜色看着偏白",),
    ("Is there parking near the police station where I pick up?",),
}


def _sessions(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CASES / "alerts" / name).read_text(encoding="utf-8").splitlines()]


def test_every_angry_chat_calls_somebody_and_no_calm_one(library: Library) -> None:
    angry, calm = _sessions("angry.jsonl"), _sessions("calm.jsonl")

    report = measure(angry, library)

    assert (len(angry), len(calm)) == (40, 60)
    assert {one["session_id"] for one in angry} - set(report.fired_ids) == set()
    assert measure(calm, library).fired_ids == ()
