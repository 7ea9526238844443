"""The client that cannot be pointed at our own network, against a real server on loopback."""

import asyncio
import gzip
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from assist.network.client import (
    MAX_REPLY_BYTES,
    AddressRefused,
    GuardedClient,
    HttpError,
    NoAnswer,
    Unreachable,
)

pytestmark = pytest.mark.anyio

PUBLIC = "93.184.216.34"


@dataclass
class Platform:
    """A server that answers every connection with the same bytes and remembers what it was asked."""

    port: int
    seen: list[bytes] = field(default_factory=list[bytes])

    @property
    def at(self) -> str:
        return f"127.0.0.1:{self.port}"


@asynccontextmanager
async def platform(answer: bytes, *, hang: bool = False) -> AsyncGenerator[Platform]:
    """Run one on a free port of loopback; `hang` keeps the connection open after the answer."""
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            running.seen.append(head)
            writer.write(answer)
            await writer.drain()
            if hang:
                await over.wait()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    running = Platform(server.sockets[0].getsockname()[1])
    try:
        yield running
    finally:
        over.set()
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def client(*allowed: str, total_seconds: float = 5) -> AsyncGenerator[GuardedClient]:
    made = GuardedClient(allowed, total_seconds=total_seconds)
    try:
        yield made
    finally:
        await made.close()


def http(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def test_an_allowed_host_and_port_is_reached_and_answers() -> None:
    async with platform(http("201 Created", "好".encode(), "X-Ref: M9")) as server, client(server.at) as ours:
        reply = await ours.request("POST", f"http://{server.at}/a?b=1", headers={"x-key": "k"}, body=b"{}")

    assert (reply.status, reply.body, reply.headers["x-ref"]) == (201, "好".encode(), "M9")
    assert server.seen[0].startswith(b"POST /a?b=1 HTTP/1.1\r\n")
    assert b"x-key: k\r\n" in server.seen[0]


async def test_loopback_is_refused_before_anything_is_sent() -> None:
    async with platform(http("200 OK")) as server, client() as ours:
        with pytest.raises(AddressRefused, match=r"127\.0\.0\.1"):
            await ours.request("GET", f"http://{server.at}/")

    assert server.seen == []


async def test_another_port_of_an_allowed_host_is_refused() -> None:
    async with platform(http("200 OK")) as server, client("127.0.0.1:1") as ours:
        with pytest.raises(AddressRefused):
            await ours.request("GET", f"http://{server.at}/")

    assert server.seen == []


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127.0.0.1/", id="loopback"),
        pytest.param("http://127.8.8.8/", id="all of 127/8"),
        pytest.param("http://[::1]/", id="loopback of IPv6"),
        pytest.param("http://[::ffff:127.0.0.1]/", id="loopback mapped into IPv6"),
        pytest.param("http://0.0.0.0/", id="any address"),
        pytest.param("http://0x7f.1/", id="hexadecimal"),
        pytest.param("http://2130706433/", id="one number"),
        pytest.param("http://127.1/", id="short form"),
        pytest.param("http://localhost/", id="a name of loopback"),
        pytest.param("http://public@127.0.0.1/", id="behind a user name"),
        pytest.param("https://127.0.0.1/", id="https"),
        pytest.param("http://10.0.0.1/", id="10/8"),
        pytest.param("http://172.16.0.1/", id="172.16/12"),
        pytest.param("http://192.168.1.1/", id="192.168/16"),
        pytest.param("http://100.64.0.1/", id="carrier NAT"),
        pytest.param("http://169.254.169.254/latest/meta-data/", id="cloud metadata"),
        pytest.param("http://[::ffff:169.254.169.254]/", id="cloud metadata mapped"),
        pytest.param("http://224.0.0.1/", id="multicast"),
        pytest.param("http://255.255.255.255/", id="broadcast"),
    ],
)
async def test_an_address_of_ours_is_refused_in_any_spelling(url: str) -> None:
    async with client() as ours:
        with pytest.raises(AddressRefused):
            await ours.request("GET", url)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.com/", "gopher://x/", "data:,x", "/etc", "", "x"])
async def test_only_http_and_https_are_spoken(url: str) -> None:
    async with client() as ours:
        with pytest.raises(AddressRefused, match="http"):
            await ours.request("GET", url)


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http://[",
        "http://....",
        "http://" + "a" * 70 + ".invalid/",
        "http://a b/",
        "http://x\x00/",
        "http://[::1",
    ],
)
async def test_an_impossible_address_is_an_error_of_ours(url: str) -> None:
    async with client() as ours:
        with pytest.raises((AddressRefused, Unreachable)):
            await ours.request("GET", url)


