"""Does the generic adapter's commerce port keep its promises over HTTP, and what does each answer mean?"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook

from assist.cli.demo.commerce import commerce_app
from assist.contract import (
    KEY_REUSED,
    Account,
    Cap,
    Catalogue,
    Commerce,
    Coupon,
    GoodsFactTold,
    GoodsItem,
    HttpClient,
    OpensCommerce,
    Order,
    OrderLine,
    Outcome,
    Refund,
    Refundable,
    Reship,
    key_of,
    verify,
)
from assist.contract.discovery import adapter_type
from assist.contract.reference_shop import ReferenceShop

from .generic import OLD_SECRET, SECRET, NoNetwork
from .test_generic_send import Answer, Wire

pytestmark = pytest.mark.anyio

URL = "https://shop.example/assist/commerce"
REFUND = Refund(order_ref="o/1 ?", line_ref="l1", amount_fen=1330, idempotency_key="key-00000001", reason="rot")
COUPON = Coupon(customer_ref="虾兵", amount_fen=500, valid_days=30, idempotency_key="key-0000000c")
RESHIP = Reship(order_ref="o/1 ?", line_ref="l1", idempotency_key="key-0000000r")


def opened(http: HttpClient, *, secrets: tuple[str, ...] = (SECRET,), **config: Any) -> Commerce | None:
    kept = {"webhook": tuple(SecretStr(secret) for secret in secrets)}
    account = Account(shop_id="s1", adapter="generic", account="main", config=config, secrets=kept)
    kind = adapter_type("generic")
    assert isinstance(kind, OpensCommerce)
    return kind.open_commerce(account, http)


def port(http: HttpClient, **config: Any) -> Commerce:
    found = opened(http, **{"commerce_url": URL, **config})
    assert found is not None
    return found


class Served:
    """An HttpClient to a reference shop served in this process."""

    def __init__(self, shop: ReferenceShop) -> None:
        transport = httpx.ASGITransport(commerce_app(shop, SECRET))
        self._client = httpx.AsyncClient(transport=transport, base_url="https://shop.example")

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        got = await self._client.request(method, url.replace("/assist/commerce", ""), headers=headers, content=body)
        return Answer(got.status_code, {name.lower(): value for name, value in got.headers.items()}, got.content)


@pytest.fixture
def shop() -> ReferenceShop:
    line = OrderLine(line_ref="l1", sku="cm-2", title="草莓🍓", quantity=2, paid_fen=3990, batch="B7", warehouse="沪一")
    at = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    told = {"customer_ref": "虾兵", "status": "signed", "paid_fen": 3990, "lines": (line,), "paid_at": at}
    return ReferenceShop(Order(order_ref="o/1 ?", signed_at=at, **told))


async def test_without_a_commerce_url_there_is_no_port() -> None:
    assert opened(NoNetwork()) is None


async def test_what_it_can_do_is_declared() -> None:
    assert Cap.ORDERS | Cap.REFUND | Cap.COUPON | Cap.RESHIP | Cap.GOODS in adapter_type("generic").capabilities


async def test_an_account_without_a_secret_has_no_port() -> None:
    with pytest.raises(ValueError, match="no secret 'webhook'"):
        opened(NoNetwork(), secrets=(), commerce_url=URL)


async def test_orders_come_over_whole(shop: ReferenceShop) -> None:
    there = await shop.order("o/1 ?")

    assert await port(Served(shop)).order("o/1 ?") == there
    assert await port(Served(shop)).orders("虾兵") == (there,)
    assert await port(Served(shop)).orders("nobody") == ()
    assert await port(Served(shop)).order("o2") is None


async def test_what_is_refundable_is_read_of_a_line_and_of_an_order(shop: ReferenceShop) -> None:
    assert await port(Served(shop)).refundable("o/1 ?", "l1") == Refundable(fen=3990)
    assert await port(Served(shop)).refundable("o/1 ?", "") == Refundable(fen=3990)
    with pytest.raises(LookupError):
        await port(Served(shop)).refundable("o2", "")


async def test_each_act_happens_once_under_its_key(shop: ReferenceShop) -> None:
    commerce = port(Served(shop))

    for _ in range(2):
        assert await commerce.refund(REFUND) == Outcome(status="done", ref="refund-1")
        assert await commerce.coupon(COUPON) == Outcome(status="done", ref="coupon-2")
        assert await commerce.reship(RESHIP) == Outcome(status="done", ref="reship-3")

    assert (shop.refunds, shop.coupons, shop.reships) == ((REFUND,), (COUPON,), (RESHIP,))
    assert await commerce.outcome("key-0000000c") == Outcome(status="done", ref="coupon-2")
    assert await commerce.outcome("key-0000000x") == Outcome(status="not_found")


async def test_refusals_come_over_with_their_reason(shop: ReferenceShop) -> None:
    commerce = port(Served(shop))
    too_much = REFUND.model_copy(update={"amount_fen": 3991})

    assert await commerce.refund(too_much) == Outcome(status="refused", error_code="more_than_refundable")
    assert await commerce.refund(REFUND) == Outcome(status="refused", error_code=KEY_REUSED)
    assert await commerce.outcome("key-00000001") == Outcome(status="refused", error_code="more_than_refundable")
    assert shop.refunds == ()


async def test_a_time_out_behind_the_shops_door_is_unknown_and_can_be_asked_about(shop: ReferenceShop) -> None:
    shop.time_out_after_acting()
    commerce = port(Served(shop))

    assert await commerce.refund(REFUND) == Outcome(status="unknown", error_code="504")
    assert (await commerce.outcome(REFUND.idempotency_key)).status == "done"


async def test_pending_comes_over(shop: ReferenceShop) -> None:
    shop.pending_first()

    assert await port(Served(shop)).refund(REFUND) == Outcome(status="pending")


async def test_a_post_is_signed_and_carries_its_key_twice() -> None:
    wire = Wire(200, b'{"status": "done", "ref": "r9"}')

    assert await port(wire, secrets=(SECRET, OLD_SECRET)).refund(REFUND) == Outcome(status="done", ref="r9")

    (request,) = wire.seen
    assert (request.method, str(request.url)) == ("POST", f"{URL}/refunds")
    assert request.headers["idempotency-key"] == request.headers["webhook-id"] == "key-00000001"
    body = Webhook(SECRET).verify(request.content, dict(request.headers))
    assert body == {"order_ref": "o/1 ?", "line_ref": "l1", "amount_fen": 1330, "reason": "rot"}


async def test_the_same_act_has_the_same_bytes_every_time() -> None:
    wire = Wire(200, b'{"status": "done"}')

    await port(wire).refund(REFUND)
    await port(wire).refund(REFUND)

    assert wire.seen[0].content == wire.seen[1].content


@pytest.mark.parametrize(
    ("ask", "target"),
    [
        pytest.param("orders", "/orders?customer=%E8%99%BE%26%3F", id="一个顾客的"),
        pytest.param("order", "/orders/%E8%99%BE%26%3F", id="一单"),
        pytest.param("outcome", "/outcomes/%E8%99%BE%26%3F", id="一个结果"),
    ],
)
async def test_a_get_is_signed_over_nothing_and_its_words_stay_in_their_place(ask: str, target: str) -> None:
    wire = Wire(404, b"{}")
    commerce = port(wire, commerce_url=f"{URL}/")

    try:
        await getattr(commerce, ask)("虾&?")
    except LookupError:
        assert ask == "orders"

    (request,) = wire.seen
    assert (request.method, str(request.url)) == ("GET", URL + target)
    verify([key_of(SECRET)], request.headers, b"")


DONE = b'{"status": "done", "ref": "r9"}'


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        pytest.param(200, DONE, Outcome(status="done", ref="r9"), id="done"),
        pytest.param(201, b'{"status": "done"}', Outcome(status="done"), id="done without a ref"),
        pytest.param(200, b'{"status": "done", "new": 1}', Outcome(status="done"), id="a newer shop says more"),
        pytest.param(202, b'{"status": "pending"}', Outcome(status="pending"), id="pending"),
        pytest.param(
            200,
            b'{"status": "refused", "error_code": "x"}',
            Outcome(status="refused", error_code="x"),
            id="200 refused",
        ),
        pytest.param(
            422, b'{"error_code": "closed"}', Outcome(status="refused", error_code="closed"), id="422 with a reason"
        ),
        pytest.param(400, b"{}", Outcome(status="refused", error_code="400"), id="400 with JSON"),
        pytest.param(403, b"<html>", Outcome(status="unknown", error_code="403 unreadable"), id="a proxy's 403"),
        pytest.param(404, b"", Outcome(status="unknown", error_code="404 unreadable"), id="404 without a body"),
        pytest.param(409, DONE, Outcome(status="unknown", error_code="409 unreadable"), id="409 that says done"),
        pytest.param(408, b"{}", Outcome(status="unknown", error_code="408"), id="408"),
        pytest.param(425, b"{}", Outcome(status="unknown", error_code="425"), id="425"),
        pytest.param(429, b"{}", Outcome(status="unknown", error_code="429", retry_after_s=7), id="429"),
        pytest.param(500, DONE, Outcome(status="unknown", error_code="500", retry_after_s=7), id="500 that says done"),
        pytest.param(503, b"{}", Outcome(status="unknown", error_code="503", retry_after_s=7), id="503"),
        pytest.param(302, DONE, Outcome(status="unknown", error_code="302"), id="302 not followed"),
        pytest.param(200, b'{"status": "done', Outcome(status="unknown", error_code="200 unreadable"), id="truncated"),
        pytest.param(200, b"", Outcome(status="unknown", error_code="200 unreadable"), id="empty"),
        pytest.param(200, b"[]", Outcome(status="unknown", error_code="200 unreadable"), id="a list"),
        pytest.param(200, b'{"status": "ok"}', Outcome(status="unknown", error_code="200 unreadable"), id="ok"),
        pytest.param(200, b'{"error": 1}', Outcome(status="unknown", error_code="200 unreadable"), id="error JSON"),
        pytest.param(200, b"\xff\xfe", Outcome(status="unknown", error_code="200 unreadable"), id="not text"),
        pytest.param(200, b"[" * 100_000, Outcome(status="unknown", error_code="200 unreadable"), id="100,000 deep"),
        pytest.param(200, b'{"status": "not_found"}', Outcome(status="unknown"), id="not_found answers no call"),
    ],
)
async def test_what_the_answer_to_a_call_means(status: int, body: bytes, outcome: Outcome) -> None:
    headers = {"retry-after": "7"} if status in (429, 500, 503) else {}

    assert await port(Wire(status, body, headers)).refund(REFUND) == outcome


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        pytest.param(200, DONE, "done", id="done"),
        pytest.param(200, b'{"status": "refused"}', "refused", id="refused"),
        pytest.param(200, b'{"status": "pending"}', "pending", id="pending"),
        pytest.param(200, b'{"status": "not_found"}', "not_found", id="not found in words"),
        pytest.param(404, b"", "not_found", id="404"),
        pytest.param(401, b'{"error_code": "key"}', "unknown", id="401 refuses us, not what was asked for"),
        pytest.param(400, b"{}", "unknown", id="400"),
        pytest.param(500, b"", "unknown", id="500"),
        pytest.param(302, b"", "unknown", id="302"),
        pytest.param(200, b"{", "unknown", id="truncated"),
    ],
)
async def test_what_the_answer_to_a_question_means(status: int, body: bytes, kind: str) -> None:
    assert (await port(Wire(status, body)).outcome("key-00000001")).status == kind


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(500, b'{"fen": 100}', id="500"),
        pytest.param(401, b'{"fen": 100}', id="401"),
        pytest.param(302, b'{"fen": 100}', id="302"),
        pytest.param(200, b'{"fen": 1', id="truncated"),
        pytest.param(200, b'{"fen": "100"}', id="text"),
        pytest.param(200, b'{"fen": 1.5}', id="a fraction"),
        pytest.param(200, b'{"fen": -1}', id="negative"),
        pytest.param(200, b'{"fen": true}', id="true"),
        pytest.param(200, b'{"fen": 99999999999999999999999}', id="23 digits"),
    ],
)
async def test_a_reading_that_is_none_is_an_error_never_a_number(status: int, body: bytes) -> None:
    with pytest.raises(ConnectionError):
        await port(Wire(status, body)).refundable("o1", "l1")


async def test_a_wait_of_years_is_a_day() -> None:
    wire = Wire(503, b"", {"retry-after": "9" * 400})

    assert (await port(wire).refund(REFUND)).retry_after_s == 86_400


async def test_how_long_a_call_may_be_on_its_way_is_the_shops_to_say() -> None:
    assert port(NoNetwork()).settles_after_s == 60
    assert port(NoNetwork(), commerce_settles_after_s=5).settles_after_s == 5


async def test_the_served_shop_takes_nothing_unsigned(shop: ReferenceShop) -> None:
    served = Served(shop)
    body = json.dumps({"order_ref": "o/1 ?", "line_ref": "l1", "amount_fen": 1}).encode()

    answers = [
        await served.request("POST", f"{URL}/refunds", headers={"idempotency-key": "key-00000001"}, body=body),
        await served.request("GET", f"{URL}/outcomes/key-00000001"),
    ]

    assert [answer.status for answer in answers] == [401, 401]
    assert shop.calls == 0


def catalogue(http: HttpClient) -> Catalogue:
    found = port(http)
    assert isinstance(found, Catalogue)
    return found


async def test_goods_come_over_the_wire_as_they_are_told(shop: ReferenceShop) -> None:
    until = datetime(2026, 12, 1, tzinfo=UTC)
    rated = GoodsFactTold(fact="rating", value={"text": "4.9分", "count": 1203}, valid_until=until)
    items = (
        GoodsItem(sku="a/1 ?", title="三文鱼中段", price_fen=5900, stock=0, listed=True, categories=("水产", "鱼")),
        GoodsItem(sku="b", title="刺身酱油", facts=(rated,)),
    )
    shop.stock_up(*items)
    shop.goods_per_page = 1
    reached = catalogue(Served(shop))

    first = await reached.goods(None)
    second = await reached.goods(first.cursor)

    assert (first.items, second.items, second.cursor) == (items[:1], items[1:], None)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        pytest.param(404, b"{}", LookupError, id="没有清单"),
        pytest.param(503, b"", ConnectionError, id="暂时不行"),
        pytest.param(302, b"", ConnectionError, id="转到别处"),
        pytest.param(200, b"<html>", ConnectionError, id="不是JSON"),
        pytest.param(200, b'{"items": [{"sku": " a", "title": "x"}]}', ConnectionError, id="编码不对"),
        pytest.param(
            200, b'{"items": [{"sku": "a", "title": "x", "price_fen": 12.9}]}', ConnectionError, id="价格写成元"
        ),
    ],
)
async def test_half_an_answer_about_goods_is_none(status: int, body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        await catalogue(Wire(status, body)).goods(None)


async def test_what_a_newer_sender_adds_to_goods_is_passed_over() -> None:
    body = json.dumps({"items": [{"sku": "a", "title": "x", "colour": "red"}], "cursor": "", "total": 1}).encode()

    page = await catalogue(Wire(200, body)).goods(None)

    assert (page.items, page.cursor) == ((GoodsItem(sku="a", title="x"),), None)
