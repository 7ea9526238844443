"""A form for any editable value: a tree of fields made from its pydantic model, and back again.

`tree` says what the page shows, `gather` what it sends; `static/model-form.js` gathers the same from the page.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, JsonValue, TypeAdapter

from .model_types import Shape, literals_of, shape_of

Words = Mapping[str, str]


@dataclass(frozen=True)
class Option:
    value: str
    label: str


Options = Mapping[str, tuple[Option, ...]]
"""What a name refers to, e.g. `category`: the shop's categories."""


@dataclass(frozen=True)
class Node:
    """One field, or a group of them. `path` is unique on the page.

    `kind` is one of text, area, number, clock, date, time, check, select, pick, choices, lines, cells, pairs, const,
    table, rows, map, optional, union. `shown` is what its control holds; `chosen` the values of `choices`; `on` whether
    a box is ticked or an optional part is there; `at` which of a union's `children` is meant. `blank` is a new row.
    """

    kind: str
    name: str = ""
    path: str = ""
    label: str = ""
    help: str = ""
    shown: str = ""
    chosen: tuple[str, ...] = ()
    on: bool = False
    at: int = 0
    options: str = ""
    """The name of the set it chooses from."""
    unit: str = ""
    places: int = 0
    """How far the decimal point moves from what is kept to what is shown: -2 for fen shown in yuan."""
    whole: bool = False
    nullable: bool = False
    omitted: bool = False
    """Left out where nothing is typed, so that its default holds."""
    numbers: bool = False
    """What is listed are numbers."""
    separator: str = ""
    children: tuple["Node", ...] = ()
    blank: "Node | None" = None
    summary: str = ""
    fixed: bool = False
    """It may be seen and not changed."""


_UNITS = (
    ("_per_day_millionths", "per_day_millionths", 0),
    ("_fen", "yuan", -2),
    ("_share", "percent", 2),
    ("_percent", "percent", 0),
    ("_seconds", "seconds", 0),
    ("_minutes", "minutes", 0),
    ("_hours", "hours", 0),
    ("_days", "days", 0),
    ("_years", "years", 0),
    ("_permille", "permille", 0),
    ("_millionths", "millionths", 0),
    ("_mg", "mg", 0),
    ("_g", "g", 0),
)
_WHOLE_NAME_UNITS = {"hours": "hours", "percent": "percent", "percent_to": "percent"}
REFERENCES = {
    **dict.fromkeys(("category", "categories", "instead_of", "weekly_categories"), "category"),
    **dict.fromkeys(("intent", "intents", "quiet_intents"), "intent"),
    **dict.fromkeys(("product", "products"), "product"),
    **dict.fromkeys(("article", "articles", "unlearned"), "article"),
    **dict.fromkeys(("kind", "bundle"), "goods_kind"),
    **dict.fromkeys(("told_as", "contact_told_as"), "service"),
    **{name: name for name in ("kpi", "ladder", "window", "season")},
}
"""Names of fields that hold the ids of something else, and of what."""
_LONG = frozenset(
    {"text", "text_en", "feature", "advantage", "benefit", "say", "say_en", "say_to", "rewrite", "rewrite_en"}
)
_CALLED = {
    "promise_promisekind": "promise_kind",
    "remedy_policy_remedykind": "remedy_kind",
    "people_agentrole": "remedy_role",
    "people_level": "level_name",
    "complaint_severity": "remedy_severity",
    "remedy_stepname": "remedy_step",
    "one_of_neutral_angry": "mood",
}
"""Sets of choices that the catalogue has words for already, by how their keys begin."""
_ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)
_TEXTS = ("text", "area", "pick")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,17}(?:\.[0-9]{0,17})?|\.[0-9]{1,17})")
_SPACE = "␣"
_SEPARATORS = ("、", " | ", " ‖ ")
_ARROWS = (" → ", " ⇒ ", " ⟶ ")


