"""Offers are read, checked and exported: true, provable, and never longer than their evidence."""

import re
from datetime import date, time
from pathlib import Path

import pytest

from assist.content.check import check_tree
from assist.content.check_hours import hours_said
from assist.content.check_offers import offer_findings
from assist.content.check_reviews import check_reviews
from assist.content.export import export_entries
from assist.content.files import shipped_directory
from assist.content.texts import own_facts
from assist.desk.lint_content import check_content
from assist.domain.library import Library
from assist.domain.offer import OfferPolicy
from assist.domain.targets import Shift
from tests.shipped import shipped_library

OFFER = """\
[[offers]]
id = "tangerine-beside-apple"
title = "买苹果搭蜜橘"
product = "蜜橘"
products = ["apple"]
feature = "皮薄好剥的早熟蜜橘"
advantage = "比本店的冰糖橙好剥"
benefit = "剥开就能吃，不脏手"
say = "您也可以看看我们的蜜橘，{{ proof }}，要不要一起带一份？"
valid_until = "2026-12-31"
reviewed = "2026-11-22"

[offers.evidence]
kind = "sales"
text = "{{ proof }}"
fact = {value = "2026年10月本店售出1200份", source = {title = "本店订单统计", issuer = "本店", year = 2026}}
"""


CATALOGUE_OFFER = """\
[[offers]]
id = "lemon-beside-shrimp"
title = "活虾配柠檬"
product = "柠檬"
kind = "lemon"
products = ["shrimp"]
feature = "{{ goods_feature }}"
advantage = "比本店的料酒清爽"
benefit = "去腥提味"
say = "煮{{ asked }}放几片柠檬就不腥了，{{ goods }}要不要一起带上？"
say_en = "Shall I add our {{ goods }}?"
say_to.returning = "柠檬家里还够吗？{{ goods }}要不要补一份？"
evidence = {kind = "origin", or_kinds = ["inspection", "sales"]}
reviewed = "2026-11-22"
"""
"""Its evidence is the catalogue's."""

SELLING = """\
quiet_intents = ["refund"]
weekly_categories = ["leafy_greens"]
yes = ["来一份"]
no = ["不用了"]

[[kinds]]
id = "sashimi_soy"
zh = "刺身酱油"
en = "sashimi soy"

[[seasons]]
id = "hotpot"
zh = "火锅季"
en = "hotpot season"
first = "11-01"
last = "02-29"

[[seen]]
how = "cart"
zh = "看到您购物车里有{{ seen }}，"
en = "I see {{ seen }} in your cart. "
"""


def with_offer(tree: Path, text: str = OFFER) -> Path:
    (tree / "offers").mkdir(exist_ok=True)
    (tree / "offers" / "fruit.toml").write_text(text, encoding="utf-8")
    return tree


def library_of(tree: Path) -> Library:
    checked = check_tree(tree)
    assert checked.findings == ()
    assert checked.library is not None
    return checked.library


def test_an_offer_is_read_and_stands_in_the_library(tree: Path) -> None:
    (offer,) = library_of(with_offer(tree)).offers

    assert (offer.id, offer.products, offer.valid_until) == ("tangerine-beside-apple", ("apple",), date(2026, 12, 31))


def test_offers_survive_export_byte_for_byte(tree: Path, tmp_path: Path) -> None:
    entries = check_tree(with_offer(tree)).entries

    export_entries(entries, tmp_path / "once")
    again = check_tree(tmp_path / "once")
    export_entries(reversed(again.entries), tmp_path / "twice")

    once, twice = ((tmp_path / name / "offers" / "offers.toml").read_bytes() for name in ("once", "twice"))
    assert once == twice
    assert again.library == check_tree(tree).library


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param('["apple"]', '["dragon"]', "unknown products ['dragon']", id="an unknown product"),
        pytest.param('products = ["apple"]', 'categories = ["toys"]', "unknown categories", id="an unknown category"),
        pytest.param('products = ["apple"]', 'intents = ["dance"]', "unknown intents", id="an unknown intent"),
        pytest.param('products = ["apple"]\n', "", "offered to nobody", id="nobody to offer to"),
        pytest.param('text = "{{ proof }}"', 'text = "卖得好"', "does not show its proof", id="no proof shown"),
        pytest.param('feature = "皮薄', 'feature = "3斤装皮薄', "figures without a source", id="a raw figure"),
        pytest.param("您也可以看看", "{{ prize }}起，看看", "unknown slots ['prize']", id="an unknown slot"),
        pytest.param("year = 2026", 'year = "n.d."', "evidence without a year", id="evidence without a year"),
        pytest.param(
            "2026年10月本店售出1200份", "卖得很好", "nothing is counted; say how many", id="sales without a count"
        ),
        pytest.param('kind = "sales"', 'kind = "certificate"', "a certificate ends", id="a certificate without an end"),
        pytest.param(
            'valid_until = "2026-12-31"',
            'valid_from = "2027-01-01"\nvalid_until = "2026-12-31"',
            "before it begins",
            id="an end before the beginning",
        ),
        pytest.param(
            "fact = {value",
            'fact = {valid_until = "2026-12-01", value',
            "evidence holds until 2026-12-01",
            id="too long",
        ),
    ],
)
def test_an_unfit_offer_is_refused_with_its_line_and_cure(tree: Path, old: str, new: str, said: str) -> None:
    assert old in OFFER

    (finding, *_) = check_tree(with_offer(tree, OFFER.replace(old, new))).findings

    assert finding.path == "offers/fruit.toml"
    assert said in finding.message
    assert ";" in finding.message


