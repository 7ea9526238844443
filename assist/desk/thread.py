"""What did new events change in a conversation? Messages, marks, and the turns the fold gives now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.contract import ConversationStateChanged, MessageEdited, MessageRecalled, MessageReceived
from assist.domain.chat import ConversationState, Mark, Message, Role, Sidecar, Turn
from assist.domain.ids import id_of, message_id_of
from assist.domain.library import SmallTalk
from assist.domain.people import AgentRole
from assist.store.queries import chats, outbox, people
from assist.store.queries.chats import ConversationRow, EarlyChange, NewMessage, TurnRow
from assist.store.queries.inbox import ClaimedLane
from assist.store.queries.people import AgentRow
from assist.suggest.small_talk import is_small_talk
from assist.suggest.turns import fold_turns

from .heard import MOST_HEARD

OLDEST_PLAUSIBLE = timedelta(days=7)
NEWEST_PLAUSIBLE = timedelta(seconds=2)
HEALTHY_WITHIN = timedelta(seconds=10)
DEGRADED_WITHIN = timedelta(seconds=60)
_LAST_TEXT_CHARACTERS = 80

ChatEvent = MessageReceived | MessageEdited | MessageRecalled | ConversationStateChanged


@dataclass(frozen=True)
class Received:
    """A chat event with the time it reached us."""

    event: ChatEvent
    received_at: datetime


@dataclass
class Thread:
    """A conversation after some events, and what of it must be kept."""

    conversation: ConversationRow
    messages: dict[str, Message]
    """Every message read or new, by id: all from the first changed turn on."""
    is_new: bool
    """Nothing is kept of this conversation yet, so nothing needs to be read."""
    added: list[NewMessage] = field(default_factory=list[NewMessage])
    changed: set[str] = field(default_factory=set[str])
    """Ids of messages edited or recalled."""
    early: list[EarlyChange] = field(default_factory=list[EarlyChange])
    marks: list[Mark] = field(default_factory=list[Mark])
    new_agents: dict[str, AgentRow] = field(default_factory=dict[str, AgentRow])
    """Platform ref -> the unlinked agent it now names."""
    agents: dict[str, AgentRow] = field(default_factory=dict[str, AgentRow])
    turns: list[TurnRow] = field(default_factory=list[TurnRow])
    """Turns that are new or different, in order."""
    before: dict[str, TurnRow] = field(default_factory=dict[str, TurnRow])
    """Those turns as they were kept, where they were."""
    void: list[str] = field(default_factory=list[str])
    heard_anew: set[str] = field(default_factory=set[str])
    """Turns that stand as they were, after one that says something else now: what was said before may be meant."""
    latest: Turn | None = None
    questions: int = 0
    """How many turns that ask something there are more than before."""

    def says_something_else(self, row: TurnRow) -> bool:
        """Is a turn's customer heard otherwise than before, or anew? A reply alone changes nothing of that."""
        if row.turn.id in self.heard_anew:
            return True
        kept = self.before.get(row.turn.id)
        if kept is None or kept.turn.message_ids != row.turn.message_ids:
            return True
        return any(id_ in self.changed for id_ in row.turn.message_ids)


def occurred_at(sent_at: datetime, received_at: datetime) -> tuple[datetime, bool]:
    """Return when a message counts as said, and whether its platform's time was doubted."""
    plausible = received_at - OLDEST_PLAUSIBLE <= sent_at <= received_at + NEWEST_PLAUSIBLE
    return (sent_at, False) if plausible else (received_at, True)


def read_thread(
    session: Session,
    lane: ClaimedLane,
    received: Sequence[Received],
    small_talk: SmallTalk,
    *,
    now: datetime,
    sidebar_open: bool,
) -> Thread:
    """Fold new events into what is known. Reads only; the caller keeps what changed."""
    known = chats.conversation(session, lane.shop_id, lane.lane_id)
    thread = Thread(conversation=known or _new_conversation(lane, received[0]), messages={}, is_new=known is None)
    touched = _apply(session, lane, thread, received, small_talk)
    if touched:
        _fold(session, thread, known, min(touched), _sidecar(received, now), sidebar_open)
    return thread


