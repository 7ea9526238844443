"""Replay a stored conversation turn by turn: what would be suggested now, and how an answer compares. Reads only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.chat import Message, Order, Role, Turn
from assist.domain.guard import Checked
from assist.domain.ids import practice_id_of
from assist.domain.mood import Mood
from assist.domain.people import AgentRole
from assist.domain.remedy import StepName
from assist.domain.remedy_policy import RemedyKind
from assist.domain.topic import GENERAL, Topic
from assist.store.queries import chats
from assist.store.queries.chats import ConversationRow
from assist.store.queries.practice import PracticeRow
from assist.store.queries.suggestions import SuggestionRow
from assist.suggest.adoption import Adoption, Offered, find_use
from assist.suggest.language import is_english
from assist.suggest.mask import mask, mask_name
from assist.suggest.steps_said import steps_said
from assist.suggest.turns import fold_turns

from .advise import advise
from .correct_topic import UnknownTurn
from .given import given_by, granted, offered_to
from .guard_text import guard_text
from .libraries import Shelf
from .look_around import Shop, look_around
from .place import Place
from .reply import UnknownConversation


@dataclass(frozen=True)
class Replay:
    """A stored conversation with its turns in order. Its customer has no name here but a masked one."""

    conversation: ConversationRow
    turns: tuple[Turn, ...]
    messages: Mapping[str, Message]
    name: str
    """The customer's own, to be masked in texts; "" where it is not known."""

    def masked(self, message: Message) -> Message:
        """Return a message as it may be shown to whoever practises."""
        text = mask(message.text)
        if len(self.name) > 1:
            text = text.replace(self.name, mask_name(self.name))
        return message.model_copy(update={"text": text, "speaker": None})

    def before(self, number: int) -> list[Message]:
        """Return what was said before a turn, by anybody, in order."""
        first = self.messages[self.turns[number - 1].id]
        return [one for one in self.messages.values() if _place(one) < _place(first)]


@dataclass(frozen=True)
class Faced:
    """One turn as it stood before it was answered, decided by today's library. Cards have ids of their own."""

    turn: Turn
    said: tuple[Message, ...]
    replies: tuple[Message, ...]
    """What was really answered, and `waited_seconds` after the customer's last word; None where nobody answered."""
    waited_seconds: float | None
    cards: tuple[SuggestionRow, ...]
    complains: bool
    order: Order | None
    topic: Topic | None
    moods: tuple[tuple[Turn, Mood], ...]
    """How the customer sounded in the turns of this episode up to this one."""


@dataclass(frozen=True)
class Review:
    """How an answer compares: the card it came from and the one that the answer of then came from, what a guard
    finds, and which of the four steps it takes: None where nothing is complained of.
    """

    used: Adoption | None
    used_then: Adoption | None
    checked: Checked
    steps: Mapping[StepName, bool] | None
    steps_then: Mapping[StepName, bool] | None


def hardest_first(rows: Iterable[PracticeRow]) -> list[PracticeRow]:
    """Return conversations in the order of how much there is to learn: a supervisor called, a complaint, the darkest
    mood; of those alike the newest first.
    """
    return sorted(
        rows,
        key=lambda row: (not row.alerts, row.severity is None, row.mood_score, -row.last_at.timestamp(), row.id),
    )


def replay(session: Session, shop_id: str, conversation_id: str) -> Replay:
    """Return a conversation folded anew from its messages. Raises UnknownConversation."""
    conversation = chats.conversation(session, shop_id, conversation_id)
    if conversation is None:
        raise UnknownConversation(f"no conversation {conversation_id!r}")
    messages = chats.messages_from(session, conversation_id, None)
    turns = fold_turns(messages, chats.marks_from(session, conversation_id, None))
    name = (conversation.customer_name or "").strip()
    return Replay(
        conversation=replace(conversation, customer_name=mask_name(name) or None),
        turns=tuple(turns),
        messages={message.id: message for message in messages if not (message.private or message.recalled)},
        name=name,
    )


