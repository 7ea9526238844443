"""Take what platforms post: prove it, keep it, answer. 2xx only after COMMIT."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NoReturn

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, Router

from assist.contract import AuthError, BadPayload, Ingest, RawRequest
from assist.desk.accounts import OpenAccount
from assist.desk.receive import keep_received, receive, receive_undecodable, sort_key
from assist.store.queries.inbox import Kept, NewRow
from assist.store.writer import WriterBusy, WriterClosed

from .errors import described
from .front import Front, front_of

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 1_048_576
SIGNED_WITHIN = timedelta(seconds=300)
_BODY_SECONDS = 10.0
_COMMIT_SECONDS = 2.0


class _Refused(Exception):
    """A request answered before any adapter saw it."""

    def __init__(self, status: int, text: str, *, retry_after: bool = False) -> None:
        super().__init__(text)
        self.response = Response(text, status, {"Retry-After": "2"} if retry_after else None, "text/plain")


async def hook(request: Request) -> Response:
    """The one door for platforms: `/hooks/{adapter}/{account}` and anything below it."""
    front = front_of(request)
    names = request.path_params["adapter"], request.path_params["account"]
    opened = front.accounts.get(*names)
    try:
        response = await _taken(front, opened or _missing(front, *names), await _raw(request, front))
    except _Refused as refused:
        response = refused.response
    except Exception as error:  # noqa: BLE001 - whatever an adapter did
        # A bug of ours or an adapter's: the sender tries again.
        logger.error("a hook of %s failed: %s", request.path_params["adapter"], described(error))
        response = Response("something went wrong here", 500, media_type="text/plain")
    front.meters.count(f'assist_hook_requests_total{{status="{response.status_code}"}}')
    return response


def _missing(front: Front, adapter: str, account: str) -> NoReturn:
    if front.accounts.is_broken(adapter, account):
        raise _Refused(503, "this account cannot be opened; see /readyz", retry_after=True)
    raise _Refused(404, "no such account")


async def _taken(front: Front, opened: OpenAccount, raw: RawRequest) -> Response:
    try:
        ingest = opened.adapter.ingest(raw)
    except AuthError:
        raise _Refused(401, "unauthorized") from None
    except BadPayload as error:
        _require_fresh(raw, error.signed_at)
        await _kept(front, receive_undecodable(opened.account, raw.body, raw.received_at, str(error)))
        raise _Refused(400, "bad payload") from None
    _require_fresh(raw, ingest.signed_at)
    if ingest.events:
        await _keep_events(front, opened, raw, ingest)
    reply = ingest.reply
    return Response(reply.body, reply.status, media_type=reply.content_type)


def _require_fresh(raw: RawRequest, signed_at: datetime | None) -> None:
    if signed_at is not None and abs(raw.received_at - signed_at) > SIGNED_WITHIN:
        raise _Refused(401, "unauthorized")


async def _keep_events(front: Front, opened: OpenAccount, raw: RawRequest, ingest: Ingest) -> None:
    kept = await _kept(front, receive(opened.account, ingest.events, raw.body, raw.received_at))
    front.meters.count("assist_inbox_rows_total", kept.new)
    if kept.duplicates:
        front.meters.count("assist_inbox_duplicates_total", kept.duplicates)
        front.meters.count("assist_inbox_conflicts_total", kept.conflicts)


async def _kept(front: Front, rows: Sequence[NewRow]) -> Kept:
    try:
        async with asyncio.timeout(_COMMIT_SECONDS):
            return await front.writer.run(keep_received, rows, sort_key=sort_key(rows))
    except (WriterBusy, WriterClosed, TimeoutError):
        raise _Refused(503, "busy, try again", retry_after=True) from None
    except Exception as error:  # noqa: BLE001 - whatever the database said
        # Not kept, so not acknowledged: the sender tries again.
        logger.error("an event was not kept: %s", type(error).__name__)
        raise _Refused(503, "not kept, try again", retry_after=True) from None


async def _raw(request: Request, front: Front) -> RawRequest:
    if request.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise _Refused(415, "compressed bodies are not accepted; send it plain")
    return RawRequest(
        method=request.method,
        tail=request.path_params.get("tail", ""),
        query=dict(request.query_params) if request.scope["query_string"] else {},
        headers=_headers(request),
        body=await _body(request),
        received_at=front.clock(),
    )


def _headers(request: Request) -> dict[str, str]:
    """Return header values; of one sent twice, both: a doubled signature must not pass as a single one."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in request.scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}\n{value}" if name in headers else value
    return headers


async def _body(request: Request) -> bytes:
    # The event loop parses what is read here: a larger body would hold up every other shop.
    announced = request.headers.get("content-length", "0")
    if not announced.isdigit() or int(announced) > MAX_BODY_BYTES:
        raise _Refused(413, "the body is larger than 1 MiB")
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise _Refused(413, "the body is larger than 1 MiB")
    except TimeoutError:
        raise _Refused(408, "the body took longer than 10 s") from None
    except ClientDisconnect:
        raise _Refused(400, "the body ended early") from None
    return bytes(body)


_METHODS = ["GET", "POST", "PUT"]
PREFIX = "/hooks/"
hooks = Router(
    [
        Route(PREFIX + "{adapter}/{account}", hook, methods=_METHODS),
        Route(PREFIX + "{adapter}/{account}/{tail:path}", hook, methods=_METHODS),
    ],
    redirect_slashes=False,
)
"""A router of its own beside FastAPI's: the hot path needs the raw bytes and none of its middleware."""
