"""A reference shop over HTTP, as the generic adapter's commerce port speaks it: for the demo and for tests."""

from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from assist.contract import AuthError, Coupon, Outcome, Refund, Reship, key_of, verify
from assist.contract.reference_shop import ReferenceShop

A = TypeVar("A", Refund, Coupon, Reship)

_REFUND = TypeAdapter(Refund)
_COUPON = TypeAdapter(Coupon)
_RESHIP = TypeAdapter(Reship)


def commerce_app(shop: ReferenceShop, secret: str) -> Starlette:
    """Serve a shop to whoever signs with the secret. A call that the shop times out on is answered 504."""
    served = _Served(shop, secret)
    return Starlette(
        routes=[
            Route("/orders", served.orders),
            Route("/orders/{order_ref:path}", served.order),
            Route("/refundable", served.refundable),
            Route("/refunds", served.refund, methods=["POST"]),
            Route("/coupons", served.coupon, methods=["POST"]),
            Route("/reships", served.reship, methods=["POST"]),
            Route("/outcomes/{key}", served.outcome),
            Route("/goods", served.goods),
        ]
    )


class _Served:
    def __init__(self, shop: ReferenceShop, secret: str) -> None:
        self._shop = shop
        self._key = key_of(secret)

    async def orders(self, request: Request) -> Response:
        await self._proven(request)
        found = await self._shop.orders(request.query_params.get("customer", ""))
        return JSONResponse({"orders": [order.model_dump(mode="json") for order in found]})

    async def order(self, request: Request) -> Response:
        await self._proven(request)
        found = await self._shop.order(request.path_params["order_ref"])
        return JSONResponse(found.model_dump(mode="json") if found else {}, 200 if found else 404)

    async def refundable(self, request: Request) -> Response:
        await self._proven(request)
        asked = request.query_params
        try:
            left = await self._shop.refundable(asked.get("order", ""), asked.get("line", ""))
        except LookupError:
            return JSONResponse({}, 404)
        return JSONResponse(left.model_dump())

    async def refund(self, request: Request) -> Response:
        return await self._acted(self._shop.refund, await self._act(request, _REFUND))

    async def coupon(self, request: Request) -> Response:
        return await self._acted(self._shop.coupon, await self._act(request, _COUPON))

    async def reship(self, request: Request) -> Response:
        return await self._acted(self._shop.reship, await self._act(request, _RESHIP))

    async def outcome(self, request: Request) -> Response:
        await self._proven(request)
        found = await self._shop.outcome(request.path_params["key"])
        return _answer(found, refused=200)

    async def goods(self, request: Request) -> Response:
        await self._proven(request)
        try:
            page = await self._shop.goods(request.query_params.get("cursor"))
        except LookupError:
            return JSONResponse({}, 404)
        except TimeoutError:
            return Response(status_code=504)
        return JSONResponse(page.model_dump(mode="json", exclude_none=True))

    async def _proven(self, request: Request) -> bytes:
        body = await request.body()
        try:
            verify([self._key], request.headers, body)
        except AuthError as error:
            raise HTTPException(401) from error
        return body

    async def _act(self, request: Request, shape: TypeAdapter[A]) -> A:
        body = await self._proven(request)
        try:
            asked: dict[str, Any] = TypeAdapter(dict[str, Any]).validate_json(body)
            return shape.validate_python({**asked, "idempotency_key": request.headers.get("idempotency-key", "")})
        except ValidationError as error:
            raise HTTPException(422) from error

    async def _acted(self, do: Any, act: Refund | Coupon | Reship) -> Response:
        try:
            return _answer(await do(act))
        except TimeoutError:
            return Response(status_code=504)


def _answer(outcome: Outcome, *, refused: int = 422) -> Response:
    """A call that is refused is a 4xx; a question about one is answered well."""
    body = outcome.model_dump(exclude_none=True, exclude={"retry_after_s"})
    return JSONResponse(body, {"refused": refused, "not_found": 404}.get(outcome.status, 200))
