"""What kind of thing does a field of a model hold? Annotations boiled down to what a form can show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import MinLen
from pydantic import BaseModel, JsonValue
from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Shape:
    """`kind`: text, number, bool, date, time, choice, const, model, list, map, optional or union."""

    kind: str
    name: str = ""
    """Of a choice, a model or a variant of a union."""
    inner: tuple["Shape", ...] = ()
    model: type[BaseModel] | None = None
    values: tuple[str, ...] = ()
    whole: bool = False
    nullable: bool = False
    """None is kept where nothing is typed."""
    can_be_empty: bool = True

    def holds(self, value: JsonValue) -> bool:
        """Return whether a value as JSON says it is of this shape, as far as telling variants apart needs."""
        match self.kind:
            case "model":
                assert self.model is not None
                required = {name for name, one in self.model.model_fields.items() if one.is_required()}
                return isinstance(value, dict) and required <= value.keys()
            case "const" | "choice":
                return value in self.values
            case "number":
                return isinstance(value, int | float)
            case _:
                return isinstance(value, str)


def shape_of(annotation: Any, metadata: Sequence[object] = ()) -> Shape:
    """Return the shape of an annotation. Raises TypeError for one that no form can show."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return shape_of(arguments[0], (*arguments[1:], *metadata))
    if origin in (Union, UnionType):
        return _union(arguments)
    if origin is Literal:
        return _literal(arguments)
    if origin is tuple:
        return Shape("list", inner=(shape_of(arguments[0]),))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return Shape("map", inner=(shape_of(arguments[0]), shape_of(arguments[1])))
    return _plain(annotation, metadata)


def _plain(annotation: Any, metadata: Sequence[object]) -> Shape:
    if isinstance(annotation, type):
        if issubclass(annotation, BaseModel):
            return Shape("model", name=annotation.__name__, model=annotation)
        if issubclass(annotation, Enum):
            return Shape("choice", name=enum_name(annotation), values=tuple(str(one.value) for one in annotation))
        if issubclass(annotation, str):
            return Shape("text", name="text", can_be_empty=not _has_least(metadata))
        for kind, types in (("bool", bool), ("number", (int, float)), ("date", date), ("time", time)):
            if issubclass(annotation, types):
                return Shape(kind, name=kind, whole=issubclass(annotation, int))
    raise TypeError(f"no form for {annotation!r}")


def _union(arguments: Sequence[Any]) -> Shape:
    inner = tuple(shape_of(one) for one in arguments if one is not NoneType)
    if len(inner) > 1:
        # What names itself comes first: a text of any kind would hold it too.
        inner = tuple(sorted(inner, key=lambda one: one.kind == "text"))
    one = inner[0] if len(inner) == 1 else Shape("union", inner=inner)
    if NoneType not in arguments:
        return one
    if one.kind in ("model", "union", "list", "map") or (one.kind == "text" and one.can_be_empty):
        return Shape("optional", inner=(one,))
    return replace(one, nullable=True)


def _literal(values: Sequence[Any]) -> Shape:
    texts = tuple(str(one) for one in values)
    return Shape("const", name=texts[0].rstrip("."), values=texts) if len(texts) == 1 else _choice(texts)


def _choice(values: tuple[str, ...]) -> Shape:
    return Shape("choice", name="_".join(("one_of", values[0], values[-1])), values=values)


def _has_least(metadata: Sequence[object]) -> bool:
    flat = [part for one in metadata for part in (one.metadata if isinstance(one, FieldInfo) else (one,))]
    return any(isinstance(one, MinLen) or getattr(one, "pattern", None) for one in flat)


def enum_name(kind: type[Enum]) -> str:
    """Return what a set of choices is called; two enums of one name are told apart by their module."""
    module = kind.__module__.rpartition(".")[2]
    return f"{module}_{kind.__name__}".lower()


def models_of(model: type[BaseModel]) -> set[type[BaseModel]]:
    """Return a model and every model that its fields hold."""
    found: set[type[BaseModel]] = set()
    waiting = [model]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += [
                shape.model
                for info in one.model_fields.values()
                for shape in _all(_of(info))
                if shape.model is not None
            ]
    return found


def literals_of(model: type[BaseModel]) -> dict[str, tuple[str, ...]]:
    """Return every set of fixed choices below a model: its name and its values."""
    return {
        shape.name: shape.values
        for one in models_of(model)
        for info in one.model_fields.values()
        for shape in _all(_of(info))
        if shape.kind == "choice"
    }


def variants_of(model: type[BaseModel]) -> set[str]:
    """Return the names of everything that a union below a model may be."""
    return {
        inner.name
        for one in models_of(model)
        for info in one.model_fields.values()
        for shape in _all(_of(info))
        if shape.kind == "union"
        for inner in shape.inner
    }


def _of(info: FieldInfo) -> Shape:
    return shape_of(info.annotation, info.metadata)


def _all(shape: Shape) -> list[Shape]:
    return [shape, *(below for one in shape.inner for below in _all(one))]
