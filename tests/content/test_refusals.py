"""Every way to spoil a knowledge base is refused, with the file, the line and the cure."""

from pathlib import Path

import pytest

from assist.content.check import check_tree
from assist.content.figures_said import counts_in, figures_in
from tests.trees import ARTICLE, GREETED, NAME

TEXT_LINE = 22
TEXT = "活虾建议您当天吃，沥干放冰箱冷藏（{{ fridge_temp }}以下），一般{{ fridge }}内吃完。"


def found(tree: Path) -> list[tuple[str, int, str]]:
    return [(finding.path, finding.line, finding.message) for finding in check_tree(tree).findings]


def write(tree: Path, text: str, name: str = NAME) -> None:
    (tree / name).parent.mkdir(parents=True, exist_ok=True)
    (tree / name).write_text(text, encoding="utf-8")


def test_the_small_tree_is_fit_to_publish(tree: Path) -> None:
    assert found(tree) == []


@pytest.mark.parametrize(
    ("was", "now", "line", "cure"),
    [
        pytest.param("当天吃", "3天内吃", TEXT_LINE, "source", id="a figure without a source"),
        pytest.param("当天吃", "三天内吃", TEXT_LINE, "source", id="a Chinese figure without a source"),
        pytest.param("当天吃", "３天内吃", TEXT_LINE, "source", id="a full-width figure without a source"),
        pytest.param("当天吃", "{{ fridg }}吃", TEXT_LINE, "known: ", id="an unknown slot"),
        pytest.param("一般{{ fridge }}内吃完", "请尽快吃完", 15, "not used", id="a fact that is never told"),
        pytest.param('category = "live_seafood"', 'category = "seafoods"', 4, "topics.toml", id="unknown category"),
        pytest.param('intent = "storage"', 'intent = "storing"', 5, "topics.toml", id="unknown intent"),
        pytest.param('products = ["shrimp"]', 'products = ["srimp"]', 6, "products/*.toml", id="unknown product"),
        pytest.param('"shrimp.fridge"', '"shrimp.cellar"', 15, "it has: ", id="a figure the product has not"),
        pytest.param('"shrimp.fridge"', '"srimp.fridge"', 15, "products/*.toml", id="a figure of no product"),
        pytest.param(
            '    "自来水泡着会死吗",\n', '    "如何保存活虾呀",\n', 7, "particle", id="asks that differ by a particle"
        ),
        pytest.param(
            '    "自来水泡着会死吗",\n',
            '    "刚收到的草莓要不要放冰箱？",\n',
            7,
            "product name",
            id="asks that differ by the product",
        ),
        pytest.param('    "自来水泡着会死吗",\n', '    "如何保存活虾",\n', 7, "differ only", id="the same ask twice"),
        pytest.param('    "自来水泡着会死吗",\n', "", 7, "at least 4", id="three asks"),
        pytest.param('title = "活虾', "title = 活虾", 3, "TOML", id="broken TOML"),
        pytest.param("asks = [", "asks = [[", 13, "TOML", id="an open bracket"),
        pytest.param('reviewed = "2026-11-21"\n', "", 2, "reviewed", id="a missing key"),
        pytest.param('reviewed = "2026-11-21"', 'reviewed = "昨天"', 13, "reviewed", id="a date that is none"),
        pytest.param('title = "', 'titel = "x"\ntitle = "', 3, "titel", id="a misspelt key"),
        pytest.param('title = "', 'text = "x"\ntitle = "', 3, "below the header", id="the text in the header"),
        pytest.param('year = "n.d."', "year = 1066", 20, "year", id="a year that cannot be"),
        pytest.param(TEXT, "", 2, "text", id="no text"),
        pytest.param(TEXT, TEXT + "\n+++\nid = 'b'\n+++\n又一条", 23, "own file", id="two headers in one file"),
        pytest.param("+++\nid", "id", 1, "+++", id="no header"),
        pytest.param(TEXT, TEXT + "{{ ''.__class__ }}", TEXT_LINE, "use only", id="an attribute"),
        pytest.param(TEXT, TEXT + "\n{% for a in b %}x{% endfor %}", 23, "use only", id="a loop"),
        pytest.param(TEXT, TEXT + "\n\n{{ fridge|upper }}", 24, "use only", id="a filter"),
        pytest.param(TEXT, TEXT + "{{ 'a' * 10**10 }}", TEXT_LINE, "use only", id="arithmetic"),
        pytest.param(TEXT, TEXT + "{{ cycler.__init__.__globals__ }}", TEXT_LINE, "use only", id="globals"),
        pytest.param(TEXT, TEXT + "{{ lipsum() }}", TEXT_LINE, "use only", id="a call"),
        pytest.param(TEXT, TEXT + "{% include '/etc/passwd' %}", TEXT_LINE, "use only", id="an include"),
        pytest.param(TEXT, TEXT + "{% set x = 1 %}", TEXT_LINE, "use only", id="an assignment"),
        pytest.param(TEXT, TEXT + "{{ fridge ", TEXT_LINE, "{{ name }}", id="an open slot"),
    ],
)
def test_a_spoilt_article_is_refused(tree: Path, was: str, now: str, line: int, cure: str) -> None:
    assert was in ARTICLE
    write(tree, ARTICLE.replace(was, now, 1))

    findings = found(tree)

    assert [(path, at) for path, at, _ in findings] == [(NAME, line)], findings
    assert cure in findings[0][2]


