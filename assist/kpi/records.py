"""What KPIs count: turns, episodes, supervisors' alerts, agents' messages, promises, each as the log tells it."""

from abc import ABC, abstractmethod
from datetime import datetime

from assist.domain.value import Value


class Record(Value, ABC):
    """What every record says. Agent, level and team are as they were at `at`, which decides the window."""

    conversation_id: str
    at: datetime
    agent_id: str | None
    level: str | None
    team: str | None
    platform: str | None
    category: str | None

    @property
    @abstractmethod
    def id(self) -> str:
        """Name the record among those of its kind."""


class TurnRecord(Record):
    """Everything the log says of one customer turn, the newest record of each fact. `mood` is its score."""

    turn_id: str
    episode: int | None
    small_talk: bool
    sidecar: str
    human_reply: bool
    covered: bool
    shown: bool
    explicit: bool
    implicit: bool
    mood: float | None

    @property
    def id(self) -> str:
        return self.turn_id


class EpisodeRecord(Record):
    """A conversation from a first message on, until it was resolved or silent for a day.

    `moods` are those of its turns in order, small talk left out; None where one was not read.
    """

    episode: int | None
    complaint: bool
    moods: tuple[float | None, ...]
    alerts: int

    @property
    def id(self) -> str:
        return f"{self.conversation_id}:{self.episode}"


class AlertRecord(Record):
    """A supervisor called to a conversation. `verdict`: right, wrong, or None while nobody has judged."""

    alert_id: str
    verdict: str | None

    @property
    def id(self) -> str:
        return self.alert_id


class Flagged(Value):
    """What one guard said of an agent's message: `caught` in a draft of it, or in what was sent."""

    caught: bool = False
    slipped: bool = False
    overridden: bool = False

    @property
    def sent(self) -> bool:
        return self.slipped or self.overridden


class MessageRecord(Record):
    """An agent's public message, with what the guards said of its words and of its promises."""

    message_id: str
    words: Flagged
    promises: Flagged

    @property
    def id(self) -> str:
        return self.message_id


class PromiseRecord(Record):
    """A promise at the time it was due. `state` is open, kept, missed, dismissed by a person, or taken_back."""

    promise_id: str
    state: str
    late: bool

    @property
    def id(self) -> str:
        return self.promise_id


class Records(Value):
    """All records of a shop whose times lie in one window."""

    turns: tuple[TurnRecord, ...] = ()
    episodes: tuple[EpisodeRecord, ...] = ()
    alerts: tuple[AlertRecord, ...] = ()
    messages: tuple[MessageRecord, ...] = ()
    promises: tuple[PromiseRecord, ...] = ()

    def all(self) -> tuple[Record, ...]:
        return (*self.turns, *self.episodes, *self.alerts, *self.messages, *self.promises)
