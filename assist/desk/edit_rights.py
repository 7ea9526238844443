"""Who may write, and who may publish, which part of the knowledge base?"""

from collections.abc import Mapping
from enum import StrEnum

from assist.domain.library import EntryKind
from assist.domain.people import AgentRole


class Verb(StrEnum):
    """What is done to an entry. `write`: save and hand in a draft; `publish`: publish it, or send it back."""

    write = "write"
    publish = "publish"


class Area(StrEnum):
    """A part of the knowledge base that is decided on by the same people."""

    articles = "articles"
    products = "products"
    scripts = "scripts"
    lexicon = "lexicon"
    offers = "offers"
    hours = "hours"
    learned = "learned"
    rules = "rules"
    """Money, guards, promises, targets, and everything else that decides."""
    whole = "whole"
    """All of it at once: a version that is rolled back to."""


_NONE: frozenset[Verb] = frozenset()
_WRITE = frozenset({Verb.write})
_ALL = frozenset(Verb)

RIGHTS: Mapping[AgentRole, Mapping[Area, frozenset[Verb]]] = {
    AgentRole.agent: {
        **dict.fromkeys(Area, _NONE),
        Area.articles: _WRITE,
        Area.products: _WRITE,
    },
    AgentRole.lead: {**dict.fromkeys(Area, _ALL), Area.rules: _WRITE, Area.whole: _NONE},
    AgentRole.manager: dict.fromkeys(Area, _ALL),
    AgentRole.admin: dict.fromkeys(Area, _ALL),
}

_AREAS: Mapping[EntryKind, Area] = {
    "article": Area.articles,
    "product": Area.products,
    "script": Area.scripts,
    "offer": Area.offers,
    "phrasing": Area.learned,
}
_OWN: Mapping[tuple[EntryKind, str], Area] = {
    ("policy", "hours"): Area.hours,
    # What may not be said, and what is said where somebody was harmed.
    ("lexicon", "forbidden"): Area.rules,
    ("lexicon", "safety"): Area.rules,
}


class NotYourPart(Exception):
    """A person's role may not do this to that part of the knowledge base; names who may."""


def area_of(kind: EntryKind, entry_id: str) -> Area:
    """Return whose decision an entry is."""
    if area := _OWN.get((kind, entry_id)):
        return area
    return _AREAS.get(kind) or (Area.lexicon if kind == "lexicon" else Area.rules)


def may(role: AgentRole, verb: Verb, area: Area) -> bool:
    return verb in RIGHTS[role][area]


def require(role: AgentRole, verb: Verb, area: Area) -> None:
    """Raise NotYourPart unless the role may."""
    if not may(role, verb, area):
        who = ", ".join(one.value for one in AgentRole if may(one, verb, area))
        raise NotYourPart(f"the role {role.value!r} may not {verb.value} {area.value}; ask a {who}")
