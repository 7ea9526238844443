"""Our scripts, styles and pictures as they are served: without comments and blank space, packed once, by their ETag."""

import gzip
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import rcssmin  # pyright: ignore[reportMissingTypeStubs]
import rjsmin  # pyright: ignore[reportMissingTypeStubs]
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .joined import JOINED, joined_script, joined_style

TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".html": "text/html; charset=utf-8",
}
_PACKED = frozenset({".js", ".css", ".svg", ".html"})


# Neither says what it takes and returns.
_smaller_script = cast(Callable[[str], str], cast(Any, rjsmin).jsmin)
_smaller_style = cast(Callable[[str], str], cast(Any, rcssmin).cssmin)


@dataclass(frozen=True)
class Variant:
    """One file in one encoding. The tag is strong: it names these very bytes."""

    body: bytes
    etag: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Served:
    """A file as it is sent; `packed` (gzip) is the same as `plain` where packing gains nothing."""

    plain: Variant
    packed: Variant


@cache
def served_files(directory: Path) -> Mapping[str, Served]:
    """Return name -> file for all files of a directory that may be served, made once a process."""
    paths = sorted(path for path in directory.iterdir() if path.suffix in TYPES)
    return MappingProxyType({path.name: _served(path) for path in paths})


class StaticFiles:
    """An ASGI application for one directory, held in memory: asking for a file never reads the disk.

    A browser keeps what it has and asks whether it changed (`no-cache`, by SecurityHeaders): modules keep their
    addresses, which host pages name, and after an upgrade nobody runs old ones beside new ones.
    """

    def __init__(self, directory: Path) -> None:
        self._files = served_files(directory)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        name = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        file = self._files.get(name)
        if file is None:
            raise HTTPException(404, f"no static file {name!r}")
        if request.method not in ("GET", "HEAD"):
            raise HTTPException(405, "static files are read with GET or HEAD", {"Allow": "GET, HEAD"})
        variant = file.packed if _takes_gzip(request.headers.get("accept-encoding", "")) else file.plain
        await _answer(request, variant)(scope, receive, send)


def _answer(request: Request, variant: Variant) -> Response:
    if _has_it(request.headers.get("if-none-match", ""), variant.etag):
        return Response(status_code=304, headers={"ETag": variant.etag, "Vary": "Accept-Encoding"})
    if request.method == "HEAD":
        return Response(headers={**variant.headers, "Content-Length": str(len(variant.body))})
    return Response(variant.body, headers=dict(variant.headers))


def _served(path: Path) -> Served:
    body = _smaller(path)
    tag = hashlib.sha256(body).hexdigest()[:20]
    plain = _variant(path, body, f'"{tag}"', {})
    # The time is left out, so that the same file is packed into the same bytes.
    packed = gzip.compress(body, 9, mtime=0) if path.suffix in _PACKED else body
    if len(packed) >= len(body):
        return Served(plain, plain)
    return Served(plain, _variant(path, packed, f'"{tag}-gzip"', {"Content-Encoding": "gzip"}))


def _variant(path: Path, body: bytes, etag: str, more: Mapping[str, str]) -> Variant:
    headers = {"Content-Type": TYPES[path.suffix], "ETag": etag, "Vary": "Accept-Encoding", **more}
    return Variant(body, etag, MappingProxyType(headers))


def _smaller(path: Path) -> bytes:
    match path.suffix:
        case ".js":
            script = joined_script(path) if path.name in JOINED else path.read_text(encoding="utf-8")
            return _smaller_script(script).encode()
        case ".css":
            return _smaller_style(joined_style(path)).encode()
        case _:
            return path.read_bytes()


def _takes_gzip(accepted: str) -> bool:
    """Whether a client takes gzip: named, or by `*`, and not with the weight zero."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        weights[name.strip()] = _weight(weight)
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _weight(said: str) -> float:
    value = said.replace(" ", "").removeprefix("q=")
    try:
        return float(value) if value else 1.0
    except ValueError:
        return 0.0


def _has_it(asked: str, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in asked.split(",")]
    return etag in tags or "*" in tags
