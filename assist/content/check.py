"""Is this knowledge base fit to publish? Every finding names the file, the line and the cure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rapidfuzz import fuzz, process

from assist.domain.library import RUNTIME_SLOTS, Article, Entry, Library, Phrasing

from .check_conflicts import check_conflicts
from .check_english import check_english
from .check_remedy import check_remedy
from .check_scripts import check_scripts
from .errors import ContentError
from .figures_said import figures_in
from .files import read_tree
from .library import LibraryError, build_library
from .wording import WordingError, slots_of, word

MAX_ANSWER_SIMILARITY = 85.0
MIN_ASKS = 4

_SOFT = re.compile("一般|通常|大约|大致|左右|建议|参考")
_FOLDERS = {"article": "articles", "product": "products", "phrasing": "learned"}
_PARTICLES = re.compile(r"[啊呀吗呢吧嘛哦哈啦了的呗诶哎么]|请问|你好|您好|亲|老板|谢谢|一下")


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
    findings.sort(key=_in_order)
    return Checked(library=library, entries=tuple(entries), findings=tuple(findings))


def _in_order(finding: ContentError) -> tuple[str, int]:
    return finding.path, finding.line


def check_library(library: Library) -> Iterator[tuple[str, str, str]]:
    """Yield (article id, key in its header or the fence above its text, message) for every finding."""
    names = _names(library)
    for article in library.articles:
        yield from _one(article, library)
        yield from _asks_alike(article, names)
    yield from _shared_asks(library.articles)
    yield from _answers_alike(library, names)
    yield from check_english(library, min_asks=MIN_ASKS, max_similarity=MAX_ANSWER_SIMILARITY)


def _one(article: Article, library: Library) -> Iterator[tuple[str, str, str]]:
    try:
        slots = slots_of(article.text)
    except WordingError as error:
        yield article.id, "+++", str(error)
        return
    known = article.facts.keys() | RUNTIME_SLOTS
    if slots - known:
        yield article.id, "+++", f"unknown slots {sorted(slots - known)}; known: {sorted(known)}"
    if unused := sorted(article.facts.keys() - slots):
        yield article.id, unused[0], f"facts not used in the text: {', '.join(unused)}"
    if figures := figures_in(article.text):
        yield (
            article.id,
            "+++",
            f"figures without a source: {', '.join(figures)}; declare each as a fact with "
            "source = {title, issuer, year} and write its {{ slot }}",
        )
    soft = [n for n in slots if n in article.facts and getattr(article.facts[n], "approximate", False)]
    if soft and not _SOFT.search(article.text):
        yield article.id, "+++", f"{', '.join(sorted(soft))} is approximate: say 一般, 通常, 大约 or 建议"
    if len(article.own_asks) < MIN_ASKS:
        yield article.id, "asks", f"{len(article.own_asks)} ways to ask; write at least {MIN_ASKS}"
    yield from _unknown_labels(article, library)


def _unknown_labels(article: Article, library: Library) -> Iterator[tuple[str, str, str]]:
    for key, value, labels in (
        ("category", article.category, library.topics.categories),
        ("intent", article.intent, library.topics.intents),
    ):
        if value not in {label.id for label in labels}:
            yield (
                article.id,
                key,
                f"unknown {key} {value!r}; add it to lexicon/topics.toml or use a known one",
            )
    missing = set(article.products) - {product.id for product in library.products}
    if missing:
        yield article.id, "products", f"unknown products {sorted(missing)}; see products/*.toml"


def _asks_alike(article: Article, names: re.Pattern[str]) -> Iterator[tuple[str, str, str]]:
    seen: dict[str, str] = {}
    for ask in article.asks:
        bare = _bare(ask, names)
        if bare in seen:
            yield (
                article.id,
                "asks",
                f"{ask!r} and {seen[bare]!r} differ only by particle, punctuation or product name",
            )
        seen.setdefault(bare, ask)


def _shared_asks(articles: Iterable[Article]) -> Iterator[tuple[str, str, str]]:
    owner: dict[str, str] = {}
    for article in articles:
        for ask in dict.fromkeys(_plain(ask) for ask in article.asks):
            if ask in owner:
                yield article.id, "asks", f"{ask!r} is also an ask of {owner[ask]}; one question, one article"
            owner.setdefault(ask, article.id)


def _answers_alike(library: Library, names: re.Pattern[str]) -> Iterator[tuple[str, str, str]]:
    articles = [article for article in library.articles if not _broken(article)]
    masked = [_masked(article, names) for article in articles]
    for index, article in enumerate(articles):
        rest = masked[index + 1 :]
        for _, score, offset in process.extract(
            masked[index],
            rest,
            scorer=fuzz.ratio,
            processor=None,
            score_cutoff=MAX_ANSWER_SIMILARITY,
            limit=None,
        ):
            other = articles[index + 1 + int(offset)]
            if score > MAX_ANSWER_SIMILARITY:
                yield (
                    article.id,
                    "+++",
                    f"its answer is {score / 100:.2f} alike to that of {other.id} once names and figures "
                    "are masked; merge the two or say what is different",
                )


def _broken(article: Article) -> bool:
    try:
        slots_of(article.text)
    except WordingError:
        return True
    return False


def _names(library: Library) -> re.Pattern[str]:
    words = {name for product in library.products for name in (product.name, *product.aliases)}
    words |= {label.zh for label in library.topics.categories}
    longest_first = sorted(words, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def _masked(article: Article, names: re.Pattern[str]) -> str:
    slots = dict.fromkeys(slots_of(article.text), "0")
    text = word(article.text, slots).text
    return re.sub(r"\d+", "0", names.sub("品", text))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(ch for ch in folded if unicodedata.category(ch)[0] not in "PZSC")


def _bare(text: str, names: re.Pattern[str]) -> str:
    return _PARTICLES.sub("", names.sub("", _plain(text)))


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
    owners = {_plain(ask): article.id for article in library.articles for ask in article.asks}
    articles = {article.id for article in library.articles}
    for entry in entries:
        if entry.kind != "phrasing":
            continue
        phrasing = Phrasing.model_validate_json(entry.body)
        owner = owners.get(_plain(phrasing.text), phrasing.article_id)
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
