"""Is what becomes of an offer kept beside what was decided, and found again?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from assist.domain.chat import Sidecar, Turn
from assist.domain.event import Event, EventKind
from assist.domain.suggestion import Arm, Suggestion, SuggestionKind
from assist.domain.tally import Tally
from assist.store.database import Database
from assist.store.queries import chats, events, offers, suggestions
from assist.store.queries.chats import ConversationRow, TurnRow
from assist.store.queries.offers import EVERYWHERE, MadeRow
from assist.store.queries.suggestions import SuggestionRow
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.store.rows import SHOP, save_shop

HOUR = timedelta(hours=1)


EARLIER = NOW - timedelta(days=1)


def made(id_: str = "card-1", skus: Sequence[str] = ("sauce",), **values: Any) -> MadeRow:
    row = MadeRow(
        suggestion_id=id_,
        shop_id=SHOP,
        conversation_id="c1",
        turn_id="t1",
        episode=1,
        adapter="generic",
        offer_id="salmon-sauce",
        context="live_seafood|new",
        chance=0.1,
        propensity=0.7,
        explored=False,
        made_at=NOW,
        customer_ref="u1",
        arm=skus[0] if skus else "",
        skus=tuple(skus),
    )
    return replace(row, **values)


def keep(writer: Writer, *rows: MadeRow) -> None:
    writer.submit(lambda session: offers.save(session, rows)).result()


def test_an_offer_is_read_as_it_was_made(writer: Writer, database: Database) -> None:
    row = made(skus=("sauce", "wasabi"), subject_key="k", explored=True, holdout=True)

    keep(writer, row)

    with database.reader() as session:
        assert offers.one(session, SHOP, "card-1") == row
        assert offers.one(session, "another shop", "card-1") is None
        assert offers.of_conversation(session, "c1") == [row]
        assert offers.of_customer(session, SHOP, "u1", NOW - HOUR) == []


def test_deciding_again_changes_nothing_of_what_was_sent(writer: Writer, database: Database) -> None:
    keep(writer, made(), made("card-2"))
    sent = made(state="sent", sent_at=NOW + HOUR)
    writer.submit(lambda session: offers.keep_outcome(session, sent)).result()

    keep(writer, made(context="other", made_at=NOW + 2 * HOUR), made("card-2", context="other"))

    with database.reader() as session:
        assert offers.one(session, SHOP, "card-1") == sent
        assert offers.one(session, SHOP, "card-2") == made("card-2", context="other")


def test_a_customers_offers_are_those_that_were_sent_since_then(writer: Writer, database: Database) -> None:
    rows = [
        made("early", state="declined", sent_at=NOW - 2 * HOUR),
        made("late", state="sent", sent_at=NOW, conversation_id="c2"),
        made("never"),
        made("theirs", customer_ref="u2", state="sent", sent_at=NOW),
        made("nobody", customer_ref="", state="sent", sent_at=NOW),
    ]
    keep(writer, *rows)

    with database.reader() as session:
        assert offers.of_customer(session, SHOP, "u1", NOW - HOUR) == [rows[1]]
        assert offers.of_customer(session, SHOP, "u1", NOW - 2 * HOUR) == [rows[0], rows[1]]
        assert offers.of_customer(session, SHOP, "", NOW - HOUR) == []
        assert offers.of_customer(session, "another shop", "u1", NOW - HOUR) == []


def _show(writer: Writer, *cards: tuple[str, str]) -> None:
    """Keep a card of each state in a conversation of its own turn."""
    conversation = ConversationRow("c1", SHOP, "generic", "main", "c1", "u1", None, "human", NOW, "", None, None, None)
    turn = Turn(id="t1", episode=1, message_ids=("t1",), started_at=NOW, last_at=NOW)
    rows = [
        SuggestionRow(
            id=id_,
            shop_id=SHOP,
            conversation_id="c1",
            turn_id="t1",
            arm=Arm.shown,
            state=state,
            rank=4,
            category="live_seafood",
            created_at=NOW,
            suggestion=Suggestion(
                kind=SuggestionKind.offer,
                article_id="salmon-sauce",
                library_number=1,
                title="酱料",
                text="配一份酱料吧",
                score=0.1,
                matched="",
            ),
        )
        for id_, state in cards
    ]

    def write(session: Session) -> None:
        save_shop(session)
        chats.save_conversation(session, conversation)
        chats.save_turns(session, SHOP, "c1", [TurnRow(turn, Sidecar.ok, sidebar_open=True)], [])
        suggestions.save(session, rows)

    writer.submit(write).result()


def test_the_cards_that_name_an_sku_are_those_that_may_still_be_shown(writer: Writer, database: Database) -> None:
    _show(writer, ("lead", "live"), ("beside", "live"), ("gone", "stale"), ("sent", "live"), ("held", "live"))
    rows = [
        made("lead", ["a_1"]),
        made("beside", ["b", "a_1"]),
        made("gone", ["a_1"]),
        made("sent", ["a_1"], state="sent", sent_at=NOW),
        made("held", ["a_1"], holdout=True),
        made("cardless", ["a_1"]),
    ]
    keep(writer, *rows)

    with database.reader() as session:
        assert {row.suggestion_id for row in offers.naming(session, SHOP, ["a_1"], EARLIER)} == {"lead", "beside"}
        assert [row.suggestion_id for row in offers.naming(session, SHOP, ["b"], EARLIER)] == ["beside"]
        assert offers.naming(session, "another shop", ["a_1"], EARLIER) == []
        assert offers.naming(session, SHOP, ["a_1"], NOW + timedelta(seconds=1)) == []
        assert offers.conversations_with_offers(session, SHOP, EARLIER) == {"c1"}


@pytest.mark.parametrize(
    "sku",
    [
        pytest.param("A_1", id="another case"),
        pytest.param("ax1", id="an underscore is no blank"),
        pytest.param("a%", id="a percent is no blank"),
        pytest.param("a", id="a part of it"),
        pytest.param('a_1", "b', id="quotes"),
    ],
)
def test_another_sku_is_not_named(writer: Writer, database: Database, sku: str) -> None:
    _show(writer, ("lead", "live"))
    keep(writer, made("lead", ["a_1", "b"]))

    with database.reader() as session:
        assert offers.naming(session, SHOP, [sku], EARLIER) == []


def test_an_sku_of_any_characters_is_found(writer: Writer, database: Database) -> None:
    _show(writer, ("lead", "live"))
    keep(writer, made("lead", ['酱"油\\50%_/x']))

    with database.reader() as session:
        assert len(offers.naming(session, SHOP, ['酱"油\\50%_/x'], EARLIER)) == 1


def test_sums_are_kept_by_context_script_and_goods(writer: Writer, database: Database) -> None:
    def write(session: Session) -> None:
        for context, tally in (("here", Tally(1.0, 1.0)), (EVERYWHERE, Tally(3.5, 1.25))):
            before = offers.tally_to_change(session, SHOP, context, "salmon-sauce", "sauce", NOW)
            assert before == Tally(0.0, 0.0)
            offers.save_tally(session, SHOP, context, "salmon-sauce", "sauce", tally, NOW)

    writer.submit(write).result()

    with database.reader() as session:
        assert offers.tallies(session, SHOP, "here") == {("salmon-sauce", "sauce"): Tally(1.0, 1.0)}
        assert offers.tallies(session, SHOP, EVERYWHERE) == {("salmon-sauce", "sauce"): Tally(3.5, 1.25)}
        assert offers.tallies(session, SHOP, "there") == {}


def _paid(ref: str, minutes: float, order: str, key: str | None = "k", kind: EventKind = EventKind.order_paid) -> Event:
    at = NOW + timedelta(minutes=minutes)
    payload = {"order_ref": order}
    return Event(key=ref, shop_id=SHOP, kind=kind, at=at, subject_key=key, n=round(minutes), payload=payload)


def test_the_log_tells_what_a_customer_paid_and_what_went_back(writer: Writer, database: Database) -> None:
    refund = EventKind.order_refunded
    log = [
        _paid("1", 0, "o1"),
        _paid("2", 10, "o2"),
        _paid("3", 11, "o3"),
        _paid("4", 5, "o4", "somebody"),
        _paid("5", 20, "o%1", kind=refund),
        _paid("6", 30, "o%1", None, refund),
        _paid("7", 31, "o%1", None, refund),
        _paid("8", 25, "ox1", None, refund),
        _paid("9", 26, "O%1", None, refund),
    ]
    writer.submit(lambda session: events.append(session, log)).result()

    with database.reader() as session:
        paid = offers.payments_by(session, SHOP, "k", NOW, NOW + timedelta(minutes=10))
        back = offers.told_of_order(session, SHOP, refund, "o%1", NOW, NOW + timedelta(minutes=30))
        elsewhere = offers.payments_by(session, "another shop", "k", NOW, NOW + HOUR)
    assert paid == [("o1", NOW), ("o2", NOW + timedelta(minutes=10))]
    assert back == [(NOW + timedelta(minutes=20), 20), (NOW + timedelta(minutes=30), 30)]
    assert elsewhere == []
