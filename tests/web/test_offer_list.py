"""Every script is listed once, under goods it goes with, in words."""

import pytest

from assist.web.offer_list import groups_of
from assist.web.words import LANGUAGES
from tests.shipped import shipped_library


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_script_is_listed_once_and_says_when_it_is_used(language: str) -> None:
    library = shipped_library()

    rows = [row for group in groups_of(library, language) for row in group.rows]

    assert sorted(row.id for row in rows) == sorted(offer.id for offer in library.offers)
    assert [row.id for row in rows if not row.beside] == []


def test_a_script_stands_under_the_first_category_it_names_then_under_that_of_its_first_product() -> None:
    library = shipped_library()
    offers = {one.id: one for one in library.offers}
    paper, soy = offers["fish-kitchen-paper"], offers["salmon-sashimi-soy"]
    paper = paper.model_copy(update={"categories": ("berries", "fresh_fish")})
    unnamed = soy.model_copy(update={"id": "any", "products": (), "categories": (), "intents": ("storage",)})
    small = library.model_copy(update={"offers": (unnamed, soy, paper)})

    found = {group.name: [row.id for row in group.rows] for group in groups_of(small, "zh")}

    assert found == {"浆果": ["fish-kitchen-paper"], "鲜鱼": ["salmon-sashimi-soy"], "": ["any"]}


def test_a_row_names_goods_season_and_tone_in_the_language_of_the_page() -> None:
    library = shipped_library()
    soy = next(one for one in library.offers if one.id == "salmon-sashimi-soy")
    soy = soy.model_copy(update={"season": "hotpot", "active": False})

    ((group),) = groups_of(library.model_copy(update={"offers": (soy,)}), "zh-TW")
    (row,) = group.rows

    assert (row.role, row.beside, row.season, row.active) == ("beside", ("三文魚", "金槍魚"), "火鍋季", False)
