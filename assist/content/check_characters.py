"""Is every text there to be seen? Blank ones, and characters that nobody sees or that turn the reading round.

This is no rule of the domain: what was published before must still be read.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast

from pydantic import BaseModel

from assist.domain.characters import hidden_in, is_blank
from assist.domain.library import Library

from .errors import ContentError
from .said import Said
from .texts import Files
from .toml_places import Place


def character_findings(value: BaseModel) -> Iterator[tuple[str, str]]:
    """Yield the field and a message for each text of a value that is blank or holds characters nobody sees."""
    for key, text in dict.fromkeys(_texts(value, "")):
        if hidden := hidden_in(text):
            template = "characters nobody sees: {said}; write the text anew without them"
            yield key, Said("hidden", template, said=", ".join(hidden))
        elif text and is_blank(text):
            yield key, Said("blank", "there is nothing to be seen in {key}; write something, or take it out", key=key)


def check_characters(library: Library, root: Path | None) -> Iterator[ContentError]:
    """Yield what is wrong with the characters of products, scripts and what policies let customers be told."""
    files = Files(root)
    for product in library.products:
        for _, message in character_findings(product):
            path, line = files.product_file(product.id), files.product_line(product.id)
            yield ContentError(path, line, _of(product.id, message))
    for script in library.scripts:
        path = f"scripts/{script.step.value}.toml"
        for key, message in character_findings(script):
            yield ContentError(path, files.line(path, Place("lines", script.id, key)), _of(script.id, message))
    for path, value in _single(library):
        for _, message in character_findings(value):
            yield ContentError(path, 1, message)


def _single(library: Library) -> Iterator[tuple[str, BaseModel]]:
    yield from (("scripts/solution.toml", choice) for choice in library.choices)
    yield "policy/service.toml", library.service
    yield "policy/promises.toml", library.promises
    yield "policy/targets.toml", library.targets
    yield "lexicon/forbidden.toml", library.forbidden
    yield "lexicon/topics.toml", library.topics
    if library.remedy is not None:
        yield "policy/remedy.toml", library.remedy


def _of(owner: str, message: str) -> str:
    if not isinstance(message, Said):
        return f"{owner}: {message}"
    return Said(message.rule, "{owner}: {told}", **message.values, owner=owner, told=message)


def _texts(value: object, key: str) -> Iterator[tuple[str, str]]:
    """Yield every text under the field of the value it is in; a mapping's own names stand for their values."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _texts(getattr(value, name), key or name)
    elif isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, held in cast("Mapping[object, object]", value).items():
            yield from _texts(name, key)
            yield from _texts(held, str(name) if key == "facts" else key)
    elif isinstance(value, Iterable):
        for held in cast("Iterable[object]", value):
            yield from _texts(held, key)
