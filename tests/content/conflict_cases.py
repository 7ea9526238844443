"""Planted contradictions and near misses: the shipped base with a case's changes in it."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assist.content.check_conflicts import check_conflicts
from assist.content.errors import ContentError
from assist.content.files import read_tree, shipped_directory
from assist.content.library import build_library, with_articles

CASES = Path(__file__).parents[1] / "cases" / "conflicts"


@dataclass
class Base:
    """The shipped base, read once; `empty` is it without articles."""

    root: Path = field(default_factory=shipped_directory)

    def __post_init__(self) -> None:
        found, errors = read_tree(self.root)
        assert errors == []
        self.entries = {(entry.kind, entry.entry_id): entry for entry in found}
        self.others = {key: entry for key, entry in self.entries.items() if key[0] != "article"}
        self.empty = build_library("case", 0, self.others.values())
        self.files = [path for path in self.root.rglob("*.*") if path.parent.parent.name != "articles"]


def cases(name: str) -> list[dict[str, Any]]:
    return tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["cases"]


def findings_of(case: dict[str, Any], base: Base, folder: Path) -> list[ContentError]:
    """Return what is found when a case's changes are made; of the articles only its own are there."""
    changed = _changed(case, base.root)
    tree = folder / "tree"
    for name, text in changed.items():
        for below in ("changed", "tree"):
            path = folder / below / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    entries, errors = read_tree(folder / "changed")
    assert errors == [], case["id"]
    beside = [base.root / name for name in case.get("beside", ())]
    for source in (*base.files, *beside):
        target = tree / source.relative_to(base.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            target.symlink_to(source)
    articles = [base.entries["article", path.stem] for path in beside]
    articles += [entry for entry in entries if entry.kind == "article"]
    others = {(entry.kind, entry.entry_id): entry for entry in entries if entry.kind != "article"}
    library = build_library("case", 0, (base.others | others).values()) if others else base.empty
    return list(check_conflicts(with_articles(library, 0, articles, set()), tree))


def _changed(case: dict[str, Any], root: Path) -> dict[str, str]:
    texts: dict[str, str] = {one["path"]: one["text"].lstrip("\n") for one in case.get("files", ())}
    for edit in case.get("edits", ()):
        text = texts.get(edit["path"]) or (root / edit["path"]).read_text(encoding="utf-8")
        assert edit["was"] in text, (case["id"], edit["was"])
        texts[edit["path"]] = text.replace(edit["was"], edit["now"])
    for fact in case.get("facts", ()):
        text = texts.get(fact["path"]) or (root / fact["path"]).read_text(encoding="utf-8")
        head, reviewed, rest = re.split(r'(?m)^(reviewed = ".*")$', text, maxsplit=1)
        texts[fact["path"]] = head + reviewed + _fact(fact) + rest
    return texts


def _fact(fact: dict[str, str]) -> str:
    english = f'value_en = "{fact["value_en"]}"\n' if "value_en" in fact else ""
    source = 'source = {title = "本店约定", issuer = "本店", year = 2026}'
    return f'\n\n[facts.{fact["name"]}]\nvalue = "{fact["value"]}"\n{english}{source}\n'
