"""What have a customer's offers come to? Worked out anew from messages and orders, and kept with its log and sums."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.domain.library import Library
from assist.store.queries import offers, suggestions
from assist.store.queries.offers import MadeRow
from assist.store.writer import tell
from assist.suggest.offers.outcome import Bought, Open, Outcome, bought_after, outcome

from .learn_offers import learn_outcome
from .offer_chat import OfferChat, read_offer_chat
from .offer_log import OfferLog
from .offer_orders import paid_orders
from .offer_tasks import cancel_offer, plan_offer

logger = logging.getLogger(__name__)

_REPEAT = "repeat"
_ANSWERS = {"accepted": "accepted", "reversed": "accepted", "declined": "declined", "lapsed": "lapsed"}
_LEARNED = {"accepted": "yes", "reversed": "no", "declined": "no", "lapsed": "no"}


@dataclass(frozen=True)
class Occasion:
    """Why offers are looked at. `cause` names what is being handled, so that handling it twice logs it once."""

    shop_id: str
    library: Library
    now: datetime
    cause: str


@dataclass(frozen=True)
class _Known:
    """What is known around some offers, by their ids."""

    chats: Mapping[str, OfferChat] = field(default_factory=dict[str, OfferChat])
    bought: Mapping[str, Bought] = field(default_factory=dict[str, Bought])


def bring_up_to_date(session: Session, suggestion_ids: Iterable[str], occasion: Occasion) -> None:
    """Keep what offers have come to by now, log what differs, and learn from it; run again, it changes nothing.

    All offers of one customer that may compete for an order are to be named together. What is held out is left out:
    nobody was offered it.
    """
    rows = [row for row in offers.lock(session, suggestion_ids) if not row.holdout]
    if not rows:
        return
    try:
        known = _look(session, rows, occasion)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        # A bug in reading offers must not cost the message; the task at their end looks again.
        logger.error("offers of %s are not followed: %s", occasion.cause, type(error).__name__)
        return
    for row in rows:
        _keep(session, row, known, occasion)


def _look(session: Session, rows: Sequence[MadeRow], occasion: Occasion) -> _Known:
    by_chat: dict[str, list[MadeRow]] = {}
    for row in rows:
        by_chat.setdefault(row.conversation_id, []).append(row)
    chats = {id_: read_offer_chat(session, id_, its, occasion.library) for id_, its in by_chat.items()}
    by_customer: dict[str, list[MadeRow]] = {}
    for row in rows:
        by_customer.setdefault(row.customer_ref, []).append(row)
    bought: dict[str, Bought] = {}
    for theirs in by_customer.values():
        waiting = [one for row in theirs if (one := _open(row, chats[row.conversation_id])) is not None]
        orders = paid_orders(session, theirs, (one.sent_at for one in waiting), occasion.library.selling)
        bought |= bought_after(waiting, orders, occasion.library.selling)
    return _Known(chats, bought)


def _open(row: MadeRow, chat: OfferChat) -> Open | None:
    sent = chat.sent.get(row.suggestion_id)
    return None if sent is None or sent.repeated else Open(row.suggestion_id, sent.message.occurred_at, row.skus)


def _keep(session: Session, row: MadeRow, known: _Known, occasion: Occasion) -> None:
    chat = known.chats[row.conversation_id]
    bought = _with_told(row, known.bought.get(row.suggestion_id))
    now = _as_of(row, chat, bought, occasion)
    now = replace(now, learned=learn_outcome(session, row, _learned(now), occasion.library.selling, occasion.now))
    if now == row:
        return
    offers.keep_outcome(session, now)
    _log(session, row, now, chat, bought, occasion)
    if now.sent_at is not None:
        suggestions.make_stale(session, [row.suggestion_id])
    if now.sent_at != row.sent_at:
        _plan(session, now, occasion)
    tell(session, "chat", row.shop_id, row.conversation_id)


def _with_told(row: MadeRow, bought: Bought | None) -> Bought | None:
    """What went back in time stays so: a later statement, or one that leaves it out, tells nothing about it."""
    if bought is None or bought.order_ref != row.order_ref:
        return bought
    taken = min(max(bought.taken_back_fen, row.taken_back_fen), bought.fen)
    return replace(
        bought, taken_back_fen=taken, whole=bought.whole or (row.state == "reversed" and taken == bought.fen)
    )


def _as_of(row: MadeRow, chat: OfferChat, bought: Bought | None, occasion: Occasion) -> MadeRow:
    """Return the row as it should be, but for what was learned."""
    sent = chat.sent.get(row.suggestion_id)
    nothing = {"answered_at": None, "by": None, "order_ref": None, "fen": 0, "taken_back_fen": 0}
    if sent is None:
        return replace(row, state="computed", sent_at=None, **nothing)
    sent_at = sent.message.occurred_at
    if sent.repeated:
        return replace(row, state="sent", sent_at=sent_at, **{**nothing, "by": _REPEAT})
    said = chat.said.get(row.suggestion_id)
    come_to: Outcome = outcome(sent_at, said, bought, occasion.now, occasion.library.selling)
    return replace(
        row,
        state=come_to.state,
        sent_at=sent_at,
        answered_at=come_to.at,
        by=come_to.by,
        order_ref=bought.order_ref if bought else None,
        fen=bought.fen if bought else 0,
        taken_back_fen=bought.taken_back_fen if bought else 0,
    )


def _learned(row: MadeRow) -> str:
    return _LEARNED.get(row.state, "")


def _counts(row: MadeRow) -> bool:
    return row.sent_at is not None and row.by != _REPEAT


def _log(
    session: Session, before: MadeRow, now: MadeRow, chat: OfferChat, bought: Bought | None, occasion: Occasion
) -> None:
    id_ = now.suggestion_id
    log = OfferLog(now, chat.cards.get(id_), chat.sent.get(id_), occasion.now, occasion.cause)
    if _counts(now) and (not _counts(before) or now.sent_at != before.sent_at):
        log.sending(session, now.sent_at or occasion.now, taken_back=False)
    elif _counts(before) and not _counts(now):
        log.sending(session, before.sent_at or occasion.now, taken_back=True)
    if _answer(now) != _answer(before):
        log.answer(session, _ANSWERS.get(now.state, "none"), now.answered_at or before.answered_at or occasion.now)
    if _back(now) != _back(before):
        at = (bought.back_at if bought else None) or occasion.now
        log.reversal(session, at, now.order_ref or before.order_ref, whole=now.state == "reversed")


def _answer(row: MadeRow) -> tuple[object, ...] | None:
    answer = _ANSWERS.get(row.state)
    return (answer, row.by, row.answered_at, row.order_ref, row.fen) if answer else None


def _back(row: MadeRow) -> tuple[int, bool, str | None]:
    back = row.taken_back_fen > 0 or row.state == "reversed"
    return row.taken_back_fen, row.state == "reversed", row.order_ref if back else None


def _plan(session: Session, row: MadeRow, occasion: Occasion) -> None:
    """Look again when the time to answer is over: by then everything told is there."""
    if row.sent_at is None or not _counts(row):
        cancel_offer(session, row)
    else:
        plan_offer(session, row, row.sent_at + timedelta(hours=occasion.library.selling.accept_hours))
