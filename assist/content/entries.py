"""Is this text the body of an entry of that kind, and how does it read when it is written the one way?"""

from collections.abc import Mapping

from pydantic import BaseModel, ValidationError

from assist.domain.library import Article, Entry, EntryKind, Phrasing, Product
from assist.domain.offer import Offer
from assist.domain.remedy import Script, StepName
from assist.domain.value import Value

from .files import SINGLE_FILES

NAMED: dict[EntryKind, type[BaseModel]] = {
    "article": Article,
    "product": Product,
    "phrasing": Phrasing,
    "offer": Offer,
}
"""Kinds of which there are many entries, each with its own `id`."""


class Problem(Value):
    """What keeps a field from being what it should be; `field` is a path such as `facts.fridge.value`.

    `rule` is pydantic's own name of what was broken, and `values` are what its words are filled with.
    """

    field: str
    message: str
    rule: str = ""
    values: Mapping[str, str] = {}


class UnfitBody(ValueError):
    """A body that is no entry of its kind, with every problem of it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{one.field}: {one.message}" for one in problems))
        self.problems = problems


def model_of(kind: EntryKind, entry_id: str) -> type[BaseModel]:
    """Return what an entry's body is read as. Raises UnfitBody for a name that its kind does not have."""
    if kind in NAMED:
        return NAMED[kind]
    if kind == "script":
        known = [step.value for step in StepName]
    else:
        known = sorted(name for of, name in SINGLE_FILES if of == kind)
    if entry_id not in known:
        raise UnfitBody((Problem(field="id", message=f"unknown {kind} {entry_id!r}; known: {', '.join(known)}"),))
    return Script if kind == "script" else SINGLE_FILES[(kind, entry_id)]


def read_entry(kind: EntryKind, entry_id: str, body: str) -> Entry:
    """Return the entry that a JSON text says, in canonical form: what is default is left out. Raises UnfitBody."""
    try:
        value = model_of(kind, entry_id).model_validate_json(body)
        entry = Entry(kind=kind, entry_id=entry_id, body=value.model_dump_json(exclude_defaults=True))
    except ValidationError as error:
        problems = tuple(
            Problem(
                field=".".join(map(str, one["loc"])) or "body",
                message=one["msg"],
                rule=one["type"],
                values={name: str(value) for name, value in one.get("ctx", {}).items()},
            )
            for one in error.errors(include_url=False, include_input=False)
        )
        raise UnfitBody(problems) from error
    if (named := getattr(value, "id", entry_id)) != entry_id:
        raise UnfitBody((Problem(field="id", message=f"{named!r} is not the entry's own id {entry_id!r}"),))
    return entry
