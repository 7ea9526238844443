"""What is different between two values of one model, field by field, in the words of its form?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .model_form import Node, Option

_NAMED_BY = ("id", "kpi", "role")


@dataclass(frozen=True)
class Change:
    """`where` leads to the field by label; `before` or `after` is "" where there was nothing."""

    where: tuple[str, ...]
    before: str
    after: str


def changes(before: Node, after: Node, sets: Mapping[str, Sequence[Option]]) -> list[Change]:
    """Return every difference, in the order of the form; `sets` name what was chosen."""
    return list(_changes(before, after, (), sets))


def _changes(
    before: Node, after: Node, where: tuple[str, ...], sets: Mapping[str, Sequence[Option]]
) -> Iterator[Change]:
    here = (*where, after.label) if after.label else where
    match after.kind:
        case "table":
            for old, new in zip(before.children, after.children, strict=True):
                yield from _changes(old, new, here, sets)
        case "rows" | "map":
            yield from _rows(before, after, here, sets)
        case "optional" if before.on and after.on:
            yield from _changes(before.children[0], after.children[0], here, sets)
        case "union" if before.at == after.at:
            yield from _changes(before.children[before.at], after.children[after.at], where, sets)
        case "pairs":
            # Their order means nothing, and a browser puts numbers first.
            yield from _listed(sorted(_items(before, sets)), sorted(_items(after, sets)), here)
        case "lines" | "cells" | "choices":
            yield from _listed(_items(before, sets), _items(after, sets), here)
        case _:
            if (old := said(before, sets)) != (new := said(after, sets)):
                yield Change(here, old, new)


def _listed(before: Sequence[str], after: Sequence[str], where: tuple[str, ...]) -> Iterator[Change]:
    gone = [one for one in before if one not in after]
    new = [one for one in after if one not in before]
    if gone or new:
        yield Change(where, "、".join(gone), "、".join(new))
    elif list(before) != list(after):
        yield Change(where, "、".join(before), "、".join(after))


def _rows(before: Node, after: Node, where: tuple[str, ...], sets: Mapping[str, Sequence[Option]]) -> Iterator[Change]:
    old, new = _named(before), _named(after)
    for key, row in new.items():
        if key not in old:
            yield Change(where, "", row.summary or said(row, sets))
        else:
            inner = row.children[1] if row.kind == "pair" else row
            was = old[key].children[1] if row.kind == "pair" else old[key]
            yield from _changes(was, inner, (*where, row.summary or key), sets)
    for key, row in old.items():
        if key not in new:
            yield Change(where, row.summary or said(row, sets), "")
    kept = [key for key in new if key in old]
    if after.kind == "rows" and kept != [key for key in old if key in new]:
        yield Change(where, "", " · ".join(new[key].summary or key for key in kept))


def _named(group: Node) -> dict[str, Node]:
    """Return rows by what names them, else by their place."""
    found: dict[str, Node] = {}
    for place, row in enumerate(group.children):
        key = row.children[0].shown if row.kind == "pair" else _name(row)
        found[key if key and key not in found else f"#{place}"] = row
    return found


def _name(row: Node) -> str:
    named = {child.name: child.shown for child in row.children}
    return next((f"{named[name]}/{named.get('level', '')}" for name in _NAMED_BY if named.get(name)), "")


def _items(node: Node, sets: Mapping[str, Sequence[Option]]) -> list[str]:
    if node.kind != "choices":
        return [line for line in node.shown.split("\n") if line.strip()]
    labels = _labels(node, sets)
    return [labels.get(one, one) for one in node.chosen]


def said(node: Node, sets: Mapping[str, Sequence[Option]]) -> str:
    """Return what a field holds in a few words."""
    match node.kind:
        case "check":
            return "✓" if node.on else "✗"
        case "select" | "pick":
            return _labels(node, sets).get(node.shown, node.shown)
        case "union" | "optional":
            return _said_part(node, sets)
        case "const":
            return ""
        case _ if node.children:
            return node.summary or " · ".join(one for one in (said(child, sets) for child in node.children) if one)
        case _:
            return f"{node.shown} {node.unit}".strip() if node.shown else ""


def _said_part(node: Node, sets: Mapping[str, Sequence[Option]]) -> str:
    if node.kind == "optional":
        return said(node.children[0], sets) if node.on else ""
    chosen = node.children[node.at]
    return " ".join(one for one in (chosen.label, said(chosen, sets)) if one)


def _labels(node: Node, sets: Mapping[str, Sequence[Option]]) -> dict[str, str]:
    return {one.value: one.label for one in sets.get(node.options, ())}
