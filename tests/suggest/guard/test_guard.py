"""What does the guard find, what does it leave alone, and where do its words stand?"""

import pytest

from assist.domain.guard import Disguise, ForbiddenLexicon, Hit, Level
from assist.suggest.guard import build_guard

from .lexicons import group_of, guard_of, shipped_guard, terms_in


def written(text: str, hits: tuple[Hit, ...]) -> list[str]:
    return [text[hit.words.start : hit.words.end] for hit in hits]


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        pytest.param("这是最佳选择", "最佳", id="plain"),
        pytest.param("这是 最 佳 选择", "最 佳", id="spaces within, none around"),
        pytest.param("好❤️最\u200b佳❤️", "最\u200b佳", id="zero width, emoji around"),
        pytest.param("𠮷𠮷最*佳", "最*佳", id="behind characters of two code units"),
        pytest.param("㍿㎏最佳㍿", "最佳", id="between characters that fold to several"),
        pytest.param("é最e\u0301佳", "最e\u0301佳", id="a letter between two characters says nothing"),
        pytest.param("最\u0301佳\u0301好", "最\u0301佳", id="combining marks"),
    ],
)
def test_words_point_at_what_was_written(text: str, stands: str | None) -> None:
    assert written(text, guard_of("最佳").find(text)) == ([stands] if stands else [])


def test_repeats_belong_to_the_words() -> None:
    text = "请国国家家级级认证"

    assert written(text, guard_of("国家级").find(text)) == ["国国家家级级"]


def test_of_overlapping_terms_the_longest_stays_and_order_is_of_place() -> None:
    assert terms_in(guard_of("加微信", "微信", "微信转账", "最佳"), "最佳，加微信转账") == ["最佳", "微信转账"]


def test_what_may_be_said_hides_nothing() -> None:
    lexicon = ForbiddenLexicon(
        groups=(group_of("最佳"), group_of("最佳品牌推荐", level=Level.fine, name="folklore")),
    )

    assert terms_in(build_guard(lexicon), "最佳品牌推荐") == ["最佳"]


@pytest.mark.parametrize("text", ["jing zhong 2kg", "净 重", "净种"])
def test_what_needs_proof_is_not_looked_for_in_disguise(text: str) -> None:
    lexicon = ForbiddenLexicon(groups=(group_of("净重", level=Level.needs_proof),))

    assert [hit.disguise for hit in build_guard(lexicon).find(text)] == ([Disguise.folded] if text == "净 重" else [])


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        pytest.param("冶愈", ["治愈"], id="another character of its look"),
        pytest.param("淘宝口今", ["淘宝口令"], id="one that everybody uses"),
        pytest.param("我微佶号", ["微信号"], id="between ordinary words"),
        pytest.param("木艮治", ["根治"], id="side by side"),
        pytest.param("木艮氵台", ["根治"], id="both of two"),
        pytest.param("女子篮球", [], id="ordinary words side by side"),
        pytest.param("如手机号有误", [], id="written as readily as the term"),
        pytest.param("明日到", [], id="a word of its own"),
        pytest.param("根5治", ["根治"], id="a figure between"),
        pytest.param("淘q宝q口q令", ["淘宝口令"], id="letters between"),
        pytest.param("台风最高3级", [], id="a figure with what it counts"),
        pytest.param("满50减10肥牛", [], id="an amount"),
    ],
)
def test_looks_parts_and_what_stands_between(text: str, terms: list[str]) -> None:
    guard = guard_of("治愈", "淘宝口令", "微信号", "根治", "好评返现", "加手机号", "明目", "最高级", "减肥")

    assert terms_in(guard, text) == terms


@pytest.mark.parametrize(("text", "words"), [("治 根5治吧", "根5治"), ("𠮷冶*愈", "冶*愈"), ("最1便2宜的", "最1便2宜")])
def test_words_of_what_is_drawn_otherwise_are_all_that_was_written(text: str, words: str) -> None:
    assert written(text, guard_of("根治", "治愈", "最便宜").find(text)) == [words]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("产品机制完善", id="another word"),
        pytest.param("急需品质好的", id="parts of two words"),
        pytest.param("寄品名要写", id="one character is its neighbour's"),
        pytest.param("千万能收到", id="a word goes across, 万能"),
    ],
)
def test_ordinary_words_that_sound_like_a_term_are_left_alone(text: str) -> None:
    assert terms_in(guard_of("极致", "极品", "万能"), text) == []


@pytest.mark.parametrize("text", ["USB", "usb线", "ISBN", "a subset", "U S B", "BSB1"])
def test_letters_within_other_letters_are_no_term(text: str) -> None:
    assert terms_in(guard_of("SB"), text) == []


@pytest.mark.parametrize("text", ["sb", "你个SB！", "ＳＢ", "s b", "sb123"])
def test_letters_alone_are(text: str) -> None:
    assert terms_in(guard_of("SB"), text) == ["SB"]


@pytest.mark.parametrize("text", ["women shirt", "wo men", "we chat here", "men are women"])
def test_english_is_no_pinyin_and_no_broken_up_term(text: str) -> None:
    assert terms_in(guard_of("我们", "wechat"), text) == []


def test_letters_broken_up_one_by_one_are() -> None:
    assert terms_in(guard_of("wechat"), "w e c h a t") == ["wechat"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        pytest.param("第一次买", [], id="within an innocent word"),
        pytest.param("全国第一，次日达", ["全国第一"], id="not across a mark"),
        pytest.param("可加微信支付", [], id="an innocent word reaches in"),
        pytest.param("不要加微信", [], id="spoken of"),
        pytest.param("要不要加微信", ["加微信"], id="asked"),
        pytest.param("您家手机号", [], id="the changed character is an innocent word's"),
    ],
)
def test_innocent_words_excuse(text: str, terms: list[str]) -> None:
    guard = guard_of(
        "全国第一",
        "第一",
        "加微信",
        "加手机号",
        innocent=("第一次", "微信支付", "您家", "不要…"),
    )

    assert terms_in(guard, text) == terms


def test_exempt_words_excuse_their_own_group_alone() -> None:
    lexicon = ForbiddenLexicon(
        groups=(group_of("最佳", exempt=("最佳食用期",)), group_of("食用", name="other")),
    )

    assert terms_in(build_guard(lexicon), "最佳食用期") == ["食用"]


@pytest.mark.parametrize("text", ["+微信", "＋微信", "加+微信", "5+微信"])
def test_a_sign_is_read_both_ways(text: str) -> None:
    assert terms_in(guard_of("加微信"), text) == ["加微信"]


@pytest.mark.parametrize("text", ["15星好评返", "全网第10名"])
def test_a_figure_within_a_longer_one_is_none(text: str) -> None:
    assert terms_in(guard_of("五星好评返", "全网第一"), text) == []


@pytest.mark.parametrize("text", ["最" + "。" * 40 + "佳", "c。 ures"])
def test_what_stands_far_apart_is_no_term(text: str) -> None:
    assert terms_in(guard_of("最佳", "cures"), text) == []


@pytest.mark.parametrize("text", ["", " ", "\ud800", "\x00", "❤", "。" * 10, "a", "\ue000\ue001", "📱" * 5])
def test_texts_that_say_nothing_hold_nothing(text: str) -> None:
    assert shipped_guard().find(text) == ()


def test_an_empty_lexicon_finds_nothing() -> None:
    assert build_guard(ForbiddenLexicon()).find("最佳，加微信，sb") == ()


def test_a_term_of_nothing_but_marks_is_passed_over() -> None:
    assert terms_in(guard_of("!!!", "最佳"), "!!! 最佳") == ["最佳"]