@pytest.mark.parametrize(
    ("said", "soft"),
    [("一般{{ fridge }}内吃完", True), ("大约{{ fridge }}内吃完", True), ("请在{{ fridge }}内吃完", False)],
)
def test_an_approximate_figure_needs_a_soft_word(tree: Path, said: str, soft: bool) -> None:
    article = ARTICLE.replace("建议您", "请").replace("一般{{ fridge }}内吃完", said)
    own = 'value = "1-3天"\napproximate = true\nsource = {title = "t", issuer = "i", year = 2026}'
    write(tree, article.replace('use = "shrimp.fridge"', own))

    findings = found(tree)

    if soft:
        assert findings == []
    else:
        assert [(path, line) for path, line, _ in findings] == [(NAME, TEXT_LINE + 2)]
        assert "fridge is approximate" in findings[0][2]
        assert "一般" in findings[0][2]


def test_two_answers_alike_but_for_names_and_figures_are_refused(tree: Path) -> None:
    copied = GREETED.replace("storage-strawberry", "storage-blueberry").replace("草莓", "蓝莓")
    copied = copied.replace('["strawberry"]', '["blueberry"]').replace("吃不完怎么办", "多了怎么办")
    write(tree, copied.replace("放哪里不容易坏", "怎么放得久"), "articles/storage/storage-blueberry.md")

    findings = found(tree)

    assert [(path, line) for path, line, _ in findings] == [("articles/storage/storage-blueberry.md", 10)]
    assert "storage-strawberry" in findings[0][2]
    assert "merge" in findings[0][2]


def test_an_ask_of_two_articles_is_refused_at_the_second(tree: Path) -> None:
    write(tree, ARTICLE.replace('"自来水泡着会死吗"', '"草莓要洗了再放吗？"'))

    (finding,) = found(tree)

    assert finding[:2] == ("articles/storage/storage-strawberry.md", 7)
    assert "storage-shrimp" in finding[2]
    assert "one question, one article" in finding[2]


def test_an_id_used_twice_is_refused_at_the_second_file(tree: Path) -> None:
    write(tree, GREETED.replace("storage-strawberry", "storage-shrimp"), "articles/storage/zz.md")

    assert ("articles/storage/zz.md", 2) in [(path, line) for path, line, _ in found(tree)]
    assert any(NAME in message and "unique" in message for _, _, message in found(tree))


def test_a_product_used_twice_is_refused_at_the_second_file(tree: Path) -> None:
    again = '[[products]]\nid = "blueberry"\nname = "蓝莓"\nname_en = "Blueberry"\ncategory = "berries"\n'
    write(tree, again, "products/zz.toml")

    assert [(path, line) for path, line, _ in found(tree)] == [("products/zz.toml", 2)]


@pytest.mark.parametrize("text", ['products = "x"', "products = [1]", "products = {a = 1}", 'fruits = ["x"]', ""])
def test_a_product_file_of_another_shape_is_refused(tree: Path, text: str) -> None:
    write(tree, text, "products/zz.toml")

    assert [(path, line) for path, line, _ in found(tree)] == [("products/zz.toml", 1)]


def test_a_wrong_product_is_refused_at_its_line(tree: Path) -> None:
    good = '[[products]]\nid = "a"\nname = "甲"\nname_en = "A"\ncategory = "berries"\n'
    write(tree, good + good.replace('"a"', '"b"').replace('name = "甲"', "name = 5"), "products/zz.toml")

    (finding,) = found(tree)

    assert finding[:2] == ("products/zz.toml", 8)
    assert "name" in finding[2]


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "big5"])
def test_a_file_in_another_encoding_is_named_with_the_cure(tree: Path, encoding: str) -> None:
    (tree / NAME).write_bytes(ARTICLE.encode(encoding, "replace"))

    (finding,) = found(tree)

    assert finding[0] == NAME
    assert "UTF-8" in finding[2]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(b"\xef\xbb\xbf" + ARTICLE.encode(), id="with a byte order mark, as Notepad saves it"),
        pytest.param(ARTICLE.replace("\n", "\r\n").encode(), id="with Windows line ends"),
        pytest.param(ARTICLE.encode() + b"\n\n\n", id="with empty lines behind it"),
    ],
)
def test_the_same_article_from_another_editor_is_the_same(tree: Path, changed: bytes) -> None:
    plain = check_tree(tree).entries
    (tree / NAME).write_bytes(changed)

    checked = check_tree(tree)

    assert checked.findings == ()
    assert checked.entries == plain


