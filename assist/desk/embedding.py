"""From which pages of others is a shop served? Held in memory: every request asks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from assist.store.queries.people import ShopRow

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[::1\]")
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_PORTS = {"https": 443, "http": 80}


class OriginError(ValueError):
    """Not an origin; the message shows one."""


def checked_origin(written: str) -> str:
    """Return an origin as browsers send it. Raises OriginError: https only, http for loopback, nothing after the host.

    Whatever passes is safe inside a Content-Security-Policy.
    """
    cure = "write an origin like https://desk.example, without a path"
    try:
        parts = urlsplit(written.strip())
        host = _ascii(parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc)
    except (ValueError, UnicodeError) as error:
        raise OriginError(f"{written!r}: {cure}") from error
    if parts.path or parts.query or parts.fragment or not _HOST.fullmatch(host) or parts.scheme not in _PORTS:
        raise OriginError(f"{written!r}: {cure}")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise OriginError(f"{written!r}: http is for this machine only; write https://{host}")
    port = "" if parts.port in (None, _PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def _ascii(host: str) -> str:
    """As it stands in the Origin header: 中文.example is sent as xn--….example."""
    return host if host.startswith("[") else host.lower().encode("idna").decode()


@dataclass(frozen=True)
class _Known:
    by_shop: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    by_origin: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])


class Embeds:
    """Every shop's origins. `everywhere` are the settings' own frame ancestors: they frame, and nothing else."""

    def __init__(self, everywhere: tuple[str, ...] = ()) -> None:
        self._everywhere = everywhere
        self._known = _Known()

    def load(self, shops: Sequence[ShopRow]) -> None:
        by_shop = {shop.id: shop.embed_origins for shop in shops}
        origins = {origin for listed in by_shop.values() for origin in listed}
        by_origin = {one: frozenset(shop for shop, listed in by_shop.items() if one in listed) for one in origins}
        self._known = _Known(by_shop, by_origin)

    def frame_ancestors(self, shop_id: str | None) -> tuple[str, ...]:
        """Return who may frame a shop's sidebar; None is the only shop. An unknown shop's are nobody's."""
        by_shop = self._known.by_shop
        if shop_id is None:
            shop_id = next(iter(by_shop)) if len(by_shop) == 1 else ""
        return tuple(dict.fromkeys((*by_shop.get(shop_id, ()), *self._everywhere)))

    def parents(self, shop_id: str | None) -> tuple[str, ...]:
        """Return the origins whose messages a shop's framed sidebar takes: never a pattern."""
        return tuple(one for one in self.frame_ancestors(shop_id) if _is_origin(one))

    def shops_of(self, origin: str) -> frozenset[str]:
        """Return the shops whose element and API this origin's pages may use."""
        return self._known.by_origin.get(origin, frozenset())


def _is_origin(written: str) -> bool:
    try:
        return checked_origin(written) == written
    except OriginError:
        return False
