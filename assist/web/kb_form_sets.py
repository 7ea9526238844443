"""What the fields of a form may name, in the language of the page: categories, intents, products, articles, KPIs."""

from collections.abc import Mapping

from pydantic import BaseModel, JsonValue

from assist.domain.library import Library
from assist.kpi.definitions import KPIS

from .model_form import Form, Option, option_sets
from .words import in_language, words

Sets = Mapping[str, tuple[Option, ...]]
_OWN = {"ladder": "ladders", "window": "windows"}
"""What a remedy policy's rules name of the policy itself."""


def sets_of(model: type[BaseModel], library: Library, value: JsonValue, language: str) -> Sets:
    """Return every set that a form of this model chooses from, by name."""
    told = words(language)
    return {**option_sets(model, told), **_references(library, language), **_own(value), **_days(told)}


def form_of(model: type[BaseModel], library: Library, value: JsonValue, language: str) -> Form:
    return Form(words(language), sets_of(model, library, value, language))


def _references(library: Library, language: str) -> Sets:
    def said(zh: str, en: str) -> str:
        return in_language(zh, en, language)

    products = tuple(Option(one.id, said(one.name, one.name_en)) for one in library.products)
    return {
        "category": tuple(Option(one.id, said(one.zh, one.en)) for one in library.topics.categories),
        "intent": tuple(Option(one.id, said(one.zh, one.en)) for one in library.topics.intents),
        "product": products,
        "goods_kind": (*(Option(one.id, said(one.zh, one.en)) for one in library.selling.kinds), *products),
        "season": tuple(Option(one.id, said(one.zh, one.en)) for one in library.selling.seasons),
        "article": tuple(Option(one.id, said(one.title, one.title_en or one.title)) for one in library.articles),
        "service": tuple(Option(name, f"{name} · {fact.value}") for name, fact in library.service.facts.items()),
        "kpi": kpi_options(language),
    }


def kpi_options(language: str) -> tuple[Option, ...]:
    """Return the KPIs that a target may be set for: those that are measured, and those to come."""
    told = words(language)
    measured = {one.id: in_language(one.zh, one.en, language) for one in KPIS}
    known = {key.removeprefix("kpi_name_"): said for key, said in told.items() if key.startswith("kpi_name_")}
    names = {**known, **measured}
    return tuple(Option(id_, f"{id_} {name}") for id_, name in sorted(names.items(), key=lambda one: _order(one[0])))


def _order(kpi_id: str) -> tuple[int, str]:
    digits = "".join(one for one in kpi_id if one.isdigit())
    return int(digits), kpi_id


def _own(value: JsonValue) -> Sets:
    found: dict[str, tuple[Option, ...]] = {}
    for name, table in _OWN.items():
        rows = value.get(table) if isinstance(value, dict) else None
        listed = rows if isinstance(rows, list) else []
        found[name] = tuple(Option(str(row.get("id")), str(row.get("id"))) for row in listed if isinstance(row, dict))
    return found


def _days(told: Mapping[str, str]) -> Sets:
    return {"days": tuple(Option(str(day), told[f"weekday_{day}"]) for day in range(1, 8))}
