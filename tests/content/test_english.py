"""An article may carry English: read, checked, told and written back by the same rules as its Chinese."""

from pathlib import Path

import pytest

from assist.cli.kb_stats import stats_of
from assist.content.check import Checked, check_tree
from assist.content.check_english import english_figures_in
from assist.content.english import figure_in_english, said
from assist.content.export import export_entries
from assist.content.wording import slots_of, word
from assist.desk.publish import digest_of
from assist.domain.library import Article, English, EnglishUnit
from tests.shipped import shipped_checked
from tests.trees import ARTICLE, GREETED, NAME

HEADER = """\
title_en = "Storing live shrimp"
asks_en = [
    "how do I keep live shrimp",
    "prawns alive overnight?",
    "can they stay in tap water",
    "store in the fridge or not",
]
"""
TEXT = (
    "Live shrimp are best eaten the same day; in the fridge (below {{ fridge_temp }}) they usually keep {{ fridge }}."
)
BOTH = ARTICLE.replace('category = "live', HEADER + 'category = "live') + f"+++ en +++\n{TEXT}\n"
"""Line 4 is the English title, 5 its asks, 31 the English text."""


def write(tree: Path, text: str) -> None:
    (tree / NAME).write_text(text, encoding="utf-8")


def found(tree: Path) -> list[tuple[str, int, str]]:
    return [(finding.path, finding.line, finding.message) for finding in check_tree(tree).findings]


def shrimp(tree: Path) -> Article:
    library = check_tree(tree).library
    assert library is not None
    (article,) = (article for article in library.articles if article.id == "storage-shrimp")
    return article


@pytest.fixture(scope="module")
def shipped() -> Checked:
    return shipped_checked()


def test_an_article_with_english_is_fit_to_publish_and_is_asked_in_both_languages(tree: Path) -> None:
    write(tree, BOTH)

    assert found(tree) == []
    article = shrimp(tree)
    assert article.text_en == TEXT
    assert "如何保存活虾" in article.asks
    assert "how do I keep live shrimp" in article.asks
    assert article.own_asks == ("如何保存活虾", "虾买回来今天不吃放哪里", "刚收到的要不要放冰箱", "自来水泡着会死吗")


def test_the_same_article_with_windows_line_ends_is_the_same(tree: Path) -> None:
    write(tree, BOTH)
    plain = check_tree(tree).entries

    (tree / NAME).write_bytes(BOTH.replace("\n", "\r\n").encode())

    assert check_tree(tree).entries == plain


def test_english_survives_export_byte_for_byte(tree: Path, tmp_path: Path) -> None:
    write(tree, BOTH)
    entries = check_tree(tree).entries

    export_entries(entries, tmp_path / "once")
    again = check_tree(tmp_path / "once")
    export_entries(again.entries, tmp_path / "twice")

    assert again.findings == ()
    assert digest_of(again.entries) == digest_of(entries)
    assert (tmp_path / "once" / NAME).read_bytes() == (tmp_path / "twice" / NAME).read_bytes()


@pytest.mark.parametrize(
    ("was", "now", "line", "cure"),
    [
        pytest.param("the same day", "within 3 days", 31, "source", id="a figure without a source"),
        pytest.param("the same day", "within three days", 31, "source", id="a figure in words"),
        pytest.param("{{ fridge }}.", "{{ opened }}.", 31, "not in the Chinese text", id="a slot the Chinese lacks"),
        pytest.param("same day", "same day (当天)", 31, "English", id="Chinese in the English text"),
        pytest.param("{{ fridge }}.", "{{ fridge|upper }}.", 31, "use only", id="a filter"),
        pytest.param("Storing live shrimp", "活虾 storage", 4, "not English", id="a Chinese title"),
        pytest.param("prawns alive overnight?", "活虾 overnight?", 5, "not English", id="a Chinese ask"),
        pytest.param('    "can they stay in tap water",\n', "", 5, "at least 4", id="three asks"),
        pytest.param(
            "prawns alive overnight?",
            "How do I keep the live shrimp, please?",
            5,
            "courtesy",
            id="asks of two courtesies",
        ),
        pytest.param('title_en = "Storing live shrimp"\n', "", 4, "title_en", id="no English title"),
        pytest.param(f"+++ en +++\n{TEXT}\n", "", 4, "below +++ en +++", id="no English text"),
        pytest.param(TEXT, f"{TEXT}\n+++ en +++\n{TEXT}", 32, "one", id="two English texts"),
        pytest.param('title_en = "', 'text_en = "x"\ntitle_en = "', 4, "below the header", id="the text in the header"),
    ],
)
def test_spoilt_english_is_refused(tree: Path, was: str, now: str, line: int, cure: str) -> None:
    assert was in BOTH
    write(tree, BOTH.replace(was, now, 1))

    findings = found(tree)

    assert [(path, at) for path, at, _ in findings] == [(NAME, line)], findings
    assert cure in findings[0][2]


@pytest.mark.parametrize(("said", "soft"), [("usually keep", True), ("keep about", True), ("keep", False)])
def test_an_approximate_figure_needs_a_soft_word_in_english_too(tree: Path, said: str, soft: bool) -> None:
    own = 'value = "1-3天"\napproximate = true\nsource = {title = "t", issuer = "i", year = 2026}'
    write(tree, BOTH.replace('use = "shrimp.fridge"', own).replace("usually keep", said))

    messages = [message for _, _, message in found(tree)]

    assert messages == [] if soft else "fridge is approximate" in messages[0]


