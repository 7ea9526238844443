"""Keep what a platform delivered, once, before anything is done with it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from assist.contract import Account, Event, Ignored, OrderPaid, OrderRefunded, OrderUpdated
from assist.domain.ids import conversation_id_of, id_of
from assist.store.queries import inbox
from assist.store.queries.inbox import Kept, NewRow
from assist.store.writer import tell


def receive(account: Account, events: Sequence[Event], raw: bytes, received_at: datetime) -> list[NewRow]:
    """Return the rows that keep a proven request's events; ignored ones are kept as such."""
    digest = _digest(raw)
    return [
        NewRow(
            shop_id=account.shop_id,
            adapter=account.adapter,
            account=account.account,
            event_ref=event.event_ref,
            lane_id=lane_of(account, event),
            kind=event.type,
            body=event.model_dump_json(exclude_defaults=True, exclude={"type"}),
            raw=raw if position == 0 else None,
            raw_digest=digest,
            received_at=received_at,
            state="ignored" if isinstance(event, Ignored) else "pending",
            error=event.reason if isinstance(event, Ignored) else None,
        )
        for position, event in enumerate(events)
    ]


def receive_undecodable(account: Account, raw: bytes, received_at: datetime, error: str) -> list[NewRow]:
    """Return the row that keeps a proven request nobody could read: dead, with its bytes."""
    digest = _digest(raw)
    row = NewRow(
        shop_id=account.shop_id,
        adapter=account.adapter,
        account=account.account,
        event_ref=f"undecodable:{digest}",
        lane_id=f"undecodable:{digest}",
        kind="undecodable",
        body="",
        raw=raw,
        raw_digest=digest,
        received_at=received_at,
        state="dead",
        error=error[:500],
    )
    return [row]


def keep_received(session: Session, requests: Sequence[Sequence[NewRow]]) -> list[Kept]:
    """Keep the rows of every request that waits, together: one statement, then the 2xx of each."""
    tell(session, "inbox")
    return inbox.keep(session, requests)


def lane_of(account: Account, event: Event) -> str:
    """Return what an event waits its turn behind: its conversation, else its own subject."""
    if event.ref is not None:
        return conversation_id_of(account.shop_id, account.adapter, account.account, event.ref.conversation_ref)
    subject = event.order_ref if isinstance(event, OrderUpdated | OrderPaid | OrderRefunded) else event.event_ref
    return id_of("subject", account.shop_id, account.adapter, account.account, event.type, subject)


def sort_key(rows: Sequence[NewRow]) -> tuple[str, ...]:
    """Return the order in which every process inserts, so that two batches never wait for each other."""
    return (rows[0].adapter, rows[0].account, *(row.event_ref for row in rows))


def _digest(raw: bytes) -> str:
    return hashlib.blake2b(raw, digest_size=16).hexdigest()
