"""Everything a platform may throw at the hook, through the real application."""

import gzip
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import RowMapping, text

from tests.shop import RunningShop, body_of, message

from .conftest import OTHER_ACCOUNT, OTHER_SECRET, eventually, opened_chat

pytestmark = pytest.mark.anyio

HOOK = "/hooks/generic/main"
MIB = 1_048_576


def rows(shop: RunningShop) -> int:
    """Count what is kept, whatever became of it."""
    with shop.process.database.read.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM inbox")).scalar_one())


def row(shop: RunningShop, event_ref: str) -> RowMapping:
    """Return the one kept row of a delivery."""
    query = text("SELECT * FROM inbox WHERE event_ref = :ref")
    with shop.process.database.read.connect() as connection:
        return connection.execute(query, {"ref": event_ref}).mappings().one()


def body_for(shop: RunningShop, chat: str, said: str = "如何保存活虾", **more: Any) -> bytes:
    data = message(said, "m1", conversation=chat, role="customer", at=shop.clock(), **more)
    return body_of("message.received", data, shop.clock())


async def post(shop: RunningShop, body: bytes, headers: Any, path: str = HOOK) -> httpx.Response:
    return await shop.client.post(path, content=body, headers=headers)


async def meter(shop: RunningShop, name: str) -> int:
    lines = (await shop.client.get("/metrics")).text.splitlines()
    return sum(int(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} "))


async def test_a_signed_message_is_kept_before_it_is_acknowledged(shop: RunningShop, chat: str) -> None:
    before = rows(shop)

    answer = await shop.say("如何保存活虾", conversation=chat)

    assert answer.status_code == 202
    assert rows(shop) == before + 1


def _without(headers: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in names}


async def test_everything_unproven_gets_the_same_answer_and_leaves_nothing(shop: RunningShop, chat: str) -> None:
    body = body_for(shop, chat)
    good = shop.signed(f"wh-{chat}", body)
    now = shop.clock()
    signature = good["webhook-signature"]
    attempts: dict[str, tuple[bytes, Any]] = {
        "unsigned": (body, {}),
        "no id": (body, _without(good, "webhook-id")),
        "no time": (body, _without(good, "webhook-timestamp")),
        "no signature": (body, _without(good, "webhook-signature")),
        "one byte flipped": (bytes([body[0] ^ 1]) + body[1:], good),
        "the wrong secret": (body, shop.signed(f"wh-{chat}", body, secret=OTHER_SECRET)),
        "301 s old": (body, shop.signed(f"wh-{chat}", body, now - timedelta(seconds=301))),
        "301 s ahead": (body, shop.signed(f"wh-{chat}", body, now + timedelta(seconds=301))),
        "two signature headers": (body, [*good.items(), ("webhook-signature", signature)]),
        "two ids": (body, [*good.items(), ("webhook-id", "other")]),
        "10,000 signatures": (body, {**good, "webhook-signature": " ".join([signature] * 10_000)}),
        "an id of 10 KB": (body, shop.signed("a" * 10_240, body)),
        "a dot in the id": (body, shop.signed("a.1700000000", body)),
        "an id not ASCII": (body, [*_without(good, "webhook-id").items(), (b"webhook-id", "草莓".encode())]),
        "a signature not ASCII": (
            body,
            [*_without(good, "webhook-signature").items(), (b"webhook-signature", b"\xff")],
        ),
    }
    before = rows(shop)

    answers = {name: await post(shop, sent, headers) for name, (sent, headers) in attempts.items()}

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(attempts, 401)
    assert len({answer.content for answer in answers.values()}) == 1, "nobody learns which check failed"
    assert rows(shop) == before


@pytest.mark.parametrize("seconds", [-299, 299])
async def test_a_clock_that_is_a_little_off_is_forgiven(shop: RunningShop, chat: str, seconds: int) -> None:
    body = body_for(shop, chat)

    answer = await post(shop, body, shop.signed(f"wh-{chat}", body, shop.clock() + timedelta(seconds=seconds)))

    assert answer.status_code == 202


async def test_the_signature_is_over_the_bytes_not_over_the_json(shop: RunningShop, chat: str) -> None:
    parsed = json.loads(body_for(shop, chat))
    body = json.dumps(dict(reversed(parsed.items())), indent=3).encode() + b"\n"

    assert (await post(shop, body, shop.signed(f"wh-{chat}", body))).status_code == 202


async def test_a_body_over_one_mebibyte_is_refused_announced_or_not(shop: RunningShop, chat: str) -> None:
    body = b"x" * (MIB + 1)
    headers = shop.signed(f"wh-{chat}", body)
    before = rows(shop)

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    announced = await post(shop, body, headers)
    chunked = await shop.client.post(HOOK, content=chunks(), headers=headers)

    assert (announced.status_code, chunked.status_code) == (413, 413)
    assert rows(shop) == before


async def test_a_body_of_exactly_one_mebibyte_is_read(shop: RunningShop) -> None:
    assert (await post(shop, b"x" * MIB, {})).status_code == 401


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "br", "deflate", "gzip, identity"])
async def test_a_compressed_body_is_refused(shop: RunningShop, chat: str, encoding: str) -> None:
    body = gzip.compress(bytes(10 * MIB))
    before = rows(shop)

    answer = await post(shop, body, {**shop.signed(f"wh-{chat}", body), "content-encoding": encoding})

    assert answer.status_code == 415
    assert rows(shop) == before


