"""Let the pages of a shop's own hosts load the element and call the API, with a token and never with a cookie."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assist.desk.embedding import Embeds

_METHODS = "GET, POST, PUT, PATCH, DELETE"
_HEADERS = "Authorization, Content-Type, Last-Event-ID"
# A day; browsers cut it down to what they think right.
_REMEMBERED_SECONDS = "86400"


class CrossOrigin:
    """Plain ASGI. There is no Access-Control-Allow-Credentials: a browser sends no cookie and hides the answer if so.

    Only which origins may ask is decided here; whether a token's shop is theirs, where the token is read.
    """

    def __init__(self, app: ASGIApp, embeds: Embeds) -> None:
        self._app = app
        self._embeds = embeds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _shared(scope["path"]):
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        origin = asked.get("origin", "")
        listed = bool(origin and self._embeds.shops_of(origin))
        if listed and scope["method"] == "OPTIONS" and "access-control-request-method" in asked:
            await _preflight(origin)(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # A cache must not give one origin what was allowed to another.
                headers.add_vary_header("Origin")
                if listed:
                    headers["Access-Control-Allow-Origin"] = origin
                    # The waiting clock runs by the server's.
                    headers["Access-Control-Expose-Headers"] = "Date, Retry-After"
            await send(message)

        await self._app(scope, receive, with_headers)


def _shared(path: str) -> bool:
    """Is this what a host page uses: the element's files and its frame, and the API?"""
    if path.startswith("/static/"):
        return path.endswith((".js", ".css"))
    return path == "/embed/frame" or path.startswith("/api/v1/")


def _preflight(origin: str) -> Response:
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": _HEADERS,
            "Access-Control-Max-Age": _REMEMBERED_SECONDS,
            "Vary": "Origin",
        },
    )
