"""Is this knowledge base fit to publish? Every finding names the file, the line and the cure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from assist.domain.library import Entry, Library, Phrasing

from .check_articles import check_library, plain
from .check_characters import check_characters
from .check_conflicts import check_conflicts
from .check_offers import check_offers
from .check_remedy import check_remedy
from .check_scripts import check_scripts
from .errors import ContentError
from .files import read_tree
from .library import LibraryError, build_library

_FOLDERS = {"article": "articles", "product": "products", "phrasing": "learned", "offer": "offers"}


@dataclass(frozen=True)
class Checked:
    """What a check saw: the library if it can be built, what is wrong, and what is only remarked on, sorted by file
    and line."""

    library: Library | None
    entries: tuple[Entry, ...]
    findings: tuple[ContentError, ...]
    warnings: tuple[ContentError, ...] = ()

    def with_more(self, findings: Iterable[ContentError], warnings: Iterable[ContentError] = ()) -> "Checked":
        """Return the same with more found."""
        return replace(
            self,
            findings=tuple(sorted((*self.findings, *findings), key=_in_order)),
            warnings=tuple(sorted((*self.warnings, *warnings), key=_in_order)),
        )


def check_tree(root: Path) -> Checked:
    """Read and check a whole tree. Publishing is allowed only when `findings` is empty."""
    entries, findings = read_tree(root)
    findings += _twice(entries, root)
    where = _places(root)
    library: Library | None = None
    try:
        library = build_library("check", 0, entries)
    except LibraryError as error:
        named = _at(where, (error.article_id, error.key, str(error)))
        findings.append(named if error.article_id else ContentError(str(root), 1, str(error)))
    if library is not None:
        articles = [_at(where, finding) for finding in check_library(library)]
        findings += articles
        findings += _learned(entries, library, root)
        findings += [*check_remedy(library, root), *check_scripts(library, root), *check_conflicts(library, root)]
        findings += [*check_offers(library, root), *check_characters(library, root)]
    findings.sort(key=_in_order)
    return Checked(library=library, entries=tuple(entries), findings=tuple(findings))


def _in_order(finding: ContentError) -> tuple[str, int]:
    return finding.path, finding.line


def _twice(entries: Iterable[Entry], root: Path) -> list[ContentError]:
    """Name the last place of every id that two files or tables use."""
    seen: set[tuple[str, str]] = set()
    findings: list[ContentError] = []
    for entry in entries:
        key = (entry.kind, entry.entry_id)
        if key in seen:
            first, *_, (path, line) = _lines_with_id(root / _FOLDERS[entry.kind], entry.entry_id, root)
            findings.append(
                ContentError(path, line, f"id {entry.entry_id!r} is used in {first[0]} too; ids are unique")
            )
        seen.add(key)
    return findings


def _learned(entries: Iterable[Entry], library: Library, root: Path) -> Iterator[ContentError]:
    """Yield what contradicts the articles: a phrasing of none of them, or of two."""
    owners = {plain(ask): article.id for article in library.articles for ask in article.asks}
    articles = {article.id for article in library.articles}
    for entry in entries:
        if entry.kind != "phrasing":
            continue
        phrasing = Phrasing.model_validate_json(entry.body)
        owner = owners.get(plain(phrasing.text), phrasing.article_id)
        if phrasing.article_id not in articles:
            message = f"unknown article {phrasing.article_id!r}; take this phrasing out"
        elif phrasing.right and not phrasing.rejected and owner != phrasing.article_id:
            message = f"{phrasing.text!r} is an ask of {owner}; one question, one article"
        else:
            continue
        (path, line), *_ = _lines_with_id(root / _FOLDERS["phrasing"], phrasing.id, root)
        yield ContentError(path, line, message)


def _lines_with_id(folder: Path, entry_id: str, root: Path) -> list[tuple[str, int]]:
    setting = re.compile(rf"""\s*id\s*=\s*["']{re.escape(entry_id)}["']""")
    return [
        (path.relative_to(root).as_posix(), number)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if setting.match(line)
    ]


def _places(root: Path) -> dict[str, tuple[str, list[str]]]:
    """Map an article id to its file name and lines."""
    places: dict[str, tuple[str, list[str]]] = {}
    for path in sorted((root / "articles").rglob("*.md")):
        text = path.read_text(encoding="utf-8", errors="replace")
        if match := re.search(r'^id\s*=\s*"([^"]+)"', text, re.MULTILINE):
            places[match[1]] = (path.relative_to(root).as_posix(), text.splitlines())
    return places


def _at(places: dict[str, tuple[str, list[str]]], finding: tuple[str, str, str]) -> ContentError:
    article_id, key, message = finding
    path, lines = places.get(article_id, (article_id, []))
    numbers = [
        number
        for number, line in enumerate(lines, 1)
        if re.match(rf"\[*(facts\.)?{re.escape(key)}\b|{re.escape(key)}$", line)
    ]
    # The text begins after its fence, the last of its kind.
    line = numbers[-1] + 1 if key.startswith("+++") and numbers else (numbers[0] if numbers else 1)
    return ContentError(path, line, message)
