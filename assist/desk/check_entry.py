"""Is a draft fit to publish? The rules of `kb check`, on the library as it would be with the draft in it."""

import hashlib
import json
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Literal

from assist.content.check_articles import Beside, beside
from assist.content.check_conflicts import ToldOf, told_of
from assist.content.check_english import FENCE
from assist.content.english import with_english
from assist.content.entries import UnfitBody, read_entry
from assist.content.errors import ContentError
from assist.content.figures_said import counts_in
from assist.content.library import LibraryError, with_facts
from assist.content.said import Said
from assist.content.texts import Files, texts_of, titles_of
from assist.content.wording import WordingError
from assist.domain.library import Article, Entry, EntryKind, Library
from assist.domain.value import Value

from .libraries import Shelf
from .lint_content import check_whole, lint_texts
from .with_draft import Wanted, half_written, library_with

Level = Literal["error", "warning", "hint"]

_MOST_KEPT = 8
_FOLDERS: Mapping[EntryKind, str] = {"product": "products", "offer": "offers", "phrasing": "learned"}


class EntryFinding(Value):
    """What is wrong with a draft, or with another entry because of it. An error keeps it from being published,
    a warning has to be let pass, a hint is only told. `values` fill the rule's words in any language.
    """

    level: Level
    owner: str
    """The entry it is about: an article's id, or the name its file would have."""
    field: str = ""
    rule: str = ""
    message: str
    values: Mapping[str, str] = {}


class EntryChecked(Value):
    """All findings about a draft, errors first."""

    findings: tuple[EntryFinding, ...] = ()

    @property
    def errors(self) -> tuple[EntryFinding, ...]:
        return tuple(one for one in self.findings if one.level == "error")

    @property
    def warnings(self) -> tuple[EntryFinding, ...]:
        return tuple(one for one in self.findings if one.level == "warning")


class UnfitEntry(Exception):
    """A draft that may not be published as it is: errors, or warnings nobody let pass."""

    def __init__(self, checked: EntryChecked) -> None:
        what = "mend what is wrong" if checked.errors else "read the warnings and let them pass"
        super().__init__(f"this is not fit to publish; {what}")
        self.checked = checked


def require_fit(checked: EntryChecked, *, despite_warnings: bool) -> None:
    """Raise UnfitEntry unless a draft may be published."""
    if checked.errors or (checked.warnings and not despite_warnings):
        raise UnfitEntry(checked)