def _new_conversation(lane: ClaimedLane, first: Received) -> ConversationRow:
    return ConversationRow(
        id=lane.lane_id,
        shop_id=lane.shop_id,
        adapter=lane.adapter,
        account=lane.account,
        conversation_ref=first.event.ref.conversation_ref,
        customer_ref="",
        customer_name=None,
        state=ConversationState.unknown.value,
        last_at=occurred_at(first.event.sent_at, first.received_at)[0],
        last_text="",
        open_turn_id=None,
        waiting_since=None,
        order_ref=None,
    )


def _apply(
    session: Session, lane: ClaimedLane, thread: Thread, received: Sequence[Received], small_talk: SmallTalk
) -> list[datetime]:
    """Add messages, edits, recalls and marks; return the times from which the fold may differ."""
    refs = {one.event.message_ref for one in received if not isinstance(one.event, ConversationStateChanged)}
    known = chats.known_refs(session, lane.lane_id, refs) if refs and not thread.is_new else {}
    waiting = chats.early_changes(session, lane.lane_id, refs) if refs and not thread.is_new else []
    thread.messages = {message.id: message for message in known.values()}
    touched: list[datetime] = []
    for one in received:
        match one.event:
            case MessageReceived():
                if one.event.message_ref not in known:
                    message = _add(session, lane, thread, one.event, one.received_at, small_talk)
                    known[message.ref] = message
                    touched.append(message.occurred_at)
                    _apply_waiting(thread, message, [*waiting, *thread.early], small_talk)
                    known[message.ref] = thread.messages[message.id]
            case MessageEdited() | MessageRecalled():
                touched += _change(thread, known, one, small_talk)
            case ConversationStateChanged():
                at, _ = occurred_at(one.event.sent_at, one.received_at)
                state = ConversationState(one.event.state)
                thread.marks.append(Mark(ref=one.event.event_ref, state=state, occurred_at=at))
                touched.append(at)
    return touched


def _add(
    session: Session,
    lane: ClaimedLane,
    thread: Thread,
    event: MessageReceived,
    received_at: datetime,
    small_talk: SmallTalk,
) -> Message:
    at, doubted = occurred_at(event.sent_at, received_at)
    agent = _agent(session, lane, thread, event) if event.actor.role is Role.agent else None
    message = Message(
        id=message_id_of(lane.lane_id, event.message_ref),
        ref=event.message_ref,
        role=event.actor.role,
        text=event.text,
        occurred_at=at,
        received_at=received_at,
        time_doubted=doubted,
        agent_id=agent.id if agent else None,
        small_talk=_is_small_talk(event.text, bool(event.attachments), event.actor.role, small_talk),
        private=event.visibility == "private",
        order_ref=event.order_refs[-1].order_ref if event.order_refs else None,
        attachments=tuple(attachment.kind for attachment in event.attachments),
        photo_hashes=tuple(one.sha256 for one in event.attachments if one.sha256),
        speaker=event.actor.name,
    )
    thread.messages[message.id] = message
    attachments = [attachment.model_dump(exclude_none=True) for attachment in event.attachments]
    thread.added.append(NewMessage(message, event.actor.ref, attachments, event.echo_of))
    _note_customer(thread, event)
    return message


def _is_small_talk(text: str, has_attachments: bool, role: Role, lexicon: SmallTalk) -> bool:
    return role is Role.customer and not has_attachments and is_small_talk(text, lexicon)


def _note_customer(thread: Thread, event: MessageReceived) -> None:
    if event.actor.role is Role.customer and event.actor.ref:
        thread.conversation = replace(thread.conversation, customer_ref=event.actor.ref)


def _agent(session: Session, lane: ClaimedLane, thread: Thread, event: MessageReceived) -> AgentRow | None:
    """Return who a platform's agent is; an unknown ref becomes an unlinked agent, counted apart."""
    if event.echo_of:
        sent_for = outbox.was_sent_by_us(session, lane.shop_id, [event.echo_of]).get(event.echo_of)
        if sent_for and (ours := people.agent(session, sent_for)):
            thread.agents[ours.id] = ours
            return ours
    ref = event.actor.ref
    if not ref:
        return None
    known = people.agent_of_ref(session, lane.adapter, lane.account, ref) or thread.new_agents.get(ref)
    if known is None:
        known = AgentRow(
            id=id_of("agent", lane.shop_id, lane.adapter, lane.account, ref),
            shop_id=lane.shop_id,
            name=event.actor.name or ref,
            role=AgentRole.agent,
            level=None,
            team="",
            linked=False,
            active=True,
        )
        thread.new_agents[ref] = known
    thread.agents[known.id] = known
    return known


