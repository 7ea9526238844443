"""Which adapters are installed? Found by entry point, ours exactly as a third party's."""

from functools import cache
from importlib.metadata import entry_points
from typing import cast

from .adapter import CONTRACT_VERSION, AdapterType

GROUP = "assist.adapters"


class AdapterMismatch(Exception):
    """An installed adapter was written for another major version of the contract."""


class UnknownAdapter(Exception):
    """No installed package registers this adapter."""


@cache
def adapter_type(name: str) -> AdapterType:
    """Return the adapter type registered under `name`.

    Raises UnknownAdapter naming what is installed, or AdapterMismatch.
    """
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in found:
        raise UnknownAdapter(f"no adapter {name!r}; installed: {', '.join(sorted(found)) or 'none'}")
    adapter = cast(AdapterType, found[name].load())
    if adapter.contract.split(".")[0] != CONTRACT_VERSION.split(".")[0]:
        raise AdapterMismatch(
            f"adapter {name!r} speaks contract {adapter.contract}, this is {CONTRACT_VERSION}; update the adapter"
        )
    return adapter


def adapter_names() -> list[str]:
    return sorted(entry.name for entry in entry_points(group=GROUP))
