"""Read `templates_kb/`: each file becomes entries, or an error that names the file, the line and the cure."""

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from assist.domain.complaint import ComplaintLexicon
from assist.domain.guard import ForbiddenLexicon, GuardPolicy
from assist.domain.library import (
    Article,
    English,
    Entry,
    LearnedTopics,
    Phrasing,
    Product,
    Safety,
    SmallTalk,
    Synonyms,
    Topics,
)
from assist.domain.matter import Matters
from assist.domain.mood import AlertPolicy, MoodPolicy, RiskPolicy
from assist.domain.offer import Offer, OfferPolicy
from assist.domain.policy import AdoptionPolicy, AnswerPolicy, LearningPolicy, ReviewPolicy, ServicePolicy
from assist.domain.promise import PromisePolicy
from assist.domain.remedy import Script, StepName
from assist.domain.remedy_policy import RemedyPolicy
from assist.domain.targets import HoursPolicy, TargetPolicy

from .errors import ContentError
from .toml_places import line_at
from .wording import WordingError, slots_of

SHIPPED = Path(__file__).parent / "templates_kb"
"""Where an installed wheel carries the shipped knowledge base."""

SINGLE_FILES: dict[tuple[str, str], type[BaseModel]] = {
    ("lexicon", "topics"): Topics,
    ("lexicon", "small_talk"): SmallTalk,
    ("lexicon", "synonyms"): Synonyms,
    ("lexicon", "safety"): Safety,
    ("lexicon", "english"): English,
    ("lexicon", "learned_topics"): LearnedTopics,
    ("lexicon", "complaints"): ComplaintLexicon,
    ("policy", "answers"): AnswerPolicy,
    ("policy", "adoption"): AdoptionPolicy,
    ("policy", "service"): ServicePolicy,
    ("policy", "learning"): LearningPolicy,
    ("policy", "remedy"): RemedyPolicy,
    ("lexicon", "forbidden"): ForbiddenLexicon,
    ("lexicon", "moods"): MoodPolicy,
    ("policy", "guards"): GuardPolicy,
    ("policy", "promises"): PromisePolicy,
    ("policy", "alerts"): AlertPolicy,
    ("policy", "risks"): RiskPolicy,
    ("lexicon", "matters"): Matters,
    ("policy", "reviews"): ReviewPolicy,
    ("policy", "hours"): HoursPolicy,
    ("policy", "targets"): TargetPolicy,
    ("policy", "selling"): OfferPolicy,
}
"""Files that hold one entry each, named after the file."""

_KEPT = 2048
"""So many files are not read again while they stay as they are: in a watched folder one changes at a time."""
_FENCE = "+++"
_ENGLISH = re.compile(r"\s*\+\+\+\s*en\s*\+\+\+\s*")
"""The line between an article's own text and the English one."""

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
            entries.extend(_read(reader, path.read_bytes().decode("utf-8-sig"), name))
        except ContentError as error:
            errors.append(error)
        except UnicodeDecodeError as error:
            errors.append(ContentError(name, 1, f"not UTF-8 at byte {error.start}; save the file as UTF-8"))
    return entries, errors


def read_draft(text: str, name: str) -> list[Entry]:
    """Return the entries of one TOML file that is not saved yet, as if it had this name. Raises ContentError."""
    return list(_TOML_READERS[name.partition("/")[0]](text, name))


Reader = Callable[[str, str], Iterator[Entry]]


@lru_cache(maxsize=_KEPT)
def _read(reader: Reader, text: str, name: str) -> tuple[Entry, ...]:
    return tuple(reader(text, name))