def _apply_waiting(thread: Thread, message: Message, waiting: Sequence[EarlyChange], small_talk: SmallTalk) -> None:
    """Apply edits and recalls that came before their message."""
    for change in waiting:
        if change.message_ref == message.ref:
            _changed(thread, message.id, change, small_talk)


def _change(thread: Thread, known: dict[str, Message], one: Received, small_talk: SmallTalk) -> list[datetime]:
    event = one.event
    assert isinstance(event, MessageEdited | MessageRecalled)
    at, _ = occurred_at(event.sent_at, one.received_at)
    text = event.text if isinstance(event, MessageEdited) else ""
    change = EarlyChange(event.message_ref, event.type, text, at)
    message = known.get(event.message_ref)
    if message is None:
        thread.early.append(change)
        return []
    _changed(thread, message.id, change, small_talk)
    known[event.message_ref] = thread.messages[message.id]
    return [message.occurred_at]


def _changed(thread: Thread, message_id: str, change: EarlyChange, small_talk: SmallTalk) -> None:
    message = thread.messages[message_id]
    if change.kind == "message.recalled":
        thread.messages[message_id] = message.model_copy(update={"recalled": True})
        thread.changed.add(message_id)
        return
    if message.edited_at is not None and message.edited_at > change.occurred_at:
        return
    quiet = _is_small_talk(change.text, has_attachments=False, role=message.role, lexicon=small_talk)
    edited = {"text": change.text, "small_talk": quiet, "edited_at": change.occurred_at}
    thread.messages[message_id] = message.model_copy(update=edited)
    thread.changed.add(message_id)


def _fold(
    session: Session,
    thread: Thread,
    known: ConversationRow | None,
    since: datetime,
    sidecar: Sidecar,
    sidebar_open: bool,
) -> None:
    """Fold from the last turn that began before the first change: earlier turns cannot differ."""
    # Which name or order stands after one was taken back is known only from the whole conversation.
    from_start = thread.is_new or _took_back_a_name_or_order(thread)
    past = _Past() if thread.is_new else _past(session, thread.conversation.id, None if from_start else since)
    thread.messages = {**{message.id: message for message in past.messages}, **thread.messages}
    messages = [m for m in thread.messages.values() if past.first is None or (m.occurred_at, m.ref) >= past.first]
    marks = [*past.marks, *thread.marks]
    folded = fold_turns(messages, marks, first_episode=past.episode)
    kept = {row.turn.id: row for row in past.turns}
    thread.latest = folded[-1] if folded else None
    thread.questions = sum(not turn.small_talk for turn in folded) - sum(not row.turn.small_talk for row in past.turns)
    _look_at_the_end(thread, marks, from_start=past.first is None)
    # Cards name the customer and the order: the open turn is decided anew when a late message told them.
    retold = known is not None and _named(known) != _named(thread.conversation)
    for turn in folded:
        before = kept.get(turn.id)
        changed = any(id_ in thread.changed for id_ in (*turn.message_ids, *turn.reply_ids))
        if before is None:
            thread.turns.append(_with_correction(TurnRow(turn, sidecar, sidebar_open), kept))
        elif before.turn != turn or changed or (retold and turn.id == thread.conversation.open_turn_id):
            thread.turns.append(_with_correction(replace(before, turn=turn), kept))
    _hear_anew(thread, folded, kept)
    thread.before = {row.turn.id: kept[row.turn.id] for row in thread.turns if row.turn.id in kept}
    thread.void = [turn_id for turn_id in kept if turn_id not in {turn.id for turn in folded}]
    for agent_id in {row.turn.agent_id for row in thread.turns if row.turn.agent_id} - thread.agents.keys():
        if found := people.agent(session, agent_id):
            thread.agents[agent_id] = found