@dataclass(frozen=True)
class Form:
    """How a form is put into words: the language's catalogue, and what its references may name."""

    words: Words
    options: Options

    def tree(self, model: type[BaseModel], value: JsonValue) -> Node:
        """Return the fields of a value as its JSON says it; {} is an empty form. Unknown keys are left out."""
        given = value if isinstance(value, dict) else {}
        return Node(kind="table", path="value", children=self._fields(model, given, "value"))

    def _fields(self, model: type[BaseModel], value: Mapping[str, JsonValue], path: str) -> tuple[Node, ...]:
        found: list[Node] = []
        for name, field in model.model_fields.items():
            default = None if field.is_required() else plain(field.get_default(call_default_factory=True))
            shape = shape_of(field.annotation, field.metadata)
            node = self._node(shape, name, value.get(name, default), f"{path}.{name}")
            named = replace(node, name=name, label=self.label(model, name), help=self.help(model, name))
            found.append(replace(named, omitted=isinstance(default, str) and node.kind in _TEXTS))
        return tuple(found)

    def label(self, model: type[BaseModel], name: str) -> str:
        """Return what a field is called. Raises KeyError where the catalogue has no word for it."""
        own = self.words.get(f"field_{model.__name__}_{name}")
        return own if own is not None else self.words[f"field_{name}"]

    def help(self, model: type[BaseModel], name: str) -> str:
        return self.words.get(f"help_{model.__name__}_{name}", self.words.get(f"help_{name}", ""))

    def _node(self, shape: Shape, name: str, value: JsonValue, path: str) -> Node:
        match shape.kind:
            case "model":
                assert shape.model is not None
                given = value if isinstance(value, dict) else {}
                children = self._fields(shape.model, given, path)
                return Node(kind="table", path=path, children=children, summary=summary_of(children))
            case "optional":
                child = self._node(shape.inner[0], name, value, path)
                return Node(kind="optional", path=path, on=value is not None, children=(child,))
            case "union":
                return self._union(shape, name, value, path)
            case "list":
                return self._list(shape, name, value, path)
            case "map":
                return self._map(shape, name, value, path)
            case _:
                return self._control(shape, name, value, path)

    def _control(self, shape: Shape, name: str, value: JsonValue, path: str) -> Node:
        match shape.kind:
            case "bool":
                return Node(kind="check", path=path, on=bool(value))
            case "number":
                return self._number(shape, name, value, path)
            case "choice":
                return self._select(shape, value, path)
            case "date" | "time":
                shown = _clock_text(value) if shape.kind == "time" else str(value or "")
                return Node(kind=shape.kind, path=path, shown=shown, nullable=shape.nullable)
            case "const":
                return Node(kind="const", path=path, shown=str(shape.values[0]))
            case _:
                return self._text(shape, name, value, path)

    def _text(self, shape: Shape, name: str, value: JsonValue, path: str) -> Node:
        shown = "" if value is None else str(value)
        refers = REFERENCES.get(name, "")
        if refers in self.options:
            return Node(kind="pick", path=path, shown=shown, options=refers, nullable=shape.nullable)
        kind = "area" if name in _LONG or "\n" in shown else "text"
        return Node(kind=kind, path=path, shown=shown, nullable=shape.nullable)

    def _number(self, shape: Shape, name: str, value: JsonValue, path: str) -> Node:
        if name.endswith("_minute"):
            shown = "" if value is None else f"{int(str(value)) // 60:02}:{int(str(value)) % 60:02}"
            return Node(kind="clock", path=path, shown=shown, nullable=shape.nullable)
        unit, places = _unit_of(name)
        return Node(
            kind="number",
            path=path,
            shown=shown_number(value, places),
            unit=self.words.get(f"unit_{unit}", "") if unit else "",
            places=places,
            whole=shape.whole and places == 0,
            nullable=shape.nullable,
        )

    def _select(self, shape: Shape, value: JsonValue, path: str) -> Node:
        shown = "" if value is None else str(value)
        return Node(kind="select", path=path, shown=shown, options=shape.name, nullable=shape.nullable)

    def _union(self, shape: Shape, name: str, value: JsonValue, path: str) -> Node:
        at = next((index for index, one in enumerate(shape.inner) if one.holds(value)), len(shape.inner) - 1)
        children = tuple(
            replace(
                self._node(one, name, value if index == at else None, f"{path}.{index}"),
                label=self.words[f"variant_{one.name}"],
            )
            for index, one in enumerate(shape.inner)
        )
        return Node(kind="union", path=path, at=at, children=children)

    def _list(self, shape: Shape, name: str, value: JsonValue, path: str) -> Node:
        items, (item,) = value if isinstance(value, list) else [], shape.inner
        if item.kind == "choice":
            return Node(kind="choices", path=path, chosen=tuple(str(one) for one in items), options=item.name)
        if item.kind == "text" and (refers := REFERENCES.get(name, "")) in self.options:
            return Node(kind="choices", path=path, chosen=tuple(str(one) for one in items), options=refers)
        if item.kind == "number":
            return Node(kind="choices", path=path, chosen=tuple(str(one) for one in items), options=name, numbers=True)
        if item.kind == "text":
            return Node(kind="lines", path=path, shown="\n".join(_visible(str(one)) for one in items))
        if item.kind == "list":
            rows = [[str(cell) for cell in row] for row in items if isinstance(row, list)]
            separator = _unused(_SEPARATORS, [cell for row in rows for cell in row])
            return Node(
                kind="cells", path=path, shown="\n".join(separator.join(row) for row in rows), separator=separator
            )
        children = tuple(self._node(item, "", one, f"{path}.{index}") for index, one in enumerate(items))
        return Node(kind="rows", path=path, children=children, blank=self._node(item, "", None, f"{path}.-"))

    def _map(self, shape: Shape, name: str, value: JsonValue, path: str) -> Node:
        given = value if isinstance(value, dict) else {}
        key, held = shape.inner
        if key.kind == "text" and held.kind in ("text", "number"):
            cells = [cell for pair in given.items() for cell in (pair[0], shown_value(pair[1]))]
            arrow = _unused(_ARROWS, cells)
            lines = [f"{one}{arrow}{shown_value(other)}" for one, other in given.items()]
            shown = "\n".join(lines)
            return Node(kind="pairs", path=path, shown=shown, separator=arrow, numbers=held.kind == "number")
        pairs = [self._pair(shape, name, one, other, f"{path}.{one}") for one, other in given.items()]
        return Node(kind="map", path=path, children=tuple(pairs), blank=self._pair(shape, name, "", None, f"{path}.-"))

    def _pair(self, shape: Shape, called: str, one: str, other: JsonValue, path: str) -> Node:
        key, held = shape.inner
        name = replace(self._node(key, "", one, f"{path}.key"), label=self.words["form_key"])
        value = replace(self._node(held, called, other, path), label=self.words["form_value"])
        summary = " · ".join(said for said in (self._said(name), value.summary or self._said(value)) if said)
        return Node(kind="pair", path=path, children=(name, value), summary=summary)

    def _said(self, node: Node) -> str:
        labels = {one.value: one.label for one in self.options.get(node.options, ())}
        return _short(labels.get(node.shown, node.shown))


