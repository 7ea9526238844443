"""How does the customer sound in the turns that changed, and is a supervisor called?"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assist.domain.chat import Message
from assist.domain.event import Event
from assist.domain.topic import Span
from assist.store.queries import moods
from assist.store.queries.chats import TurnRow
from assist.store.queries.moods import MoodRow

from .libraries import Shelf
from .place import Place
from .raise_alert import Raised, raise_alerts
from .thread import Thread

logger = logging.getLogger(__name__)


_NOTHING = Raised()


@dataclass(frozen=True)
class Felt:
    """What a thread's changed turns came to: a mood each, alerts, and the facts of the log."""

    rows: tuple[MoodRow, ...] = ()
    void: tuple[str, ...] = ()
    raised: Raised = _NOTHING

    @property
    def scores(self) -> Mapping[str, float]:
        """Turn id -> mood, for the log's record of the turn."""
        return {row.turn_id: row.score for row in self.rows}

    @property
    def events(self) -> tuple[Event, ...]:
        return self.raised.events

    def keep(self, session: Session) -> None:
        moods.save_moods(session, self.rows, self.void)
        self.raised.keep(session)


def feel(session: Session, thread: Thread, shelf: Shelf, place: Place) -> Felt:
    """Read the mood of every turn that changed, and raise alerts for those that say something else.

    Where reading fails there is no mood and no alert, and the message is kept all the same.
    """
    try:
        rows = tuple(_mood(row, thread.messages, shelf, place) for row in thread.turns)
        speaking = [row for row in thread.turns if thread.says_something_else(row)]
        return Felt(rows, tuple(thread.void), raise_alerts(session, thread, speaking, shelf, place))
    except Exception as error:  # noqa: BLE001 - a bug in reading must not cost the message
        logger.error("reading the mood of %s failed: %s", place.conversation_id, type(error).__name__)
        return Felt()


def _mood(row: TurnRow, messages: Mapping[str, Message], shelf: Shelf, place: Place) -> MoodRow:
    said = [messages[id_] for id_ in row.turn.message_ids]
    mood = shelf.moods.of_turn([message.text for message in said])
    return MoodRow(
        turn_id=row.turn.id,
        shop_id=place.shop_id,
        conversation_id=place.conversation_id,
        episode=row.turn.episode,
        at=row.turn.started_at,
        score=mood.score,
        name=mood.name,
        words=tuple(_places(mood.words, said)),
    )


def _places(words: Iterable[Span], said: Sequence[Message]) -> Iterable[tuple[str, int, int]]:
    """Yield where words of the messages joined by line feeds stand in each of them."""
    begin = 0
    for message in said:
        end = begin + len(message.text)
        for word in words:
            if begin <= word.start and word.end <= end:
                yield message.id, word.start - begin, word.end - begin
        begin = end + 1
