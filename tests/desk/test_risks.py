"""The queue of open conversations: what makes each risky, the worst first, without a question per conversation."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event as listening

from assist.desk.risks import Risky, risky
from assist.desk.subject import subject_key
from assist.domain.complaint import Issue, Severity
from assist.domain.ids import id_of
from assist.domain.mood import AlertState, AlertWhy, MoodName, RiskPolicy
from assist.domain.promise import PromiseState
from assist.store import care_tables
from assist.store.queries import alerts, complaints, moods, people
from assist.store.queries.alerts import AlertRow, ReasonRow
from assist.store.queries.complaints import ComplaintRow, complaint_id_of
from assist.store.queries.moods import MoodRow
from assist.store.tables import table_of
from tests.conftest import NOW

from .shop import SHOP, Desk, became, conversation_of, said

POLICY = RiskPolicy()


def minutes_ago(number: float) -> datetime:
    return NOW - timedelta(minutes=number)


def queue(desk: Desk, policy: RiskPolicy = POLICY, now: datetime = NOW) -> dict[str, Risky]:
    """Return the queue by conversation, in its order."""
    with desk.database.reader() as session:
        return {one.conversation.id: one for one in risky(session, SHOP, policy, now)}


def reasons(desk: Desk, ref: str = "c1", **policy: Any) -> list[str]:
    return [reason.rule for reason in queue(desk, RiskPolicy(**policy))[conversation_of(ref)].risk.reasons]


def keep(desk: Desk, *changes: Any) -> None:
    for change in changes:
        desk.writer.submit(change).result()


def felt(desk: Desk, ref: str, *names: MoodName, episode: int = 1) -> Any:
    """Keep these moods in place of those that were read."""
    scores = {MoodName.happy: 0.9, MoodName.neutral: 0.0, MoodName.upset: -0.6, MoodName.angry: -0.95}
    rows = [
        MoodRow(f"{ref}-{episode}-{at}", SHOP, conversation_of(ref), episode, minutes_ago(60 - at), scores[name], name)
        for at, name in enumerate(names)
    ]
    read = [turn.id for turn in desk.turns(ref)]
    return lambda session: moods.save_moods(session, rows, read)


def an_alert(desk: Desk, ref: str = "c1", *, why: AlertWhy = AlertWhy.red_flag, state: str = "open") -> AlertRow:
    (turn, *_) = desk.turns(ref)
    reason = ReasonRow(why, "illness", words=((turn.message_ids[0], 0, 4),))
    row = AlertRow(
        id=id_of("an-alert", ref),
        shop_id=SHOP,
        conversation_id=conversation_of(ref),
        turn_id=turn.id,
        episode=turn.episode,
        platform="generic",
        reasons=(reason,),
        raised_at=turn.started_at,
        state=AlertState(state),
    )
    keep(desk, lambda session: alerts.raise_alert(session, row))
    return row


def a_complaint(
    ref: str, severity: Severity, *issues: Issue, customer: str | None = None, at: datetime = NOW, episode: int = 1
) -> Any:
    row = ComplaintRow(
        id=complaint_id_of(conversation_of(ref), episode),
        shop_id=SHOP,
        conversation_id=conversation_of(ref),
        episode=episode,
        platform="generic",
        turn_id="t",
        issues=issues,
        severity=severity,
        opened_at=at,
        updated_at=at,
        customer_key=customer,
    )
    return lambda session: complaints.save_complaint(session, row, [])


def a_missed_promise(ref: str, state: PromiseState = PromiseState.missed) -> Any:
    values = {
        "id": f"promise-{ref}-{state}",
        "shop_id": SHOP,
        "conversation_id": conversation_of(ref),
        "message_id": f"m-{ref}-{state}",
        "episode": 1,
        "platform": "generic",
        "kind": "reply",
        "word_start": 0,
        "word_end": 1,
        "state": state.value,
        "promised_at": minutes_ago(60),
        "due_at": minutes_ago(30),
        "late": False,
    }
    return lambda session: session.execute(table_of(care_tables.Promise).insert().values(values))


def key_of(desk: Desk) -> str:
    """Return the key under which `customer-1`, who says everything here, is counted."""
    with desk.database.reader() as session:
        key = subject_key(people.shop(session, SHOP).subject_salt, "customer-1")
    assert key is not None
    return key


def test_a_quiet_question_has_no_risk(desk: Desk) -> None:
    desk.hear(said("m1", "活虾怎么保存", minutes_ago(1)))

    one = queue(desk)[conversation_of()]
    assert (one.risk.score, one.risk.reasons) == (0, ())
    assert one.waiting_minutes == 1.0


def test_every_reason_is_gathered(either_desk: Desk) -> None:
    desk = either_desk
    desk.hear(
        said("m0", "到哪了", minutes_ago(300), conversation="elsewhere"),
        said("m1", "全都烂了我要投诉", minutes_ago(10)),
    )
    keep(
        desk,
        felt(desk, "c1", MoodName.neutral, MoodName.angry),
        a_complaint("c1", Severity.total_spoil, Issue.spoilage),
        a_missed_promise("c1"),
        a_complaint("elsewhere", Severity.no_damage, Issue.late, customer=key_of(desk), at=NOW - timedelta(hours=5)),
    )
    an_alert(desk)

    one = queue(desk)[conversation_of()]

    found = {reason.rule for reason in one.risk.reasons}
    assert found == {
        *("angry", "falling", "red_flag", "complaint", "severe", "waiting", "missed_promise", "repeat"),
    }
    assert one.risk.score == 100
    assert ("全都烂了",) in [called.words for called in one.called]


def test_a_mood_that_got_better_is_not_falling(desk: Desk) -> None:
    desk.hear(said("m1", "你好", minutes_ago(1)))
    keep(desk, felt(desk, "c1", MoodName.angry, MoodName.upset))

    assert reasons(desk) == ["upset"]


def test_what_was_judged_wrong_counts_no_more_and_what_was_right_does(desk: Desk) -> None:
    desk.hear(said("m1", "你好啊你好", minutes_ago(1)), said("m1", "你好啊你好", minutes_ago(1), conversation="c2"))
    an_alert(desk, "c1", state="wrong")
    an_alert(desk, "c2", why=AlertWhy.negative_share, state="right")

    assert reasons(desk, "c1") == []
    assert reasons(desk, "c2") == ["alert"]
    assert queue(desk)[conversation_of("c2")].called == ()


def test_a_kept_promise_is_no_reason(desk: Desk) -> None:
    desk.hear(said("m1", "你好", minutes_ago(1)))
    keep(desk, a_missed_promise("c1", PromiseState.kept), a_missed_promise("c1", PromiseState.dismissed))

    assert reasons(desk) == []


def test_this_episodes_own_complaint_is_no_repeat(desk: Desk) -> None:
    desk.hear(said("m1", "你好", minutes_ago(1)))
    keep(desk, a_complaint("c1", Severity.no_damage, Issue.late, customer=key_of(desk), at=minutes_ago(1)))

    assert reasons(desk) == ["complaint"]


def test_an_older_episodes_mood_and_complaint_are_over(desk: Desk) -> None:
    long_ago = NOW - timedelta(days=4)
    desk.receive(said("m1", "你好", long_ago), at=long_ago)
    desk.work()
    desk.hear(said("m2", "在吗", minutes_ago(1)))
    keep(
        desk,
        felt(desk, "c1", MoodName.angry),
        a_complaint("c1", Severity.total_spoil, Issue.spoilage, at=long_ago),
        felt(desk, "c1", MoodName.neutral, episode=2),
    )

    assert reasons(desk) == []


def test_the_worst_stands_first_and_of_those_alike_who_waits_longest(desk: Desk) -> None:
    for at, ref in enumerate(("c1", "c2", "c3")):
        desk.hear(said("m1", "活虾怎么保存", minutes_ago(1 + at), conversation=ref))
    keep(desk, felt(desk, "c2", MoodName.upset))

    assert list(queue(desk)) == [conversation_of("c2"), conversation_of("c3"), conversation_of("c1")]


@pytest.mark.parametrize(
    ("hours", "state", "alert", "listed"),
    [
        pytest.param(1, "human", False, True, id="answered an hour ago"),
        pytest.param(25, "human", False, False, id="silent for longer than a day"),
        pytest.param(1, "resolved", False, False, id="resolved"),
        pytest.param(1, "resolved", True, True, id="resolved, but an alert is open"),
        pytest.param(25, "human", True, True, id="silent, but an alert is open"),
    ],
)
def test_what_is_over_leaves_the_queue_but_never_with_an_open_alert(
    desk: Desk, hours: int, state: Any, alert: bool, listed: bool
) -> None:
    then = NOW - timedelta(hours=hours)
    for told in (
        said("m1", "活虾怎么保存好", then),
        said("a1", "冷藏", then + timedelta(seconds=1), role="agent"),
        became(state, then + timedelta(seconds=2)),
    ):
        desk.receive(told, at=then + timedelta(seconds=3))
        desk.work()
    if alert:
        an_alert(desk)

    assert (conversation_of() in queue(desk)) is listed


def test_who_waits_for_days_is_still_there(desk: Desk) -> None:
    then = NOW - timedelta(days=3)
    desk.receive(said("m1", "活虾怎么保存", then), at=then)
    desk.work()

    assert reasons(desk) == ["waiting"]


def test_words_of_a_message_taken_back_are_not_told(desk: Desk) -> None:
    desk.hear(said("m1", "你好啊你好", minutes_ago(1)))
    row = an_alert(desk)
    gone = ReasonRow(AlertWhy.red_flag, "illness", words=())
    keep(desk, lambda session: alerts.change_reasons(session, AlertRow(**{**row.__dict__, "reasons": (gone,)})))

    assert [called.words for called in queue(desk)[conversation_of()].called] == [()]


def test_the_number_of_questions_does_not_grow_with_that_of_conversations(desk: Desk) -> None:
    asked: list[int] = []
    for number in (1, 12):
        for at in range(number):
            ref = f"c{number}-{at}"
            desk.hear(said("m1", "你好啊你好", minutes_ago(1), conversation=ref))
            keep(desk, felt(desk, ref, MoodName.upset), a_complaint(ref, Severity.no_damage, Issue.late))
            an_alert(desk, ref)
        with counted(desk) as statements:
            queue(desk)
        asked.append(len(statements))

    assert asked[0] == asked[1] <= 9


@contextmanager
def counted(desk: Desk) -> Generator[list[str]]:
    """Yield the SELECTs that are executed meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            statements.append(statement)

    engines = {id(one): one for one in (desk.database.read, desk.database.write)}.values()
    for engine in engines:
        listening.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        for engine in engines:
            listening.remove(engine, "before_cursor_execute", note)
