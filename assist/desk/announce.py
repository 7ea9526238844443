"""Tell a shop's other systems what happened: a signed webhook for each event they asked for."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.domain.event import Event
from assist.domain.ids import id_of
from assist.store.queries import outbox
from assist.store.writer import tell

EXPIRES_AFTER = timedelta(hours=72)
"""How long a receiver may be down before an event is given up."""


def announce(session: Session, shop_id: str, log: Sequence[Event], now: datetime) -> None:
    """Queue a webhook for every event that a shop's receivers named; the same event is queued once."""
    receivers = outbox.webhooks(session, shop_id)
    for receiver in receivers:
        for event in log:
            if event.kind.value in receiver.kinds:
                outbox.queue(session, _delivery(event, receiver, now))
                tell(session, "outbox")


def _delivery(event: Event, receiver: outbox.Webhook, now: datetime) -> outbox.NewDelivery:
    body = {
        "type": f"assist.{event.kind.value}",
        "timestamp": event.at.isoformat(),
        "data": event.model_dump(mode="json", exclude={"shop_id", "kind"}),
    }
    return outbox.NewDelivery(
        shop_id=event.shop_id,
        kind="webhook",
        idempotency_key=id_of("webhook", receiver.id, event.key),
        payload=json.dumps({"url": receiver.url, "secret": receiver.secret, "body": body}, ensure_ascii=False),
        conversation_id=None,
        not_before=now,
        expires_at=now + EXPIRES_AFTER,
        created_at=now,
    )
