"""KPIs from golden timelines, each number worked out by hand."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from assist.kpi.definitions import KPIS
from assist.kpi.measure import By
from tests.conftest import NOW

from .timeline import Book, computed, matched, shown, turn, void


def test_usage_counts_eligible_turns_whose_reply_came_from_the_knowledge_base(book: Book) -> None:
    book.append(
        (turn("explicit"), computed("explicit"), shown("explicit"), matched("explicit", explicit=True)),
        (turn("implicit"), computed("implicit"), shown("implicit"), matched("implicit")),
        (turn("typed"), computed("typed"), shown("typed"), matched("typed", rank=None)),
        (turn("bare"),),
        (turn("thanks", small_talk=True),),
        (turn("late", sidecar="degraded"), computed("late"), matched("late", explicit=True)),
        (turn("dark", sidecar="down"),),
        (turn("open", state="open", human=False), computed("open")),
        (turn("bot", human=False), computed("bot")),
    )

    usage = book.measured()["K1"]

    # 9 turns - 1 small talk - 1 degraded - 1 down - 2 without a person's reply = 4 eligible;
    # explicit and implicit came from cards: 2 of 4.
    assert (usage.num, usage.den, usage.value) == (2, 4, 0.5)
    assert usage.n_excluded == 5
    assert usage.reason_counts == {"small_talk": 1, "sidecar_degraded": 1, "sidecar_down": 1, "no_human_reply": 2}
    assert usage.parts == {"explicit": 1, "implicit": 1}


def test_coverage_counts_eligible_turns_with_a_card_displayed_or_not(book: Book) -> None:
    book.append(
        (turn("shown"), computed("shown"), computed("shown", rank=1), shown("shown")),
        (turn("unseen"), computed("unseen")),
        (turn("shadow"), computed("shadow", arm="shadow")),
        (turn("none"),),
        (turn("none2"),),
        (turn("thanks", small_talk=True), computed("thanks")),
    )

    coverage = book.measured()["K2"]

    # 6 turns - 1 small talk = 5 eligible; two cards for one turn count once; shadow turns are covered: 3 of 5.
    assert (coverage.num, coverage.den, coverage.value) == (3, 5, 0.6)
    assert (coverage.n_excluded, coverage.reason_counts) == (1, {"small_talk": 1})


def test_adoption_counts_turns_with_an_adopted_card_among_turns_with_a_card_shown(book: Book) -> None:
    book.append(
        (turn("a"), computed("a"), computed("a", rank=1), computed("a", rank=2)),
        (shown("a"), shown("a", rank=1), shown("a", rank=2), shown("a", step=1), matched("a", rank=2, explicit=True)),
        (turn("b"), computed("b"), shown("b"), matched("b", rank=None)),
        (turn("c"), computed("c"), shown("c")),
        (turn("d"), computed("d"), matched("d")),
        (turn("e"), computed("e", arm="shadow"), matched("e", arm="shadow")),
    )

    adoption = book.measured()["K4"]

    # a, b and c were shown a card (a three, which count as one turn); d and e were not. Only a adopted: 1 of 3.
    assert (adoption.num, adoption.den) == (1, 3)
    assert adoption.value == pytest.approx(1 / 3)
    assert (adoption.n_excluded, adoption.reason_counts) == (2, {"no_card_shown": 2})


def test_a_chance_match_with_a_card_nobody_could_see_is_no_usage(book: Book) -> None:
    book.append(turn("a"), computed("a", arm="shadow"), matched("a", arm="shadow"))

    usage = book.measured()["K1"]

    assert (usage.num, usage.den) == (0, 1)


@pytest.mark.parametrize(
    ("before", "after", "num"),
    [
        pytest.param(0, None, 0, id="it was no use after all"),
        pytest.param(None, 0, 1, id="it was one after all"),
        pytest.param(0, 1, 1, id="it was another card"),
    ],
)
def test_a_corrected_match_counts_as_corrected(book: Book, before: int | None, after: int | None, num: int) -> None:
    book.append(turn("a"), computed("a"), computed("a", rank=1), shown("a"), matched("a", rank=before))
    book.append(matched("a", rank=after, again=1, at=NOW + timedelta(hours=1)))

    kpis = book.measured()

    assert (kpis["K1"].num, kpis["K1"].den) == (num, 1)
    assert (kpis["K4"].num, kpis["K4"].den) == (num, 1)


def test_a_correction_of_one_reply_leaves_the_others(book: Book) -> None:
    book.append(turn("a"), computed("a"), shown("a"), matched("a", message="m1"), matched("a", message="m2"))
    book.append(matched("a", message="m1", rank=None, again=1))

    assert book.measured()["K1"].num == 1


def test_a_turn_that_became_void_is_counted_nowhere(book: Book) -> None:
    book.append(turn("a"), computed("a"), shown("a"), matched("a", explicit=True))
    book.append(turn("b"), computed("b"), shown("b"), matched("b", rank=None))
    book.append(void("a", at=NOW + timedelta(hours=3)))

    kpis = book.measured()

    assert {id_: (one.num, one.den, one.n_excluded) for id_, one in kpis.items()} == {
        "K1": (0, 1, 0),
        "K2": (1, 1, 0),
        "K4": (0, 1, 0),
        # b is an episode too, of no complaint; nobody wrote, called or promised anything.
        "K14": (0, 1, 0),
        "K14b": (0, 0, 0),
        "K15": (0, 0, 1),
        # Nothing was offered in it and nothing bought after it.
        "K18": (0, 1, 0),
        "K18b": (0, 0, 0),
        "K19": (0, 0, 0),
        "K20": (0, 0, 0),
        "K20b": (0, 0, 1),
        "K20c": (0, 0, 0),
        "K23": (0, 0, 0),
        "K23b": (0, 0, 0),
        "K28": (0, 0, 0),
        "T25": (0, 0, 0),
    }


def test_a_turn_counts_as_its_newest_record_says(book: Book) -> None:
    book.append(turn("a", state="open", human=False), computed("a"))
    book.append(turn("a", again=1))

    usage = book.measured()["K1"]

    assert (usage.den, usage.n_excluded) == (1, 0)


def test_a_turn_that_came_back_after_being_void_counts_again(book: Book) -> None:
    book.append(turn("a"), void("a"), turn("a", again=1))

    assert book.measured()["K1"].den == 1


def test_the_same_fact_told_twice_counts_once(book: Book) -> None:
    log = (turn("a"), computed("a"), shown("a"), matched("a"))
    book.append(log)
    book.append(log)

    assert (book.measured()["K4"].num, book.measured()["K4"].den) == (1, 1)


@pytest.mark.parametrize("only_excluded", [False, True], ids=["nothing happened", "everything is left out"])
def test_without_a_denominator_there_is_no_value(book: Book, only_excluded: bool) -> None:
    if only_excluded:
        book.append(turn("a", small_talk=True), turn("b", sidecar="down"))

    kpis = book.measured()

    assert [one.id for one in KPIS] == list(kpis)
    # Small talk begins an episode like anything else.
    episodes = kpis.pop("K14")
    assert (episodes.value, episodes.num, episodes.den) == ((0.0, 0, 2) if only_excluded else (None, 0, 0))
    assert {(one.value, one.num, one.den) for one in kpis.values()} == {(None, 0, 0)}


def test_another_shops_turns_are_never_counted(book: Book) -> None:
    book.append(turn("a"), computed("a"), shown("a"), matched("a"))
    other = replace(book, shop_id=f"{book.shop_id}-2")
    other.append(turn("a"), computed("a"), shown("a"), matched("a", rank=None))

    assert (book.measured()["K4"].num, book.measured()["K4"].den) == (1, 1)
    assert (other.measured()["K4"].num, other.measured()["K4"].den) == (0, 1)


def test_a_day_is_the_shops_day(book: Book) -> None:
    """Midnight in Shanghai is 16:00 UTC: four turns around it, two on each side."""
    shanghai = ZoneInfo("Asia/Shanghai")
    midnight = datetime(2026, 11, 22, tzinfo=shanghai)
    seconds = {"before": -1, "just-before": -0.001, "at": 0, "after": 1}
    book.append(*(turn(name, at=midnight + timedelta(seconds=at)) for name, at in seconds.items()))

    day = [datetime(2026, 11, number, tzinfo=shanghai) for number in (21, 22, 23)]

    assert book.measured(day[0], day[1])["K1"].den == 2
    assert book.measured(day[1], day[2])["K1"].den == 2
    assert book.measured(day[0], day[2])["K1"].den == 4


def test_a_turn_belongs_to_the_day_it_began_whenever_the_rest_happened(book: Book) -> None:
    midnight = datetime(2026, 11, 22, tzinfo=ZoneInfo("Asia/Shanghai"))
    evening, morning = midnight - timedelta(minutes=1), midnight + timedelta(hours=9)
    book.append(turn("a", at=evening), computed("a", at=evening), shown("a", at=morning))
    book.append(matched("a", at=morning, explicit=True))

    the_day = book.measured(midnight - timedelta(days=1), midnight)
    the_next = book.measured(midnight, midnight + timedelta(days=1))

    assert (the_day["K4"].num, the_day["K4"].den) == (1, 1)
    assert (the_next["K4"].num, the_next["K4"].den) == (0, 0)


def test_numbers_are_told_by_agent_team_and_category_as_they_were_at_the_time(book: Book) -> None:
    book.append(
        (turn("a", agent_id="p1", team="一组", level="junior"), computed("a"), shown("a"), matched("a")),
        (turn("b", agent_id="p1", team="二组", level="senior"), computed("b"), shown("b"), matched("b", rank=None)),
        (turn("c", agent_id="p2", team="二组"), computed("c", category="berries"), shown("c"), matched("c")),
        (turn("d", agent_id="p2", team="二组"),),
        (turn("e", human=False), computed("e", category="berries")),
    )

    # K1 by agent: p1 used a card in 1 of 2, p2 in 1 of 2; e has no person and is left out of its group.
    assert {name: group["K1"] for name, group in book.grouped(By.agent).items()} == {
        "p1": (1, 2),
        "p2": (1, 2),
        "unknown": (0, 0),
    }
    # p1 changed teams between a and b: each turn stays with the team of its time.
    assert {name: group["K1"] for name, group in book.grouped(By.team).items()} == {
        "一组": (1, 1),
        "二组": (1, 3),
        "unknown": (0, 0),
    }
    assert {name: group["K1"] for name, group in book.grouped(By.level).items()} == {
        "junior": (1, 1),
        "senior": (0, 1),
        "unknown": (1, 2),
    }
    # A turn's category is that of its first card; d has none.
    assert {name: group["K2"] for name, group in book.grouped(By.category).items()} == {
        "live_seafood": (2, 2),
        "berries": (1, 1),
        "unknown": (0, 1),
    }
    assert {name: group["K1"] for name, group in book.grouped(By.platform).items()} == {"generic": (2, 4)}


def test_the_category_is_that_of_the_first_card_even_when_a_later_one_was_logged_before(book: Book) -> None:
    book.append(turn("a"), computed("a", rank=1, category="berries"), computed("a", rank=0, category="eggs"))

    assert set(book.grouped(By.category)) == {"eggs"}


@pytest.mark.parametrize("by", list(By))
def test_groups_add_up_to_the_whole(book: Book, by: By) -> None:
    book.append(turn("a", agent_id="p1", team="一组"), computed("a"), shown("a"), matched("a"))
    book.append(turn("b"), turn("c", small_talk=True), turn("d", agent_id="p1"), computed("d", category="eggs"))

    whole = book.measured()
    groups = book.grouped(by)

    for id_, one in whole.items():
        assert sum(group[id_][0] for group in groups.values()) == one.num
        assert sum(group[id_][1] for group in groups.values()) == one.den
