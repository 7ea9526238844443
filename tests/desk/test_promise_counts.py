"""Does the log tell of promises what the ledger holds, whatever agents, customers and clocks do?"""

import contextlib
import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from assist.desk.end_promise import PromiseEnded
from assist.domain.promise import PromiseState
from assist.kpi.measure import report
from assist.store import tables
from assist.store.tables import table_of
from tests.desk.promised import PHRASES, SAID, follow_phrases, mark, promise, rows, run_tasks
from tests.desk.shop import SHOP, Desk, edited, recalled

_TEXTS = ["请稍等", *PHRASES]


@pytest.fixture
def shop(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return follow_phrases(monkeypatch, desk)


def _live(shop: Desk, chance: random.Random, c: int) -> None:
    """Let some things happen in a chat, each after the one before."""
    shop.clock.now = SAID
    sent = 0
    for step in range(12):
        shop.clock.move(minutes=chance.choice([1, 20, 90]))
        minutes = (shop.clock.now - SAID) / timedelta(minutes=1)
        ref = f"c{c}-a{chance.randint(1, max(1, sent))}"
        match chance.choice(["say", "say", "edit", "recall", "mark", "mark", "clock"]):
            case "say":
                sent += 1
                shop.hear(promise(chance.choice(_TEXTS), f"c{c}-a{sent}", after=minutes))
            case "edit":
                shop.hear(edited(ref, chance.choice(_TEXTS), shop.clock.now, version=f"{step}"))
            case "recall":
                shop.hear(recalled(ref, shop.clock.now))
            case "mark" if given := rows(shop):
                state = chance.choice([PromiseState.kept, PromiseState.missed, PromiseState.dismissed])
                with contextlib.suppress(PromiseEnded):
                    mark(shop, chance.choice(given), state)
            case _:
                run_tasks(shop)


@pytest.mark.parametrize("seed", range(12))
def test_k28_counted_from_the_log_is_what_the_rows_say(shop: Desk, seed: int) -> None:
    _live(shop, random.Random(seed), seed)

    with shop.database.reader() as session:
        counted = report(session, SHOP, SAID - timedelta(days=1), SAID + timedelta(days=30))
        waiting = set(session.execute(select(_task.c.subject_id).where(_task.c.state == "waiting")).scalars())
    k28 = next(one for one in counted.kpis if one.id == "K28")
    given = rows(shop)
    kept = [row for row in given if row.state is PromiseState.kept]
    missed = [row for row in given if row.state is PromiseState.missed]
    opened = [row for row in given if row.state is PromiseState.open]
    dismissed = [row for row in given if row.state is PromiseState.dismissed and row.ended_by]
    assert k28.num == sum(not row.late for row in kept)
    assert k28.den == len(kept) + len(missed)
    assert k28.parts == {"late": sum(row.late for row in kept), "missed": len(missed)}
    assert k28.reason_counts.get("open", 0) == len(opened)
    assert k28.reason_counts.get("dismissed", 0) == len(dismissed)
    assert all(row.late == (row.state is PromiseState.kept and (row.ended_at or SAID) > row.due_at) for row in given)
    assert {row.id for row in opened} <= waiting, "whatever is open will be looked at when it is due"


_task = table_of(tables.Task)
