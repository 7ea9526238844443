"""Every word our pages show, in Chinese and English, from one catalogue a language."""

import tomllib
from functools import cache
from pathlib import Path

from starlette.requests import Request

LANGUAGES = ("zh", "en")
_CATALOGUES = Path(__file__).parent / "words"


@cache
def words(language: str) -> dict[str, str]:
    """Return a language's catalogue: key -> words, with `{name}` where a value goes."""
    with (_CATALOGUES / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)


def language_of(request: Request) -> str:
    """Return the asked-for language: `?lang=`, else the browser's first, else Chinese."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    accepted = request.headers.get("accept-language", "")
    return "en" if accepted.lower().startswith("en") else "zh"
