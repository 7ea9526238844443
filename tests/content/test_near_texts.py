"""The quick look for texts that are nearly the same leaves none out that the exact one finds."""

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from assist.content.near_texts import NearTexts

LEAST = 85.0
# Few characters, some of one kind (a code and the one 256 behind it), so that many texts are alike.
TEXTS = st.text(alphabet="蟹虾鱼怎么放a\u0101b\U0001f980", max_size=24)


@given(texts=st.lists(TEXTS, max_size=30), asked=TEXTS)
def test_every_text_that_is_alike_is_among_those_looked_at(texts: list[str], asked: str) -> None:
    named = {str(number): text for number, text in enumerate(texts)}

    found = NearTexts(named).near(asked, LEAST)

    assert {name for name, text in named.items() if fuzz.ratio(asked, text) >= LEAST} <= found.keys()
    assert [*found] == [name for name in named if name in found]


def test_what_shares_few_characters_or_is_much_longer_is_not_looked_at() -> None:
    texts = NearTexts({"same": "活蟹放阴凉处", "other": "草莓别先洗", "long": "活蟹放阴凉处" * 3})

    assert [*texts.near("活蟹放阴凉处", LEAST)] == ["same"]
    assert texts.near("活蟹放阴凉处", LEAST, but="same") == {}
