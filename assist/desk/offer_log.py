"""What goes into the event log about offers: who sent them, what came of them in fen; never what was said.

A correction is a later event: of an offer's events of one kind the newest is true. `offer_sent` with `taken_back`
and `offer_answered` with the answer "none" say that what was logged before does not hold; `offer_reversed` tells all
that has gone back so far, not what was added.
"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy.orm import Session

from assist.domain.event import Event, EventKind
from assist.store.queries import events, people
from assist.store.queries.offers import MadeRow
from assist.store.queries.suggestions import SuggestionRow
from assist.suggest.offers.outcome import Sent

from .announce import announce


@dataclass(frozen=True)
class OfferLog:
    """Where what comes of one offer is logged. `cause` names what is being handled; `sent` is None for one unsent."""

    row: MadeRow
    card: SuggestionRow | None
    sent: Sent | None
    now: datetime
    cause: str

    def sending(self, session: Session, at: datetime, *, taken_back: bool) -> None:
        row = self.row
        detail = self.card.suggestion.offer if self.card else None
        place = f"{row.conversation_id}:{self._episode}:{row.arm or row.offer_id}"
        event = self._event(
            session,
            EventKind.offer_sent,
            at,
            sum(one.price_fen or 0 for one in detail.goods) if detail else 0,
            evidence=detail.proof.fact_id if detail else None,
            context=row.context,
            propensity=row.propensity,
            explored=row.explored,
            holdout=row.holdout,
            taken_back=taken_back,
        )
        first = event.model_copy(update={"key": f"offer_sent:{place}"})
        if taken_back or not self._append(session, first):
            self._append(session, event)

    def answer(self, session: Session, answer: str, at: datetime) -> None:
        """`answer`: accepted, declined, lapsed, or none where an answer that was logged does not hold any more."""
        row = self.row
        told = {"answer": answer, "by": row.by, "order_ref": row.order_ref}
        self._append(session, self._event(session, EventKind.offer_answered, at, row.fen, **told))

    def reversal(self, session: Session, at: datetime, order_ref: str | None, *, whole: bool) -> None:
        """`whole`: all that the offer brought went back, so that it counts as accepted no more."""
        told = {"order_ref": order_ref, "whole": whole}
        event = self._event(session, EventKind.offer_reversed, at, self.row.taken_back_fen, **told)
        self._append(session, event)

    @property
    def _episode(self) -> int:
        return self.sent.turn.episode if self.sent else self.row.episode

    def _append(self, session: Session, event: Event) -> bool:
        new = events.append_once(session, event)
        if new:
            announce(session, self.row.shop_id, [event], self.now)
        return new

    def _event(self, session: Session, kind: EventKind, at: datetime, fen: int, **payload: JsonValue) -> Event:
        row = self.row
        agent_id = self.sent.message.agent_id if self.sent else None
        agent = people.agent(session, agent_id) if agent_id else None
        return Event(
            key=f"{kind.value}:{row.suggestion_id}:{self.cause}",
            shop_id=row.shop_id,
            kind=kind,
            at=at,
            conversation_id=row.conversation_id,
            episode=self._episode,
            turn_id=row.turn_id,
            message_id=self.sent.message.id if self.sent else None,
            suggestion_id=row.suggestion_id,
            agent_id=agent_id,
            level=agent.level.value if agent and agent.level else None,
            team=agent.team if agent else None,
            platform=row.adapter,
            category=self.card.category if self.card else None,
            subject_key=row.subject_key,
            n=fen,
            payload={"offer_id": row.offer_id, "skus": list(row.skus), **payload},
        )
