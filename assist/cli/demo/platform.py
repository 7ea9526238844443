"""A small platform for the demo: it posts signed events to our hook, takes our texts, and moves made-up money."""

import asyncio
import itertools
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from assist.contract import AuthError, Order, key_of, signed_headers, verify
from assist.contract.reference_shop import ReferenceShop

from .commerce import commerce_app

_ORDER = TypeAdapter(Order)


class Platform:
    """One simulated account. Agent messages it was asked to send come back as events, as on real platforms."""

    PATH = "/demo/platform"
    COMMERCE = "/demo/commerce"

    def __init__(self, base: str, account: str, secret: str) -> None:
        self._hook = f"{base}/hooks/generic/{account}"
        self._secret = secret
        self._key = key_of(secret)
        self.shop = ReferenceShop()
        self._sent: dict[str, str] = {}
        self._numbers = itertools.count(1)
        self._run = uuid.uuid4().hex[:8]
        self._tasks: set[asyncio.Task[None]] = set()
        self.on_reply: Callable[[str, str], None] = lambda _conversation_ref, _text: None

    def routes(self) -> list[BaseRoute]:
        return [
            Route(self.PATH, self._receive, methods=["POST"]),
            Mount(self.COMMERCE, commerce_app(self.shop, self._secret)),
        ]

    def post(self, type_name: str, data: dict[str, Any]) -> None:
        """Post one event from the customers' thread. The shop has the orders that are told of."""
        if type_name == "order.updated":
            known = {name: data[name] for name in Order.model_fields if name in data}
            self.shop.put(_ORDER.validate_json(json.dumps(known)))
        with httpx.Client(trust_env=False, timeout=10) as client:
            client.post(self._hook, **self._signed(type_name, data)).raise_for_status()

    def message(self, conversation_ref: str, role: str, ref: str, name: str, text: str, **more: Any) -> dict[str, Any]:
        return {
            "conversation_ref": conversation_ref,
            "message_ref": f"{self._run}-{next(self._numbers)}",
            "sent_at": datetime.now(UTC).isoformat(),
            "actor": {"role": role, "ref": ref, "name": name},
            "text": text,
            **more,
        }

    async def _receive(self, request: Request) -> Response:
        body = await request.body()
        try:
            verify([self._key], request.headers, body)
        except AuthError:
            return Response("unauthorized", 401)
        data = json.loads(body)["data"]
        key = data["idempotency_key"]
        if key not in self._sent:
            actor = data.get("actor") or {"ref": "bot", "name": "机器人", "role": "bot"}
            said = self.message(
                data["conversation_ref"],
                actor["role"],
                actor["ref"],
                actor["name"],
                data["text"],
                echo_of=key,
            )
            self._sent[key] = said["message_ref"]
            self._echo(said)
        return JSONResponse({"message_ref": self._sent[key]})

    def _echo(self, said: dict[str, Any]) -> None:
        task = asyncio.create_task(self._post_later(said))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _post_later(self, said: dict[str, Any]) -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            (await client.post(self._hook, **self._signed("message.received", said))).raise_for_status()
        self.on_reply(said["conversation_ref"], said["text"])

    def _signed(self, type_name: str, data: dict[str, Any]) -> dict[str, Any]:
        now = datetime.now(UTC)
        body = json.dumps({"type": type_name, "timestamp": now.isoformat(), "data": data}, ensure_ascii=False).encode()
        headers = signed_headers(self._key, f"demo_{uuid.uuid4().hex}", now, body)
        return {"content": body, "headers": {**headers, "content-type": "application/json"}}
