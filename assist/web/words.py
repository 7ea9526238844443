"""Every word our pages show, from gettext catalogues: a folder a language, a file an area, a key a word."""

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from starlette.requests import Request

LANGUAGES = ("zh", "zh-TW", "en")
CATALOGUES = Path(__file__).parent / "words"
_FOLDERS = {"zh": "zh_CN", "zh-TW": "zh_TW", "en": "en"}


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


def language_of(request: Request) -> str:
    """Return the asked-for language: `?lang=`, else the browser's first, else Chinese."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    accepted = request.headers.get("accept-language", "").lower()
    if accepted.startswith(("zh-tw", "zh-hk", "zh-hant")):
        return "zh-TW"
    return "en" if accepted.startswith("en") else "zh"
