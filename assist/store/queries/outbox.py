"""What is to be sent, who sends it now, and how it ended."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from assist.store import tables
from assist.store.sql import database_now, insert_once, upsert
from assist.store.tables import table_of

LEASE = timedelta(seconds=60)

_outbox = table_of(tables.Outbox)
_webhook = table_of(tables.Webhook)
_message = table_of(tables.Message)


@dataclass(frozen=True)
class NewDelivery:
    """One text or webhook to send, once. `kind` is reply or webhook."""

    shop_id: str
    kind: str
    idempotency_key: str
    not_before: datetime
    expires_at: datetime
    created_at: datetime
    adapter: str = ""
    account: str = ""
    conversation_id: str | None = None
    conversation_ref: str = ""
    text: str = ""
    payload: str = "{}"
    agent_id: str | None = None
    suggestion_id: str | None = None
    library_number: int | None = None


@dataclass(frozen=True)
class Delivery:
    """A claimed row: ours until the lease runs out. `attempts` counts this try."""

    id: int
    shop_id: str
    kind: str
    adapter: str
    account: str
    conversation_id: str | None
    conversation_ref: str
    idempotency_key: str
    text: str
    payload: dict[str, Any]
    agent_id: str | None
    suggestion_id: str | None
    attempts: int
    expires_at: datetime


@dataclass(frozen=True)
class Reply:
    """A text of ours and how sending it stands."""

    key: str
    text: str
    state: str
    created_at: datetime


@dataclass(frozen=True)
class Webhook:
    id: str
    shop_id: str
    url: str
    secret: str
    kinds: tuple[str, ...]


def queue(session: Session, delivery: NewDelivery) -> bool:
    """Queue a delivery; False when its idempotency key is there already."""
    values = {**delivery.__dict__, "state": "queued", "attempts": 0}
    return insert_once(session, _outbox, values)


def claim(session: Session, owner: str, limit: int) -> list[Delivery]:
    """Lease what is due. A row whose lease ran out may have been sent: it becomes `unknown`, never due again."""
    now = database_now(session)
    session.execute(
        update(_outbox)
        .where(_outbox.c.state == "claimed", _outbox.c.lease_until <= now)
        .values(state="unknown", error="the sender stopped before the outcome was known", lease_owner=None)
    )
    session.execute(
        update(_outbox)
        .where(_outbox.c.state == "queued", _outbox.c.expires_at <= now)
        .values(state="expired", error="not sent in time")
    )
    due = (
        select(_outbox.c.id)
        .where(_outbox.c.state == "queued", _outbox.c.not_before <= now)
        .order_by(_outbox.c.id)
        .limit(limit)
    )
    if session.get_bind().dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True)
    statement = (
        update(_outbox)
        .where(_outbox.c.id.in_(due))
        .values(state="claimed", lease_owner=owner, lease_until=now + LEASE, attempts=_outbox.c.attempts + 1)
        .returning(_outbox)
    )
    return sorted((_read(row) for row in session.execute(statement)), key=lambda delivery: delivery.id)


def settle(session: Session, delivery_id: int, state: str, *, message_ref: str | None, error: str | None) -> None:
    """Say how a send ended: sent, failed, unknown or cancelled."""
    values = {
        "state": state,
        "message_ref": message_ref,
        "error": error,
        "lease_owner": None,
        "lease_until": None,
    }
    session.execute(update(_outbox).where(_outbox.c.id == delivery_id).values(values))


def retry_at(session: Session, delivery_id: int, at: datetime, error: str) -> None:
    values = {"state": "queued", "not_before": at, "error": error, "lease_owner": None, "lease_until": None}
    session.execute(update(_outbox).where(_outbox.c.id == delivery_id).values(values))


def next_due(session: Session) -> datetime | None:
    """Return when the next queued delivery is due, or None when nothing waits."""
    query = select(_outbox.c.not_before).where(_outbox.c.state == "queued")
    return session.execute(query.order_by(_outbox.c.not_before).limit(1)).scalar_one_or_none()


def text_of(session: Session, shop_id: str, idempotency_key: str) -> str | None:
    query = select(_outbox.c.text).where(_outbox.c.shop_id == shop_id, _outbox.c.idempotency_key == idempotency_key)
    return session.execute(query).scalar_one_or_none()


def not_shown_back(session: Session, conversation_id: str, since: datetime) -> list[Reply]:
    """Return our texts to a conversation that the platform has not shown us as messages, oldest first."""
    shown = select(_message.c.id).where(
        _message.c.conversation_id == _outbox.c.conversation_id,
        or_(_message.c.echo_of == _outbox.c.idempotency_key, _message.c.message_ref == _outbox.c.message_ref),
    )
    query = select(_outbox).where(
        _outbox.c.conversation_id == conversation_id,
        _outbox.c.kind == "reply",
        _outbox.c.created_at >= since,
        ~shown.exists(),
    )
    return [
        Reply(row.idempotency_key, row.text, row.state, row.created_at)
        for row in session.execute(query.order_by(_outbox.c.id))
    ]


def was_sent_by_us(session: Session, shop_id: str, keys: list[str]) -> dict[str, str | None]:
    """Map each of our idempotency keys or message refs among `keys` to the agent it was sent for."""
    query = select(_outbox.c.idempotency_key, _outbox.c.message_ref, _outbox.c.agent_id).where(
        _outbox.c.shop_id == shop_id,
        or_(_outbox.c.idempotency_key.in_(keys), _outbox.c.message_ref.in_(keys)),
    )
    found: dict[str, str | None] = {}
    for row in session.execute(query):
        found[row.idempotency_key] = row.agent_id
        if row.message_ref:
            found[row.message_ref] = row.agent_id
    return found


def webhooks(session: Session, shop_id: str) -> list[Webhook]:
    rows = session.execute(select(_webhook).where(_webhook.c.shop_id == shop_id, _webhook.c.enabled))
    return [Webhook(row.id, row.shop_id, row.url, row.secret, tuple(json.loads(row.kinds))) for row in rows]


def save_webhook(session: Session, webhook: Webhook) -> None:
    values = {**webhook.__dict__, "kinds": json.dumps(webhook.kinds), "enabled": True}
    upsert(session, _webhook, [values], fixed=("shop_id",))


def _read(row: Any) -> Delivery:
    return Delivery(
        id=row.id,
        shop_id=row.shop_id,
        kind=row.kind,
        adapter=row.adapter,
        account=row.account,
        conversation_id=row.conversation_id,
        conversation_ref=row.conversation_ref,
        idempotency_key=row.idempotency_key,
        text=row.text,
        payload=json.loads(row.payload),
        agent_id=row.agent_id,
        suggestion_id=row.suggestion_id,
        attempts=row.attempts,
        expires_at=row.expires_at,
    )