def with_selling(tree: Path, text: str = SELLING) -> Path:
    (tree / "policy" / "selling.toml").write_text(text, encoding="utf-8")
    return tree


def test_an_offer_whose_evidence_is_the_catalogues_owns_no_figure(tree: Path) -> None:
    library = library_of(with_offer(with_selling(tree), CATALOGUE_OFFER))

    (offer,) = library.offers
    assert offer.evidence.fact is None
    assert own_facts(offer) == {}


@pytest.mark.parametrize(
    ("old", "new", "said", "line"),
    [
        pytest.param('kind = "lemon"', 'kind = "gravy"', "unknown kind 'gravy'", 5, id="an unknown kind"),
        pytest.param('kind = "lemon"\n', "", "come from the catalogue", 2, id="slots of goods that nobody names"),
        pytest.param(
            'kind = "lemon"\n',
            'bundle = ["lemon"]\nskus = ["L"]\nseason = "moon"\n',
            "unknown season 'moon'",
            7,
            id="an unknown season",
        ),
        pytest.param(
            'kind = "lemon"',
            'kind = "lemon"\nbundle = ["gravy"]',
            "unknown kinds ['gravy']",
            6,
            id="an unknown kind in a set",
        ),
        pytest.param(
            'kind = "lemon"', 'kind = "lemon"\nbundle = ["lemon"]', "the same goods twice", 6, id="a set of the same"
        ),
        pytest.param(
            'kind = "lemon"', 'kind = "lemon"\nrole = "bundle"', "a set of one", 2, id="a set without anything else"
        ),
        pytest.param(
            'products = ["shrimp"]',
            'categories = ["live_seafood"]\nrole = "instead"',
            "nothing it stands in for",
            2,
            id="a substitute for nothing",
        ),
        pytest.param(
            'products = ["shrimp"]',
            'intents = ["storage"]',
            "{{ asked }} is what is spoken of",
            2,
            id="asked where nothing is named",
        ),
        pytest.param(
            'kind = "lemon"', "pairs = true", "leave products and categories out", 5, id="any goods beside some goods"
        ),
        pytest.param('"inspection", "sales"', '"origin"', "the same evidence twice", 13, id="evidence named twice"),
        pytest.param("柠檬家里还够吗？", "家里还有3斤吗？", "figures without a source", 12, id="a figure in a tone"),
        pytest.param("柠檬家里还够吗？", "{{ prize }}", "unknown slots ['prize']", 12, id="an unknown slot in a tone"),
        pytest.param("Shall I add our", "加 our", "Chinese in the English text", 11, id="Chinese in the English"),
        pytest.param("Shall I add our", "Shall I add 3 of our", "figures without a source", 11, id="an English figure"),
    ],
)
def test_a_script_for_goods_of_the_catalogue_is_refused_at_its_line(
    tree: Path, old: str, new: str, said: str, line: int
) -> None:
    assert old in CATALOGUE_OFFER

    findings = check_tree(with_offer(with_selling(tree), CATALOGUE_OFFER.replace(old, new))).findings

    (finding,) = [one for one in findings if said in one.message]
    assert (finding.path, finding.line) == ("offers/fruit.toml", line)
    assert ";" in finding.message


def test_goods_any_orders_show_need_no_kind(tree: Path) -> None:
    pairs = CATALOGUE_OFFER.replace('kind = "lemon"\nproducts = ["shrimp"]', "pairs = true")

    assert check_tree(with_offer(with_selling(tree), pairs)).findings == ()


def test_a_kind_of_the_policy_and_a_season_of_it_may_be_named(tree: Path) -> None:
    soy = CATALOGUE_OFFER.replace('kind = "lemon"', 'kind = "sashimi_soy"\nseason = "hotpot"')

    assert check_tree(with_offer(with_selling(tree), soy)).findings == ()


