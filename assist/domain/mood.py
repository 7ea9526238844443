"""How a customer feels, and when that is a supervisor's matter."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from .figures import EntryId, Line
from .topic import Span
from .value import Value


class MoodName(StrEnum):
    happy = "happy"
    neutral = "neutral"
    upset = "upset"
    angry = "angry"


class Mood(Value):
    """How one text sounds. `score` is -1 (angry) to 1 (happy); `words` show it, in order of place."""

    score: Annotated[float, Field(ge=-1, le=1)]
    name: MoodName
    words: tuple[Span, ...] = ()


class MoodPolicy(Value):
    """From which score on a mood has its name; between `upset_to` and `happy_from` it is neutral."""

    angry_to: Annotated[float, Field(ge=-1, le=1)] = -0.85
    upset_to: Annotated[float, Field(ge=-1, le=1)] = -0.4
    happy_from: Annotated[float, Field(ge=-1, le=1)] = 0.4
    angry_words: tuple[Line, ...] = ()
    """Said by nobody who is calm: with one of these a negative text is angry."""
    happy_words: tuple[Line, ...] = ()
    upset_words: tuple[Line, ...] = ()
    """What praise and blame are shown by; each also moves the part of a text it stands in by `word_weight`."""
    negations: tuple[Line, ...] = ()
    """What turns a word after it round: 不, 没有; twice is not at all."""
    between: tuple[Line, ...] = ()
    """What may stand between a negation and its word: 不是[很]新鲜."""
    word_weight: Annotated[float, Field(ge=0, le=5)] = 1.0
    calm_words: tuple[Line, ...] = ()
    """Courtesy: a text of nothing else is neutral (好的谢谢)."""

    @model_validator(mode="after")
    def stand_in_order(self) -> Self:
        if not self.angry_to <= self.upset_to < self.happy_from:
            raise ValueError("angry_to may not be above upset_to, nor that at or above happy_from")
        return self


class AlertWhy(StrEnum):
    negative_share = "negative_share"
    mood = "mood"
    red_flag = "red_flag"


class RedFlag(Value):
    """Words of which any one needs a person: illness, authorities, media, the platform."""

    id: EntryId
    zh: Line
    en: Line
    words: Annotated[tuple[Line, ...], Field(min_length=1)]
    unless: tuple[Line, ...] = ()
    """Contexts in which they mean nothing: 12315元 around the word, 会不会… before and …哈哈 after it in its clause."""

    @model_validator(mode="after")
    def stand_on_one_side(self) -> Self:
        if strange := [one for one in self.unless if "…" in one[1:-1] or one.strip("…") == "" or one.count("…") > 1]:
            raise ValueError(f"unless of {self.id}: {', '.join(strange)}; … stands once, at the beginning or the end")
        return self


class AlertPolicy(Value):
    """When a supervisor is called. The share is of the customer's words, over the last `window_messages` of them."""

    negative_share: Annotated[float, Field(ge=0, le=1)] = 0.03
    window_messages: Annotated[int, Field(ge=1, le=50)] = 5
    least_hits: Annotated[int, Field(ge=1)] = 2
    least_wrong: Annotated[int, Field(ge=1)] = 3
    """As `least_hits`, where nobody is cross and all that is said is what is wrong with the goods."""
    least_tokens: Annotated[int, Field(ge=1)] = 15
    negative_words: tuple[Line, ...] = ()
    """Words of displeasure. What the complaint lexicon finds wrong counts beside them."""
    innocent: tuple[Line, ...] = ()
    """What only looks like one of them (笑死我了)."""
    negations: tuple[Line, ...] = ()
    """Before such a word, they turn it round: 没有坏, not bad."""
    fillers: tuple[Line, ...] = ()
    """What may stand between: 不是很差."""
    suppositions: tuple[Line, ...] = ()
    """Anywhere before it in its clause, they make it nothing that happened: 会不会, 如果."""
    mood_score: Annotated[float, Field(ge=-1, le=1)] = -0.9
    """The mean of the window's moods at or below which a supervisor is called, with `least_moods` negative ones."""
    least_moods: Annotated[int, Field(ge=1)] = 2
    red_flags: tuple[RedFlag, ...] = ()
    cooldown_minutes: Annotated[int, Field(ge=0)] = 10


class AlertReason(Value):
    """One reason, with where it is said: (index of the message in the window, span of its text)."""

    why: AlertWhy
    rule: EntryId = "share"
    share: float | None = None
    score: float | None = None
    words: tuple[tuple[int, Span], ...] = ()


class AlertState(StrEnum):
    open = "open"
    right = "right"
    """Somebody looked, and it was one."""
    wrong = "wrong"


class RiskWeights(Value):
    """What adds how much to the risk of a bad review; the sum is cut at 100. Numbers are the shop's own."""

    angry: Annotated[int, Field(ge=0, le=100)] = 30
    upset: Annotated[int, Field(ge=0, le=100)] = 15
    falling: Annotated[int, Field(ge=0, le=100)] = 10
    """The mood got worse since the conversation began."""
    alert: Annotated[int, Field(ge=0, le=100)] = 25
    red_flag: Annotated[int, Field(ge=0, le=100)] = 40
    complaint: Annotated[int, Field(ge=0, le=100)] = 15
    severe: Annotated[int, Field(ge=0, le=100)] = 10
    """All of it, or goods that may harm."""
    waiting: Annotated[int, Field(ge=0, le=100)] = 10
    """The customer waits longer than `waiting_minutes`."""
    missed_promise: Annotated[int, Field(ge=0, le=100)] = 20
    repeat: Annotated[int, Field(ge=0, le=100)] = 15
    """The same customer complained within `repeat_hours` before."""


class RiskPolicy(Value):
    """How the queue of open conversations is ordered. `high` and up is shown in the crisis view."""

    weights: RiskWeights = RiskWeights()
    waiting_minutes: Annotated[int, Field(ge=1)] = 3
    repeat_hours: Annotated[int, Field(ge=1)] = 72
    wait_warn_seconds: Annotated[int, Field(ge=1)] = 20
    wait_alarm_seconds: Annotated[int, Field(ge=1)] = 30
    """From when on the sidebar's waiting clock warns, and from when it alarms."""
    high: Annotated[int, Field(ge=0, le=100)] = 50
    open_hours: Annotated[int, Field(ge=1)] = 24
    """A conversation silent for longer is over, unless its customer waits or an alert is open."""
