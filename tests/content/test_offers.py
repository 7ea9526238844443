"""Offers are read, checked and exported: true, provable, and never longer than their evidence."""

import re
from datetime import date, time
from pathlib import Path

import pytest

from assist.content.check import check_tree
from assist.content.check_hours import hours_said
from assist.content.check_reviews import check_reviews
from assist.content.export import export_entries
from assist.content.files import shipped_directory
from assist.desk.lint_content import check_content
from assist.domain.library import Library
from assist.domain.targets import Shift

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
        pytest.param("您也可以看看", "{{ price }}起，看看", "unknown slots ['price']", id="an unknown slot"),
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


def test_none_is_shipped_for_evidence_is_a_shops_own() -> None:
    assert list((shipped_directory() / "offers").glob("*.toml")) == []


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
