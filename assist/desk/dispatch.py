"""Decide everything one lane's events lead to, and return it as one change.

Customer message -> advise; agent or bot message -> adopt; order, refund, rating -> settle; fact, customer -> note;
conversation state -> follow_up.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from assist.contract import (
    ConversationStateChanged,
    Event,
    FactUpdated,
    MessageEdited,
    MessageRecalled,
    MessageReceived,
    OrderPaid,
    OrderRefunded,
    OrderUpdated,
    RatingReceived,
)
from assist.contract.events import EVENTS
from assist.domain.chat import ConversationState, Mark, Role, Sidecar
from assist.domain.event import STEPS, EventKind
from assist.domain.event import Event as LogEvent
from assist.store.queries import chats, events, inbox, people, suggestions, tasks, world
from assist.store.queries.chats import TurnRow
from assist.store.queries.inbox import ClaimedLane
from assist.store.queries.suggestions import SuggestionRow
from assist.store.queries.visits import Visit
from assist.store.writer import Change, tell

from .adopt import adopt
from .advise import Advice, advise, stands
from .announce import announce
from .feel import feel
from .follow_offers import follow_offers
from .follow_promises import follow_promises
from .follow_up import follow_up
from .libraries import Shelf
from .log import said_events, turn_events
from .look_around import Shop, look_around
from .look_at_offers import look_at_offers
from .note import fact_set, newest_visit, note
from .place import Place
from .readvise import READVISE
from .settle import paid_goods, settle
from .settle_offers import settle_offers
from .settle_remedy import settle_refund
from .stale_offers import left_behind
from .subject import subject_key
from .thread import Received, Thread, occurred_at, read_thread
from .watch_sent import watch_sent

logger = logging.getLogger(__name__)

Write = Callable[[Session], object]

_ABOUT_USE = (*STEPS, EventKind.sent_match)


@dataclass(frozen=True)
class Surroundings:
    """What a decision is told besides the lane: the shop, its shelf, the clock, and who is watching."""

    shelf: Shelf
    shop: Shop
    now: datetime
    sidebar_open: bool
    visit: Visit | None = None
    """What the customer looked at when they wrote what is being handled; it is kept with it."""


@dataclass(frozen=True)
class Handled:
    """What handling a lane came to: questions more or fewer, cards made, when each customer message had come."""

    questions: int
    suggestions: int
    asked_at: tuple[datetime, ...]


def handle(session: Session, lane: ClaimedLane, around: Surroundings) -> Change[Handled]:
    """Return the one change for a claimed lane: state, suggestions, log, and its inbox rows done."""
    told = [(_read(row.kind, row.body), row.received_at) for row in lane.rows]
    around = replace(around, visit=newest_visit(told))
    writes: list[Write] = []
    log: list[LogEvent] = []
    thread = _thread(session, lane, told, around)
    if thread is not None:
        _keep_thread(session, lane, thread, around, writes, log)
    for event, received_at in told:
        _outcome(session, lane, event, received_at, thread, around, writes, log)

    handled = _handled(told, thread, log)
    order_known = thread is None or _order_is_there(session, thread)

    def keep(session: Session) -> Handled:
        for write in writes:
            write(session)
        events.append(session, log)
        announce(session, lane.shop_id, log, around.now)
        inbox.finish(session, lane)
        if thread is not None:
            _look_again(session, thread, around, order_known=order_known)
        tell(session, "chat", lane.shop_id, lane.lane_id)
        return handled

    return keep


def _order_is_there(session: Session, thread: Thread) -> bool:
    ref = thread.conversation.order_ref
    return ref is None or world.order(session, thread.conversation.shop_id, ref) is not None


def _look_again(session: Session, thread: Thread, around: Surroundings, *, order_known: bool) -> None:
    """Decide anew soon where the order was kept by another lane while this one was deciding without it."""
    conversation = thread.conversation
    if not order_known and conversation.open_turn_id is not None and _order_is_there(session, thread):
        tasks.plan(session, tasks.NewTask(conversation.shop_id, READVISE, conversation.id, around.now))


def _handled(told: Sequence[tuple[Event, datetime]], thread: Thread | None, log: Sequence[LogEvent]) -> Handled:
    asked_at = tuple(
        received_at
        for event, received_at in told
        if isinstance(event, MessageReceived) and event.actor.role is Role.customer
    )
    if thread is None:
        return Handled(0, 0, asked_at)
    made = sum(1 for event in log if event.kind is EventKind.suggestion_computed)
    return Handled(thread.questions, made, asked_at)


def _read(kind: str, body: str) -> Event:
    # The row keeps the type apart; the union needs it inside.
    return EVENTS.validate_json(f'{{"type":"{kind}",{body[1:]}' if len(body) > 2 else body)


def _thread(
    session: Session, lane: ClaimedLane, told: Sequence[tuple[Event, datetime]], around: Surroundings
) -> Thread | None:
    chat = [
        Received(event, received_at)
        for event, received_at in told
        if isinstance(event, MessageReceived | MessageEdited | MessageRecalled | ConversationStateChanged)
    ]
    if not chat:
        return None
    lexicon = around.shelf.library.small_talk
    return read_thread(session, lane, chat, lexicon, now=around.now, sidebar_open=around.sidebar_open)


def _keep_thread(
    session: Session,
    lane: ClaimedLane,
    thread: Thread,
    around: Surroundings,
    writes: list[Write],
    log: list[LogEvent],
) -> None:
    """Keep the conversation, advise on changed turns, match replies, and log all of it."""
    place = Place(lane.shop_id, lane.lane_id, lane.adapter, around.now, str(lane.rows[-1].id))
    seen_before = [*thread.before, *thread.void]
    known = suggestions.for_turns(session, seen_before) if seen_before else []
    decided: list[LogEvent] = []
    for at, row in enumerate(thread.turns):
        before = [one for one in known if one.turn_id == row.turn.id]
        advice = _advice(session, thread, row, before, around, place)
        if advice is None:
            # The message is kept all the same; its turn says that nobody could be helped.
            thread.turns[at] = replace(row, sidecar=Sidecar.degraded)
            continue
        if row.topic_by is None:
            thread.turns[at] = replace(row, topic=advice.topic)
        decided += advice.events
        decided += _uses(session, thread, row, _after(before, advice), around, place)
        writes.append(_keep_advice(advice))
    felt = feel(session, thread, around.shelf, place)
    subject = subject_key(around.shop.subject_salt, thread.conversation.customer_ref)
    turns = turn_events(thread, subject, place.cause, felt.scores)
    log += [*said_events(thread, subject), *turns, *felt.events, *decided]
    writes.append(felt.keep)
    log += watch_sent(session, thread, around.shelf, place, around.shop.timezone)
    writes.insert(0, _keep_chat(lane.shop_id, thread))
    if followed := follow_promises(session, thread, around.shelf, around.shop.timezone, place):
        writes.append(followed)
    if offered := follow_offers(thread, around.shelf, place):
        writes.append(offered)
    if behind := left_behind(session, thread):
        writes.append(lambda session: suggestions.make_stale(session, behind))
    if gone := [one.id for one in known if one.turn_id in thread.void and one.state == "live"]:
        writes.append(lambda session: suggestions.make_stale(session, gone))


def _advice(
    session: Session,
    thread: Thread,
    row: TurnRow,
    before: Sequence[SuggestionRow],
    around: Surroundings,
    place: Place,
) -> Advice | None:
    """Return what is decided for a turn, or None when deciding failed."""
    if row.turn.answered_at is not None and not thread.says_something_else(row):
        stale = tuple(one.id for one in before if one.state == "live" and not stands(one, row.turn))
        return Advice(rows=(), stale=stale, events=(), topic=row.topic)
    turns = [one.turn for one in thread.turns]
    try:
        looked = look_around(session, thread.conversation, row.turn, turns, thread.messages, around.shelf, around.shop)
        world = look_at_offers(
            session, thread.conversation, row.turn, looked.situation, around.shelf, around.shop, place, around.visit
        )
        zone = around.shop.timezone
        return advise(row.turn, looked.situation, around.shelf, before, place, zone, looked.complained, world)
    except Exception as error:  # noqa: BLE001 - a bug in deciding must not cost the message
        logger.error("advising on turn %s failed: %s", row.turn.id, type(error).__name__)
        return None


def _uses(
    session: Session,
    thread: Thread,
    row: TurnRow,
    cards: Sequence[SuggestionRow],
    around: Surroundings,
    place: Place,
) -> list[LogEvent]:
    before = thread.before.get(row.turn.id)
    if row.turn.human_at is None and (before is None or before.turn.human_at is None):
        return []
    history = events.steps_of_turns(session, [row.turn.id], _ABOUT_USE)
    return adopt(row.turn, thread.messages, cards, history, thread.agents, around.shelf.library.adoption, place)


def _after(before: Sequence[SuggestionRow], advice: Advice) -> list[SuggestionRow]:
    """Return every card of the turn that an agent can have seen, the new ones included."""
    rows = {row.id: row for row in (*before, *advice.rows)}
    return list(rows.values())


def _keep_chat(shop_id: str, thread: Thread) -> Write:
    def write(session: Session) -> None:
        conversation = thread.conversation
        for ref, agent in thread.new_agents.items():
            people.save_agent(session, agent, conversation.last_at)
            people.link_agent(session, shop_id, conversation.adapter, conversation.account, ref, agent.id)
        chats.save_conversation(session, conversation)
        chats.add_messages(session, shop_id, conversation.id, thread.added)
        if thread.added and not thread.is_new:
            chats.drop_early_changes(session, conversation.id, [new.message.ref for new in thread.added])
        for message_id in sorted(thread.changed):
            chats.change_message(session, thread.messages[message_id])
        for change in thread.early:
            chats.keep_early_change(session, conversation.id, change)
        for mark in thread.marks:
            chats.add_mark(session, conversation.id, mark)
        chats.save_turns(session, shop_id, conversation.id, thread.turns, thread.void)

    return write


def _keep_advice(advice: Advice) -> Write:
    def write(session: Session) -> None:
        advice.keep(session)

    return write


def _outcome(
    session: Session,
    lane: ClaimedLane,
    event: Event,
    received_at: datetime,
    thread: Thread | None,
    around: Surroundings,
    writes: list[Write],
    log: list[LogEvent],
) -> None:
    at, _ = occurred_at(event.sent_at, received_at)
    if noted := note(lane, event, at, around.now):
        writes.append(noted)
    match event:
        case FactUpdated():
            log.append(fact_set(lane, event, received_at))
        case OrderUpdated():
            paid = paid_goods(lane, event, subject_key(around.shop.subject_salt, event.customer_ref))
            log += [paid] if paid else []
            writes.append(settle_offers(lane, event, paid, at, around.shelf.library, around.now))
        case OrderPaid() | OrderRefunded():
            if isinstance(event, OrderRefunded):
                writes.append(settle_refund(lane.shop_id, event, at, around.now))
            settled = settle(lane, event, at, subject_key(around.shop.subject_salt, event.customer_ref))
            writes.append(settle_offers(lane, event, settled, at, around.shelf.library, around.now))
            log.append(settled)
        case RatingReceived():
            log.append(settle(lane, event, at, None))
        case ConversationStateChanged():
            marks = [*chats.marks_from(session, lane.lane_id, None), *(thread.marks if thread else ())]
            if followed := follow_up(lane, event, at, _state_before(marks, at, event.event_ref)):
                log.append(followed)
        case _:
            return


def _state_before(marks: Sequence[Mark], at: datetime, ref: str) -> str:
    """Return the state that a change of state ended, the same batch's changes included."""
    earlier = [mark for mark in marks if (mark.occurred_at, mark.ref) < (at, ref)]
    newest = max(earlier, key=lambda mark: (mark.occurred_at, mark.ref), default=None)
    return newest.state if newest else ConversationState.unknown
