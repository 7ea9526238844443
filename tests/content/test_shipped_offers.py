"""Every shipped script can be said with the goods and the evidence of the demo shop, and says what an agent would."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache, partial

import pytest

from assist.cli.demo.catalogue import facts_of, goods_of, read_catalogue
from assist.content.english import HAN
from assist.content.texts import Text, wordings_of
from assist.content.wording import word
from assist.desk.lint_content import lint_texts
from assist.desk.look_at_offers import says_one_of
from assist.domain.goods import Batch, FactName, GoodsFact, Promotion, Proof, Stocked
from assist.domain.library import Library
from assist.domain.offer import Offer, OfferRole, Segment
from assist.suggest.offers.evidence import findings, proven
from tests.shipped import shipped_library, shipped_shelf

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)

PUSHY = re.compile(
    "最(?!后)|第一(?!次)|绝对|赶紧|抓紧|抢购|快抢|仅剩|错过|别家|其他店|别的店"
    "|划算到|必买|闭眼|放心吃|保证|一定|包您|包你"
)
"""Superlatives, pressure, rivals and promises: none of it is said to customers."""


@cache
def catalogue() -> Mapping[str | None, tuple[Stocked, ...]]:
    """The demo shop's goods by kind."""
    found: defaultdict[str | None, list[Stocked]] = defaultdict(list)
    for row in read_catalogue():
        facts = [
            GoodsFact(
                id=f"{one.fact}:{one.subject}",
                name=one.fact,
                value=one.value,
                stated_at=one.stated_at,
                valid_from=one.valid_from,
                valid_until=one.valid_until,
            )
            for one in facts_of("demo", row, NOW)
        ]
        goods = goods_of(row)
        found[goods.kind].append(Stocked(goods=goods, facts={fact.name: fact for fact in facts}))
    return {kind: tuple(goods) for kind, goods in found.items()}


def all_goods() -> list[Stocked]:
    return [one for goods in catalogue().values() for one in goods]


def in_stock(kind: str | None) -> list[Stocked]:
    return [one for one in catalogue().get(kind, ()) if one.facts[FactName.stock].value != 0]


def leads(offer: Offer) -> list[Stocked]:
    """What a script may lead with; a script of pairs any goods."""
    return in_stock(offer.kind) if offer.kind else [one for one in all_goods() if one.facts[FactName.stock].value != 0]


def promotion_yuan(one: Stocked) -> dict[str, str]:
    fact = one.facts.get(FactName.promotion)
    if fact is None or not fact.holds(NOW):
        return {}
    return {"promotion_price": f"{Promotion.model_validate(fact.value).price_fen / 100:.2f}元"}


def said(offer: Offer, one: Stocked, library: Library, *, english: bool) -> Iterator[tuple[str, str]]:
    """Yield each text of a script with everything filled in, for each thing asked about; nothing without proof."""
    policy = library.selling.evidence
    kinds = (offer.evidence.kind, *offer.evidence.or_kinds)
    proof = proven(one, kinds, NOW, TODAY, english=english, policy=policy)
    if proof is None:
        return
    names = {product.id: product.name_en if english else product.name for product in library.products}
    goods = one.goods
    slots = {
        "proof": proof.text,
        "goods": (goods.title_en or "") if english else goods.title,
        "goods_feature": goods.feature or "",
        "goods_advantage": goods.advantage or "",
        "goods_benefit": goods.benefit or "",
        **promotion_yuan(one),
    }
    for asked in offer.products or ("broccoli",):
        for key, text in wordings_of(offer).items():
            if (key == "say_en") is english:
                filled = word(text, {**slots, "asked": names[asked]})
                assert filled.missing == (), (offer.id, key)
                yield key, filled.text


@pytest.mark.parametrize("english", [False, True], ids=["Chinese", "English"])
def test_every_shipped_script_resolves_its_evidence_in_the_demo_catalogue(english: bool) -> None:
    library = shipped_library()
    policy = library.selling.evidence

    def resolves(offer: Offer) -> bool:
        kinds = (offer.evidence.kind, *offer.evidence.or_kinds)
        found = [proven(one, kinds, NOW, TODAY, english=english, policy=policy) for one in leads(offer)]
        ids = {fact.id for one in leads(offer) for fact in one.facts.values()}
        return any(one is not None and one.fact_id in ids for one in found) and all(map(in_stock, offer.bundle))

    assert [offer.id for offer in library.offers if not resolves(offer)] == []


@pytest.mark.parametrize("english", [False, True], ids=["Chinese", "English"])
def test_every_text_of_a_script_is_there_once_its_slots_are_filled(english: bool) -> None:
    library = shipped_library()

    for offer in library.offers:
        told = [text for one in leads(offer)[:3] for text in said(offer, one, library, english=english)]
        keys = {key for key, text in told if text}
        assert keys >= ({"say_en"} if english else {"feature", "advantage", "benefit", "evidence.text", "say"}), (
            offer.id
        )
        assert all(text for _, text in told), offer.id