@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param(["127.0.0.1"], id="loopback"),
        pytest.param([PUBLIC, "10.0.0.1"], id="one public, one private"),
        pytest.param([PUBLIC, "::1"], id="one public, one loopback of IPv6"),
    ],
)
async def test_a_name_is_judged_by_every_address_it_resolves_to(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    _resolve_to(monkeypatch, addresses)

    async with client() as ours:
        with pytest.raises(AddressRefused, match=r"chat\.example"):
            await ours.request("GET", "http://chat.example/")


async def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: a second look at the name would give another address."""
    async with platform(http("200 OK", b"ok")) as server, client(f"chat.example:{server.port}") as ours:
        looks = _resolve_to(monkeypatch, ["127.0.0.1"], then=[PUBLIC])

        reply = await ours.request("GET", f"http://chat.example:{server.port}/")

    assert reply.body == b"ok"
    assert looks == ["chat.example"]
    assert f"Host: chat.example:{server.port}\r\n".encode() in server.seen[0]


async def test_a_name_that_does_not_resolve_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve_to(monkeypatch, [])

    async with client() as ours:
        with pytest.raises(Unreachable):
            await ours.request("GET", "http://chat.example/")


async def test_a_closed_port_is_unreachable_so_that_trying_again_is_safe() -> None:
    async with platform(b"") as server:
        gone = server.at
    async with client(gone) as ours:
        with pytest.raises(Unreachable):
            await ours.request("GET", f"http://{gone}/")


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
async def test_a_redirect_is_told_and_not_followed(status: str) -> None:
    async with (
        platform(http("200 OK")) as target,
        platform(http(status, b"", f"Location: http://{target.at}/")) as server,
        client(server.at, target.at) as ours,
    ):
        reply = await ours.request("POST", f"http://{server.at}/", body=b"{}")

    assert reply.status == int(status[:3])
    assert (len(server.seen), len(target.seen)) == (1, 0)


async def test_an_answer_of_one_mebibyte_is_read() -> None:
    async with platform(http("200 OK", b"x" * MAX_REPLY_BYTES)) as server, client(server.at) as ours:
        reply = await ours.request("GET", f"http://{server.at}/")

    assert len(reply.body) == MAX_REPLY_BYTES


BOMB = gzip.compress(bytes(20 * MAX_REPLY_BYTES))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(http("200 OK", b"x" * 2 * MAX_REPLY_BYTES), id="two mebibytes"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2 * MAX_REPLY_BYTES, id="two mebibytes unannounced"),
        pytest.param(http("200 OK", BOMB, "Content-Encoding: gzip"), id="20 KB that unpack to 20 MB"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", id="cut off"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Le", id="cut off in the head"),
        pytest.param(b"\x00\xff garbage\r\n\r\n", id="no HTTP"),
        pytest.param(b"", id="nothing"),
        pytest.param(http("200 OK", b"no gzip", "Content-Encoding: gzip"), id="not what it says"),
    ],
)
async def test_an_answer_that_cannot_be_used_is_no_answer(answer: bytes) -> None:
    async with platform(answer) as server, client(server.at) as ours:
        with pytest.raises(NoAnswer):
            await ours.request("GET", f"http://{server.at}/")

    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "begun", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nha"], ids=["silent", "stops half-way"]
)
async def test_a_slow_answer_is_no_answer(begun: bytes) -> None:
    async with platform(begun, hang=True) as server, client(server.at, total_seconds=0.3) as ours:
        with pytest.raises(NoAnswer):
            await ours.request("POST", f"http://{server.at}/", body=b"{}")


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with platform(http("200 OK")) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy.at}")
        async with client() as ours:
            with pytest.raises(HttpError):
                await ours.request("GET", "http://127.0.0.1:9/")

    assert proxy.seen == []


def _resolve_to(monkeypatch: pytest.MonkeyPatch, addresses: list[str], then: list[str] | None = None) -> list[str]:
    """Let names resolve to `addresses`, on a later look to `then`; return the names that were looked up."""
    looks: list[str] = []

    def getaddrinfo(host: str, port: int, *_args: Any, **_more: Any) -> list[Any]:
        if host != "chat.example":
            return real(host, port, *_args, **_more)
        looks.append(host)
        found = addresses if len(looks) == 1 or then is None else then
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in found]
        return [
            (family, socket.SOCK_STREAM, 6, "", (address, port))
            for family, address in zip(families, found, strict=True)
        ]

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return looks
