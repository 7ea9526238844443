"""Read `templates_kb/`: each file becomes entries, or an error that names the file, the line and the cure."""

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from assist.domain.library import (
    AdoptionPolicy,
    AnswerPolicy,
    Article,
    Entry,
    Product,
    ServicePolicy,
    SmallTalk,
    Synonyms,
    Topics,
)

from .errors import ContentError
from .wording import WordingError, slots_of

SHIPPED = Path(__file__).parent / "templates_kb"
"""Where an installed wheel carries the shipped knowledge base."""

SINGLE_FILES: dict[tuple[str, str], type[BaseModel]] = {
    ("lexicon", "topics"): Topics,
    ("lexicon", "small_talk"): SmallTalk,
    ("lexicon", "synonyms"): Synonyms,
    ("policy", "answers"): AnswerPolicy,
    ("policy", "adoption"): AdoptionPolicy,
    ("policy", "service"): ServicePolicy,
}
"""Files that hold one entry each, named after the file."""

_FENCE = "+++"

Model = TypeVar("Model", bound=BaseModel)


def shipped_directory() -> Path:
    """Return the shipped `templates_kb`: inside the wheel, or beside the package in a checkout."""
    return SHIPPED if SHIPPED.is_dir() else Path(__file__).parents[2] / "templates_kb"


def read_tree(root: Path) -> tuple[list[Entry], list[ContentError]]:
    """Read every content file below `root`, in path order; return what is usable and what is wrong."""
    entries: list[Entry] = []
    errors: list[ContentError] = []
    if not root.is_dir():
        return [], [ContentError(str(root), 1, "no such folder; name a folder with articles/ in it")]
    for path in sorted(root.rglob("*")):
        reader = _reader_for(path, root)
        if reader is None:
            continue
        name = path.relative_to(root).as_posix()
        try:
            entries.extend(reader(path.read_bytes().decode("utf-8-sig"), name))
        except ContentError as error:
            errors.append(error)
        except UnicodeDecodeError as error:
            errors.append(ContentError(name, 1, f"not UTF-8 at byte {error.start}; save the file as UTF-8"))
    return entries, errors


Reader = Callable[[str, str], Iterator[Entry]]


def _reader_for(path: Path, root: Path) -> Reader | None:
    """Choose by folder and ending; README files and hidden files are not content."""
    parts = path.relative_to(root).parts
    if path.is_symlink() or not path.is_file() or path.name.startswith((".", "README")):
        return None
    match parts[0], path.suffix:
        case "articles", ".md":
            return _read_article
        case "products", ".toml":
            return _read_products
        case (("lexicon" | "policy"), ".toml"):
            return _read_single
        case (("articles" | "products" | "lexicon" | "policy"), _):
            return _refuse
        case _:
            return None


def _refuse(_text: str, name: str) -> Iterator[Entry]:
    raise ContentError(name, 1, "not a content file; articles end in .md, everything else in .toml")


def _read_article(text: str, name: str) -> Iterator[Entry]:
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].strip() != _FENCE or _FENCE not in (line.strip() for line in lines[1:]):
        raise ContentError(name, 1, "an article starts with a TOML header between two lines of +++")
    end = next(number for number, line in enumerate(lines[1:], 1) if line.strip() == _FENCE)
    header = _parse_toml("\n".join(lines[1:end]), name, first_line=2)
    if "text" in header:
        raise ContentError(name, _line_of(text, "text"), "the text stands below the header, not in it")
    body = lines[end + 1 :]
    if second := next((number for number, line in enumerate(body, end + 2) if line.strip() == _FENCE), None):
        raise ContentError(name, second, "a second header; one file is one article, so give this one its own file")
    header["text"] = "\n".join(body).strip()
    article = _validate(Article, header, text, name)
    try:
        slots_of("\n".join(body))
    except WordingError as error:
        raise ContentError(name, end + 1 + error.line, str(error)) from error
    yield Entry(kind="article", entry_id=article.id, body=article.model_dump_json(exclude_defaults=True))


def _read_products(text: str, name: str) -> Iterator[Entry]:
    table = _parse_toml(text, name)
    rows: Any = table.get("products")
    if set(table) != {"products"} or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):  # pyright: ignore[reportUnknownVariableType]
        raise ContentError(name, 1, "a product file holds [[products]] tables and nothing else")
    for row in table["products"]:
        product = _validate(Product, row, text, name)
        yield Entry(kind="product", entry_id=product.id, body=product.model_dump_json(exclude_defaults=True))


def _read_single(text: str, name: str) -> Iterator[Entry]:
    kind, _, file_name = name.partition("/")
    stem = file_name.removesuffix(".toml")
    model = SINGLE_FILES.get((kind, stem))
    if model is None:
        known = sorted(known_stem for known_kind, known_stem in SINGLE_FILES if known_kind == kind)
        raise ContentError(name, 1, f"unknown {kind} file; known: {', '.join(known)}")
    value = _validate(model, _parse_toml(text, name), text, name)
    body = value.model_dump_json(exclude_defaults=True)
    yield Entry(kind="lexicon" if kind == "lexicon" else "policy", entry_id=stem, body=body)


def _parse_toml(text: str, name: str, first_line: int = 1) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"at line (\d+)", str(error))
        line = int(match[1]) if match else len(text.splitlines())
        raise ContentError(name, line + first_line - 1, f"not valid TOML: {error}") from error


def _validate(model: type[Model], table: dict[str, Any], text: str, name: str) -> Model:
    try:
        # Strict mode refuses lists for tuples in Python input; JSON input has one kind of array.
        return model.model_validate(table, strict=False)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        keys = [part for part in first["loc"] if isinstance(part, str)]
        line = _line_of(text, *reversed(keys), after=str(table.get("id", "")))
        raise ContentError(name, line, f"{where}: {first['msg']}") from error


def _line_of(text: str, *keys: str, after: str = "") -> int:
    """Return the first line that sets the first of `keys` to be found, at or after the line with the id `after`."""
    lines = text.splitlines()
    start = next((number for number, line in enumerate(lines) if after and f'"{after}"' in line), 0)
    for key in keys:
        for number, line in enumerate(lines[start:], start + 1):
            if re.match(rf"\[*[\w.]*\b{re.escape(key)}\b\]*\s*(=|$)", line.strip()):
                return number
    return start + 1