@pytest.mark.slow
def test_no_guard_objects_to_what_is_said_with_any_goods_of_the_demo_shop() -> None:
    library = shipped_library()
    texts = [
        Text(offer.id, text, key, partial(int, 1), english=english, products=offer.products)
        for offer in library.offers
        for one in leads(offer)
        for english in (False, True)
        for key, text in said(offer, one, library, english=english)
    ]

    refused, _ = lint_texts(texts, shipped_shelf())

    assert len(texts) > 1000
    assert [str(one) for one in refused] == []


def test_what_is_said_is_short_and_ends_in_an_easy_question() -> None:
    library = shipped_library()

    for offer in library.offers:
        for one in leads(offer)[:3]:
            spoken = [text for key, text in said(offer, one, library, english=False) if key.startswith("say")]
            assert all(len(text) <= 60 and text.endswith("？") for text in spoken), spoken
            (in_english, *_) = [text for _, text in said(offer, one, library, english=True)]
            assert len(in_english.split()) <= 35, in_english
            assert in_english.endswith("?"), in_english


def test_nothing_said_presses_boasts_or_speaks_of_rivals() -> None:
    told = [(offer.id, text) for offer in shipped_library().offers for text in wordings_of(offer).values()]

    assert [(owner, text) for owner, text in told if PUSHY.search(text)] == []


def test_an_advantage_is_over_other_goods_of_this_shop() -> None:
    """Of itself a script compares with its own shop, a way of doing without, or lets the goods speak (domain.md 8)."""
    told = {offer.id: offer.advantage for offer in shipped_library().offers}

    assert [owner for owner, text in told.items() if not text.startswith(("比", "{{ goods_advantage }}"))] == []


def test_the_agents_parts_are_chinese_and_every_script_speaks_english_too() -> None:
    for offer in shipped_library().offers:
        assert offer.say_en, offer.id
        assert offer.title_en, offer.id
        assert not HAN.search(offer.say_en + offer.title_en), offer.id
        assert all(HAN.search(part) or "goods_" in part for part in (offer.feature, offer.advantage, offer.benefit))


def test_there_are_scripts_for_every_fresh_category_and_of_every_kind() -> None:
    library = shipped_library()
    offers = library.offers
    category_of = {product.id: product.category for product in library.products}
    fresh = {category.id for category in library.topics.categories} - {"general", "other"}

    assert len(offers) >= 66
    assert {*(category_of[one] for offer in offers for one in offer.products)} == fresh
    assert len([one for one in offers if one.role is OfferRole.instead]) >= 10
    assert len([one for one in offers if one.role is OfferRole.bundle]) >= 8
    assert len({one.season for one in offers if one.role is OfferRole.bundle and one.season}) >= 5
    assert len([one for one in offers if one.members_only]) >= 3
    assert len([one for one in offers if one.pairs]) >= 2
    assert len([one for one in offers if one.say_to]) >= 15
    assert {segment for one in offers for segment in one.say_to} == set(Segment)


def test_who_asks_how_to_keep_salmon_may_be_offered_the_sauce_but_not_what_is_for_eating_raw_later() -> None:
    found = {
        offer.kind for offer in shipped_library().offers if "salmon" in offer.products and "storage" in offer.intents
    }

    assert "sashimi_soy" in found
    assert "sushi_kit" not in found


def test_raw_fish_is_spoken_of_only_as_sold_for_it_and_eaten_at_once() -> None:
    """Articles storage-salmon and food-safety-salmon-raw: what is thawed or not marked has to be cooked."""
    raw = [one for one in shipped_library().offers if one.kind in {"sashimi_soy", "sushi_kit"}]
    spoken = [
        text for one in raw for key, text in wordings_of(one).items() if key.startswith("say") and HAN.search(text)
    ]

    assert len(spoken) >= 5
    assert [text for text in spoken if "可生食" not in text or "当餐" not in text] == []
    assert [text for text in spoken if re.search("剩|吃不完|隔夜", text)] == []


def test_who_is_spoken_to_is_told_nothing_their_segment_does_not_say() -> None:
    """A member may have bought nothing, who comes again may have bought something else (docs/offers.md, Segments)."""
    guessed = re.compile(
        "您.{0,6}(?:常买(?!菜)|常喝|常吃|买得多|的肉卷)|又买|又囤|上次的|这周.{0,6}(?:补|够)|要不要补|顺手补"
    )
    told = [(one.id, text) for one in shipped_library().offers for text in one.say_to.values()]

    assert [(owner, text) for owner, text in told if guessed.search(text)] == []


def test_no_pork_or_hotpot_base_is_offered_to_who_asks_about_tofu() -> None:
    kinds = {one.kind for one in shipped_library().offers if "tofu" in one.products}

    assert not {"pork_mince", "pork_belly", "pork_ribs", "hotpot_base"} & kinds


@pytest.mark.parametrize(
    "word", ["怀孕", "过敏", "吃素", "糖尿病", "痛风", "清真", "pregnan", "allerg", "vegan", "halal"]
)
def test_nothing_is_sold_once_somebodys_body_or_diet_is_spoken_of(word: str) -> None:
    assert word in shipped_library().selling.careful


