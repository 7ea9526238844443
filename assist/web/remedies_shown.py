"""Which remedies does a conversation's sidebar show, and which of them beside a live card?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.domain.people import Caller
from assist.domain.remedy import Remedy, RemedyState
from assist.store.queries import complaints, people, remedies
from assist.store.queries.chats import ConversationRow
from assist.store.queries.remedies import RemedyRow
from assist.store.queries.suggestions import SuggestionRow

from .remedy_models import RemedyStateOut
from .remedy_views import remedy_state_out

_ENDS = frozenset(
    {RemedyState.executed, RemedyState.failed, RemedyState.rejected, RemedyState.expired, RemedyState.withdrawn}
)
# How long an end stays in sight: long enough for the agent who asked to come back to it.
_ENDED_SHOWN = timedelta(hours=24)


@dataclass(frozen=True)
class Shown:
    """`by_card` by a suggestion's id; `alone` what no live card shows, newest first."""

    by_card: Mapping[str, RemedyStateOut]
    alone: tuple[RemedyStateOut, ...]


def remedies_shown(
    session: Session, conversation: ConversationRow, cards: Sequence[SuggestionRow], caller: Caller, now: datetime
) -> Shown:
    """Return the newest remedy of each complaint's order line; ends only for a day."""
    newest = newest_of_each(remedies.of_conversation(session, conversation.shop_id, conversation.id), now)
    if not newest:
        return Shown({}, ())
    names = {agent.id: agent.name for agent in people.agents(session, conversation.shop_id)}
    titles = goods_of(session, conversation.shop_id, newest.values())
    of_card = {key: card.id for card in cards if (key := _key_of(card)) in newest}
    told = {key: remedy_state_out(row, names, caller, titles.get(row.id, "")) for key, row in newest.items()}
    return Shown(
        by_card={card_id: told[key] for key, card_id in of_card.items()},
        alone=tuple(state for key, state in told.items() if key not in of_card),
    )


def conversations_with_remedies(session: Session, shop_id: str, now: datetime) -> set[str]:
    """Return the conversations in which a remedy is to be seen."""
    return {row.conversation_id for row in remedies.in_state(session, shop_id) if _in_sight(row, now)}


def newest_of_each(rows: Iterable[RemedyRow], now: datetime) -> dict[tuple[str, str], RemedyRow]:
    """Return the newest remedy in sight by complaint and order line; `rows` come newest first."""
    found: dict[tuple[str, str], RemedyRow] = {}
    for row in rows:
        found.setdefault((row.complaint_id, row.line_ref), row)
    return {key: row for key, row in found.items() if _in_sight(row, now)}


def goods_of(session: Session, shop_id: str, rows: Iterable[RemedyRow]) -> dict[str, str]:
    """Return what each remedy is about, by its id: the order line's title as it was when it was decided."""
    wanted = list(rows)
    lines = {
        (line.complaint_id, line.line_ref): line.claim.line.title
        for complaint_id in {row.complaint_id for row in wanted}
        for line in complaints.lines_of(session, shop_id, complaint_id)
        if line.claim.line is not None
    }
    return {row.id: lines.get((row.complaint_id, row.line_ref), "") for row in wanted}


def _in_sight(row: RemedyRow, now: datetime) -> bool:
    return row.state not in _ENDS or now - (row.ended_at or row.requested_at) < _ENDED_SHOWN


def _key_of(card: SuggestionRow) -> tuple[str, str] | None:
    detail = card.suggestion.detail
    if detail is None or not isinstance(detail.decision, Remedy):
        return None
    return detail.complaint_id, detail.decision.line_ref
