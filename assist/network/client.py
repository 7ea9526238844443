"""A client that cannot be pointed at our own network.

Addresses are checked when the connection is made, after the name was resolved: a name may resolve to a public
address when checked and to a private one when used. Redirects are not followed, answers and time are capped.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, cast

import httpcore
import httpx

from assist.domain.value import Value

MAX_REPLY_BYTES = 1_048_576
CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0


class HttpError(Exception):
    """The request did not get an answer that can be used."""


class AddressRefused(HttpError):
    """The target is not a public address, and not one that this installation allows."""


class Unreachable(HttpError):
    """No connection was made: nothing was sent, trying again is safe."""


class NoAnswer(HttpError):
    """The request was sent and no whole answer came: it may or may not have been acted on."""


class Reply(Value):
    """An answer from outside: header names in lower case, the body at most MAX_REPLY_BYTES."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class GuardedClient:
    """Keep one per process. `allowed` names host:port pairs that may be private, for tests and one-machine set-ups."""

    def __init__(self, allowed: Iterable[str] = (), *, total_seconds: float = TOTAL_SECONDS) -> None:
        self._total_seconds = total_seconds
        self._client = httpx.AsyncClient(
            transport=_Transport(frozenset(allowed)),
            timeout=httpx.Timeout(total_seconds, connect=CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,
        )

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Reply:
        """Send one request. Raises AddressRefused, Unreachable or NoAnswer."""
        try:
            async with asyncio.timeout(self._total_seconds):
                return await self._send(method, url, headers or {}, body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unreachable(type(error).__name__) from error
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise AddressRefused("only http and https addresses can be reached") from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise NoAnswer(type(error).__name__) from error

    async def close(self) -> None:
        await self._client.aclose()

    async def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        async with self._client.stream(method, url, headers=dict(headers), content=body) as response:
            read = bytearray()
            async for chunk in response.aiter_bytes():
                read += chunk
                if len(read) > MAX_REPLY_BYTES:
                    raise NoAnswer("the answer is larger than 1 MiB")
            return Reply(
                status=response.status_code,
                headers={name.lower(): value for name, value in response.headers.items()},
                body=bytes(read),
            )


class _Backend(httpcore.AsyncNetworkBackend):
    """Resolve, check, then connect to the very address that was checked."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        # httpcore types this name as its stand-in for a missing anyio.
        self._inner = cast(httpcore.AsyncNetworkBackend, httpcore.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        address = await self._checked(host, port)
        return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise AddressRefused(f"{path}: sockets of this machine are never a target")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _checked(self, host: str, port: int) -> str:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:  # a label over 63 characters is a UnicodeError
            raise httpcore.ConnectError(f"{host} does not resolve") from error
        addresses = [str(entry[4][0]) for entry in found]
        if f"{host}:{port}" in self._allowed:
            return addresses[0]
        if refused := [address for address in addresses if not _is_public(address)]:
            raise AddressRefused(f"{host} is {refused[0]}, which is not a public address; allow it in assist.toml")
        return addresses[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return ip.is_global and not ip.is_multicast


class _Transport(httpx.AsyncBaseTransport):
    """httpx over a connection pool whose sockets are guarded."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(), max_connections=100, network_backend=_Backend(allowed)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        core = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            response = await self._pool.handle_async_request(core)
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as error:
            raise httpx.ConnectError(str(error)) from error
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise httpx.ReadError(str(error)) from error
        except httpcore.UnsupportedProtocol as error:
            raise httpx.UnsupportedProtocol(str(error)) from error
        return httpx.Response(
            status_code=response.status, headers=response.headers, stream=_Stream(response), extensions={}
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for part in self._response.aiter_stream():
                yield part
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise httpx.ReadError(str(error)) from error

    async def aclose(self) -> None:
        await self._response.aclose()
