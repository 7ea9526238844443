"""Record that an agent says what a turn is about."""

from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.event import Event, EventKind
from assist.domain.figures import EntryId
from assist.domain.library import Label, Topics
from assist.domain.people import Caller
from assist.domain.topic import Topic
from assist.domain.value import Value
from assist.store.queries import chats, events
from assist.store.queries.chats import ConversationRow, TurnRow
from assist.store.writer import Change, tell

from .announce import announce
from .reply import UnknownConversation
from .step import Recorded


class UnknownTurn(Exception):
    """No such turn in this conversation."""


class MovedTurn(Exception):
    """The turn has become part of another, or asks nothing: there is no topic to correct."""


class UnknownLabel(ValueError):
    """The shop's taxonomy has no such category or intent; the message lists what there is."""


class Correction(Value):
    """What a turn is about, as its agent says. `step_id` is made by the client; repeating it is no second one."""

    step_id: str
    turn_id: str
    category: EntryId
    intent: EntryId


def correct_topic(
    caller: Caller, conversation_id: str, correction: Correction, topics: Topics, now: datetime
) -> Change[Recorded]:
    """Return the change that keeps the agent's topic and appends it to the log; saying what stands changes nothing.

    Raises UnknownLabel at once, UnknownConversation, UnknownTurn or MovedTurn in the change.
    """
    _known("category", correction.category, topics.categories)
    _known("intent", correction.intent, topics.intents)

    def keep(session: Session) -> Recorded:
        conversation = chats.conversation(session, caller.shop_id, conversation_id)
        if conversation is None:
            raise UnknownConversation(f"no conversation {conversation_id!r}")
        row = _turn(session, conversation, correction.turn_id)
        said = Topic(category=correction.category, intent=correction.intent, score=1.0)
        before = row.topic
        if before and (before.category, before.intent) == (said.category, said.intent):
            return Recorded(new=False)
        event = _corrected(caller, conversation, row, correction, now)
        if not events.append_once(session, event):
            return Recorded(new=False)
        chats.correct_topic(session, row.turn.id, said, caller.agent_id)
        announce(session, caller.shop_id, [event], now)
        tell(session, "chat", caller.shop_id, conversation_id)
        return Recorded(new=True)

    return keep


def _known(kind: str, label: str, labels: tuple[Label, ...]) -> None:
    if label not in {one.id for one in labels}:
        raise UnknownLabel(f"no {kind} {label!r}; there are: {', '.join(one.id for one in labels)}")


def _turn(session: Session, conversation: ConversationRow, turn_id: str) -> TurnRow:
    found = dict(chats.turns(session, conversation.shop_id, [turn_id]))
    row = found.get(conversation.id)
    if row is not None and not row.turn.small_talk:
        return row
    # A turn is named by its first message: where the message is there, another turn has taken it up.
    if row is not None or turn_id in {one.id for one in chats.messages_from(session, conversation.id, None)}:
        raise MovedTurn("the customer's question was joined with another or asks nothing now; correct the newest one")
    raise UnknownTurn(f"no turn {turn_id!r} in this conversation")


def _corrected(
    caller: Caller, conversation: ConversationRow, row: TurnRow, correction: Correction, now: datetime
) -> Event:
    before = row.topic
    return Event(
        key=f"topic:{caller.agent_id}:{correction.step_id}",
        shop_id=caller.shop_id,
        kind=EventKind.topic_corrected,
        at=now,
        conversation_id=conversation.id,
        episode=row.turn.episode,
        turn_id=row.turn.id,
        agent_id=caller.agent_id,
        level=caller.level.value if caller.level else None,
        team=caller.team,
        platform=conversation.adapter,
        category=correction.category,
        payload={
            "from": {"category": before.category, "intent": before.intent, "score": before.score} if before else None,
            "to": {"category": correction.category, "intent": correction.intent},
            "corrected_before": row.topic_by,
            "role": caller.role.value,
        },
    )