def _reader_for(path: Path, root: Path) -> Reader | None:
    """Choose by folder and ending; README files and hidden files are not content."""
    parts = path.relative_to(root).parts
    if path.is_symlink() or not path.is_file() or path.name.startswith((".", "README")):
        return None
    match parts[0], path.suffix:
        case "articles", ".md":
            return _read_article
        case folder, ".toml" if folder in _TOML_READERS:
            return _TOML_READERS[folder]
        case (("articles" | "products" | "lexicon" | "policy" | "learned" | "scripts" | "offers"), _):
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
    for key in ("text", "text_en"):
        if key in header:
            raise ContentError(name, _line_of(text, key), "the text stands below the header, not in it")
    for key, before, body in _texts(lines, end, name):
        header[key] = body.strip()
        try:
            slots_of(body)
        except WordingError as error:
            raise ContentError(name, before + error.line, str(error)) from error
    article = _validate(Article, header, text, name)
    yield Entry(kind="article", entry_id=article.id, body=article.model_dump_json(exclude_defaults=True))


def _texts(lines: list[str], end: int, name: str) -> Iterator[tuple[str, int, str]]:
    """Yield (key, how many lines stand before it, text) for the text below the header, and the English one if any."""
    fences = [number for number, line in enumerate(lines) if number > end and _ENGLISH.fullmatch(line)]
    if second := next((number for number, line in enumerate(lines) if number > end and line.strip() == _FENCE), None):
        message = "a second header; one file is one article, so give this one its own file"
        raise ContentError(name, second + 1, message)
    if len(fences) > 1:
        raise ContentError(name, fences[1] + 1, "a second English text; one article has one")
    for key, start, stop in zip(("text", "text_en"), (end, *fences), (*fences, None), strict=False):
        yield key, start + 1, "\n".join(lines[start + 1 : stop])


def _read_products(text: str, name: str) -> Iterator[Entry]:
    for product in _read_rows(Product, "products", text, name):
        yield Entry(kind="product", entry_id=product.id, body=product.model_dump_json(exclude_defaults=True))


def _read_phrasings(text: str, name: str) -> Iterator[Entry]:
    for phrasing in _read_rows(Phrasing, "phrasings", text, name):
        yield Entry(kind="phrasing", entry_id=phrasing.id, body=phrasing.model_dump_json(exclude_defaults=True))


def _read_offers(text: str, name: str) -> Iterator[Entry]:
    for offer in _read_rows(Offer, "offers", text, name):
        for wording in (offer.evidence.text, offer.say, offer.say_en or ""):
            try:
                slots_of(wording)
            except WordingError as error:
                raise ContentError(name, _line_of(text, "say", after=offer.id), f"{offer.id}: {error}") from error
        yield Entry(kind="offer", entry_id=offer.id, body=offer.model_dump_json(exclude_defaults=True))


def _read_rows(model: type[Model], key: str, text: str, name: str) -> Iterator[Model]:
    table = _parse_toml(text, name)
    rows: Any = table.get(key)
    if set(table) != {key} or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):  # pyright: ignore[reportUnknownVariableType]
        raise ContentError(name, 1, f"a file of {key} holds [[{key}]] tables and nothing else")
    for row in table[key]:
        yield _validate(model, row, text, name)


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


def _read_script(text: str, name: str) -> Iterator[Entry]:
    """A file holds the wordings of the step it is named after."""
    stem = name.partition("/")[2].removesuffix(".toml")
    steps = [step.value for step in StepName]
    if stem not in steps:
        raise ContentError(name, 1, f"unknown step; name the file after one: {', '.join(steps)}")
    script = _validate(Script, _parse_toml(text, name), text, name)
    for line in script.lines:
        if line.step.value != stem:
            raise ContentError(
                name, _line_of(text, "step", after=line.id), f"{line.id} is of step {line.step}: move it"
            )
        for wording in (line.text, line.text_en):
            try:
                slots_of(wording)
            except WordingError as error:
                raise ContentError(name, _line_of(text, "text", after=line.id), f"{line.id}: {error}") from error
    yield Entry(kind="script", entry_id=stem, body=script.model_dump_json(exclude_defaults=True))


_TOML_READERS: dict[str, Reader] = {
    "products": _read_products,
    "learned": _read_phrasings,
    "lexicon": _read_single,
    "policy": _read_single,
    "scripts": _read_script,
    "offers": _read_offers,
}


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
        after = str(table.get("id", ""))
        line = (None if after else line_at(text, first["loc"])) or _line_of(text, *reversed(keys), after=after)
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
