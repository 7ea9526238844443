"""What KPIs count: turns, episodes, alerts, messages, promises, offers, who inquired; each as the log tells it."""

from abc import ABC, abstractmethod
from datetime import datetime
from enum import StrEnum

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
    """Everything the log says of one customer turn, the newest record of each fact. `mood` is its score.

    `subject_key` is the keyed hash that the customer is counted under, None where nobody knows who it is.
    """

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
    subject_key: str | None = None

    @property
    def id(self) -> str:
        return self.turn_id


class EpisodeRecord(Record):
    """A conversation from a first message on, until it was resolved or silent for a day.

    `moods` are those of its turns in order, small talk left out; None where one was not read. `eligible_at` is when the
    first turn began that we could have helped with. `offers` counts what was offered, each of the goods once; `arm` is
    shown or holdout where an offer was decided. `orders` and `paid_fen` are what the customer paid for within 24 hours
    after the offer; without one, after `eligible_at`.
    """

    episode: int | None
    complaint: bool
    moods: tuple[float | None, ...]
    alerts: int
    subject_key: str | None = None
    eligible_at: datetime | None = None
    offers: int = 0
    arm: str | None = None
    orders: int = 0
    paid_fen: int = 0

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
    """An agent's public message, with what the guards said of its words and of its promises.

    `personal` is how many facts of the customer it tells; None for one from before they were counted.
    """

    message_id: str
    words: Flagged
    promises: Flagged
    personal: int | None = None

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


class OfferState(StrEnum):
    """What became of an offer. `reversed`: bought, and all of it taken back; `not_due`: there is still time."""

    by_order = "by_order"
    by_text = "by_text"
    declined = "declined"
    lapsed = "lapsed"
    reversed = "reversed"
    not_due = "not_due"


ACCEPTED = frozenset({OfferState.by_order, OfferState.by_text})


class OfferRecord(Record):
    """An offer at the time it was sent. `again`: the same goods were offered in this episode before.

    `state` and money of an offer hold what became of those that said it again. `gross_fen` was paid for what was
    offered, `net_fen` is left of it after what was taken back.
    """

    suggestion_id: str
    episode: int | None
    offer_id: str
    skus: tuple[str, ...]
    again: bool
    state: OfferState
    gross_fen: int
    net_fen: int
    order_refs: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.suggestion_id

    @property
    def arm(self) -> str:
        """Name the goods that come first, or "" for a script that offers by name."""
        return self.skus[0] if self.skus else ""


class InquiryRecord(Record):
    """A customer at the first message that asks. `left_out` is why they do not count, or None.

    `known` is new, returning, or unknown where the log cannot tell; the agent is who replied last before it was paid.
    """

    message_id: str
    left_out: str | None
    paid: bool
    known: str

    @property
    def id(self) -> str:
        return self.message_id


class MadeRecord(Record):
    """A customer for whom an offer was decided, at the first. `arm`: shown, or holdout where nobody got to see it.

    `bought`: what was decided for them within 24 hours. `left_out` is why they do not count, or None.
    """

    suggestion_id: str
    arm: str
    bought: bool
    left_out: str | None

    @property
    def id(self) -> str:
        return self.suggestion_id


class Records(Value):
    """All records of a shop whose times lie in one window."""

    turns: tuple[TurnRecord, ...] = ()
    episodes: tuple[EpisodeRecord, ...] = ()
    alerts: tuple[AlertRecord, ...] = ()
    messages: tuple[MessageRecord, ...] = ()
    promises: tuple[PromiseRecord, ...] = ()
    offers: tuple[OfferRecord, ...] = ()
    inquiries: tuple[InquiryRecord, ...] = ()
    made: tuple[MadeRecord, ...] = ()
