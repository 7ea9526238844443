"""What did agents promise in what they sent? Each promise becomes a row, and a task for when it is due."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.chat import Message, Role
from assist.domain.ids import id_of
from assist.domain.promise import LONGEST_FOLLOW_UP, PromisePolicy, PromiseState
from assist.store.queries import chats, promises
from assist.store.queries.promises import PromiseRow
from assist.suggest.promise import due_at, read_commitments

from .libraries import Shelf
from .place import Place
from .promise_log import log_promise
from .promise_tasks import cancel_promise, plan_promise
from .standing_promises import SaidPromise, standing
from .thread import Thread

logger = logging.getLogger(__name__)

_OPEN = (PromiseState.open,)


@dataclass(frozen=True)
class _Ledger:
    """All that is promised in a conversation's messages from a time on, to be compared with its rows."""

    since: datetime
    said: Sequence[SaidPromise]
    place: Place
    policy: PromisePolicy


def follow_promises(
    session: Session, thread: Thread, shelf: Shelf, timezone: str, place: Place
) -> Callable[[Session], None] | None:
    """Return what brings the ledger up to date after new, edited and recalled messages; None where nothing changed.

    To be run after the messages were kept. It gives the same rows whatever the order in which messages arrive, and
    changes nothing when run again. Only open promises follow their message: what a person or the clock has ended stays.
    """
    policy = shelf.library.promises
    if not policy.follow_up:
        return None
    try:
        since = _since(session, thread, policy, timezone)
        said = _said(session, thread, policy, timezone, since) if since else ()
    except Exception as error:  # noqa: BLE001 - a bug in reading promises must not cost the message
        logger.error("promises in %s are not followed: %s", place.conversation_id, type(error).__name__)
        return None
    if since is None:
        return None
    ledger = _Ledger(since, said, place, policy)
    return lambda session: _keep(session, ledger)


def _since(session: Session, thread: Thread, policy: PromisePolicy, timezone: str) -> datetime | None:
    """Return from when on the ledger may differ, or None: most messages promise nothing."""
    added = {one.message.id for one in thread.added}
    differ = [thread.messages[id_] for id_ in added | thread.changed]
    promising = [message for message in differ if _promises(message, policy, timezone)]
    # What an edit or a recall took away is known from the rows alone.
    unsaid = [message for message in differ if message.id not in added and message.role is Role.agent]
    rows: list[PromiseRow] = []
    if (promising or unsaid) and not thread.is_new:
        rows = promises.of_conversation(session, thread.conversation.shop_id, thread.conversation.id)
    if not (promising or (unsaid and rows)):
        return None
    since = min(message.occurred_at for message in (*promising, *unsaid))
    # What was promised before and was not due by then may repeat, or be repeated by, what differs now.
    for row in sorted(rows, key=lambda row: row.promised_at, reverse=True):
        since = row.promised_at if row.promised_at < since <= row.due_at else since
    return since


def _said(session: Session, thread: Thread, policy: PromisePolicy, timezone: str, since: datetime) -> list[SaidPromise]:
    kept = [] if thread.is_new else chats.messages_from(session, thread.conversation.id, since)
    messages = {message.id: message for message in kept}
    now = {new.message.id for new in thread.added} | thread.changed
    messages |= {id_: thread.messages[id_] for id_ in now if thread.messages[id_].occurred_at >= since}
    return [one for message in messages.values() for one in _promises(message, policy, timezone)]


def _promises(message: Message, policy: PromisePolicy, timezone: str) -> list[SaidPromise]:
    """Return what an agent's message promises and somebody has to see to."""
    if message.role is not Role.agent or message.private or message.recalled:
        return []
    said_at = message.occurred_at
    found: list[SaidPromise] = []
    for one in read_commitments(message.text, said_at, timezone):
        due = due_at(one, policy, said_at, timezone)
        if due is None or not said_at < due <= said_at + LONGEST_FOLLOW_UP:
            continue
        promise = SaidPromise(
            id=id_of("promise", message.id, str(one.words.start), one.kind.value),
            message_id=message.id,
            message_ref=message.ref,
            agent_id=message.agent_id,
            kind=one.kind,
            words=one.words,
            terms=one.due,
            promised_at=said_at,
            received_at=message.received_at,
            due_at=due,
        )
        found.append(promise)
    return found


