"""Greetings, thanks and closings open no question; anything with a question in it does."""

import time

import pytest

from assist.domain.library import Library, SmallTalk
from assist.suggest.small_talk import is_small_talk


@pytest.mark.parametrize(
    "text",
    [
        "你好",
        "您好呀",
        "在吗",
        "在吗？？？",
        "亲，在不在",
        "有人吗",
        "谢谢",
        "谢谢老板！",
        "好的谢谢",
        "好的好的，麻烦您了～",
        "嗯嗯嗯嗯",
        "哈哈哈哈哈哈",
        "ok",
        "ＯＫ",
        "OK👌",
        "知道了，再见",
        "請問",
        "谢\u200b谢",
        "👍",
        "。。。",
        "？",
        "",
        "   ",
    ],
)
def test_small_talk_opens_no_question(library: Library, text: str) -> None:
    assert is_small_talk(text, library.small_talk)


@pytest.mark.parametrize(
    "text",
    [
        "草莓坏了",
        "在吗草莓坏了",
        "你好，怎么退款",
        "谢谢，那发票呢",
        "好的，什么时候发货",
        "1",
        "坏了",
        "不好吃",
        "吗",
        "hi there",
        "ok?发票",
        "谢" * 41,
    ],
)
def test_a_question_is_no_small_talk_however_polite(library: Library, text: str) -> None:
    assert not is_small_talk(text, library.small_talk)


def test_without_a_lexicon_only_wordless_messages_are_small_talk() -> None:
    nothing = SmallTalk(phrases=(), particles=())

    assert is_small_talk("！！！", nothing)
    assert not is_small_talk("你好", nothing)


@pytest.mark.parametrize("polite", ["好的亲亲", "你好的亲", "嗯好的", "好的", "您好的", "在吗"])
def test_a_message_of_many_courtesies_is_judged_at_once(library: Library, polite: str) -> None:
    """Nine times 好的亲亲 and one other word kept the lanes busy for two minutes."""
    text = (polite * 40)[:38] + "莓"
    started = time.perf_counter()

    judged = is_small_talk(text, library.small_talk)

    assert not judged
    assert time.perf_counter() - started < 0.1
