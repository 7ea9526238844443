"""A small shop: its library, its people, its desk without loops, and the events a platform tells it."""

import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import select

from assist.contract import (
    Account,
    Actor,
    ConversationStateChanged,
    MessageEdited,
    MessageRecalled,
    MessageReceived,
    OrderRef,
    Ref,
    Role,
)
from assist.contract import Event as Told
from assist.desk.lanes import Lanes
from assist.desk.libraries import Libraries
from assist.desk.meters import Meters
from assist.desk.presence import Presence
from assist.desk.publish import FILES, Published, publish
from assist.desk.readvise import READVISE, readvise
from assist.desk.receive import keep_received, receive, sort_key
from assist.desk.secrets import SecretBox
from assist.desk.setup import Setup, agent_id_of, apply_setup
from assist.desk.step import Recorded, Step, record
from assist.desk.tasks import Tasks
from assist.domain.chat import Message, Turn
from assist.domain.event import Event, EventKind
from assist.domain.ids import conversation_id_of, message_id_of
from assist.domain.library import Entry
from assist.domain.people import AgentRole, Caller, Level
from assist.domain.suggestion import Suggestion
from assist.store import tables
from assist.store.database import Database
from assist.store.queries import chats, events, people, suggestions
from assist.store.queries.chats import ConversationRow
from assist.store.queries.inbox import Kept
from assist.store.queries.suggestions import SuggestionRow
from assist.store.tables import table_of
from assist.store.writer import Writer
from tests.conftest import StillClock
from tests.shipped import shipped_entries

SHOP = "s1"
ACCOUNT = Account(shop_id=SHOP, adapter="generic", account="main")
AGENT = "小林"
_SOURCE = {"title": "本店约定", "issuer": "本店", "year": 2026}

SHRIMP, MILK, CUTOFF = "活虾怎么保存", "鲜牛奶开封后能放几天", "几点之前下单今天发货"
SHRIMP_ANSWER = "活虾建议当天吃，吃不完沥干冷藏，一般1-3天内吃完。"


def article(article_id: str, asks: Sequence[str], text: str, **facts: str) -> Entry:
    body = {
        "id": article_id,
        "title": asks[0],
        "category": "live_seafood",
        "intent": "storage",
        "asks": list(asks),
        "facts": {name: {"value": value, "source": _SOURCE} for name, value in facts.items()},
        "reviewed": "2026-11-21",
        "text": text,
    }
    return Entry(kind="article", entry_id=article_id, body=json.dumps(body, ensure_ascii=False, sort_keys=True))


def policy(name: str, body: dict[str, Any]) -> Entry:
    return Entry(kind="policy", entry_id=name, body=json.dumps(body, ensure_ascii=False, sort_keys=True))


ARTICLES = (
    article(
        "storage-shrimp",
        [SHRIMP, "活虾到家怎么养着", "虾买回来今天不吃放哪里", "基围虾放冰箱能放几天"],
        "活虾建议当天吃，吃不完沥干冷藏，一般{{ fridge }}内吃完。",
        fridge="1-3天",
    ),
    article(
        "storage-milk",
        [MILK, "牛奶打开了还能喝几天", "鲜奶喝剩的怎么放", "开了盖的牛奶多久要喝完"],
        "鲜牛奶开封后请放冰箱冷藏，一般{{ opened }}内喝完，有酸味就别喝了。",
        opened="3天",
    ),
    article(
        "delivery-cutoff",
        [CUTOFF, "下午下单今天能发吗", "你们每天截单是几点", "当天发货最晚几点拍"],
        "每天{{ shop_cutoff }}前付款的订单当天发出，{{ customer_name }}请留意短信。",
    ),
)


def small_library() -> list[Entry]:
    """Three articles under the shipped lexicon, with policies of our own."""
    service = {"facts": {"shop_cutoff": {"value": "16:00", "source": _SOURCE}}}
    return [
        *ARTICLES,
        *_shipped_words(),
        policy("answers", {"min_score": 0.6, "max_cards": 3}),
        policy("service", service),
    ]


@cache
def _shipped_words() -> tuple[Entry, ...]:
    return tuple(entry for entry in shipped_entries() if entry.kind == "lexicon" or entry.entry_id == "adoption")


def replaced(entries: Sequence[Entry], *new: Entry) -> list[Entry]:
    """Return the entries with some in place of those of the same kind and id."""
    by_key = {(entry.kind, entry.entry_id): entry for entry in entries}
    return list((by_key | {(entry.kind, entry.entry_id): entry for entry in new}).values())


SHRIMP_REWORDED = article("storage-shrimp", [SHRIMP], "活虾请当天吃完，别泡自来水，也别放冷冻。")