class Checks:
    """What drafts are compared with, made once per published library and kept for the newest few shops."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._whole: OrderedDict[str, _Whole] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, shelf: Shelf, wanted: Wanted) -> EntryChecked:
        """Return every finding about a draft, and about what it newly breaks elsewhere."""
        known = self._of(shelf)
        try:
            entry = None if wanted.body is None else read_entry(wanted.kind, wanted.entry_id, wanted.body)
        except UnfitBody as error:
            found = [*_shapeless(error, wanted), *known.half(wanted)]
        else:
            found = list(known.article(entry) if entry and entry.kind == "article" else known.other(wanted))
        once = {(one.owner, one.field, one.message): one for one in found}.values()
        return EntryChecked(findings=tuple(sorted(once, key=lambda one: ("error", "warning", "hint").index(one.level))))

    def _of(self, shelf: Shelf) -> "_Known":
        with self._lock:
            before = self._known.pop(shelf.library.shop_id, None)
            known = (
                before if before and before.shelf.library is shelf.library else _Known(shelf, before, self._check_whole)
            )
            self._known[shelf.library.shop_id] = known
            while len(self._known) > _MOST_KEPT:
                self._known.popitem(last=False)
            return known

    def _check_whole(self, library: Library) -> "_Whole":
        """Check a whole library, or remember it: what was checked as a draft is published next."""
        content = library.model_copy(update={"shop_id": "", "number": 0}).model_dump_json()
        key = hashlib.blake2b(content.encode(), digest_size=16).hexdigest()
        whole = self._whole.pop(key, None) or check_whole(library)
        self._whole[key] = whole
        while len(self._whole) > _MOST_KEPT:
            self._whole.popitem(last=False)
        return whole


_Whole = tuple[list[ContentError], list[ContentError]]
"""What is refused in a library, and what only remarked on."""


class _Known:
    """A published library, and what checks of drafts against it need again and again."""

    def __init__(self, shelf: Shelf, before: "_Known | None", check_whole: Callable[[Library], _Whole]) -> None:
        """After a few articles were published, what was known of the others before still holds."""
        self.shelf = shelf
        self._check_whole = check_whole
        self._before = before if before and _only_articles_differ(before.shelf.library, shelf.library) else None

    @cached_property
    def beside(self) -> Beside:
        return beside(self.shelf.library)

    @cached_property
    def told(self) -> ToldOf:
        library = self.shelf.library
        if self._before is None:
            return told_of(library, Files(None))
        told, was = self._before.told, self._before.shelf.articles
        self._before = None
        changed = [
            one for one in was.keys() | self.shelf.articles.keys() if was.get(one) != self.shelf.articles.get(one)
        ]
        for article_id in sorted(changed):
            told = told.with_article(library, article_id)
        return told

    @cached_property
    def conflicts(self) -> "Counter[tuple[str, str]]":
        return Counter((one.path, one.message) for one in self.told.conflicts())

    @cached_property
    def whole(self) -> "Counter[tuple[str, str]]":
        refused, remarked = self._check_whole(self.shelf.library)
        return Counter((one.path, one.message) for one in (*refused, *remarked))

    def article(self, entry: Entry) -> Iterator[EntryFinding]:
        """Yield the findings about an article without reading all the others again."""
        library = self.shelf.library
        products = {product.id: product for product in library.products}
        try:
            article = with_facts(Article.model_validate_json(entry.body), products, library.service.facts)
        except LibraryError as error:
            yield _error(entry.entry_id, _field(error.key, None), Said("figure", "{error}", error=error))
            return
        except WordingError as error:
            yield _error(entry.entry_id, "text", Said("wording", "{error}", error=error))
            return
        article = with_english(article, library.english)
        yield from (_error(article.id, _field(key, article), message) for _, key, message in self.beside.check(article))
        yield from self._guarded(article)
        yield from self._conflicting(article)
        if counts := counts_in(article.text):
            template = "small counts are let pass without a source: {said}; see that each is right"
            yield _finding("hint", article.id, "text", Said("counts", template, said=", ".join(counts)))
        yield from self._answered(article)

    def half(self, wanted: Wanted) -> Iterator[EntryFinding]:
        """Yield what the guards say of an article that is not whole yet."""
        if wanted.kind == "article" and wanted.body is not None:
            article = half_written(json.loads(wanted.body), wanted.entry_id, self.shelf.library)
            if article is not None:
                yield from self._guarded(article)

    def _guarded(self, article: Article) -> Iterator[EntryFinding]:
        alone = self.shelf.library.model_copy(update={"articles": (article,), "products": (), "offers": ()})
        files = Files(None)
        texts = [one for one in (*texts_of(alone, files), *titles_of(alone, files)) if one.owner == article.id]
        for text in texts:
            name = ("title" if text.title else "text") + ("_en" if text.english else "")
            refused, remarked = lint_texts([text], self.shelf)
            yield from (_of(one, "error", article.id, name) for one in refused)
            yield from (_of(one, "warning", article.id, name) for one in remarked)

    def _conflicting(self, article: Article) -> Iterator[EntryFinding]:
        library = self.shelf.library
        others = tuple(one for one in library.articles if one.id != article.id)
        after = library.model_copy(update={"articles": (*others, article)})
        before = self.conflicts.copy()
        for one in self.told.with_article(after, article.id).conflicts():
            if one.path == article.id or not _take(before, one):
                yield _of(one, "error", one.path, "text" if one.path == article.id else "")

    def _answered(self, article: Article) -> Iterator[EntryFinding]:
        """Yield the articles that answer one of its questions for sure already."""
        shelf, seen = self.shelf, set[str]()
        for ask in article.asks:
            found = shelf.engine.find(ask, limit=1, min_score=shelf.library.answers.sure_score)
            other = found[0].article_id if found else article.id
            if other != article.id and other not in seen:
                seen.add(other)
                title = shelf.articles[other].title
                said = Said("answered", "{ask!r} is answered by {other} ({title})", ask=ask, other=other, title=title)
                yield _finding("hint", article.id, "asks", said)

    def other(self, wanted: Wanted) -> Iterator[EntryFinding]:
        """Yield the findings about any entry, the whole library read again."""
        own = _file_of(wanted.kind, wanted.entry_id)
        try:
            after = library_with(self.shelf.library, wanted)
        except (LibraryError, WordingError) as error:
            yield _error(own, "", Said("library", "{error}", error=error))
            return
        before = self.whole.copy()
        refused, remarked = self._check_whole(after)
        yield from _new(refused, before, "error", own)
        yield from _new(remarked, before, "warning", own)


def _only_articles_differ(one: Library, other: Library) -> bool:
    same = [name for name in Library.model_fields if name not in ("articles", "number")]
    return all(getattr(one, name) is getattr(other, name) for name in same)


def _shapeless(error: UnfitBody, wanted: Wanted) -> Iterator[EntryFinding]:
    for one in error.problems:
        yield EntryFinding(
            level="error",
            owner=wanted.entry_id,
            field=one.field,
            rule=f"wrong_{one.rule}",
            message=one.message,
            values=one.values,
        )


def _new(
    found: Iterable[ContentError], before: "Counter[tuple[str, str]]", level: Level, own: str
) -> Iterator[EntryFinding]:
    """Yield what is found in the entry itself, and what was not found elsewhere before."""
    for one in found:
        if not _take(before, one) or one.path == own:
            yield _of(one, level, one.path, "")


def _take(before: "Counter[tuple[str, str]]", one: ContentError) -> bool:
    key = (one.path, one.message)
    before[key] -= 1
    return before[key] >= 0


def _of(one: ContentError, level: Level, owner: str, field: str) -> EntryFinding:
    return _finding(level, owner, field, one.message)


def _error(owner: str, field: str, message: str) -> EntryFinding:
    return _finding("error", owner, field, message)


def _finding(level: Level, owner: str, field: str, message: str) -> EntryFinding:
    said = message if isinstance(message, Said) else None
    return EntryFinding(
        level=level,
        owner=owner,
        field=field,
        rule=said.rule if said else "",
        message=str(message),
        values=dict(said.values) if said else {},
    )


def _field(key: str, article: Article | None) -> str:
    """Return the form's field for a key of an article's file."""
    if key == FENCE:
        return "text_en"
    if key.startswith("+++"):
        return "text"
    return f"facts.{key}" if article is None or key in article.facts else key


def _file_of(kind: EntryKind, entry_id: str) -> str:
    """Return the place that findings about an entry name, where nothing stands in a file."""
    match kind:
        case "policy" | "lexicon":
            return f"{kind}/{entry_id}.toml"
        case "script":
            return f"scripts/{entry_id}.toml"
        case "offer":
            return f"offers/{entry_id}"
        case _:
            return _FOLDERS.get(kind, entry_id)
