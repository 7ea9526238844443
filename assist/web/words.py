"""Every word our pages show, from gettext catalogues: a folder a language, a file an area, a key a word."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from babel.messages.pofile import read_po
from opencc import OpenCC
from starlette.requests import Request

Language = Literal["zh", "zh-TW", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "zh-TW", "en")
CATALOGUES = Path(__file__).parent / "words"
_FOLDERS = {"zh": "zh_CN", "zh-TW": "zh_TW", "en": "en"}
_TRADITIONAL = re.compile(r"zh-(hant|tw|hk|mo)\b")
_ACCEPTED = re.compile(r"([a-z-]+)\s*(?:;\s*q=([\d.]+))?")
_NAMES_KEPT = 4096


@cache
def words(language: str) -> dict[str, str]:
    """Return a language's catalogue: key -> words, with `{name}` where a value goes.

    Raises ValueError for a key that two files of a language have.
    """
    found: dict[str, str] = {}
    for path in sorted((CATALOGUES / _FOLDERS[language]).glob("*.po")):
        with path.open("rb") as file:
            here = {str(one.id): str(one.string) for one in read_po(file) if one.id}
        if twice := found.keys() & here.keys():
            raise ValueError(f"{path}: another file has {', '.join(sorted(twice))} already; one key, one word")
        found |= here
    return found


def language_of(request: Request) -> Language:
    """Return the asked-for language: `?lang=`, else the first of the browser's that we speak, else Chinese."""
    asked = request.query_params.get("lang", "")
    if known := _known(asked):
        return known
    spoken = list(_accepted(request.headers.get("accept-language", "").lower()))
    return spoken[0] if spoken else "zh"


def in_language(zh: str, en: str, language: str) -> str:
    """Return content's own name of something as a page in `language` shows it. Never for a text to a customer."""
    if language == "en":
        return en
    return _in_taiwan(zh) if language == "zh-TW" else zh


def rest_of_query(request: Request) -> str:
    """Return what an address asks for beside the language, to follow `?lang=en`: "" or "&" and more."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"&{urlencode(kept)}" if kept else ""


def _known(asked: str) -> Language | None:
    return next((one for one in LANGUAGES if one == asked), None)


def _accepted(header: str) -> Iterator[Language]:
    """Yield those of a browser's languages that we speak, the dearest first."""
    listed = [(tag, float(weight or 1)) for tag, weight in _ACCEPTED.findall(header)]
    for tag, _ in sorted(listed, key=lambda one: -one[1]):
        if tag.startswith("zh"):
            yield "zh-TW" if _TRADITIONAL.match(tag) else "zh"
        elif tag.startswith("en"):
            yield "en"


@lru_cache(_NAMES_KEPT)
def _in_taiwan(zh: str) -> str:
    return str(_taiwanese().convert(zh))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


@cache
def _taiwanese() -> OpenCC:
    return OpenCC("s2twp")  # pyright: ignore[reportUnknownVariableType]
