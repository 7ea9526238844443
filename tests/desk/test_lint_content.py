"""What goes to customers from the library is read by the same guards as what agents type."""

from pathlib import Path

import pytest

from assist.desk.lint_content import check_content
from tests.trees import ARTICLE, NAME, small_tree


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return small_tree(tmp_path / "kb")


@pytest.mark.parametrize(
    ("was", "now", "line", "words"),
    [
        pytest.param("活虾建议您当天吃", "有事加我微信，活虾建议您当天吃", 22, "微信", id="contact in the text"),
        pytest.param("活虾建议您当天吃", "保证新鲜，活虾建议您当天吃", 22, "保证", id="a promise in the text"),
        pytest.param('title = "活虾到家', 'title = "全网第一的活虾到家', 3, "全网", id="a superlative in the title"),
    ],
)
def test_words_that_no_agent_may_send_are_refused_with_file_line_and_reason(
    tree: Path, was: str, now: str, line: int, words: str
) -> None:
    (tree / NAME).write_text(ARTICLE.replace(was, now), encoding="utf-8")

    found = [one for one in check_content(tree).findings if one.path == NAME]

    assert [one.line for one in found] == [line]
    assert words in found[0].message


def test_a_line_of_a_script_is_read_too(tree: Path) -> None:
    script = tree / "scripts" / "empathy.toml"
    text = script.read_text(encoding="utf-8")
    first = text.index('text = "') + len('text = "')
    script.write_text(f"{text[:first]}以后绝不再犯，加我微信。{text[first:]}", encoding="utf-8")

    found = check_content(tree).findings

    assert {one.path for one in found} == {"scripts/empathy.toml"}
    assert any("微信" in one.message for one in found)


def test_what_needs_proof_is_only_remarked_on(tree: Path) -> None:
    (tree / NAME).write_text(ARTICLE.replace("活虾建议", "有地理标志，活虾建议"), encoding="utf-8")

    checked = check_content(tree)

    assert checked.findings == ()
    assert [one.line for one in checked.warnings if one.path == NAME] == [22]


@pytest.mark.parametrize(
    ("path", "was", "now", "says"),
    [
        pytest.param(
            "policy/guards.toml",
            "\n[rules]",
            '\n[rules]\ngift-nevr = "block"',
            "unknown rule",
            id="a rule misspelt",
        ),
        pytest.param(
            "lexicon/forbidden.toml",
            "innocent = [",
            'innocent = [\n"国家级",',
            "never found",
            id="a term exempt as a whole",
        ),
        pytest.param(
            "policy/promises.toml", "签收后{limit}内", "签收后{limt}内", "unknown slots", id="a slot misspelt"
        ),
        pytest.param(
            "lexicon/moods.toml", "angry_to = -0.88", "angry_to = 0.9", "angry_to", id="thresholds out of order"
        ),
    ],
)
def test_what_contradicts_itself_is_refused(tree: Path, path: str, was: str, now: str, says: str) -> None:
    text = (tree / path).read_text(encoding="utf-8")
    assert was in text
    (tree / path).write_text(text.replace(was, now, 1), encoding="utf-8")

    assert any(says in one.message for one in check_content(tree).findings)


def test_a_missing_file_is_remarked_on_with_what_is_lost(tree: Path) -> None:
    (tree / "policy/promises.toml").unlink()

    assert any("no promise is checked" in one.message for one in check_content(tree).warnings)
