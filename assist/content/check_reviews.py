"""What in the content has grown old: articles nobody looked at, sources of long ago, figures no longer valid?"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from assist.domain.figures import Fact, Source
from assist.domain.library import Library
from assist.domain.remedy_policy import RemedyPolicy

from .errors import ContentError
from .texts import Files, own_facts
from .toml_places import Place

_REMEDY = "policy/remedy.toml"

FactAt = tuple[str, Fact, str, int]
"""(name, figure, file, line)"""


def check_reviews(library: Library, root: Path, today: date) -> Iterator[ContentError]:
    """Yield everything that is due on this day. These are remarks: nothing is refused for its age."""
    files = Files(root)
    yield from _overdue(library, files, today)
    for name, fact, path, line in _facts(library, files):
        if fact.valid_until is not None and fact.valid_until < today:
            message = f"{name} ({fact.value}) was valid until {fact.valid_until}; take the new figure or leave it out"
            yield ContentError(path, line, message)
        if _is_stale(fact.source, library, today):
            yield ContentError(path, line, _stale(name, fact.source))
    if library.remedy is not None:
        for place, source in _bases(library.remedy):
            if _is_stale(source, library, today):
                yield ContentError(_REMEDY, files.line(_REMEDY, place), _stale(place.entry_id, source))


def _overdue(library: Library, files: Files, today: date) -> Iterator[ContentError]:
    longest = timedelta(days=library.reviews.review_after_days)
    for article in library.articles:
        if today - article.reviewed > longest:
            days = (today - article.reviewed).days
            message = f"reviewed {days} days ago, more than {longest.days}; read it again and set reviewed to that day"
            yield ContentError(files.article(article.id), files.article_line(article.id, "reviewed"), message)
    for offer in library.offers:
        if today - offer.reviewed > longest:
            days = (today - offer.reviewed).days
            message = f"{offer.id}: reviewed {days} days ago, more than {longest.days}; read it again, set reviewed"
            yield ContentError(files.offer_file(offer.id), files.offer_line(offer.id, "reviewed"), message)


def _facts(library: Library, files: Files) -> Iterator[FactAt]:
    """Yield every figure once, where it is owned."""
    for article in library.articles:
        for name, fact in article.facts.items():
            line = files.fact_line(article.id, name)
            if isinstance(fact, Fact) and line and not files.is_used_from_elsewhere(article.id, line):
                yield name, fact, files.article(article.id), line
    for product in library.products:
        for name, fact in product.facts.items():
            path, line = files.product_file(product.id), files.product_line(product.id, name)
            yield f"{product.id}.{name}", fact, path, line
    for offer in library.offers:
        for name, fact in own_facts(offer).items():
            yield f"{offer.id}.{name}", fact, files.offer_file(offer.id), files.offer_line(offer.id)
    for name, fact in library.service.facts.items():
        yield name, fact, "policy/service.toml", files.service_line(name)


def _bases(policy: RemedyPolicy) -> Iterator[tuple[Place, Source]]:
    """Yield the sources that rows of the remedy policy stand on."""
    rungs = [rung for ladder in policy.ladders for rung in ladder.rungs]
    tables = {
        "ladders.rungs": rungs,
        "windows": policy.windows,
        "evidence": policy.evidence,
        "rules": policy.rules,
        "badges": policy.badges,
        "tolerances": policy.tolerances,
    }
    for table, rows in tables.items():
        for row in rows:
            if isinstance(row.basis, Source):
                yield Place(table, row.id, "basis"), row.basis


def _is_stale(source: Source, library: Library, today: date) -> bool:
    return isinstance(source.year, int) and today.year - source.year > library.reviews.stale_source_years


def _stale(name: str, source: Source) -> str:
    return f"{name} rests on {source.title} of {source.year}; look for a newer edition and set its year"
