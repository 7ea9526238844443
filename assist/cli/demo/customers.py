"""Simulated customers: each asks, waits for an answer, asks on."""

import threading
import time
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx

from assist.cli.output import note

from .catalogue import Priced
from .platform import Platform

_FIRST_GAP_SECONDS = 4.0
_NEXT_LINE_SECONDS = 3.0


Line = str | dict[str, Any]


class Customers:
    """Start one chat after another; a chat's next line follows a reply. Some take what they are offered, and pay."""

    def __init__(self, platform: Platform, chats: list[dict[str, Any]], goods: Sequence[Priced]) -> None:
        self._platform = platform
        self._chats = chats
        self._goods = goods
        self._stopping = threading.Event()
        self._due: deque[tuple[float, str]] = deque()
        self._left: dict[str, tuple[dict[str, Any], list[Line]]] = {}
        self._bought: set[str] = set()
        platform.on_reply = self._answered

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        """Chat until stopped. A chat that cannot be posted ends the simulation, not the server."""
        waiting = deque(enumerate(self._chats, 1))
        next_start = 0.0
        try:
            while not self._stopping.wait(0.2):
                now = time.monotonic()
                if waiting and now >= next_start:
                    self._start(*waiting.popleft())
                    next_start = now + _FIRST_GAP_SECONDS
                while self._due and self._due[0][0] <= now:
                    self._say(self._due.popleft()[1])
        except httpx.HTTPError as error:
            if not self._stopping.is_set():
                note(f"simulated customers stopped: {type(error).__name__}")

    def _start(self, number: int, chat: dict[str, Any]) -> None:
        ref = f"chat-{self._platform.message('', '', '', '', '')['message_ref']}"
        self._left[ref] = (chat, list(chat["lines"]))
        if "facts" in chat:
            self._platform.post("customer.updated", {"customer_ref": chat["customer"], "facts": chat["facts"]})
        if "order" in chat:
            self._order(ref, number, chat)
        self._say(ref)

    def _order(self, ref: str, number: int, chat: dict[str, Any]) -> None:
        order = chat["order"]
        lines = [
            {"line_ref": str(at), "title": title, "paid_fen": order["paid_fen"]}
            for at, title in enumerate(order["titles"])
        ]
        self._platform.post(
            "order.updated",
            {
                "order_ref": f"D{number:06d}",
                "customer_ref": chat["customer"],
                "status": order["status"],
                "paid_fen": order["paid_fen"],
                "lines": lines,
                **signed(order),
            },
        )

    def _say(self, ref: str) -> None:
        chat, lines = self._left[ref]
        if not lines:
            return
        number = self._chats.index(chat) + 1
        orders = {"order_refs": [f"D{number:06d}"]} if "order" in chat else {}
        line = lines.pop(0)
        text, attachments = _said(chat["customer"], line)
        seen = {"context": chat["context"]} if "context" in chat else {}
        said = self._platform.message(
            ref, "customer", chat["customer"], chat["customer"], text, attachments=attachments, **orders, **seen
        )
        self._platform.post("message.received", said)
        if isinstance(line, dict) and "pays" in line:
            self._pay(ref, chat, line["pays"])

    def _pay(self, ref: str, chat: dict[str, Any], goods: Priced) -> None:
        order = {"order_ref": f"N-{ref}", "customer_ref": chat["customer"], "paid_fen": goods.price_fen}
        line = {"line_ref": "1", "sku": goods.sku, "title": goods.title, "paid_fen": goods.price_fen}
        paid = {"status": "paid", "paid_at": datetime.now(UTC).isoformat(), "lines": [line]}
        self._platform.post("order.updated", order | paid)
        self._platform.post("order.paid", order)

    def _answered(self, ref: str, text: str) -> None:
        """Go on where something is left to say; whoever takes offers says so first, once."""
        if ref not in self._left:
            return
        chat, lines = self._left[ref]
        offered = next((goods for goods in self._goods if goods.title in text), None)
        if offered is not None and "takes" in chat and ref not in self._bought:
            self._bought.add(ref)
            lines.insert(0, {"text": chat["takes"], "pays": offered})
        if lines:
            self._due.append((time.monotonic() + _NEXT_LINE_SECONDS, ref))


def _said(customer: str, line: Line) -> tuple[str, list[dict[str, str]]]:
    """Return a line's text, and what comes with it: each picture with a hash of its own, as adapters that can tell."""
    if isinstance(line, str):
        return line, []
    return line["text"], attached(customer, line)


def attached(customer: str, line: dict[str, Any]) -> list[dict[str, str]]:
    """Return what comes with a line."""
    return [
        {"kind": kind, "sha256": sha256(f"{customer} {kind} {number}".encode()).hexdigest()}
        for kind, key in (("image", "images"), ("video", "videos"))
        for number in range(line.get(key, 0))
    ]


def signed(order: dict[str, Any]) -> dict[str, str]:
    """Return when an order was signed for, if it was."""
    hours = order.get("signed_hours_ago")
    return {} if hours is None else {"signed_at": (datetime.now(UTC) - timedelta(hours=hours)).isoformat()}