def face(session: Session, told: Replay, number: int, shelf: Shelf, shop: Shop) -> Faced:
    """Decide the turn of that number (from 1) as of its last message. Keeps nothing. Raises UnknownTurn.

    The order is the one kept now; messages, remedies and other claims are those of then.
    """
    if not 1 <= number <= len(told.turns):
        raise UnknownTurn(f"this conversation has {len(told.turns)} turns, none is number {number}")
    then = told.turns[number - 1]
    turn = _unanswered(then)
    last = told.messages[turn.message_ids[-1]]
    known = {id_: one for id_, one in told.messages.items() if _place(one) <= _place(last)}
    turns = [*told.turns[: number - 1], turn]
    looked = look_around(session, told.conversation, turn, turns, known, shelf, shop, known_until=turn.last_at)
    place = Place(told.conversation.shop_id, told.conversation.id, told.conversation.adapter, turn.last_at, "practice")
    advice = advise(turn, looked.situation, shelf, (), place, shop.timezone, looked.complained)
    here = [one for one in turns if one.episode == turn.episode]
    return Faced(
        turn=turn,
        said=tuple(known[id_] for id_ in turn.message_ids),
        replies=tuple(told.messages[id_] for id_ in then.reply_ids),
        waited_seconds=(then.answered_at - turn.last_at).total_seconds() if then.answered_at else None,
        cards=tuple(replace(row, id=practice_id_of(row.id)) for row in advice.rows),
        complains=looked.complained is not None,
        order=looked.situation.order,
        topic=advice.topic,
        moods=tuple((one, _mood(one, known, shelf)) for one in here),
    )


def check(
    session: Session, told: Replay, faced: Faced, text: str, role: AgentRole, shelf: Shelf, timezone: str
) -> Checked:
    """Return what a guard finds in a text that somebody of this role would have sent then."""
    at = faced.turn.last_at
    category = faced.topic.category if faced.topic and faced.topic.category != GENERAL else None

    def options() -> Iterator[tuple[RemedyKind, int]]:
        yield from granted(session, told.conversation, asked_by=at)
        for row in faced.cards:
            yield from offered_to(role, row.suggestion)

    return guard_text(
        text, shelf, at, timezone, lambda: given_by(shelf, faced.order, list(options()), role, at, timezone, category)
    )


def review(faced: Faced, text: str, checked: Checked, shelf: Shelf) -> Review:
    """Compare an answer with the cards, and with what was answered then."""
    offered = list(_offered(faced.cards))
    policy = shelf.library.adoption
    then = "\n".join(one.text for one in faced.replies if one.role is Role.agent)
    return Review(
        used=find_use(text, offered, policy),
        used_then=find_use(then, offered, policy) if then else None,
        checked=checked,
        steps=_steps(faced, text, shelf),
        steps_then=_steps(faced, then, shelf) if then else None,
    )


def _unanswered(turn: Turn) -> Turn:
    nothing = {"reply_ids": (), "answered_at": None, "answered_by": None, "human_at": None, "agent_id": None}
    return turn.model_copy(update=nothing)


def _mood(turn: Turn, messages: Mapping[str, Message], shelf: Shelf) -> Mood:
    return shelf.moods.of_turn([messages[id_].text for id_ in turn.message_ids])


def _offered(cards: Sequence[SuggestionRow]) -> Iterator[Offered]:
    """Yield every text an agent can have taken: a remedy says something else for each of its options."""
    for row in cards:
        if row.suggestion.internal:
            continue
        yield Offered(suggestion_id=row.id, text=row.suggestion.text)
        if row.suggestion.detail:
            for steps in row.suggestion.detail.option_steps[1:]:
                yield Offered(suggestion_id=row.id, text="\n".join(step.text for step in steps))


def _steps(faced: Faced, text: str, shelf: Shelf) -> Mapping[StepName, bool] | None:
    """Return which of the steps a complaint's card proposes are said in a text; None where no card proposes any."""
    details = [row.suggestion.detail for row in faced.cards if row.suggestion.detail is not None]
    proposed = next((detail.steps for detail in details if detail.steps), ())
    if not faced.complains or not proposed:
        return None
    english = is_english(text)
    wordings: dict[StepName, list[str]] = {step: [] for step in StepName}
    for line in shelf.library.scripts:
        wordings[line.step].append(line.text_en if english else line.text)
    for steps in (each for detail in details for each in (detail.steps, *detail.option_steps)):
        for step in steps:
            wordings[step.step].append(step.text)
    said = steps_said(text, wordings, shelf.library.adoption)
    return {step.step: step.step in said for step in proposed}


def _place(message: Message) -> tuple[datetime, str]:
    return message.occurred_at, message.ref
