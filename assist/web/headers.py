"""Headers every answer of ours carries: nothing inline, nothing from elsewhere, framed only where allowed."""

from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assist.desk.embedding import Embeds

_FRAMED_PATH = "/sidebar"


class SecurityHeaders:
    """Plain ASGI, so that streams pass through untouched."""

    def __init__(self, app: ASGIApp, embeds: Embeds) -> None:
        self._app = app
        self._embeds = embeds
        self._closed = content_security_policy(())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_static = scope["path"].startswith("/static/")
        policy = self._framed(scope) if scope["path"] == _FRAMED_PATH else self._closed

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # A picture brings a stricter one of its own.
                headers.setdefault("Content-Security-Policy", policy)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                # Static files answer with their ETag: asked again, not sent again.
                headers.setdefault("Cache-Control", "no-cache" if is_static else "no-store")
            await send(message)

        await self._app(scope, receive, with_headers)

    def _framed(self, scope: Scope) -> str:
        return content_security_policy(self._embeds.frame_ancestors(shop_asked(scope["query_string"])))


def shop_asked(query: bytes) -> str | None:
    """Return the shop a sidebar's address names: its first, as the page reads it; None where it names none."""
    named = parse_qs(query.decode("latin-1"), keep_blank_values=True).get("shop")
    return named[0] if named else None


def content_security_policy(frame_ancestors: tuple[str, ...]) -> str:
    """Return the policy; only the sidebar may be framed, and only by a shop's own hosts."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: https:",
            "connect-src 'self'",
            "font-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {' '.join(frame_ancestors) or chr(39) + 'none' + chr(39)}",
        )
    )
