"""The shipped lexicon, and small ones that say what they look for."""

from functools import cache
from pathlib import Path

from assist.domain.guard import Category, ForbiddenLexicon, Level, TermGroup
from assist.suggest.guard import Guard, build_guard
from tests.shipped import shipped_entries

ROOT = Path(__file__).parents[3]


@cache
def shipped_lexicon() -> ForbiddenLexicon:
    body = next(one.body for one in shipped_entries() if one.entry_id == "forbidden")
    return ForbiddenLexicon.model_validate_json(body)


@cache
def shipped_guard() -> Guard:
    return build_guard(shipped_lexicon())


def group_of(*terms: str, exempt: tuple[str, ...] = (), level: Level = Level.block, name: str = "given") -> TermGroup:
    return TermGroup(
        id=name,
        category=Category.absolute,
        level=level,
        zh="理由",
        en="reason",
        basis="依据",
        terms=terms,
        exempt=exempt,
    )


def guard_of(*terms: str, innocent: tuple[str, ...] = (), exempt: tuple[str, ...] = ()) -> Guard:
    """Return a guard of these terms, with the shipped looks and splits and only the innocent words given."""
    lexicon = shipped_lexicon()
    return build_guard(
        ForbiddenLexicon(
            groups=(group_of(*terms, exempt=exempt),),
            innocent=innocent,
            look_alikes=lexicon.look_alikes,
            splits=lexicon.splits,
        )
    )


def terms_in(guard: Guard, text: str) -> list[str]:
    return [hit.term for hit in guard.find(text)]
