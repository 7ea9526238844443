"""What does the log say of customer turns, and of the episodes they make?"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.event import EventKind
from assist.store.queries import events
from assist.store.queries.events import Logged

from .eligible import not_eligible
from .past import Past
from .records import AlertRecord, EpisodeRecord, TurnRecord

_ABOUT_TURNS = (
    EventKind.suggestion_computed,
    EventKind.shown,
    EventKind.sent_match,
    EventKind.topic_corrected,
)
_ABOUT_EPISODES = (EventKind.complaint_opened, EventKind.alert_raised)

Episode = tuple[str, int | None]


def read_turns(past: Past) -> list[TurnRecord]:
    """Return every turn of the conversations in which one began in the window, in order, at any time.

    Each with what happened to it at any time; the newest record of a fact is the true one.
    """
    newest: dict[str, Logged] = {}
    moods: dict[str, float] = {}
    about: dict[str, list[Logged]] = defaultdict(list)
    # A turn's later records may say that it is void; a later record stands at the turn's own time.
    for event in past.of((EventKind.turn, *_ABOUT_TURNS)):
        if event.turn_id is None:
            continue
        if event.kind is EventKind.turn:
            newest[event.turn_id] = event
            # A record that only tells of a reply need not repeat how the customer sounded.
            if isinstance(mood := event.payload.get("mood"), int | float):
                moods[event.turn_id] = float(mood)
        else:
            about[event.turn_id].append(event)
    live = {turn_id: event for turn_id, event in newest.items() if event.payload.get("state") != "void"}
    records = [_turn(turn_id, event, about[turn_id], moods.get(turn_id)) for turn_id, event in live.items()]
    return sorted(records, key=lambda record: (record.at, record.turn_id))


def read_episodes(past: Past, turns: Sequence[TurnRecord]) -> list[EpisodeRecord]:
    """Return the episodes that turns make, in order of their first. `turns` are all of some conversations."""
    of: dict[Episode, list[TurnRecord]] = defaultdict(list)
    for turn in turns:
        of[turn.conversation_id, turn.episode].append(turn)
    episode_of = {turn.turn_id: (turn.conversation_id, turn.episode) for turn in turns}
    alerts: Counter[Episode] = Counter()
    complained: set[Episode] = set()
    for event in past.of(_ABOUT_EPISODES):
        # Episodes are counted anew when an earlier message comes late: the turn knows which one it is in now.
        there = episode_of.get(event.turn_id or "", (event.conversation_id or "", event.episode))
        if event.kind is EventKind.alert_raised:
            alerts[there] += 1
        else:
            complained.add(there)
    return [_episode(key, said, alerts[key], complaint=key in complained) for key, said in of.items()]


def read_alerts(session: Session, shop_id: str, start: datetime, end: datetime, past: Past) -> list[AlertRecord]:
    """Return the alerts raised in the window, in order, each with the newest verdict on it."""
    raised = list(events.logged(session, shop_id, [EventKind.alert_raised], start, end))
    judged = past.of([EventKind.alert_judged], {event.conversation_id for event in raised if event.conversation_id})
    verdicts = {str(event.payload.get("alert_id")): str(event.payload.get("verdict")) for event in judged}
    return [_alert(event, verdicts) for event in raised]


def _turn(turn_id: str, turn: Logged, happened: Sequence[Logged], mood: float | None) -> TurnRecord:
    matches = _newest_matches(happened)
    adopted = [match for match in matches if match.suggestion_id and match.payload.get("arm") == "shown"]
    computed = [event for event in happened if event.kind is EventKind.suggestion_computed]
    assert turn.conversation_id is not None
    return TurnRecord(
        turn_id=turn_id,
        conversation_id=turn.conversation_id,
        at=turn.at,
        agent_id=turn.agent_id,
        level=turn.level,
        team=turn.team,
        platform=turn.platform,
        category=_category(turn, happened),
        episode=turn.episode,
        small_talk=bool(turn.payload.get("small_talk")),
        sidecar=str(turn.payload.get("sidecar")),
        human_reply=turn.payload.get("human_at") is not None,
        # What is held out from a customer was never a card that anybody could have used.
        covered=any(event.payload.get("arm") != "holdout" for event in computed),
        shown=any(event.kind is EventKind.shown for event in happened),
        explicit=any(match.payload.get("explicit") is True for match in adopted),
        implicit=any(match.payload.get("explicit") is not True for match in adopted),
        mood=mood,
        subject_key=turn.subject_key,
    )


def _category(turn: Logged, happened: Sequence[Logged]) -> str | None:
    """Return what the turn is about: as an agent said last, else as it was read, else as its first card says."""
    corrected = [event.category for event in happened if event.kind is EventKind.topic_corrected]
    if corrected or turn.category:
        return corrected[-1] if corrected else turn.category
    # Turns logged before topics were read have only their cards.
    computed = (event for event in happened if event.kind is EventKind.suggestion_computed)
    first = min(computed, key=lambda event: int(str(event.payload.get("rank", 0))), default=None)
    return first.category if first else None


def _newest_matches(happened: Iterable[Logged]) -> list[Logged]:
    """A reply's newest match is the true one: late messages correct earlier ones."""
    matches = (event for event in happened if event.kind is EventKind.sent_match)
    return list({event.message_id: event for event in matches}.values())


def _episode(key: Episode, turns: Sequence[TurnRecord], alerts: int, *, complaint: bool) -> EpisodeRecord:
    """An episode is its first agent's, and about what was named first."""
    first = turns[0]
    agent = next((turn for turn in turns if turn.agent_id), first)
    return EpisodeRecord(
        conversation_id=key[0],
        episode=key[1],
        at=first.at,
        agent_id=agent.agent_id,
        level=agent.level,
        team=agent.team,
        platform=first.platform,
        category=next((turn.category for turn in turns if turn.category), None),
        complaint=complaint,
        moods=tuple(turn.mood for turn in turns if not turn.small_talk),
        alerts=alerts,
        subject_key=first.subject_key,
        eligible_at=next((turn.at for turn in turns if not_eligible(turn) is None), None),
    )


def _alert(event: Logged, verdicts: dict[str, str]) -> AlertRecord:
    alert_id = str(event.payload.get("alert_id"))
    return AlertRecord(
        alert_id=alert_id,
        conversation_id=event.conversation_id or "",
        at=event.at,
        agent_id=event.agent_id,
        level=event.level,
        team=event.team,
        platform=event.platform,
        category=event.category,
        verdict=verdicts.get(alert_id),
    )