@pytest.mark.parametrize(
    "unreadable",
    [
        pytest.param(b"\x00\xff{", id="garbage"),
        pytest.param('{"type":"草莓坏了"}'.encode("gbk"), id="GBK"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"type":"message.received","timestamp":"2026-11-21T09:00:00Z","data":{"text":5}}', id="shape"),
        pytest.param(b'{"type":5}', id="type"),
        pytest.param(b'{"type":"typing","timestamp":NaN}', id="NaN"),
        pytest.param(b"", id="empty"),
    ],
)
async def test_proven_and_unreadable_is_400_and_one_dead_row_with_its_bytes(
    shop: RunningShop, chat: str, unreadable: bytes
) -> None:
    body = unreadable
    before = rows(shop)

    first = await post(shop, body, shop.signed(f"wh-{chat}", body))
    second = await post(shop, body, shop.signed(f"wh-{chat}-again", body))

    assert (first.status_code, second.status_code) == (400, 400)
    assert rows(shop) == before + 1, "a sender that tries again adds nothing"
    with shop.process.database.read.connect() as connection:
        kept = connection.execute(text("SELECT state, raw, error FROM inbox ORDER BY id DESC LIMIT 1")).one()
    assert (kept.state, bytes(kept.raw)) == ("dead", body)
    assert kept.error


async def test_stale_and_unreadable_is_as_unproven_as_stale(shop: RunningShop, chat: str) -> None:
    body = b"\x00 not JSON"
    before = rows(shop)

    answer = await post(shop, body, shop.signed(f"wh-{chat}", body, shop.clock() - timedelta(seconds=301)))

    assert answer.status_code == 401
    assert rows(shop) == before


async def test_an_unknown_type_is_acknowledged_and_kept_as_ignored(shop: RunningShop, chat: str) -> None:
    answer = await shop.post("typing.started", {"conversation_ref": chat}, f"wh-{chat}")

    assert 200 <= answer.status_code < 300
    assert row(shop, f"wh-{chat}")["state"] == "ignored"


@pytest.mark.timeout(60)
async def test_a_text_of_100_kb_is_kept_whole_and_answered(shop: RunningShop, chat: str) -> None:
    said = "如何保存活虾" + "！" * 33_000
    assert len(said.encode()) > 99_000

    conversation = await opened_chat(shop, chat, said)

    path = f"/api/v1/conversations/{conversation['id']}"
    detail = (await shop.client.get(path, headers=shop.bearer("小林"))).json()
    assert detail["messages"][0]["text"] == said
    assert conversation["cards"][0]["article_id"] == "storage-shrimp"


