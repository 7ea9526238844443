"""Does this conversation need a supervisor, and why?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from assist.domain.mood import AlertPolicy, AlertReason, AlertState, AlertWhy, Mood, MoodName
from assist.domain.topic import Span

from .alert_words import AlertWords, Heard, build_words
from .signals import SignalReader

_DARK = frozenset({MoodName.upset, MoodName.angry})
_KEPT = 4096
"""So many messages are not read again: each is in five windows."""


@dataclass(frozen=True, eq=False)
class AlertReader:
    """One library's words of displeasure, red flags and complaint signals, prepared."""

    _policy: AlertPolicy
    _words: AlertWords

    def read(self, texts: Sequence[str], moods: Sequence[Mood]) -> tuple[AlertReason, ...]:
        """Return the reasons found in the customer's last messages, oldest first; `moods` are of the same messages.

        A red flag counts in the newest message only: what was said before has had its alert.
        """
        last = self._policy.window_messages
        skipped = max(0, len(texts) - last)
        texts, moods = texts[-last:], moods[-last:]
        if not texts:
            return ()
        heard = [_heard(self._words, text) for text in texts]
        found = [*self._flags(heard), *self._share(heard), *self._mood(texts, moods)]
        return tuple(_moved(reason, skipped) for reason in found)

    def is_cross(self, text: str) -> bool:
        """Is there a word of displeasure in a text?"""
        return bool(_heard(self._words, text).cross)

    def _flags(self, heard: Sequence[Heard]) -> list[AlertReason]:
        newest = len(heard) - 1
        return [
            AlertReason(why=AlertWhy.red_flag, rule=rule, words=tuple((newest, word) for word in words))
            for rule, words in heard[-1].flags.items()
        ]

    def _share(self, heard: Sequence[Heard]) -> list[AlertReason]:
        """What is wrong with goods is a complaint, and has its card: more of it is needed where nobody is cross."""
        tokens = sum(one.tokens for one in heard)
        words = tuple((at, word) for at, one in enumerate(heard) for word in one.negative)
        policy = self._policy
        least = policy.least_hits if any(one.cross for one in heard) else policy.least_wrong
        if len(words) < least or tokens < policy.least_tokens:
            return []
        share = len(words) / tokens
        if share <= policy.negative_share:
            return []
        return [AlertReason(why=AlertWhy.negative_share, share=round(min(1.0, share), 4), words=words)]

    def _mood(self, texts: Sequence[str], moods: Sequence[Mood]) -> list[AlertReason]:
        dark = [at for at, mood in enumerate(moods) if mood.name in _DARK]
        if len(dark) < self._policy.least_moods:
            return []
        mean = sum(mood.score for mood in moods) / len(moods)
        if mean > self._policy.mood_score:
            return []
        words = tuple((at, word) for at in dark for word in moods[at].words or _whole(texts[at]))
        return [AlertReason(why=AlertWhy.mood, rule="mood", score=round(mean, 4), words=words)]


@lru_cache(maxsize=_KEPT)
def _heard(words: AlertWords, text: str) -> Heard:
    return words.hear(text)


def _whole(text: str) -> tuple[Span, ...]:
    return (Span(start=0, end=len(text)),) if text else ()


def _moved(reason: AlertReason, places: int) -> AlertReason:
    if not places:
        return reason
    return reason.model_copy(update={"words": tuple((at + places, word) for at, word in reason.words)})


def build_alerts(policy: AlertPolicy, signals: SignalReader | None = None) -> AlertReader:
    """Return the reader of a policy. With `signals`, whatever they find alarming is a red flag too."""
    return AlertReader(policy, build_words(policy, signals))


@dataclass(frozen=True)
class Call:
    """A supervisor called, or to be called, to a conversation: when it was said, and whether by a red flag."""

    id: str
    at: datetime
    red_flag: bool
    state: AlertState = AlertState.open


def may_call(call: Call, others: Iterable[Call], cooldown: timedelta) -> bool:
    """Return whether somebody is called: not twice within the cooldown, before or after, by the times of what was said.

    A red flag is not held back by a call without one, nor by one that was judged wrong.
    """
    near = [one for one in others if abs(one.at - call.at) < cooldown]
    if call.red_flag:
        return not any(one.red_flag and one.state is not AlertState.wrong for one in near)
    return not near