def option_sets(model: type[BaseModel], words: Words) -> dict[str, tuple[Option, ...]]:
    """Return every set of fixed choices that a model's fields have, by name. Raises KeyError for one without words."""
    return {
        name: tuple(Option(value, words[f"{_CALLED.get(name, f'option_{name}')}_{value}"]) for value in values)
        for name, values in literals_of(model).items()
    }


def gather(node: Node) -> JsonValue:
    """Return what a form sends: the JSON that its controls hold, refused nowhere; `static/model-form.js` does alike."""
    match node.kind:
        case "table" | "rows" | "map" | "optional" | "union":
            return _gather_group(node)
        case "check":
            return node.on
        case "choices":
            return [int(one) for one in node.chosen] if node.numbers else list(node.chosen)
        case "lines" | "cells" | "pairs":
            return _gather_lines(node)
        case "number" | "clock":
            return _gather_number(node)
        case _:
            return None if not node.shown and node.nullable else node.shown


def _gather_group(node: Node) -> JsonValue:
    match node.kind:
        case "table":
            return {child.name: gather(child) for child in node.children if child.shown or not child.omitted}
        case "rows":
            return [gather(child) for child in node.children]
        case "map":
            return {str(gather(pair.children[0])): gather(pair.children[1]) for pair in node.children}
        case "optional":
            return gather(node.children[0]) if node.on else None
        case _:
            return gather(node.children[node.at])