@pytest.mark.parametrize(
    "text",
    [
        "宝宝在吗",
        "娃娃菜怎么炒",
        "how do I store baby spinach",
        "are the ribs fresh",
        "the market of today",
        "going out",
    ],
)
def test_a_name_or_a_word_alike_is_not_taken_for_a_diet(text: str) -> None:
    assert not says_one_of(text, shipped_library().selling.careful)


@pytest.mark.parametrize("text", ["还有三文鱼吗", "你们有榴莲卖吗", "车厘子还有没有", "any cherries left?"])
def test_asking_for_goods_by_name_asks_whether_they_are_there(text: str) -> None:
    assert says_one_of(text, shipped_library().selling.asks_stock)


@pytest.mark.parametrize(
    "text", ["还剩半条怎么放", "一半没吃完能冻多久", "我的虾什么时候能到", "I still have half of it"]
)
def test_what_is_left_at_home_or_on_its_way_is_no_question_of_stock(text: str) -> None:
    assert not says_one_of(text, shipped_library().selling.asks_stock)


def test_what_was_seen_is_never_glued_to_what_is_offered() -> None:
    for line in shipped_library().selling.seen:
        assert line.zh.endswith("，"), line.how
        assert line.en.endswith((". ", ": ")), line.how


def test_a_set_or_a_script_beside_never_leads_with_the_only_thing_it_is_asked_about() -> None:
    offers = [one for one in shipped_library().offers if one.kind]

    assert [one.id for one in offers if one.products == (one.kind,)] == []


def test_what_members_alone_get_names_their_price_and_the_demo_has_one() -> None:
    offers = [one for one in shipped_library().offers if one.members_only]

    assert all("promotion_price" in f"{one.say}{one.say_en}" for one in offers)
    for offer in offers:
        promotions = [one.facts[FactName.promotion] for one in in_stock(offer.kind) if FactName.promotion in one.facts]
        assert any(fact.holds(NOW) and Promotion.model_validate(fact.value).members for fact in promotions), offer.id


def test_an_offer_is_answered_in_many_words_and_never_by_a_bare_ok() -> None:
    selling = shipped_library().selling

    assert min(len(selling.yes), len(selling.no)) >= 60
    assert not {"好", "好的", "嗯", "行", "可以", "ok", "okay", "sure", "yes"} & set(selling.yes)


@pytest.mark.parametrize(
    ("season", "inside", "outside"),
    [
        ("hotpot", ["2026-11-01", "2026-12-31", "2028-02-29"], ["2026-10-31", "2027-03-01"]),
        ("new_year", ["2027-01-05", "2027-02-20"], ["2027-01-04", "2027-02-21"]),
        ("hairy_crab", ["2026-09-15", "2026-12-15"], ["2026-09-14", "2026-12-16"]),
        ("cherry", ["2026-11-15", "2027-02-15"], ["2026-11-14", "2027-02-16"]),
        ("watermelon", ["2027-06-01", "2027-08-31"], ["2027-05-31", "2027-09-01"]),
        # The days of the fifth of the fifth moon and of the fifteenth of the eighth, 2025 to 2028.
        ("dragon_boat", ["2025-05-31", "2026-06-19", "2027-06-09", "2028-05-28"], ["2027-05-24", "2027-06-26"]),
        ("mid_autumn", ["2025-10-06", "2026-09-25", "2027-09-15", "2028-10-03"], ["2027-08-31", "2027-10-09"]),
    ],
)
def test_a_season_covers_its_days(season: str, inside: list[str], outside: list[str]) -> None:
    (one,) = [one for one in shipped_library().selling.seasons if one.id == season]

    assert [day for day in inside if not one.covers(date.fromisoformat(day))] == []
    assert [day for day in outside if one.covers(date.fromisoformat(day))] == []


def test_every_fact_of_the_demo_shop_is_of_its_shape_and_may_be_used() -> None:
    policy = shipped_library().selling.evidence
    shapes = {FactName.batch: Batch, FactName.promotion: Promotion}

    for one in all_goods():
        for name in one.facts.keys() - {FactName.price, FactName.margin, FactName.stock, FactName.listed}:
            shapes.get(FactName(name), Proof).model_validate(one.facts[name].value, strict=False)
        for english in (False, True):
            assert findings(one, NOW, TODAY, english=english, policy=policy) == [], one.goods.sku


def test_the_demo_shop_has_each_case_to_be_shown() -> None:
    library = shipped_library()
    known = {product.id for product in library.products} | {kind.id for kind in library.selling.kinds}
    promotions = [one.facts[FactName.promotion] for one in all_goods() if FactName.promotion in one.facts]
    out = [offer.products for offer in library.offers if offer.role is OfferRole.instead]
    sold_out = {kind for kind in catalogue() if not in_stock(kind)}

    assert 90 <= len(all_goods()) <= 140
    assert {one.goods.kind for one in all_goods()} <= known
    assert len([products for products in out if sold_out & set(products)]) >= 10
    assert {fact.holds(NOW) for fact in promotions} == {True, False}
    assert {Promotion.model_validate(fact.value).members for fact in promotions} == {True, False}
