"""Two processes on one PostgreSQL reach for the same money."""

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from assist.domain.remedy import ACTIVE, RemedyState
from tests.money import COUPON, Till, a_remedy, an_order, option
from tests.store.rows import only_postgresql

pytestmark = [pytest.mark.slow, only_postgresql]


def raced(till: Till, budget_fen: int, *cards: list[str]) -> Counter[str]:
    """Let a process ask for each list of cards, both starting at a word; return how the asking ended."""
    begun = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.desk.race", till.database.url, f"p{number}", str(budget_fen), *asked],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number, asked in enumerate(cards)
    ]
    for process in begun:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in begun:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate(timeout=60)[0] for process in begun]
    assert [process.returncode for process in begun] == [0] * len(begun)
    return sum((Counter(json.loads(one)) for one in told), Counter())


def laid(till: Till, count: int) -> list[str]:
    def lay(number: int) -> str:
        customer = f"u{number}"
        order = an_order(f"o{number}", customer_ref=customer)
        return till.card(f"c{number}", a_remedy(option(COUPON, 100)), order, customer_ref=customer)

    with ThreadPoolExecutor(50) as pool:
        return list(pool.map(lay, range(count)))


def test_i5_m07_two_processes_with_two_hundred_coupons_give_exactly_a_hundred(till: Till) -> None:
    cards = laid(till, 200)

    ended = raced(till, 10_000, cards[::2], cards[1::2])

    assert ended == {"new": 100, "MoneyRefused": 100}
    assert (till.spent(), till.count(RemedyState.reserved)) == (10_000, 100)


def test_i4_m02_two_processes_with_fifty_clients_give_one_remedy_each(till: Till) -> None:
    """Both ask for all of fifty cards, in opposite orders: each card has one remedy, whoever was first."""
    cards = laid(till, 50)

    ended = raced(till, 1_000_000, cards, cards[::-1])

    assert ended == {"new": 50, "AlreadyAsked": 50}
    assert (till.count(*ACTIVE), till.spent()) == (50, 5_000)


def test_i4_m01_two_processes_click_fifty_times_on_one_card(till: Till) -> None:
    card = laid(till, 1)

    ended = raced(till, 1_000_000, card * 25, card * 25)

    assert (ended["new"], ended["there"], ended["AlreadyAsked"]) == (1, 24, 25)
    assert (till.count(*ACTIVE), till.spent()) == (1, 100)
