"""A small shop to test with: a process, its library, and signed posts."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from httpx import ASGITransport

from assist.app import create_app
from assist.app.process import Process
from assist.contract import key_of, signed_headers
from assist.desk.setup import Setup, agent_id_of, apply_setup
from assist.desk.sign_in import hand_out
from assist.domain.clock import Clock
from assist.domain.people import TokenKind
from assist.settings import Settings
from assist.store.database import open_database
from assist.store.migrate import upgrade

SHOP = "s1"
ACCOUNT = "main"


@dataclass
class RunningShop:
    """A whole application in this process, its loops running."""

    app: FastAPI
    process: Process
    client: httpx.AsyncClient
    secret: str
    clock: Clock

    def signed(self, webhook_id: str, body: bytes, at: datetime | None = None, secret: str = "") -> dict[str, str]:
        headers = signed_headers(key_of(secret or self.secret), webhook_id, at or self.clock(), body)
        return {**headers, "content-type": "application/json"}

    async def post(self, type_name: str, data: dict[str, Any], webhook_id: str) -> httpx.Response:
        body = body_of(type_name, data, self.clock())
        return await self.client.post(f"/hooks/generic/{ACCOUNT}", content=body, headers=self.signed(webhook_id, body))

    async def say(self, text: str, ref: str = "m1", *, conversation: str = "c1", role: str = "customer", **more: Any):
        data = message(text, ref, conversation=conversation, role=role, at=self.clock(), **more)
        return await self.post("message.received", data, f"wh-{conversation}-{ref}")

    def work(self) -> None:
        """Handle everything that was received, here and now."""
        while self.process.lanes.work():
            pass

    def token(self, name: str) -> str:
        change = hand_out(SHOP, agent_id_of(SHOP, name), TokenKind.bearer, self.clock())
        return self.process.writer.submit(change).result().token

    def ticket(self, name: str) -> str:
        change = hand_out(SHOP, agent_id_of(SHOP, name), TokenKind.ticket, self.clock())
        return self.process.writer.submit(change).result().token

    def bearer(self, name: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token(name)}"}


def message(text: str, ref: str, *, conversation: str, role: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "conversation_ref": conversation,
        "message_ref": ref,
        "sent_at": at.isoformat(),
        "actor": {"role": role, "ref": f"{role}-1", "name": role},
        "text": text,
        **more,
    }


def body_of(type_name: str, data: dict[str, Any], at: datetime) -> bytes:
    return json.dumps({"type": type_name, "timestamp": at.isoformat(), "data": data}, ensure_ascii=False).encode()


def setup_of(secret: str, **config: Any) -> Setup:
    account = {"adapter": "generic", "account": ACCOUNT, "config": config, "secrets": {"webhook": [secret]}}
    agents = [
        {"name": "小林", "level": "junior", "team": "一组", "refs": [f"generic:{ACCOUNT}:agent-1"]},
        {"name": "经理", "role": "manager"},
    ]
    shop = {"id": SHOP, "name": "店", "accounts": [account], "agents": agents}
    return Setup.model_validate_json(json.dumps({"shops": [shop]}))


@asynccontextmanager
async def running_shop(
    database_url: str,
    folder: Path,
    secret: str,
    clock: Clock,
    *,
    content: Path | None = None,
    allowed_private: tuple[str, ...] = (),
    **config: Any,
) -> AsyncGenerator[RunningShop]:
    """Run the real application with its loops; requests go through ASGI in this process."""
    fresh = open_database(database_url)
    upgrade(fresh)
    fresh.close()
    settings = Settings(
        database=database_url,
        key_file=folder / "assist.key",
        watch_content=content,
        allowed_private=allowed_private,
        log_level="warning",
    )

    def prepare(process: Process) -> None:
        process.writer.submit(apply_setup(setup_of(secret, **config), process.box, process.clock())).result()
        process.reload()

    app = create_app(settings, clock=clock, prepare=prepare)
    async with app.router.lifespan_context(app):
        transport = ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield RunningShop(app, app.state.process, client, secret, clock)
