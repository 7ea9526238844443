"""Which open conversations are likely to end in a bad review, and why? The worst first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.domain.chat import Message
from assist.domain.complaint import Issue, Severity
from assist.domain.mood import AlertState, MoodName, RiskPolicy
from assist.store.queries import alerts, chats, moods, people
from assist.store.queries import risks as asked
from assist.store.queries.alerts import AlertRow
from assist.store.queries.chats import ConversationRow
from assist.store.queries.moods import MoodRow
from assist.store.queries.risks import Complained
from assist.suggest.risk import Chat, Risk, risk_of

from .subject import subject_key

_DARKEST_LAST = list(MoodName)
_MOST_WORDS = 8
_LONGEST_WORD = 40


@dataclass(frozen=True)
class Called:
    """An alert with the words that raised it, as far as they still stand."""

    row: AlertRow
    words: tuple[str, ...]


@dataclass(frozen=True)
class Risky:
    """One open conversation: its risk, how long the customer waits, how they sounded, and its open alerts."""

    conversation: ConversationRow
    risk: Risk
    waiting_minutes: float
    moods: tuple[MoodRow, ...]
    called: tuple[Called, ...]


@dataclass(frozen=True)
class _Known:
    """What is known of all open conversations, by their ids."""

    episodes: Mapping[str, int]
    moods: Mapping[str, Sequence[MoodRow]]
    called: Mapping[str, Sequence[AlertRow]]
    words: Mapping[str, tuple[str, ...]]
    complained: Mapping[tuple[str, int], Complained]
    missed: Mapping[tuple[str, int], int]
    repeats: Mapping[str, float]


def risky(session: Session, shop_id: str, policy: RiskPolicy, now: datetime) -> list[Risky]:
    """Return a shop's open conversations, the most at risk first; of those alike, who waits longest.

    The number of questions to the database does not grow with that of conversations.
    """
    rows = asked.open_conversations(session, shop_id, now - timedelta(hours=policy.open_hours))
    if not rows:
        return []
    known = _look(session, shop_id, rows, policy, now)
    found = [_risky(row, known, policy, now) for row in rows]
    return sorted(found, key=lambda one: (-one.risk.score, -one.waiting_minutes, one.conversation.id))


def _look(session: Session, shop_id: str, rows: Sequence[ConversationRow], policy: RiskPolicy, now: datetime) -> _Known:
    ids = [row.id for row in rows]
    episodes = asked.episodes_of(session, shop_id, ids)
    called = alerts.alerts_of(session, shop_id, ids)
    return _Known(
        episodes=episodes,
        moods=moods.moods_of(session, shop_id, ids),
        called=called,
        words=words_of(session, shop_id, (one for of in called.values() for one in of if _is_open(one))),
        complained={(one.conversation_id, one.episode): one for one in asked.complaints_of(session, shop_id, ids)},
        missed=asked.missed_promises(session, shop_id, ids),
        repeats=_repeats(session, shop_id, rows, episodes, policy, now),
    )


def _risky(row: ConversationRow, known: _Known, policy: RiskPolicy, now: datetime) -> Risky:
    episode = known.episodes.get(row.id, 1)
    series = tuple(one for one in known.moods.get(row.id, ()) if one.episode == episode)
    called = known.called.get(row.id, ())
    waiting = (now - row.waiting_since).total_seconds() / 60 if row.waiting_since else 0.0
    chat = _chat(series, called, known.complained.get((row.id, episode)), episode).model_copy(
        update={
            "waiting_minutes": max(0.0, waiting),
            "missed_promises": known.missed.get((row.id, episode), 0),
            "hours_since_last_complaint": known.repeats.get(row.id),
        }
    )
    still_open = tuple(Called(one, known.words[one.id]) for one in called if _is_open(one))
    return Risky(row, risk_of(chat, policy), chat.waiting_minutes, series, still_open)


def _is_open(row: AlertRow) -> bool:
    return row.state is AlertState.open


def _chat(series: Sequence[MoodRow], called: Sequence[AlertRow], complaint: Complained | None, episode: int) -> Chat:
    """Return what moods, alerts and complaint say; an alert judged wrong says nothing, nor does an older episode's."""
    darkness = [_DARKEST_LAST.index(one.name) for one in series]
    standing = [
        one for one in called if one.state is not AlertState.wrong and (one.episode == episode or _is_open(one))
    ]
    return Chat(
        mood=series[-1].name if series else None,
        falling=bool(darkness) and darkness[-1] > darkness[0],
        alert=bool(standing),
        red_flag=any(one.red_flag for one in standing),
        complaint=complaint is not None and complaint.severity is not Severity.none,
        severe=complaint is not None
        and (complaint.severity is Severity.total_spoil or Issue.hygiene_foreign_safety in complaint.issues),
    )


def _repeats(
    session: Session,
    shop_id: str,
    rows: Sequence[ConversationRow],
    episodes: Mapping[str, int],
    policy: RiskPolicy,
    now: datetime,
) -> dict[str, float]:
    """Return how many hours ago each conversation's customer last complained elsewhere or in an earlier episode."""
    salt = people.shop(session, shop_id).subject_salt
    keys = {row.id: key for row in rows if (key := subject_key(salt, row.customer_ref))}
    past = asked.past_complaints(session, shop_id, set(keys.values()), now - timedelta(hours=policy.repeat_hours))
    found: dict[str, float] = {}
    for conversation_id, customer_key in keys.items():
        here = (conversation_id, episodes.get(conversation_id, 1))
        times = [at for key, id_, episode, at in past if key == customer_key and (id_, episode) != here and at <= now]
        if times:
            found[conversation_id] = (now - max(times)).total_seconds() / 3600
    return found


def words_of(session: Session, shop_id: str, rows: Iterable[AlertRow]) -> dict[str, tuple[str, ...]]:
    """Return the words that raised some alerts, by alert; none of a message that was taken back."""
    of = list(rows)
    ids = {id_ for row in of for reason in row.reasons for id_, _, _ in reason.words}
    messages = chats.messages(session, shop_id, sorted(ids))
    return {row.id: _words(row, messages) for row in of}


def _words(row: AlertRow, messages: Mapping[str, Message]) -> tuple[str, ...]:
    """Return at most eight words, a red flag's first; long ones are cut."""
    told: dict[str, None] = {}
    for reason in sorted(row.reasons, key=lambda one: one.why.value != "red_flag"):
        for id_, start, end in reason.words:
            message = messages.get(id_)
            if message is None or message.recalled or message.private:
                continue
            if said := " ".join(message.text[start:end].split()):
                told[said if len(said) <= _LONGEST_WORD else f"{said[:_LONGEST_WORD]}…"] = None
    whole = [one for one in told if not any(one != other and one in other for other in told)]
    return tuple(whole)[:_MOST_WORDS]
