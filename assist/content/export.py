"""Write published entries back as files: the same entries give the same bytes."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tomli_w

from assist.domain.library import Entry


class ExportError(Exception):
    """The target cannot be written as asked."""


def export_entries(entries: Iterable[Entry], root: Path) -> int:
    """Write every entry below `root`, which must be new or empty; return how many files."""
    if root.exists() and any(root.iterdir()):
        raise ExportError(f"{root} is not empty; name a new folder")
    files = files_of(entries)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return len(files)


def files_of(entries: Iterable[Entry]) -> dict[str, str]:
    """Return file name -> text, in name order."""
    files: dict[str, str] = {}
    products: dict[str, list[dict[str, Any]]] = defaultdict(list)
    phrasings: list[dict[str, Any]] = []
    offers: list[dict[str, Any]] = []
    for entry in sorted(entries, key=lambda entry: (entry.kind, entry.entry_id)):
        body = json.loads(entry.body)
        if entry.kind == "article":
            files[f"articles/{body['intent']}/{entry.entry_id}.md"] = _article(body)
        elif entry.kind == "product":
            products[body["category"]].append(body)
        elif entry.kind == "phrasing":
            phrasings.append(body)
        elif entry.kind == "offer":
            offers.append(body)
        elif entry.kind == "script":
            files[f"scripts/{entry.entry_id}.toml"] = tomli_w.dumps(body)
        else:
            files[f"{entry.kind}/{entry.entry_id}.toml"] = tomli_w.dumps(body)
    for category, rows in products.items():
        files[f"products/{category}.toml"] = tomli_w.dumps({"products": rows})
    if phrasings:
        files["learned/phrasings.toml"] = tomli_w.dumps({"phrasings": phrasings})
    if offers:
        files["offers/offers.toml"] = tomli_w.dumps({"offers": offers})
    return dict(sorted(files.items()))


def _article(body: Mapping[str, Any]) -> str:
    header = {key: value for key, value in body.items() if key not in ("text", "text_en")}
    english = f"+++ en +++\n{body['text_en']}\n" if "text_en" in body else ""
    return f"+++\n{tomli_w.dumps(header)}+++\n{body['text']}\n{english}"