def _hear_anew(thread: Thread, folded: Sequence[Turn], kept: Mapping[str, TurnRow]) -> None:
    """Add the turns that stand as they were after one that says something else now or is gone."""
    rows = {row.turn.id: row for row in thread.turns}
    gone = sorted(row.turn.started_at for row in kept.values() if row.turn.id not in {turn.id for turn in folded})
    still_heard = 0
    for turn in folded:
        before = kept.get(turn.id)
        if gone and gone[0] <= turn.started_at:
            still_heard = MOST_HEARD
            gone = [at for at in gone if at > turn.started_at]
        said_else = before is None or before.turn.message_ids != turn.message_ids
        if said_else or thread.changed.intersection(turn.message_ids):
            still_heard = MOST_HEARD
        elif before is not None and still_heard and not turn.small_talk:
            thread.heard_anew.add(turn.id)
            rows.setdefault(turn.id, before)
            still_heard -= 1
    thread.turns = [rows[turn.id] for turn in folded if turn.id in rows]


def _with_correction(row: TurnRow, kept: Mapping[str, TurnRow]) -> TurnRow:
    """Return a turn with the topic an agent gave to it, or to a turn that has become part of it."""
    parts = (kept[id_] for id_ in row.turn.message_ids if id_ in kept)
    corrected = next((part for part in parts if part.topic_by), None)
    return replace(row, topic=corrected.topic, topic_by=corrected.topic_by) if corrected else row


def _named(conversation: ConversationRow) -> tuple[str | None, str | None]:
    return conversation.customer_name, conversation.order_ref


@dataclass(frozen=True)
class _Past:
    """What is kept of a conversation from a turn's first message on, or from its start."""

    first: tuple[datetime, str] | None = None
    episode: int = 1
    messages: Sequence[Message] = ()
    marks: Sequence[Mark] = ()
    turns: Sequence[TurnRow] = ()


def _past(session: Session, conversation_id: str, since: datetime | None) -> _Past:
    anchor = chats.anchor_turn(session, conversation_id, since) if since is not None else None
    start = anchor.turn.started_at if anchor else None
    messages = chats.messages_from(session, conversation_id, start)
    # What was said in the anchor's very second but before it belongs to the turn before.
    order = {message.id: (message.occurred_at, message.ref) for message in messages}
    first = order[anchor.turn.id] if anchor else None
    turns = chats.turns_from(session, conversation_id, start)
    return _Past(
        first=first,
        episode=anchor.turn.episode if anchor else 1,
        messages=messages,
        marks=chats.marks_from(session, conversation_id, start),
        turns=[row for row in turns if first is None or order[row.turn.id] >= first],
    )


def _took_back_a_name_or_order(thread: Thread) -> bool:
    changed = [thread.messages[id_] for id_ in thread.changed]
    return any(message.recalled and (message.order_ref or message.speaker) for message in changed)


def _sidecar(received: Sequence[Received], now: datetime) -> Sidecar:
    """How well were we when this came in? Late handling means that nobody could be helped in time."""
    delay = now - min(one.received_at for one in received)
    if delay <= HEALTHY_WITHIN:
        return Sidecar.ok
    return Sidecar.degraded if delay <= DEGRADED_WITHIN else Sidecar.down


def _look_at_the_end(thread: Thread, marks: Sequence[Mark], *, from_start: bool) -> None:
    """Say how the conversation stands now. The fold read everything up to its end, so arrival order is no matter."""
    public = [m for m in thread.messages.values() if not (m.private or m.recalled or m.role is Role.system)]
    in_order = sorted(public, key=lambda message: (message.occurred_at, message.ref))
    kept = None if from_start else thread.conversation
    orders = [kept and kept.order_ref, *(message.order_ref for message in in_order if message.order_ref)]
    names = [kept and kept.customer_name, *(m.speaker for m in in_order if m.speaker and m.role is Role.customer)]
    latest = thread.latest
    waits = latest is not None and latest.answered_at is None and not latest.small_talk
    conversation = replace(
        thread.conversation,
        order_ref=orders[-1],
        customer_name=names[-1],
        open_turn_id=latest.id if latest and waits else None,
        waiting_since=latest.started_at if latest and waits else None,
    )
    if in_order:
        said = " ".join(in_order[-1].text[: 4 * _LAST_TEXT_CHARACTERS].split())
        last_at = in_order[-1].occurred_at
        conversation = replace(conversation, last_at=last_at, last_text=said[:_LAST_TEXT_CHARACTERS])
    elif thread.messages:
        last_at = max(message.occurred_at for message in thread.messages.values())
        conversation = replace(conversation, last_at=last_at, last_text="")
    if marks:
        newest = max(marks, key=lambda mark: (mark.occurred_at, mark.ref))
        conversation = replace(conversation, state=newest.state.value)
    thread.conversation = conversation
