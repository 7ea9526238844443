"""Two states of an entry beside each other: field by field, and in texts word by word."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import JsonValue

from .api_models import In, Out
from .auth import require_caller
from .kb_models import BodyIn
from .views import pages
from .words import language_of, words

router = APIRouter(prefix="/api/v1/kb", tags=["knowledge base"])

# Chinese is compared by character, everything else by word.
_TOKEN = re.compile(r"[A-Za-z0-9_]+|\s+|.", re.DOTALL)
_MOST_TOKENS = 6_000

Op = Literal["same", "gone", "new"]


class Part(Out):
    """A piece of a text that stayed, went or came."""

    op: Op
    text: str


class FieldDiff(Out):
    """One field that differs. `path` leads to it, `name` is its first part."""

    name: str
    path: str
    parts: list[Part]


class DiffIn(In):
    """Two states of an entry, null where it is not there."""

    before: BodyIn | None
    after: BodyIn | None


@router.post("/diff", response_class=HTMLResponse, dependencies=[Depends(require_caller)])
def diff(request: Request, body: DiffIn) -> HTMLResponse:
    """The two states beside each other as HTML, for the page to show where it asks a person to choose."""
    language = language_of(request)
    template = pages().get_template("kb_diff.html")
    fields = differences(body.before, body.after)
    return HTMLResponse(template.render(t=words(language), lang=language, fields=fields))


def differences(before: Mapping[str, JsonValue] | None, after: Mapping[str, JsonValue] | None) -> list[FieldDiff]:
    """Return the fields that differ, in the order of the later state, then those that went."""
    was, now = dict(_flat(before or {})), dict(_flat(after or {}))
    paths = [*now, *(path for path in was if path not in now)]
    return [
        FieldDiff(name=path.partition(".")[0], path=path, parts=_parts(was.get(path, ""), now.get(path, "")))
        for path in paths
        if was.get(path) != now.get(path)
    ]


def _flat(value: JsonValue | Mapping[str, JsonValue], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every leaf as text; a list of plain values is one text, a line each."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        if all(not isinstance(one, dict | list) for one in value):
            yield path, "\n".join(_said(one) for one in value)
            return
        for at, inner in enumerate(value):
            named = inner.get("id") if isinstance(inner, dict) else None
            yield from _flat(inner, f"{path}.{named if isinstance(named, str) else at + 1}")
    else:
        yield path, _said(value)


def _said(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "✓" if value else "✗"
    return "–" if value is None else str(value)


def _parts(before: str, after: str) -> list[Part]:
    was, now = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(was) + len(now) > _MOST_TOKENS:
        return [part for part in (Part(op="gone", text=before), Part(op="new", text=after)) if part.text]
    found: list[Part] = []
    matcher = difflib.SequenceMatcher(None, was, now, autojunk=False)
    for op, start, end, begin, stop in matcher.get_opcodes():
        if op == "equal":
            found.append(Part(op="same", text="".join(was[start:end])))
            continue
        if start < end:
            found.append(Part(op="gone", text="".join(was[start:end])))
        if begin < stop:
            found.append(Part(op="new", text="".join(now[begin:stop])))
    return found
