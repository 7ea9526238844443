"""Does what customers just said call a supervisor? Decided message by message, in the order of what was said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.orm import Session

from assist.domain.chat import Message, Role
from assist.domain.event import Event, EventKind
from assist.domain.ids import id_of
from assist.domain.mood import AlertReason, AlertState, Mood
from assist.store.queries import alerts, chats
from assist.store.queries.alerts import AlertRow, ReasonRow
from assist.store.queries.chats import TurnRow
from assist.suggest.alert import Call, may_call

from .libraries import Shelf
from .place import Place
from .thread import Thread

_READ_OVER = 4
"""So many times the window is read, because private and recalled messages are among them."""


@dataclass(frozen=True)
class Raised:
    """The alerts to keep, those whose words changed, and the log's facts about the new ones."""

    new: tuple[AlertRow, ...] = ()
    reread: tuple[AlertRow, ...] = ()
    events: tuple[Event, ...] = ()

    def keep(self, session: Session) -> None:
        for row in self.new:
            alerts.raise_alert(session, row)
        for row in self.reread:
            alerts.change_reasons(session, row)


@dataclass(frozen=True)
class _Spoken:
    """One message of a changed turn, with the window that ends with it."""

    turn: TurnRow
    window: tuple[Message, ...]

    @property
    def message(self) -> Message:
        return self.window[-1]


def raise_alerts(session: Session, thread: Thread, rows: Sequence[TurnRow], shelf: Shelf, place: Place) -> Raised:
    """Return the alerts that some of a thread's turns raise. An alert is named by its message: read again, it is the
    same one; what was raised stays raised, also where the message was taken back, but its words are gone then.
    """
    if not rows and not thread.changed:
        return Raised()
    spoken = _spoken(session, thread, rows, shelf.library.alerts.window_messages)
    when = {message.id: message for one in spoken for message in one.window}
    moods = {id_: shelf.moods.read(message.text) for id_, message in when.items()}
    found = [(one, _read(one, moods, shelf)) for one in spoken]
    candidates = [_row(one, reasons, place) for one, reasons in found if reasons]
    taken_back = {alert_id_of(id_) for id_ in thread.changed}
    if not candidates and not taken_back:
        return Raised()
    cooldown = timedelta(minutes=shelf.library.alerts.cooldown_minutes)
    said_at = [message.occurred_at for message in thread.messages.values()]
    kept = alerts.alerts_between(session, place.conversation_id, min(said_at) - cooldown, max(said_at) + cooldown)
    new = _new(candidates, kept, when, cooldown)
    return Raised(
        new=tuple(new),
        reread=tuple(_reread(kept, candidates, taken_back)),
        events=tuple(_event(row, one.message.id) for one, _ in found for row in new if row.id == _id_of(one)),
    )


def alert_id_of(message_id: str) -> str:
    return id_of("alert", message_id)


def _id_of(one: _Spoken) -> str:
    return alert_id_of(one.message.id)


def _spoken(session: Session, thread: Thread, rows: Sequence[TurnRow], most: int) -> list[_Spoken]:
    """Return the rows' messages in order, each with the customer's last ones of the same episode."""
    found: list[_Spoken] = []
    for episode in sorted({row.turn.episode for row in rows}):
        of_it = [row for row in rows if row.turn.episode == episode]
        said = _said(session, thread, of_it, most)
        turn_of = {id_: row for row in of_it for id_ in row.turn.message_ids}
        for at, message in enumerate(said):
            if message.id in turn_of:
                found.append(_Spoken(turn_of[message.id], tuple(said[max(0, at + 1 - most) : at + 1])))
    return found


