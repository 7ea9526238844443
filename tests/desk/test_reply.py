"""Does a text an agent sends go out once, and only while its card may be used?"""

from typing import Any

import pytest
from sqlalchemy import select

from assist.desk.reply import Queued, UnknownConversation, reply
from assist.desk.step import StaleSuggestion, UnknownSuggestion
from assist.domain.guard import Checked
from assist.store import tables
from assist.store.tables import table_of
from tests.conftest import NOW
from tests.desk.shop import SHRIMP, SHRIMP_ANSWER, Desk, caller, conversation_of, said


@pytest.fixture
def asked(either_desk: Desk) -> Desk:
    either_desk.hear(said("m1", SHRIMP, NOW))
    return either_desk


def _reply(desk: Desk, client_key: str, *, suggestion_id: str | None = None, conversation: str = "c1") -> Queued:
    change = reply(
        caller(),
        conversation_of(conversation),
        SHRIMP_ANSWER,
        client_key=client_key,
        suggestion_id=suggestion_id,
        checked=Checked(),
        now=NOW,
    )
    return desk.writer.submit(change).result()


def _outbox(desk: Desk) -> list[Any]:
    with desk.database.reader() as session:
        return list(session.execute(select(table_of(tables.Outbox)).order_by("id")))


def test_a_text_is_queued_for_its_conversation_with_its_card(asked: Desk) -> None:
    (card,) = asked.cards()

    queued = _reply(asked, "key-1", suggestion_id=card.id)

    (row,) = _outbox(asked)
    assert queued.new
    assert row.idempotency_key == queued.key
    assert (row.adapter, row.account, row.conversation_ref) == ("generic", "main", "c1")
    assert (row.text, row.suggestion_id, row.library_number) == (SHRIMP_ANSWER, card.id, 1)
    assert row.agent_id == caller().agent_id


def test_the_same_client_key_is_queued_once(asked: Desk) -> None:
    first, second = _reply(asked, "key-1"), _reply(asked, "key-1")

    assert (first.new, second.new) == (True, False)
    assert first.key == second.key
    assert len(_outbox(asked)) == 1


def test_another_client_key_is_another_text(asked: Desk) -> None:
    _reply(asked, "key-1")
    _reply(asked, "key-2")

    assert len(_outbox(asked)) == 2


def test_two_agents_with_one_client_key_send_two_texts(asked: Desk) -> None:
    other = caller().model_copy(update={"agent_id": "another agent"})
    change = reply(other, conversation_of(), "您好", client_key="key-1", suggestion_id=None, checked=Checked(), now=NOW)

    assert _reply(asked, "key-1").new
    assert asked.writer.submit(change).result().new


def test_a_key_is_one_every_platform_takes(asked: Desk) -> None:
    key = _reply(asked, "很长的客户端键" * 40).key

    assert 8 <= len(key) <= 32
    assert key.isalnum()


def test_a_stale_card_is_refused_and_nothing_is_queued(asked: Desk) -> None:
    (card,) = asked.cards()
    asked.hear(said("m2", "稍等", NOW, role="agent"))

    with pytest.raises(StaleSuggestion):
        _reply(asked, "key-1", suggestion_id=card.id)

    assert _outbox(asked) == []


def test_a_card_of_another_conversation_is_refused(asked: Desk) -> None:
    (card,) = asked.cards()
    asked.hear(said("m1", SHRIMP, NOW, conversation="c2"))

    with pytest.raises(UnknownSuggestion):
        _reply(asked, "key-1", suggestion_id=card.id, conversation="c2")

    assert _outbox(asked) == []


def test_a_conversation_of_another_shop_is_not_known(asked: Desk) -> None:
    stranger = caller().model_copy(update={"shop_id": "s2"})
    change = reply(
        stranger, conversation_of(), "您好", client_key="key-1", suggestion_id=None, checked=Checked(), now=NOW
    )

    with pytest.raises(UnknownConversation):
        asked.writer.submit(change).result()

    assert _outbox(asked) == []
