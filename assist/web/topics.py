"""What a turn is about, as the API says it; the labels to choose from, and an agent's correction."""

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session

from assist.desk.correct_topic import Correction, correct_topic
from assist.domain.chat import Message, Turn
from assist.domain.library import Label, Library
from assist.domain.topic import Topic
from assist.store.queries import chats, people
from assist.store.queries.chats import TurnRow
from assist.suggest.turns import telling

from .api_models import LabelOut, StepOut, TopicIn, TopicOut, TopicsOut, TopicWordOut
from .auth import SignedIn
from .front import front_of
from .words import in_language, language_of

router = APIRouter(prefix="/api/v1", tags=["topics"])

# Below it the topic is more likely wrong than right.
_EVEN = 0.5


@router.get("/topics")
def topics(request: Request, caller: SignedIn) -> TopicsOut:
    """The shop's categories and intents, named in the language asked for."""
    library = front_of(request).libraries.current(caller.shop_id).library
    language = language_of(request)
    return TopicsOut(
        categories=[LabelOut(id=one.id, name=_name(one, language)) for one in library.topics.categories],
        intents=[LabelOut(id=one.id, name=_name(one, language)) for one in library.topics.intents],
    )


@router.post("/conversations/{conversation_id}/topic")
def correct(request: Request, caller: SignedIn, conversation_id: str, body: TopicIn) -> StepOut:
    """Say what a turn is about; the same `step_id` again, or what stands already, is no second correction.

    409 when the turn has become part of another; 422 with the labels there are when one is unknown.
    """
    front = front_of(request)
    correction = Correction.model_validate(body.model_dump())
    labels = front.libraries.current(caller.shop_id).library.topics
    change = correct_topic(caller, conversation_id, correction, labels, front.clock())
    return StepOut(new=front.writer.submit(change).result().new)


def topic_out(session: Session, shop_id: str, row: TurnRow | None, library: Library, language: str) -> TopicOut | None:
    """Return a kept turn's topic with the customer's words it came from; None where there is none."""
    if row is None or row.topic is None:
        return None
    said = chats.messages(session, shop_id, row.turn.message_ids) if row.topic.words else {}
    corrected_by = people.agent(session, row.topic_by) if row.topic_by else None
    return TopicOut(
        turn_id=row.turn.id,
        category=row.topic.category,
        category_name=_named(library.topics.categories, row.topic.category, language),
        intent=row.topic.intent,
        intent_name=_named(library.topics.intents, row.topic.intent, language),
        score=row.topic.score,
        sure=row.topic.score >= _EVEN,
        words=topic_words(row.turn, row.topic, list(said.values())),
        corrected_by=corrected_by.name if corrected_by else None,
    )


def topic_words(turn: Turn, topic: Topic, messages: list[Message]) -> list[TopicWordOut]:
    """Return where in which message the topic's words stand: its spans count through the turn's whole text."""
    found: list[TopicWordOut] = []
    start = 0
    for message in telling(turn, messages):
        end = start + len(message.text)
        for word in topic.words:
            first, last = max(word.start, start) - start, min(word.end, end) - start
            if first < last and not message.recalled:
                found.append(TopicWordOut(message_id=message.id, start=first, end=last, text=message.text[first:last]))
        # The line break between two messages.
        start = end + 1
    return found


def _named(labels: tuple[Label, ...], label: str, language: str) -> str:
    """Return a label's name; its id where the library that knew it is gone."""
    return next((_name(one, language) for one in labels if one.id == label), label)


def _name(label: Label, language: str) -> str:
    return in_language(label.zh, label.en, language)
