"""What becomes due by itself: an approval that nobody gave, a look at what was paid first."""

from datetime import timedelta

from sqlalchemy import select

from assist.desk.approve import (
    reject,
    withdraw,
)
from assist.desk.remedy_tasks import remedy_handlers
from assist.desk.settle_remedy import follow_up
from assist.desk.tasks import Tasks
from assist.domain.event import EventKind
from assist.domain.remedy import RemedyState
from assist.store import tables
from assist.store.queries import outbox, remedies
from assist.store.queries.remedies import RemedyRow
from assist.store.tables import table_of
from tests.conftest import NOW, StillClock
from tests.money import (
    AGENT,
    LEAD,
    PAYS_FIRST,
    SHOP,
    Till,
    a_policy,
    a_remedy,
    later,
    option,
)


def test_what_nobody_approves_expires_by_itself_and_frees_its_place(till: Till) -> None:
    row = till.waiting()

    assert later(till, hours=23).run_tasks() == 0
    assert later(till, hours=24).run_tasks() == 1

    assert till.row(row.id).state is RemedyState.expired
    assert [event.payload["remedy_id"] for event in till.log(EventKind.remedy_expired)] == [row.id]
    assert till.asked(row.suggestion_id or "", step="asked-again").state is RemedyState.pending_approval


def test_what_was_decided_in_time_does_not_expire(till: Till) -> None:
    granted, turned_down = till.approve(till.waiting()), till.waiting("c2")
    till.did(reject(LEAD, turned_down.id, "不", NOW))

    later(till, days=2).run_tasks()

    assert till.row(granted.id).state is RemedyState.reserved
    assert till.log(EventKind.remedy_expired) == []


def test_m08_an_approval_does_not_expire_early_when_the_clock_was_set_back(till: Till) -> None:
    """The task is claimed by the clock that was ahead and runs by the one that was set back."""
    row = till.waiting()
    ahead, back = StillClock(NOW + timedelta(hours=24)), StillClock(NOW + timedelta(hours=23))

    Tasks(till.writer, ahead, "p1", remedy_handlers(till.writer, back)).work()
    assert till.row(row.id).state is RemedyState.pending_approval

    assert later(till, hours=24).run_tasks() == 1
    assert till.row(row.id).state is RemedyState.expired


FIRST = a_policy(pay_first=PAYS_FIRST)


def paid_first(till: Till) -> RemedyRow:
    card = till.card(decision=a_remedy(option(amount_fen=4_000), pay_first=True))
    return till.asked(card, policy=FIRST)


def test_what_was_paid_first_reminds_the_shop_with_a_webhook_once(till: Till) -> None:
    hook = outbox.Webhook("h1", SHOP, "https://example.com", "whsec_x", ("remedy_follow_up_due",))
    till.writer.submit(lambda session: outbox.save_webhook(session, hook)).result()
    row = till.settled(paid_first(till))

    assert later(till, hours=23).run_tasks() == 0
    assert later(till, hours=24).run_tasks() == 1
    assert later(till, hours=25).run_tasks() == 0

    due = later(till, hours=24)
    with till.database.reader() as session:
        [one] = remedies.follow_ups_due(session, SHOP, due.now)
    assert one.id == row.id
    assert len(till.log(EventKind.remedy_follow_up_due)) == 1
    queued = table_of(tables.Outbox)
    with till.database.reader() as session:
        [body] = session.execute(select(queued.c.payload).where(queued.c.kind == "webhook")).scalars()
    assert "assist.remedy_follow_up_due" in body
    assert row.id in body


def test_what_was_found_closes_it_and_the_first_finding_stays(till: Till) -> None:
    row = till.settled(paid_first(till))

    found = till.did(follow_up(AGENT, row.id, "冰袋化了，快递延误两天", later(till, hours=1).now))
    again = till.did(follow_up(LEAD, row.id, "别的", later(till, hours=2).now))

    assert (found.finding, found.followed_up_by) == ("冰袋化了，快递延误两天", AGENT.agent_id)
    assert again == found
    assert "冰袋" not in str(till.log(EventKind.remedy_followed_up))
    assert later(till, hours=24).run_tasks() == 0
    assert till.log(EventKind.remedy_follow_up_due) == []


def test_withdrawn_there_is_nothing_left_to_look_into(till: Till) -> None:
    row = paid_first(till)
    assert till.spent(scope="pay_first") == 4_000
    till.did(withdraw(AGENT, row.id, NOW))

    assert till.spent(scope="pay_first") == 0
    assert later(till, hours=24).run_tasks() == 0
    with till.database.reader() as session:
        assert remedies.follow_ups_due(session, SHOP, NOW + timedelta(days=2)) == []


def test_what_waits_and_what_ends_is_found_by_state(till: Till) -> None:
    one, two = till.waiting("c1"), till.waiting("c2")
    till.approve(two)

    with till.database.reader() as session:
        waits = remedies.waiting_for_approval(session, SHOP, NOW)
        late = remedies.waiting_for_approval(session, SHOP, NOW + timedelta(hours=24))
        reserved = remedies.in_state(session, SHOP, RemedyState.reserved)
        elsewhere = remedies.in_state(session, "s2", None)

    assert [row.id for row in waits] == [one.id]
    assert (late, elsewhere) == ([], [])
    assert [row.id for row in reserved] == [two.id]