@pytest.mark.parametrize("name", ["topics", "small_talk", "synonyms"])
def test_a_missing_lexicon_is_named(tree: Path, name: str) -> None:
    (tree / "lexicon" / f"{name}.toml").unlink()

    assert any(f"lexicon/{name}.toml is missing" in message for _, _, message in found(tree))


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        pytest.param("policy/polcy.toml", "known: ", id="an unknown policy"),
        pytest.param("articles/storage/x.txt", ".md", id="an article that is no .md"),
        pytest.param("products/x.csv", ".toml", id="products that are no .toml"),
    ],
)
def test_a_file_that_would_be_passed_over_is_refused(tree: Path, name: str, cure: str) -> None:
    write(tree, "x", name)

    (finding,) = found(tree)

    assert finding[:2] == (name, 1)
    assert cure in finding[2]


def test_a_threshold_out_of_range_is_refused_at_its_line(tree: Path) -> None:
    path = tree / "policy" / "answers.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    number = next(at for at, line in enumerate(lines, 1) if line.startswith("min_score"))
    lines[number - 1] = "min_score = 35"
    path.write_text("\n".join(lines), encoding="utf-8")

    assert ("policy/answers.toml", number) in [(path, line) for path, line, _ in found(tree)]


def test_readmes_hidden_files_and_links_are_no_content(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.md").write_text("x")
    (tree / "articles" / "README.md").write_text("x")
    (tree / "articles" / ".draft.md").write_text("x")
    (tree / "articles" / "link.md").symlink_to(tmp_path / "elsewhere.md")

    assert found(tree) == []


def test_one_spoilt_file_does_not_hide_another(tree: Path) -> None:
    write(tree, ARTICLE.replace("当天", "3天"))
    write(tree, "你好", "articles/storage/aa.md")
    write(tree, GREETED.replace("berries", "berrys"), "articles/storage/storage-strawberry.md")

    paths = [path for path, _, _ in found(tree)]

    assert paths == ["articles/storage/aa.md", NAME, "articles/storage/storage-strawberry.md"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    (first, *_) = found(tmp_path / "nowhere")

    assert "nowhere" in first[0]
    assert "no such folder" in first[2]


@pytest.mark.parametrize(
    "text",
    [
        "3天",
        "３天",
        "三天",
        "两小时",
        "半天",
        "十五分钟",
        "一个月",
        "一个小时",
        "一个星期",
        "一周",
        "五成",
        "百分之五",
        "50%",
        "５０％",
        "4℃",
        "零下18度",
        "一斤",
        "十分钟",
        "十分之一",
        "三个月",
        "三个半小时",
        "两个多星期",
        "五个工作日",
        "三个百分点",
        "十二个",
        "百分百",
        "四周",
        "第三天",
        "三块",
        "两盒",
        "八折",
        "<3天内>",
    ],
)
def test_a_figure_is_a_figure_in_any_dress(text: str) -> None:
    assert figures_in(f"放冰箱{text}就行") != []


@pytest.mark.parametrize(
    "text",
    [
        "一般尽快吃完",
        "一起放会熟得快",
        "一定要擦干",
        "第一时间联系我们",
        "一次性手套",
        "有一点点酸",
        "一样的做法",
        "万一坏了",
        "统一发货",
        "每个都看一看",
        "{{ fridge }}内吃完",
        "七上八下",
        "放几天再看",
        "一个一个摆好",
        "顶部有三个小眼",
        "十分简单",
        "味道十分新鲜",
        "三三两两地摆",
        "两两分装",
        "第一次买",
        "先洗两遍",
        "分三步做",
        "有四个面和四条边",
        "千万别泡水",
        "四周垫冰袋",
        "一年四季都有",
        "对半分给家人",
        "煎到七分熟",
        "千层蛋糕",
        "铺两层厨房纸",
        "切成八个小块",
        "<h2>怎么洗</h2>",
        "见 https://shop.example/a1?b=2",
    ],
)
def test_a_numeral_in_a_plain_word_is_no_figure(text: str) -> None:
    assert figures_in(text) == []


def test_small_counts_are_named_for_a_second_look() -> None:
    assert counts_in("顶部有三个小眼，洗两遍，放三个月，十二个一盒") == ["三个", "两遍"]


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        pytest.param("当天", "当\u202e天", "U+202E RIGHT-TO-LEFT OVERRIDE", id="a text that runs backwards"),
        pytest.param("当天", "当\u0085天", "U+0085", id="a control character"),
        pytest.param('title = "活虾到家怎么保存"', 'title = "\u3000\u200b "', "nothing to be seen", id="a blank title"),
    ],
)
def test_what_nobody_sees_is_refused(tree: Path, was: str, now: str, says: str) -> None:
    assert was in ARTICLE
    write(tree, ARTICLE.replace(was, now))

    assert [message for _, _, message in found(tree) if says in message]
