"""Orders and money over HTTP: signed JSON to a shop's `commerce_url`, and what its answers mean.

| request | its body | a good answer |
|---|---|---|
| `GET /orders?customer=REF` | | `{"orders": [order, ...]}`, newest first |
| `GET /orders/REF` | | the order as in `order.updated`, or 404 |
| `GET /refundable?order=REF&line=REF` | | `{"fen": 1200}`; without `line`, of the whole order |
| `POST /refunds` | `order_ref`, `line_ref`, `amount_fen`, `reason` | an outcome |
| `POST /coupons` | `customer_ref`, `amount_fen`, `valid_days` | an outcome |
| `POST /reships` | `order_ref`, `line_ref`, `reason` | an outcome |
| `GET /outcomes/KEY` | | the outcome of that key, or 404 where nothing happened under it |
| `GET /goods?cursor=CURSOR` | | `{"items": [item, ...], "cursor": "..."}`, at most 1000 |

An outcome is `{"status": "done" | "refused" | "pending" | "unknown", "ref": "...", "error_code": "..."}`. Posts carry
the key as `Idempotency-Key` and as `webhook-id`. Every request is signed like a hook, a GET over its empty body. A 4xx
with JSON refuses a post for good; asked about later, that is a 200 that says refused. Whatever else there is, 5xx,
redirects, half an answer, is doubt and is asked about.

An item is `{"sku": "...", "title": "...", "price_fen": 1290, "stock": 12, "listed": true, "categories": ["..."],
"facts": [{"fact": "rating", "value": {...}, "valid_from": "...", "valid_until": "..."}]}`. All but `sku` and `title`
may be left out: what is not told stays as it is known. Asked without a cursor the first are told; the `cursor` of an
answer leads on, none or null is the end. 404 says that there is no list, or that a cursor is too old.
"""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import quote, urlencode

from pydantic import Field, TypeAdapter, ValidationError

from assist.contract import (
    Coupon,
    GoodsPage,
    HttpClient,
    HttpReply,
    Order,
    Outcome,
    Refund,
    Refundable,
    Reship,
    signed_headers,
)

from .payload import GoodsPageData, OrderData, Text, Tolerant

T = TypeVar("T")

_DOUBTFUL = (408, 425, 429)
"""4xx of servers and proxies on the way, which say nothing about the request itself."""
_DAY_SECONDS = 86_400.0


class _Orders(Tolerant):
    orders: tuple[OrderData, ...]


class _Left(Tolerant):
    fen: Annotated[int, Field(ge=0, le=10**12)]


class _Answer(Tolerant):
    status: Literal["done", "refused", "pending", "unknown", "not_found"]
    ref: Text | None = None
    error_code: Text | None = None


class _Complaint(Tolerant):
    """The body of a 4xx."""

    status: Literal["refused"] = "refused"
    error_code: Text | None = None


_ORDERS = TypeAdapter(_Orders)
_ORDER = TypeAdapter(OrderData)
_LEFT = TypeAdapter(_Left)
_ANSWER = TypeAdapter(_Answer)
_GOODS = TypeAdapter(GoodsPageData)
_COMPLAINT = TypeAdapter(_Complaint)


class GenericCommerce:
    """The commerce port of one account of the generic platform."""

    def __init__(self, url: str, key: bytes, settles_after_s: float, http: HttpClient) -> None:
        self.settles_after_s = settles_after_s
        self._url = url.rstrip("/")
        self._key = key
        self._http = http

    async def orders(self, customer_ref: str) -> tuple[Order, ...]:
        reply = await self._get(f"/orders?{urlencode({'customer': customer_ref})}")
        return tuple(_order(order) for order in _read(reply, _ORDERS).orders)

    async def order(self, order_ref: str) -> Order | None:
        reply = await self._get(f"/orders/{quote(order_ref, safe='')}")
        return None if reply.status == 404 else _order(_read(reply, _ORDER))

    async def refundable(self, order_ref: str, line_ref: str) -> Refundable:
        asked = {"order": order_ref, **({"line": line_ref} if line_ref else {})}
        return Refundable(fen=_read(await self._get(f"/refundable?{urlencode(asked)}"), _LEFT).fen)

    async def refund(self, refund: Refund) -> Outcome:
        return await self._post("/refunds", refund)

    async def coupon(self, coupon: Coupon) -> Outcome:
        return await self._post("/coupons", coupon)

    async def reship(self, reship: Reship) -> Outcome:
        return await self._post("/reships", reship)

    async def outcome(self, idempotency_key: str) -> Outcome:
        reply = await self._get(f"/outcomes/{quote(idempotency_key, safe='')}")
        if reply.status == 404:
            return Outcome(status="not_found")
        # A refusal to answer us is no refusal of what was asked for under the key.
        return outcome_of(reply) if reply.status < 300 else _doubt(reply, str(reply.status))

    async def goods(self, cursor: str | None) -> GoodsPage:
        asked = f"?{urlencode({'cursor': cursor})}" if cursor else ""
        return _read(await self._get(f"/goods{asked}"), _GOODS).ours()

    async def _get(self, target: str) -> HttpReply:
        headers = signed_headers(self._key, f"get_{uuid.uuid4().hex}", datetime.now(UTC), b"")
        return await self._http.request("GET", self._url + target, headers=headers)

    async def _post(self, path: str, act: Refund | Coupon | Reship) -> Outcome:
        body = json.dumps(act.model_dump(exclude={"idempotency_key"}), ensure_ascii=False).encode()
        headers = signed_headers(self._key, act.idempotency_key, datetime.now(UTC), body)
        headers |= {"content-type": "application/json", "idempotency-key": act.idempotency_key}
        outcome = outcome_of(await self._http.request("POST", self._url + path, headers=headers, body=body))
        return outcome.model_copy(update={"status": "unknown"}) if outcome.status == "not_found" else outcome


def outcome_of(reply: HttpReply) -> Outcome:
    """Read the answer to a call: done and refused only where the platform plainly says so."""
    try:
        if 200 <= reply.status < 300:
            said = _ANSWER.validate_json(reply.body)
            return Outcome(
                status=said.status, ref=_short(said.ref), error_code=_short(said.error_code), retry_after_s=_wait(reply)
            )
        if 400 <= reply.status < 500 and reply.status not in _DOUBTFUL:
            code = _COMPLAINT.validate_json(reply.body).error_code
            return Outcome(status="refused", error_code=_short(code) or str(reply.status))
    except ValidationError:
        return _doubt(reply, f"{reply.status} unreadable")
    return _doubt(reply, str(reply.status))


def _doubt(reply: HttpReply, error_code: str) -> Outcome:
    return Outcome(status="unknown", error_code=error_code, retry_after_s=_wait(reply))


def _read(reply: HttpReply, shape: TypeAdapter[T]) -> T:
    """Raises LookupError for a 404, ConnectionError for what is no answer."""
    if reply.status == 404:
        raise LookupError("not there")
    if not 200 <= reply.status < 300:
        raise ConnectionError(str(reply.status))
    try:
        return shape.validate_json(reply.body)
    except ValidationError as error:
        raise ConnectionError(f"{reply.status} unreadable") from error


def _order(data: OrderData) -> Order:
    said: Mapping[str, Any] = data.said()
    return Order(**said)


def _short(text: str | None) -> str | None:
    return text[:128] if text else None


def _wait(reply: HttpReply) -> float | None:
    after = reply.headers.get("retry-after", "")
    return min(float(after), _DAY_SECONDS) if after.isascii() and after.isdigit() else None
