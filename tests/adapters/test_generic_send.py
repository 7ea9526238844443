"""What goes over the wire when we send, and what the answers mean."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from assist.contract import Actor, HttpReply, OutText, Ref, Role, SendResult

from .generic import OLD_SECRET, SECRET, NoNetwork, opened

pytestmark = pytest.mark.anyio

OUT_URL = "https://chat.example/hooks/assist?shop=1"
TEXT = "活虾一般1-3天内吃完🦐\n<b>亲</b>"
MESSAGE = OutText(ref=Ref(conversation_ref="c1"), text=TEXT, idempotency_key="key_00000001")


class Answer:
    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body


class Wire:
    """An HttpClient that shows what reached the platform and answers as told."""

    def __init__(self, status: int = 202, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.seen: list[httpx.Request] = []
        self._answer = httpx.Response(status, content=body, headers=dict(headers or {}))

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> HttpReply:
        def answer(request: httpx.Request) -> httpx.Response:
            self.seen.append(request)
            return self._answer

        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            got = await client.request(method, url, headers=headers, content=body)
        return Answer(got.status_code, {name.lower(): value for name, value in got.headers.items()}, got.content)


async def sent(wire: Wire, message: OutText = MESSAGE, secrets: tuple[str, ...] = (SECRET,)) -> SendResult:
    return await opened(wire, secrets=secrets, out_url=OUT_URL).send_text(message)


async def test_one_signed_post_carries_the_text_to_the_out_url() -> None:
    wire = Wire()

    await sent(wire)

    (request,) = wire.seen
    assert (request.method, str(request.url)) == ("POST", OUT_URL)
    assert request.headers["content-type"] == "application/json"
    body: Any = Webhook(SECRET).verify(request.content, dict(request.headers))
    assert body["type"] == "message.send"
    assert body["data"] == {
        "conversation_ref": "c1",
        "text": TEXT,
        "idempotency_key": "key_00000001",
        "private": False,
    }
    assert abs(datetime.now(UTC) - datetime.fromisoformat(body["timestamp"])).total_seconds() < 60


async def test_the_idempotency_key_is_the_webhook_id_so_that_a_retry_is_a_duplicate() -> None:
    wire = Wire()

    await sent(wire)
    await sent(wire)

    assert [request.headers["webhook-id"] for request in wire.seen] == ["key_00000001"] * 2


async def test_who_it_is_sent_for_and_a_private_note_are_told() -> None:
    wire = Wire()
    actor = Actor(role=Role.agent, ref="agent-1", name="小林")

    await sent(wire, MESSAGE.model_copy(update={"private": True, "on_behalf_of": actor}))

    data = json.loads(wire.seen[0].content)["data"]
    assert data["private"] is True
    assert data["actor"] == {"role": "agent", "ref": "agent-1", "name": "小林"}


async def test_during_rotation_we_sign_with_the_newest_secret() -> None:
    wire = Wire()

    await sent(wire, secrets=(SECRET, OLD_SECRET))

    Webhook(SECRET).verify(wire.seen[0].content, dict(wire.seen[0].headers))


@pytest.mark.parametrize(
    ("status", "headers", "result"),
    [
        pytest.param(200, {}, SendResult(status="sent"), id="200"),
        pytest.param(202, {}, SendResult(status="sent"), id="202"),
        pytest.param(204, {}, SendResult(status="sent"), id="204"),
        pytest.param(302, {"location": "/x"}, SendResult(status="rejected", error_code="302"), id="302 not followed"),
        pytest.param(400, {}, SendResult(status="rejected", error_code="400"), id="400"),
        pytest.param(401, {}, SendResult(status="rejected", error_code="401"), id="401"),
        pytest.param(404, {}, SendResult(status="rejected", error_code="404"), id="404"),
        pytest.param(410, {}, SendResult(status="rejected", error_code="410"), id="410 gone"),
        pytest.param(408, {}, SendResult(status="retry", error_code="408"), id="408"),
        pytest.param(
            429, {"retry-after": "7"}, SendResult(status="retry", error_code="429", retry_after_s=7), id="429"
        ),
        pytest.param(
            429,
            {"retry-after": "Sat, 21 Nov 2026 09:00:00 GMT"},
            SendResult(status="retry", error_code="429"),
            id="429 with a date",
        ),
        pytest.param(500, {}, SendResult(status="retry", error_code="500"), id="500"),
        pytest.param(
            503, {"retry-after": "30"}, SendResult(status="retry", error_code="503", retry_after_s=30), id="503"
        ),
    ],
)
async def test_the_status_says_how_the_send_ended(status: int, headers: dict[str, str], result: SendResult) -> None:
    assert await sent(Wire(status, headers=headers)) == result


@pytest.mark.parametrize(
    ("body", "message_ref"),
    [
        pytest.param(b'{"message_ref": "m9"}', "m9", id="named"),
        pytest.param(b"ok", None, id="not JSON"),
        pytest.param(b"\xff\xfe", None, id="not text"),
        pytest.param(b"[]", None, id="list"),
        pytest.param(b'{"message_ref": 9}', None, id="number"),
        pytest.param(b'{"message_ref": ""}', None, id="empty"),
        pytest.param(b"[" * 100_000, None, id="100,000 deep"),
    ],
)
async def test_a_2xx_is_sent_whatever_its_body_says(body: bytes, message_ref: str | None) -> None:
    assert await sent(Wire(200, body)) == SendResult(status="sent", message_ref=message_ref)


async def test_an_account_that_only_listens_sends_nothing() -> None:
    result = await opened(NoNetwork()).send_text(MESSAGE)

    assert result == SendResult(status="rejected", error_code="no_out_url")


@pytest.mark.parametrize("key", ["short", "k" * 33, "key 00000001", "键0000001"])
def test_a_key_that_no_platform_takes_cannot_be_made(key: str) -> None:
    with pytest.raises(ValueError, match="idempotency_key"):
        OutText(ref=Ref(conversation_ref="c1"), text="x", idempotency_key=key)