def _said(session: Session, thread: Thread, rows: Sequence[TurnRow], most: int) -> list[Message]:
    """Return what the customer said in the rows' episode, from before the first of them on."""
    begin = min(row.turn.started_at for row in rows)
    messages = dict(thread.messages)
    start = begin
    if not thread.is_new:
        start = min(begin, chats.episode_start(session, thread.conversation.id, rows[0].turn.episode) or begin)
        kept = chats.said_before(session, thread.conversation.id, begin, start, _READ_OVER * most)
        messages = {message.id: message for message in kept} | messages
    own = {id_ for row in rows for id_ in row.turn.message_ids}
    end = max((messages[id_].occurred_at, messages[id_].ref) for id_ in own)
    return sorted(
        (
            message
            for message in messages.values()
            if message.role is Role.customer
            and not (message.private or message.recalled)
            and start <= message.occurred_at
            and (message.occurred_at, message.ref) <= end
        ),
        key=lambda message: (message.occurred_at, message.ref),
    )


def _read(one: _Spoken, moods: Mapping[str, Mood], shelf: Shelf) -> tuple[AlertReason, ...]:
    return shelf.alerts.read([message.text for message in one.window], [moods[message.id] for message in one.window])


def _row(one: _Spoken, reasons: Iterable[AlertReason], place: Place) -> AlertRow:
    ids = [message.id for message in one.window]
    return AlertRow(
        id=_id_of(one),
        shop_id=place.shop_id,
        conversation_id=place.conversation_id,
        turn_id=one.turn.turn.id,
        episode=one.turn.turn.episode,
        platform=place.platform,
        reasons=tuple(
            ReasonRow(
                reason.why,
                reason.rule,
                reason.share,
                reason.score,
                tuple((ids[at], word.start, word.end) for at, word in reason.words),
            )
            for reason in reasons
        ),
        raised_at=one.message.occurred_at,
    )


def _new(
    candidates: Sequence[AlertRow], kept: Sequence[AlertRow], said: dict[str, Message], cooldown: timedelta
) -> list[AlertRow]:
    """Return the candidates that are raised: something was said since the last alert, and the cooldown is over."""
    standing = {row.id: row for row in kept}
    new: list[AlertRow] = []
    for row in candidates:
        if row.id in standing or not _says_more(row, standing.values(), said):
            continue
        calls = [Call(one.id, one.raised_at, one.red_flag, one.state) for one in standing.values()]
        if may_call(Call(row.id, row.raised_at, row.red_flag), calls, cooldown):
            standing[row.id] = row
            new.append(row)
    return new


def _says_more(row: AlertRow, standing: Iterable[AlertRow], said: dict[str, Message]) -> bool:
    """Was anything of it said after the last alert before it? The same words call nobody twice."""
    last = max((one.raised_at for one in standing if one.raised_at <= row.raised_at), default=None)
    if last is None or row.red_flag:
        return True
    return any(said[id_].occurred_at > last for reason in row.reasons for id_, _, _ in reason.words)


def _reread(kept: Sequence[AlertRow], candidates: Sequence[AlertRow], taken_back: set[str]) -> list[AlertRow]:
    now = {row.id: row for row in candidates}
    changed: list[AlertRow] = []
    for row in kept:
        if row.id not in taken_back or row.state is not AlertState.open:
            continue
        told = now[row.id].reasons if row.id in now else tuple(replace(one, words=()) for one in row.reasons)
        changed.append(replace(row, reasons=told))
    return changed


def _event(row: AlertRow, message_id: str) -> Event:
    """Return the log's fact for a new alert: which reasons and how strong, never the words."""
    return Event(
        key=f"alert:{row.id}",
        shop_id=row.shop_id,
        kind=EventKind.alert_raised,
        at=row.raised_at,
        conversation_id=row.conversation_id,
        episode=row.episode,
        turn_id=row.turn_id,
        message_id=message_id,
        platform=row.platform,
        payload={
            "alert_id": row.id,
            "red_flag": row.red_flag,
            "reasons": [
                {"why": one.why.value, "rule": one.rule, "share": one.share, "score": one.score} for one in row.reasons
            ],
            "page": f"/desk?conversation={row.conversation_id}",
        },
    )