def _keep(session: Session, ledger: _Ledger) -> None:
    """Open, move, take up again and dismiss rows until they say what the messages say."""
    place = ledger.place
    every = promises.of_conversation(session, place.shop_id, place.conversation_id)
    rows = {row.id: row for row in every if row.promised_at >= ledger.since}
    settled = [row for row in rows.values() if _is_settled(row)]
    wanted = {one.id: one for one in standing(ledger.said, settled)}
    for promise in wanted.values():
        _stand(session, promise, rows.get(promise.id), ledger)
    for row in rows.values():
        if row.state is PromiseState.open and row.id not in wanted:
            _dismiss(session, row, ledger, _why(row, ledger.said, wanted))
    _forget_changed_words(session, settled, ledger.said)


def _is_settled(row: PromiseRow) -> bool:
    return row.state is PromiseState.missed or row.ended_by is not None


def _stand(session: Session, promise: SaidPromise, row: PromiseRow | None, ledger: _Ledger) -> None:
    """Make a promise a row, or its row open and due when it is."""
    place = ledger.place
    if row is None:
        row = _new_row(session, promise, place)
        if promises.insert(session, row):
            log_promise(session, row, row.promised_at, place.now)
            plan_promise(session, row, ledger.policy, place.now)
        return
    words = {"word_start": promise.words.start, "word_end": promise.words.end}
    if row.state is PromiseState.open and (row.due_at, row.word_end) == (promise.due_at, promise.words.end):
        return
    changed = {"due_at": promise.due_at, "ended_at": None, **words}
    moved = promises.move(session, row, (row.state,), PromiseState.open, **changed)
    if moved is not None:
        log_promise(session, moved, moved.promised_at, place.now, again=place.cause)
        plan_promise(session, moved, ledger.policy, place.now)


def _new_row(session: Session, promise: SaidPromise, place: Place) -> PromiseRow:
    turn = chats.anchor_turn(session, place.conversation_id, promise.promised_at)
    return PromiseRow(
        id=promise.id,
        shop_id=place.shop_id,
        conversation_id=place.conversation_id,
        message_id=promise.message_id,
        episode=turn.turn.episode if turn else None,
        platform=place.platform,
        agent_id=promise.agent_id,
        kind=promise.kind,
        word_start=promise.words.start,
        word_end=promise.words.end,
        promised_at=promise.promised_at,
        due_at=promise.due_at,
    )


def _dismiss(session: Session, row: PromiseRow, ledger: _Ledger, why: str) -> None:
    now = ledger.place.now
    gone = promises.move(session, row, _OPEN, PromiseState.dismissed, ended_at=now)
    if gone is not None:
        cancel_promise(session, gone)
        log_promise(session, gone, now, now, again=ledger.place.cause, why=why)


def _why(row: PromiseRow, said: Iterable[SaidPromise], wanted: Mapping[str, SaidPromise]) -> str:
    """Say why a row stands no more: another row has its words, moved or repeated, or nothing has."""
    still_said = any(one.id == row.id for one in said)
    moved = any(one.message_id == row.message_id and one.kind is row.kind for one in wanted.values())
    return "repeated" if still_said or moved else "taken_back"


def _forget_changed_words(session: Session, settled: Iterable[PromiseRow], said: Iterable[SaidPromise]) -> None:
    spans = {one.id: one.words for one in said}
    for row in settled:
        words = spans.get(row.id)
        if row.word_end > row.word_start and (words is None or words.end != row.word_end):
            promises.forget_words(session, row)