def test_a_figure_without_an_english_form_is_refused_until_it_has_one(tree: Path) -> None:
    own = BOTH.replace('use = "shrimp.fridge"', 'value = "看天气"\nsource = {title = "t", issuer = "i", year = 2026}')
    write(tree, own)

    ((path, line, message),) = found(tree)

    assert (path, line) == (NAME, 32)
    assert "value_en" in message
    write(tree, own.replace('value = "看天气"', 'value = "看天气"\nvalue_en = "as the weather is"'))
    assert found(tree) == []
    assert "usually keep as the weather is." in word(TEXT, said(shrimp(tree), english=True).facts).text


def test_two_english_answers_alike_but_for_the_product_are_refused(tree: Path) -> None:
    header = 'title_en = "Storing {0}"\nasks_en = ["{0} storage", "keep {0} fresh", "wash {0}?", "where do {0} go"]\n'
    text = "+++ en +++\nLay {0} out in the fridge unwashed, take what you eat, and eat the bruised ones first.\n"
    write(tree, (ARTICLE + text.format("shrimp")).replace("category", header.format("shrimp") + "category", 1))
    other = (GREETED + text.format("strawberry")).replace("category", header.format("strawberry") + "category", 1)
    (tree / "articles/storage/storage-strawberry.md").write_text(other, encoding="utf-8")

    ((path, _, message),) = found(tree)

    assert path == NAME
    assert "alike to that of storage-strawberry" in message


UNITS = English(
    units=(
        EnglishUnit(zh="天", one="{} day", many="{} days"),
        EnglishUnit(zh="小时", one="{} hour", many="{} hours"),
        EnglishUnit(zh="小时内", one="within {} hour", many="within {} hours"),
        EnglishUnit(zh="个月", one="{} month", many="{} months"),
        EnglishUnit(zh="℃", one="{}°C", many="{}°C"),
        EnglishUnit(zh="千克", one="{} kg", many="{} kg"),
    )
)


@pytest.mark.parametrize(
    ("value", "english"),
    [
        ("1-2天", "1-2 days"),
        ("1天", "1 day"),
        ("10天", "10 days"),
        ("3-5个月", "3-5 months"),
        ("24小时", "24 hours"),
        ("48小时内", "within 48 hours"),
        ("4℃", "4°C"),
        ("-18℃", "-18°C"),
        ("2.5千克", "2.5 kg"),
        ("9:00-21:00", "9:00-21:00"),
        ("5-7个", None),
        ("每消费1元积1分", None),
        ("七日", None),
    ],
)
def test_number_and_unit_are_said_in_english_by_the_table(value: str, english: str | None) -> None:
    assert figure_in_english(value, UNITS) == english


def test_in_english_title_text_figures_and_source_are_english(tree: Path) -> None:
    ours = 'value = "2小时"\nsource = {title = "时限", title_en = "Time limit", issuer = "本店", year = 2026}'
    write(tree, BOTH.replace('use = "shrimp.fridge"', ours))

    told = said(shrimp(tree), english=True)

    assert told.title == "Storing live shrimp"
    assert word(told.text, told.facts).text.endswith("(below 4°C) they usually keep 2 hours.")
    assert told.source == "Time limit (our shop, 2026); Refrigerator Thermometers (FDA, n.d.)"


@pytest.mark.parametrize(("article", "english"), [(BOTH, False), (ARTICLE, True)])
def test_otherwise_the_article_is_told_in_its_own_language(tree: Path, article: str, english: bool) -> None:
    write(tree, article)

    told = said(shrimp(tree), english=english)

    assert told.title == "活虾到家怎么保存"
    assert word(told.text, told.facts).text.startswith("活虾建议您当天吃，沥干放冰箱冷藏（4℃以下），一般1-3天")
    assert told.source.endswith("Refrigerator Thermometers（FDA，n.d.）")


@pytest.mark.parametrize(
    "text",
    [
        "within 3 days",
        "three days",
        "two or three days",
        "half an hour",
        "a week",
        "an hour",
        "one day",
        "a hundred grams",
        "two layers",
        "50%",
        "below 4°C",
        "ten percent",
        "twice",
    ],
)
def test_an_english_figure_is_a_figure_in_any_dress(text: str) -> None:
    assert english_figures_in(f"Keep it {text} or so.") != []


@pytest.mark.parametrize(
    "text",
    ["one by one", "the same day", "every day", "a few days", "a while", "a single photo", "once ripe", "{{ fridge }}"],
)
def test_an_english_numeral_in_a_plain_word_is_no_figure(text: str) -> None:
    assert english_figures_in(f"Eat them {text}, please.") == []


def test_what_matters_most_is_shipped_in_english(shipped: Checked) -> None:
    assert shipped.library is not None
    english = [article for article in shipped.library.articles if article.text_en]

    assert len(english) >= 100
    assert {"food-safety-sick", "delivery-time-arrival", "refund-how", "damage-claim-process", "invoice-how"} <= {
        article.id for article in english
    }


def test_no_shipped_english_answer_lacks_a_figure(shipped: Checked) -> None:
    assert shipped.library is not None
    for article in shipped.library.articles:
        if article.text_en:
            told = said(article, english=True)
            runtime = slots_of(told.text) - told.facts.keys()
            assert runtime <= {"customer_name", "order_ref", "agent_name"}, article.id


def test_english_asks_are_drawn_apart_from_the_chinese_ones(tree: Path) -> None:
    write(tree, BOTH)
    library = check_tree(tree).library
    assert library is not None

    stats = stats_of(library, seed=7)

    assert (stats.articles, stats.asks) == (2, 12)
    assert (stats.english_articles, stats.english_asks) == (1, 4)
    assert (stats.held_out.n, stats.english_held_out.n) == (2, 1)
