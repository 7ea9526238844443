"""The generic adapter opened for a test, and one example of everything a sender may post."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from assist.contract import Account, Adapter, Event, HttpClient, HttpReply, RawRequest, key_of, signed_headers
from assist.contract.discovery import adapter_type
from tests.conftest import NOW

SECRET = "whsec_" + b64encode(bytes(range(32))).decode()
OLD_SECRET = "whsec_" + b64encode(bytes(range(32, 64))).decode()
AT = "2026-11-21T17:00:00+08:00"

EXAMPLES: dict[str, dict[str, Any]] = {
    "message.received": {
        "conversation_ref": "c1",
        "message_ref": "m1",
        "sent_at": AT,
        "actor": {"role": "customer", "ref": "buyer-1", "name": "虾兵蟹将"},
        "text": "如何保存活虾🦐\r\n<b>急</b>",
        "attachments": [{"kind": "image", "url": "https://example.com/1.jpg", "name": "1.jpg", "sha256": "ab"}],
        "order_refs": ["o1"],
        "reply_to_ref": "m0",
        "echo_of": None,
        "private": False,
        "context": {"browsing": ["shrimp"], "cart": [], "page": "https://example.com/p/1"},
    },
    "message.edited": {"conversation_ref": "c1", "message_ref": "m1", "sent_at": AT, "text": "如何保存死虾"},
    "message.recalled": {"conversation_ref": "c1", "message_ref": "m1", "sent_at": AT},
    "conversation.state": {
        "conversation_ref": "c1",
        "sent_at": AT,
        "state": "resolved",
        "assignee": {"role": "agent", "ref": "agent-1", "name": "小林"},
    },
    "order.updated": {
        "conversation_ref": "c1",
        "order_ref": "o1",
        "customer_ref": "buyer-1",
        "sent_at": AT,
        "status": "signed",
        "paid_fen": 5990,
        "refunded_fen": 0,
        "lines": [{"line_ref": "l1", "sku": "shrimp-500", "title": "活虾500g", "quantity": 2, "paid_fen": 5990}],
        "paid_at": AT,
        "signed_at": AT,
    },
    "order.paid": {"conversation_ref": "c1", "order_ref": "o1", "customer_ref": "buyer-1", "paid_fen": 5990},
    "order.refunded": {"conversation_ref": "c1", "order_ref": "o1", "customer_ref": "buyer-1", "refunded_fen": 1000},
    "rating.received": {"conversation_ref": "c1", "sent_at": AT, "scale": "csat_5", "score": 5},
    "fact.updated": {
        "fact": "stock",
        "subject": "shrimp-500",
        "value": {"left": 3},
        "valid_from": AT,
        "valid_until": AT,
    },
    "customer.updated": {"customer_ref": "buyer-1", "name": "虾兵蟹将", "facts": {"orders": 3, "vip": True}},
}
"""Type -> `data` with every field filled."""

LEAST: dict[str, dict[str, Any]] = {
    "message.received": {"conversation_ref": "c1", "message_ref": "m1", "actor": {"role": "customer"}},
    "message.edited": {"conversation_ref": "c1", "message_ref": "m1", "text": ""},
    "message.recalled": {"conversation_ref": "c1", "message_ref": "m1"},
    "conversation.state": {"conversation_ref": "c1", "state": "human"},
    "order.updated": {"order_ref": "o1"},
    "order.paid": {"order_ref": "o1", "paid_fen": 0},
    "order.refunded": {"order_ref": "o1", "refunded_fen": 0},
    "rating.received": {"conversation_ref": "c1", "score": 0},
    "fact.updated": {"fact": "stock", "subject": "shrimp", "value": None},
    "customer.updated": {"customer_ref": "buyer-1"},
}
"""Type -> `data` with nothing that may be left out."""


class NoNetwork:
    """An HttpClient for what must not use it."""

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> HttpReply:
        raise AssertionError(f"{method} {url} was requested")


def opened(http: HttpClient | None = None, *, secrets: tuple[str, ...] = (SECRET,), **config: Any) -> Adapter:
    kept = {"webhook": tuple(SecretStr(secret) for secret in secrets)}
    account = Account(shop_id="s1", adapter="generic", account="main", config=config, secrets=kept)
    return adapter_type("generic").open(account, http or NoNetwork())


def envelope(type_name: Any, data: Any) -> dict[str, Any]:
    return {"type": type_name, "timestamp": NOW.isoformat(), "data": data}


def ingested(body: bytes | str | dict[str, Any], webhook_id: str = "wh-1") -> Event:
    """Sign a body, hand it to the adapter, and return the one event that came of it."""
    raw = json.dumps(body).encode() if isinstance(body, dict) else body.encode() if isinstance(body, str) else body
    headers = signed_headers(key_of(SECRET), webhook_id, NOW, raw)
    request = RawRequest(method="POST", headers=headers, body=raw, received_at=NOW)
    (event,) = opened().ingest(request).events
    return event
