"""Chats of the day before, told as a platform would tell them late: something to practise with."""

from datetime import UTC, datetime, timedelta
from typing import Any

from .customers import attached, signed
from .platform import Platform

_AGENT = ("xiaolin", "小林")


def tell_history(platform: Platform, chats: list[dict[str, Any]]) -> None:
    """Post every chat, each line at its own time of the day before. Raises httpx.HTTPError."""
    for number, chat in enumerate(chats, 1):
        order_ref = f"P{number:06d}"
        _order(platform, order_ref, chat)
        ref = f"past-{platform.message('', '', '', '', '')['message_ref']}"
        at = datetime.now(UTC) - timedelta(hours=chat["hours_ago"])
        for line in chat["lines"]:
            at += timedelta(seconds=line["after"])
            asks = line["who"] == "customer"
            told = platform.message(
                ref,
                line["who"],
                *((chat["customer"], chat["customer"]) if asks else _AGENT),
                line["text"],
                sent_at=at.isoformat(),
                **({"attachments": attached(chat["customer"], line), "order_refs": [order_ref]} if asks else {}),
            )
            platform.post("message.received", told)


def _order(platform: Platform, order_ref: str, chat: dict[str, Any]) -> None:
    order = chat["order"]
    lines = [
        {"line_ref": str(at), "title": title, "paid_fen": order["paid_fen"]} for at, title in enumerate(order["titles"])
    ]
    told = {"order_ref": order_ref, "customer_ref": chat["customer"], "status": order["status"]}
    platform.post("order.updated", {**told, "paid_fen": order["paid_fen"], "lines": lines, **signed(order)})