async def test_the_same_delivery_with_another_body_is_acknowledged_counted_and_changes_nothing(
    shop: RunningShop, chat: str
) -> None:
    first, second = body_for(shop, chat, "如何保存活虾"), body_for(shop, chat, "给我退款")
    before, conflicts = rows(shop), await meter(shop, "assist_inbox_conflicts_total")

    answers = [await post(shop, body, shop.signed(f"wh-{chat}", body)) for body in (first, first, second)]

    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert rows(shop) == before + 1
    assert bytes(row(shop, f"wh-{chat}")["raw"]) == first
    assert row(shop, f"wh-{chat}")["conflicts"] == 1
    assert await meter(shop, "assist_inbox_conflicts_total") == conflicts + 1


async def test_a_hundred_copies_at_once_are_one_row(shop: RunningShop, chat: str) -> None:
    body = body_for(shop, chat)
    headers = shop.signed(f"wh-{chat}", body)
    before = rows(shop)
    statuses: list[int] = []

    async def send() -> None:
        statuses.append((await post(shop, body, headers)).status_code)

    async with anyio.create_task_group() as senders:
        for _ in range(100):
            senders.start_soon(send)

    assert statuses == [202] * 100
    assert rows(shop) == before + 1
    assert row(shop, f"wh-{chat}")["conflicts"] == 0


@pytest.mark.parametrize(
    "path", ["/hooks/generic/nosuch", "/hooks/nosuch/main", "/hooks/generic/MAIN", "/hooks/generic/main2"]
)
async def test_an_unknown_account_is_not_found(shop: RunningShop, chat: str, path: str) -> None:
    body = body_for(shop, chat)
    before = rows(shop)

    answer = await post(shop, body, shop.signed(f"wh-{chat}", body), path)

    assert answer.status_code == 404
    assert rows(shop) == before


async def test_one_shops_secret_opens_no_other_shops_hook(shop: RunningShop, chat: str) -> None:
    body = body_for(shop, chat)
    other = f"/hooks/generic/{OTHER_ACCOUNT}"
    before = rows(shop)

    ours_at_theirs = await post(shop, body, shop.signed(f"wh-{chat}", body), other)
    theirs_at_ours = await post(shop, body, shop.signed(f"wh-{chat}", body, secret=OTHER_SECRET))

    assert (ours_at_theirs.status_code, theirs_at_ours.status_code) == (401, 401)
    assert rows(shop) == before
    assert (await post(shop, body, shop.signed(f"wh-{chat}", body, secret=OTHER_SECRET), other)).status_code == 202


async def test_two_shops_may_have_deliveries_of_the_same_name(shop: RunningShop, chat: str) -> None:
    body = body_for(shop, chat)
    before = rows(shop)

    await post(shop, body, shop.signed(f"wh-{chat}", body))
    await post(shop, body, shop.signed(f"wh-{chat}", body, secret=OTHER_SECRET), f"/hooks/generic/{OTHER_ACCOUNT}")

    assert rows(shop) == before + 2


async def test_text_that_no_database_holds_is_kept_with_replacement_characters(shop: RunningShop, chat: str) -> None:
    odd = "如何\x00保存\ud800活虾"
    data = message(
        odd, "m1\x00", conversation=chat, role="customer", at=shop.clock(), context={"a\x00": ["\ud800\x00"]}
    )
    data["actor"]["name"] = "虾\x00"
    data["attachments"] = [{"kind": "image\x00", "url": "x\x00", "name": "\ud800", "sha256": "\x00"}]
    data["order_refs"] = ["o\x00"]
    body = json.dumps({"type": "message.received", "timestamp": shop.clock().isoformat(), "data": data}).encode()

    answer = await post(shop, body, shop.signed(f"wh-{chat}", body))

    assert answer.status_code == 202
    agent = shop.bearer("小林")
    path = f"/api/v1/conversations?adapter=generic&account=main&ref={chat}"
    listed = await eventually(shop, path, agent, lambda answer: answer["conversations"])
    detail = await shop.client.get(f"/api/v1/conversations/{listed['conversations'][0]['id']}", headers=agent)
    assert detail.json()["messages"][0]["text"] == "如何\ufffd保存\ufffd活虾"
    assert detail.json()["customer_name"] == "虾\ufffd"
    assert row(shop, f"wh-{chat}")["state"] == "done"


