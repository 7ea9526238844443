"""An outbox with its sender, and what it sends to: a platform and a receiver of webhooks that answer as told."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import select, text

from assist.contract import CONTRACT_VERSION, Account, Cap, HttpClient, Ingest, OutText, RawRequest, SendResult
from assist.desk import accounts
from assist.desk.accounts import Accounts
from assist.desk.deliver import Sender
from assist.desk.libraries import Libraries
from assist.desk.secrets import SecretBox
from assist.domain.clock import system_clock
from assist.network.client import Reply
from assist.store import tables
from assist.store.database import Database
from assist.store.queries import outbox
from assist.store.queries.outbox import NewDelivery
from assist.store.queries.people import AccountRow
from assist.store.tables import table_of
from assist.store.writer import Writer
from tests.desk.shop import ACCOUNT, SHOP

Answer = SendResult | Exception
SENT = SendResult(status="sent", message_ref="m9")


class FakePlatform:
    """A platform that answers as told, and remembers what reached it. It is its own adapter and adapter type."""

    platform = "fake"
    contract = CONTRACT_VERSION

    class Config(BaseModel):
        pass

    def __init__(self, capabilities: Cap = Cap.SEND_TEXT) -> None:
        self.capabilities = capabilities
        self.answers: list[Answer] = []
        self.reached: list[OutText] = []

    def open(self, account: Account, http: HttpClient) -> "FakePlatform":
        return self

    def ingest(self, request: RawRequest) -> Ingest:
        raise NotImplementedError

    async def send_text(self, message: OutText) -> SendResult:
        self.reached.append(message)
        answer = self.answers.pop(0) if self.answers else SENT
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        """Nothing is held open."""


class FakeHttp:
    """A receiver of webhooks that answers as told."""

    def __init__(self) -> None:
        self.answers: list[Reply | Exception] = []
        self.reached: list[tuple[str, str, Mapping[str, str], bytes]] = []

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Reply:
        self.reached.append((method, url, headers or {}, body))
        answer = self.answers.pop(0) if self.answers else Reply(status=200, headers={}, body=b"")
        if isinstance(answer, Exception):
            raise answer
        return answer


class Post:
    """An outbox with a sender, a platform and a receiver of webhooks behind it."""

    def __init__(
        self,
        database: Database,
        writer: Writer,
        libraries: Libraries,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.database = database
        self.writer = writer
        self.platform = FakePlatform()
        self.http = FakeHttp()
        self.box = SecretBox(folder / "assist.key")
        monkeypatch.setattr(accounts, "adapter_type", lambda _: self.platform)
        opened = Accounts(self.box, self.http)
        opened.load([AccountRow(ACCOUNT.adapter, ACCOUNT.account, SHOP, {}, {})])
        # Due times are compared with the database's own clock, so this one runs.
        self.sender = Sender(database, writer, opened, self.box, self.http, libraries, system_clock, "p1")

    def queue(self, key: str = "key-00000001", **changed: Any) -> None:
        now = datetime.now(UTC)
        fixed = {
            "shop_id": SHOP,
            "kind": "reply",
            "adapter": ACCOUNT.adapter,
            "account": ACCOUNT.account,
            "conversation_id": "c1",
            "conversation_ref": "ref-c1",
            "text": "您好",
            "idempotency_key": key,
            "not_before": now - timedelta(seconds=1),
            "expires_at": now + timedelta(minutes=10),
            "created_at": now,
        }
        delivery = NewDelivery(**{**fixed, **changed})
        self.writer.submit(lambda session: outbox.queue(session, delivery)).result()

    def queue_webhook(self, secret: str) -> None:
        payload = {"url": "https://erp.example/hook", "secret": self.box.seal(secret), "body": {"type": "assist.turn"}}
        self.queue(kind="webhook", payload=json.dumps(payload), conversation_id=None, adapter="", account="")

    def hurry(self) -> None:
        """Make everything that waits due now."""
        self.writer.submit(lambda session: session.execute(text("UPDATE outbox SET not_before = 0")) and None).result()

    def row(self, key: str = "key-00000001") -> Any:
        rows = table_of(tables.Outbox)
        with self.database.reader() as session:
            return session.execute(select(rows).where(rows.c.idempotency_key == key)).one()