@pytest.mark.parametrize(
    ("old", "new", "said", "line"),
    [
        pytest.param('["refund"]', '["dance"]', "unknown quiet_intents ['dance']", 1, id="an unknown intent"),
        pytest.param('["leafy_greens"]', '["toys"]', "unknown weekly_categories ['toys']", 2, id="an unknown category"),
        pytest.param('no = ["不用了"]', 'no = ["来一份"]', "yes and no at once: 来一份", 3, id="yes and no at once"),
        pytest.param('"sashimi_soy"', '"lemon"', "'lemon' is a product already", 7, id="a kind that is a product"),
        pytest.param('"hotpot season"', '"火锅"', "Chinese in the English name", 14, id="a season in Chinese only"),
        pytest.param("有{{ seen }}，", "有东西，", "write {{ seen }} where", 20, id="nothing said to be seen"),
        pytest.param("有{{ seen }}，", "有{{ goods }}，", "write {{ seen }} where", 20, id="another slot"),
        pytest.param("I see {{", "看 {{", "Chinese in the English line", 21, id="an English line in Chinese"),
    ],
)
def test_an_unfit_policy_of_offers_is_refused_at_its_line(tree: Path, old: str, new: str, said: str, line: int) -> None:
    assert old in SELLING

    findings = check_tree(with_selling(tree, SELLING.replace(old, new))).findings

    (finding,) = [one for one in findings if said in one.message]
    assert (finding.path, finding.line) == ("policy/selling.toml", line)
    assert ";" in finding.message


def test_a_policy_of_offers_is_checked_where_it_stands_in_no_files_too(tree: Path) -> None:
    library = library_of(with_selling(tree))
    spoilt = library.model_copy(update={"selling": OfferPolicy(quiet_intents=("dance",))})

    assert any("unknown quiet_intents" in message for _, _, message in offer_findings(spoilt))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("柠檬家里还够吗？", "全网最好的柠檬，", id="a tone"),
        pytest.param("去腥提味", "全网最好", id="a benefit"),
    ],
)
def test_the_guards_read_every_text_of_a_script(tree: Path, old: str, new: str) -> None:
    findings = check_content(with_offer(with_selling(tree), CATALOGUE_OFFER.replace(old, new))).findings

    assert [one.path for one in findings if "全网最好" in one.message] == ["offers/fruit.toml"]


def test_the_guards_read_how_the_cart_is_spoken_of(tree: Path) -> None:
    findings = check_content(with_selling(tree, SELLING.replace("看到您购物车里有", "您眼光全网最好，买了"))).findings

    assert any("全网最好" in one.message and one.path == "policy/selling.toml" for one in findings)


def test_the_guards_read_what_an_offer_says(tree: Path) -> None:
    spoilt = OFFER.replace("好剥不脏手", "全网最好").replace("您也可以看看", "全网最好，您也可以看看")

    findings = check_content(with_offer(tree, spoilt)).findings

    assert any("全网最好" in one.message and one.path == "offers/fruit.toml" for one in findings)


def test_an_offer_nobody_looked_at_for_long_is_remarked_on(tree: Path) -> None:
    with_offer(tree)

    due = [one for one in check_reviews(library_of(tree), tree, date(2028, 1, 1)) if one.path == "offers/fruit.toml"]

    assert [one.line for one in due] == [11]


def test_two_offers_of_one_id_are_refused(tree: Path) -> None:
    findings = check_tree(with_offer(tree, f"{OFFER}\n{OFFER}")).findings

    assert any("is used in" in one.message for one in findings)


def test_the_readmes_offer_can_be_published(tree: Path) -> None:
    readme = (shipped_directory() / "offers" / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)

    assert check_content(with_offer(tree, example)).findings == ()


def test_no_shipped_script_brings_evidence_of_its_own_for_that_is_a_shops() -> None:
    assert [offer.id for offer in shipped_library().offers if offer.evidence.fact is not None] == []


def test_shipped_hours_are_eight_to_ten_every_day(tree: Path) -> None:
    (shift,) = library_of(tree).hours.shifts

    assert shift == Shift(days=(1, 2, 3, 4, 5, 6, 7), start=time(8), until=time(22))


def test_hours_kept_and_hours_told_that_differ_are_remarked_on_never_refused(tree: Path) -> None:
    path = tree / "policy" / "hours.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"22:00"', '"21:00"'), encoding="utf-8")

    checked = check_content(tree)

    assert checked.findings == ()
    said = [one.message for one in checked.warnings if "people are there 8:00-21:00" in one.message]
    assert len(said) == 2


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("8:00-22:00", [(480, 1320)]),
        ("周一至周五 9:00—18:00,周末 10:00至16:00", [(540, 1080), (600, 960)]),
        ("9:00-24:00", [(540, 0)]),
        ("全天", []),
    ],
)
def test_hours_are_read_as_they_are_told(text: str, hours: list[tuple[int, int]]) -> None:
    assert hours_said(text) == hours


def test_shipped_targets_follow_levels_and_say_where_they_come_from(tree: Path) -> None:
    targets = library_of(tree).targets

    def value(kpi: str, level: str | None = None) -> float | None:
        found = targets.target_for(kpi, level)
        return found.value if found else None

    assert (value("K1"), value("K8"), value("K9"), value("K17")) == (0.8, 15, 40, 65)
    assert (value("K12", "junior"), value("K12", "senior"), value("K12")) == (0.75, 0.9, None)
    assert (value("K13", "junior"), value("K13", "senior")) == (0.15, 0.05)
    assert all(one.source for one in targets.targets)