@dataclass
class Desk:
    """The workers of a process without their loops: what was received is handled when `work` is called."""

    database: Database
    writer: Writer
    libraries: Libraries
    presence: Presence
    lanes: Lanes
    tasks: Tasks
    clock: StillClock

    def receive(self, *told: Told, at: datetime | None = None) -> Kept:
        """Keep one request's events, as the hook does before its 2xx."""
        rows = receive(ACCOUNT, told, b"{}", at or self.clock())
        return self.writer.submit(lambda session: keep_received(session, [rows])[0], sort_key=sort_key(rows)).result()

    def work(self) -> None:
        """Handle everything that waits."""
        while self.lanes.work():
            pass

    def hear(self, *told: Told) -> None:
        """Receive and handle one event after the other."""
        for event in told:
            self.receive(event)
            self.work()

    def publish(self, entries: Sequence[Entry], *, author: str = FILES, whole: bool = True) -> Published:
        change = publish(SHOP, entries, author=author, reason="test", now=self.clock(), whole=whole)
        return self.writer.submit(change).result()

    def conversation(self, ref: str = "c1") -> ConversationRow:
        with self.database.reader() as session:
            found = chats.conversation(session, SHOP, conversation_of(ref))
        assert found is not None
        return found

    def messages(self, ref: str = "c1") -> list[Message]:
        with self.database.reader() as session:
            return chats.messages_from(session, conversation_of(ref), None)

    def turns(self, ref: str = "c1") -> list[Turn]:
        with self.database.reader() as session:
            return [row.turn for row in chats.turns_from(session, conversation_of(ref), None)]

    def cards(self, ref: str = "c1") -> list[SuggestionRow]:
        """Return every card of a conversation, whatever its state, by turn and rank."""
        with self.database.reader() as session:
            turn_ids = select(table_of(tables.Suggestion).c.turn_id).where(
                table_of(tables.Suggestion).c.conversation_id == conversation_of(ref)
            )
            return suggestions.for_turns(session, set(session.execute(turn_ids).scalars()))

    def live(self, ref: str = "c1") -> list[Suggestion]:
        """Return what an agent sees in the sidebar now."""
        return [row.suggestion for row in self.cards(ref) if row.state == "live"]

    def log(self, *kinds: EventKind, ref: str = "c1") -> list[Event]:
        """Return a conversation's facts of some kinds, in the order they were appended."""
        with self.database.reader() as session:
            return list(events.of_conversations(session, SHOP, kinds, [conversation_of(ref)]))

    def step(self, kind: EventKind, card: SuggestionRow, step_id: str = "", ref: str = "c1") -> Recorded:
        step = Step(step_id=step_id or f"{kind}-{card.id}", suggestion_id=card.id, kind=kind)
        return self.writer.submit(record(caller(), conversation_of(ref), step, self.clock())).result()

    def inbox_states(self) -> dict[str, str]:
        rows = table_of(tables.Inbox)
        with self.database.reader() as session:
            return {row.event_ref: row.state for row in session.execute(select(rows.c.event_ref, rows.c.state))}


def open_desk(database: Database, folder: Path, clock: StillClock) -> Generator[Desk]:
    """Yield a desk whose shop is set up and whose library is published."""
    writer = Writer(database).start()
    libraries = Libraries()
    presence = Presence()
    box = SecretBox(folder / "assist.key")
    desk = Desk(
        database=database,
        writer=writer,
        libraries=libraries,
        presence=presence,
        lanes=Lanes(database, writer, libraries, presence, Meters(), clock, "p1"),
        tasks=Tasks(writer, clock, "p1", {READVISE: readvise(database, writer, libraries, clock, "p1")}),
        clock=clock,
    )
    writer.submit(apply_setup(shop_setup(), box, clock())).result()
    desk.publish(small_library())
    yield desk
    writer.close()


def shop_setup(shop_id: str = SHOP) -> Setup:
    account = {"adapter": "generic", "account": ACCOUNT.account, "secrets": {"webhook": ["env:WEBHOOK_SECRET"]}}
    agent = {"name": AGENT, "level": "junior", "team": "一组", "refs": ["generic:main:agent-1"]}
    shop = {"id": shop_id, "name": "店", "accounts": [account], "agents": [agent]}
    return Setup.model_validate_json(json.dumps({"shops": [shop]}))


def caller() -> Caller:
    return Caller(
        shop_id=SHOP,
        agent_id=agent_id_of(SHOP, AGENT),
        name=AGENT,
        role=AgentRole.agent,
        level=Level.junior,
        team="一组",
    )


def agent(desk: Desk, agent_id: str) -> people.AgentRow:
    with desk.database.reader() as session:
        found = people.agent(session, agent_id)
    assert found is not None
    return found


def conversation_of(ref: str = "c1") -> str:
    return conversation_id_of(SHOP, ACCOUNT.adapter, ACCOUNT.account, ref)


def message_of(message_ref: str, conversation: str = "c1") -> str:
    return message_id_of(conversation_of(conversation), message_ref)


def said(
    ref: str,
    text: str,
    at: datetime,
    *,
    role: str = "customer",
    by: str = "",
    conversation: str = "c1",
    order: str = "",
    name: str | None = None,
    echo_of: str | None = None,
    private: bool = False,
) -> MessageReceived:
    return MessageReceived(
        event_ref=f"said-{conversation}-{ref}",
        sent_at=at,
        raw_type="message",
        ref=Ref(conversation_ref=conversation),
        message_ref=ref,
        actor=Actor(role=Role(role), ref=by or f"{role}-1", name=name),
        text=text,
        order_refs=(OrderRef(order_ref=order),) if order else (),
        echo_of=echo_of,
        visibility="private" if private else "public",
    )


def edited(ref: str, text: str, at: datetime, *, conversation: str = "c1", version: str = "1") -> MessageEdited:
    return MessageEdited(
        event_ref=f"edited-{conversation}-{ref}-{version}",
        sent_at=at,
        raw_type="edit",
        ref=Ref(conversation_ref=conversation),
        message_ref=ref,
        text=text,
    )


def recalled(ref: str, at: datetime, *, conversation: str = "c1") -> MessageRecalled:
    return MessageRecalled(
        event_ref=f"recalled-{conversation}-{ref}",
        sent_at=at,
        raw_type="recall",
        ref=Ref(conversation_ref=conversation),
        message_ref=ref,
    )


State = Literal["bot", "queued", "human", "resolved", "unknown"]


def became(state: State, at: datetime, *, conversation: str = "c1", name: str = "") -> ConversationStateChanged:
    return ConversationStateChanged(
        event_ref=f"state-{conversation}-{name or state}",
        sent_at=at,
        raw_type="state",
        ref=Ref(conversation_ref=conversation),
        state=state,
    )
