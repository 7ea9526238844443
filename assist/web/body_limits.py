"""What a request may bring: how much of it, and nothing that cannot be kept and said again as JSON."""

import json
import math
from typing import Any, cast

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_COUNT = 2**31 - 1
"""The largest integer that every database keeps in a column of ours."""
MOST_ENTRY_BYTES = 500_000
MOST_JSON_BYTES = 2_000_000
_DEEPEST = 64


def require_keepable(data: object) -> None:
    """Raise ValueError for half a character, a NUL, a number JSON has no word for, or nesting that no entry needs."""
    waiting: list[tuple[object, int]] = [(data, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > _DEEPEST:
            raise ValueError(f"nested more than {_DEEPEST} deep; flatten it")
        match value:
            case str():
                _require_text(value)
            case float() if not math.isfinite(value):
                raise ValueError(f"{value} is no number of JSON; send a plain one")
            case dict():
                pairs = cast("dict[object, object]", value)
                waiting += [(one, depth + 1) for pair in pairs.items() for one in pair]
            case list():
                waiting += [(one, depth + 1) for one in cast("list[object]", value)]
            case _:
                pass


def require_modest(body: dict[str, Any]) -> dict[str, Any]:
    """Return an entry's body. Raises ValueError for one larger than any entry is."""
    size = len(json.dumps(body, ensure_ascii=False).encode())
    if size > MOST_ENTRY_BYTES:
        raise ValueError(f"{size // 1000} kB; an entry is at most {MOST_ENTRY_BYTES // 1000} kB, so split it")
    return body


class JsonLimit:
    """Plain ASGI: no more of a JSON body is read than any call needs. Files have bounds of their own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers", ()))
        if scope["type"] != "http" or b"json" not in headers.get(b"content-type", b"").lower():
            await self._app(scope, receive, send)
            return
        come = 0

        async def counted() -> Message:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            if come > MOST_JSON_BYTES:
                raise HTTPException(413, f"at most {MOST_JSON_BYTES // 1000} kB of JSON a request; send less at once")
            return message

        await self._app(scope, counted, send)


def _require_text(text: str) -> None:
    if "\x00" in text:
        raise ValueError("a text with a NUL character in it; take it out")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        raise ValueError(f"half a character (U+{code:04X}) at place {error.start + 1}; send it whole") from error