def _gather_lines(node: Node) -> JsonValue:
    lines = [line.strip() for line in node.shown.split("\n") if line.strip()]
    if node.kind == "lines":
        return [line.replace(_SPACE, " ") for line in lines]
    bare = node.separator.strip()
    if node.kind == "cells":
        return [[cell.strip() for cell in line.split(bare) if cell.strip()] for line in lines]
    pairs = [line.partition(bare) for line in lines]
    return {one.strip(): kept_number(other, 0) if node.numbers else other.strip() for one, _, other in pairs}


def _visible(line: str) -> str:
    """Return a line whose outer spaces can be seen, for they mean something: `frozen ` stands before a word."""
    inner = line.strip(" ")
    before = len(line) - len(line.lstrip(" "))
    return _SPACE * before + inner + _SPACE * (len(line) - before - len(inner))


def _gather_number(node: Node) -> JsonValue:
    if node.kind == "number":
        return kept_number(node.shown, node.places)
    hours, _, minutes = node.shown.partition(":")
    return int(hours) * 60 + int(minutes) if hours.isdigit() and minutes.isdigit() else node.shown or None


def shown_number(value: JsonValue, places: int) -> str:
    """Return a number as people read it, its decimal point moved; "" for None."""
    if value is None or isinstance(value, list | dict):
        return ""
    moved = format(Decimal(str(value)).scaleb(places), "f")
    return (moved.rstrip("0").rstrip(".") if "." in moved else moved) or "0"


def kept_number(shown: str, places: int) -> JsonValue:
    """Return the number that was typed, its decimal point moved back: whole where it is; the text if it is none."""
    text = shown.strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        return text
    number = Decimal(text).scaleb(-places)
    return int(number) if number == number.to_integral_value() else float(number)


def shown_value(value: JsonValue) -> str:
    return shown_number(value, 0) if isinstance(value, int | float) else str(value)


def summary_of(children: Sequence[Node]) -> str:
    """Return the line that a closed group is known by: what it is called, and its id behind that."""
    named = {child.name: child for child in children}
    for name in ("kpi", "zh", "title", "name", "value", "text", "role", "kind", "id", "start", "words"):
        if name in named and named[name].shown:
            return _short(named[name].shown)
    return ""


_SUMMARY = 48


def _short(text: str) -> str:
    first = text.split("\n", maxsplit=1)[0]
    return first if len(first) <= _SUMMARY else f"{first[:_SUMMARY]}…"


def plain(default: object) -> JsonValue:
    """Return a default as JSON would say it."""
    return _ANYTHING.dump_python(default, mode="json")


def _unit_of(name: str) -> tuple[str, int]:
    if name in _WHOLE_NAME_UNITS:
        return _WHOLE_NAME_UNITS[name], 0
    return next(((unit, places) for ending, unit, places in _UNITS if name.endswith(ending)), ("", 0))


def _unused(choices: Sequence[str], cells: Sequence[str]) -> str:
    return next((one for one in choices if not any(one.strip() in cell for cell in cells)), choices[-1])


def _clock_text(value: JsonValue) -> str:
    return str(value)[:5] if value else ""


def flat_options(sets: Mapping[str, tuple[Option, ...]]) -> dict[str, list[list[str]]]:
    """Return sets of choices as the page's JSON: name to [value, label]s."""
    return {name: [[one.value, one.label] for one in options] for name, options in sets.items()}
