"""The four steps are said to how upset a customer is by what they said last."""

import pytest

from assist.desk.libraries import Shelf
from assist.desk.script import mood_for
from tests.desk.shop import Desk, replaced, small_library

CALM = "你好，请问活虾怎么保存"
HAPPY = "太好吃了，非常新鲜，谢谢你们，五星好评"
FURIOUS = "什么垃圾店，骗子，气死我了，太恶心了"


@pytest.fixture
def shelf(desk: Desk) -> Shelf:
    desk.publish(replaced(small_library()))
    with desk.database.reader() as session:
        desk.libraries.refresh(session)
    return desk.libraries.current("s1")


@pytest.mark.parametrize(
    ("texts", "moods"),
    [
        pytest.param([], {"neutral"}, id="nothing said"),
        pytest.param([CALM], {"neutral"}, id="calm"),
        pytest.param([HAPPY], {"neutral"}, id="happy is spoken to as anybody is"),
        pytest.param([CALM, FURIOUS], {"angry"}, id="furious"),
        pytest.param([FURIOUS, CALM], {"angry"}, id="furious a moment ago"),
        pytest.param([FURIOUS, *[CALM] * 5], {"neutral"}, id="furious long ago"),
    ],
)
def test_a_customer_is_spoken_to_as_they_sound(shelf: Shelf, texts: list[str], moods: set[str]) -> None:
    assert mood_for(shelf, texts) in moods