@pytest.mark.parametrize(
    ("type_name", "data"),
    [
        pytest.param(
            "order.updated", {"order_ref": "o\x00", "status": "\x00", "lines": [{"line_ref": "\x00"}]}, id="order"
        ),
        pytest.param("fact.updated", {"fact": "f\x00", "subject": "s\x00", "value": {"\x00": "\ud800"}}, id="fact"),
        pytest.param(
            "customer.updated", {"customer_ref": "c\x00", "name": "\x00", "facts": {"\x00": "\x00"}}, id="customer"
        ),
        pytest.param(
            "order.updated",
            {"order_ref": "o1", "paid_at": "0001-01-01T00:00:00+14:00", "signed_at": "9999-12-31T23:59:59-14:00"},
            id="times at both ends",
        ),
        pytest.param("fact.updated", {"fact": "f", "subject": "s", "value": 10**40}, id="a number of 41 digits"),
    ],
)
async def test_odd_news_is_kept_and_worked_through(
    shop: RunningShop, chat: str, type_name: str, data: dict[str, Any]
) -> None:
    body = json.dumps({"type": type_name, "timestamp": shop.clock().isoformat(), "data": data}).encode()

    answer = await post(shop, body, shop.signed(f"wh-{chat}", body))

    assert answer.status_code == 202
    await anyio.to_thread.run_sync(shop.work)
    with anyio.fail_after(10):
        while (kept := row(shop, f"wh-{chat}"))["state"] == "pending":  # noqa: ASYNC110 - the loops may have it
            await anyio.sleep(0.02)
    assert kept["state"] == "done", kept["error"]


@pytest.mark.parametrize("sent_at", ["1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
async def test_a_message_of_an_impossible_time_counts_as_said_when_it_came(
    shop: RunningShop, chat: str, sent_at: str
) -> None:
    body = body_for(shop, chat, sent_at=sent_at)

    assert (await post(shop, body, shop.signed(f"wh-{chat}", body))).status_code == 202

    path = f"/api/v1/conversations?adapter=generic&account=main&ref={chat}"
    listed = await eventually(shop, path, shop.bearer("小林"), lambda answer: answer["conversations"])
    assert listed["conversations"][0]["last_at"] == shop.clock().isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
@pytest.mark.parametrize("tail", ["", "/", "/a/b", "/..%2f..%2fetc"])
async def test_no_door_below_the_hook_is_open(shop: RunningShop, method: str, tail: str) -> None:
    before = rows(shop)

    answer = await shop.client.request(method, f"{HOOK}{tail}", follow_redirects=True)

    assert answer.status_code == 401
    assert rows(shop) == before


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    body=st.binary(max_size=300)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(categories=None), max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ).map(
        lambda data: json.dumps(
            {"type": "message.received", "timestamp": "2026-11-21T09:00:00Z", "data": data}
        ).encode()
    ),
    signed=st.booleans(),
    encoding=st.sampled_from(["", "identity", "gzip", "\xff"]),
    odd=st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "content-type"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_categories=["Cc"]), max_size=12),
        max_size=2,
    ),
)
async def test_no_request_is_answered_with_a_500(
    shop: RunningShop, body: bytes, signed: bool, encoding: str, odd: dict[str, str]
) -> None:
    headers = shop.signed("wh-any", body) if signed else {}
    headers |= {**odd, **({"content-encoding": encoding} if encoding else {})}

    answer = await post(shop, body, [(name.encode(), value.encode("latin-1")) for name, value in headers.items()])

    assert answer.status_code in {202, 400, 401, 415}
