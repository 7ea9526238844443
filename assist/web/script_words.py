"""Which of the catalogue's words does a script use? A page carries those, not the whole catalogue."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment

from .words import in_language

STATIC = Path(__file__).parent / "static"
ELEMENT = "fresh-assist.js"
"""Carries its own words in its shadow root: who imports it need not have them."""
_IMPORTED = re.compile(r"""(?:\bfrom|\bimport|\bnew URL)\s*\(?\s*["'](?:\./|/static/)([\w-]+\.js)["']""")
_SCRIPT = re.compile(r'<script type="module" src="/static/([\w-]+\.js)"')
_NAME = re.compile(r"[a-z]\w*")
_PREFIX = re.compile(r"([a-z]\w*_)\$\{")
_TYPES = re.compile(r"/\*.*?\*/", re.DOTALL)


def used_by(t: Mapping[str, str], script: str) -> dict[str, str]:
    """Return the words that `script` and the modules it imports may ask for: all whose key stands there,
    and all whose key begins as a template literal does (`order_${status}`).
    """
    names, prefixes = _asked(script)
    return {key: said for key, said in t.items() if key in names or key.startswith(prefixes)}


def used_in(t: Mapping[str, str], head: str) -> dict[str, str]:
    """Return the words that the module scripts of a page's head may ask for."""
    found: dict[str, str] = {}
    for script in _SCRIPT.findall(head):
        found |= used_by(t, script)
    return found


def modules(script: str, *, whole: bool = True) -> list[str]:
    """Return `script` and all it imports or starts as a worker, itself first; `whole` includes what the element
    imports even where another script imports the element.
    """
    found: list[str] = []
    waiting = [script]
    while waiting:
        name = waiting.pop(0)
        if name not in found and (whole or name != ELEMENT or name == script):
            found.append(name)
            waiting += _imports(name)
    return found


def teach(pages: Environment) -> None:
    """Let pages ask for the words of their scripts, and for content's own names in their language."""
    cast(Any, pages).filters.update({"used_by": used_by, "used_in": used_in, "named": in_language})


@cache
def _asked(script: str) -> tuple[frozenset[str], tuple[str, ...]]:
    texts = [_code(name) for name in modules(script, whole=False)]
    names = frozenset(name for text in texts for name in _NAME.findall(text))
    return names, tuple(sorted({prefix for text in texts for prefix in _PREFIX.findall(text)}))


def _imports(name: str) -> Iterator[str]:
    yield from _IMPORTED.findall(_code(name))


@cache
def _code(name: str) -> str:
    """Return a script without block comments: types name modules that are never loaded."""
    return _TYPES.sub("", (STATIC / name).read_text(encoding="utf-8"))
