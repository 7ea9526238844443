"""Goods, their facts, pairs and imports, as the API and the pages show them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue

from assist.desk.goods_facts import is_readable
from assist.domain.goods import EvidenceKind, FactName, GoodsFact, PairState, Sku, Stocked
from assist.domain.library import Library
from assist.domain.offer import EvidencePolicy, Offer
from assist.suggest.offers.evidence import findings
from assist.suggest.offers.evidence_rules import Unfit

from .api_models import In, Out
from .words import in_language

PROOFS = frozenset(kind.value for kind in EvidenceKind)


class FactOut(Out):
    """One fact: its id, what it says, and whether it may be used now. `unfit` are the rules it breaks as evidence.

    Of any other fact only `unreadable`: its value has not the shape its name asks for, and is taken for untold.
    """

    id: str
    sku: str
    name: str
    value: JsonValue
    stated_at: datetime
    valid_from: datetime | None
    valid_until: datetime | None
    holds: bool
    proof: bool
    unfit: list[Unfit]


class GoodsOut(Out):
    """One SKU as it stands now: None is what nobody told. `evidence` are the facts that may prove an offer today."""

    sku: str
    title: str
    title_en: str | None
    kind: str | None
    category: str | None
    feature: str | None
    advantage: str | None
    benefit: str | None
    sold: int
    price_fen: int | None
    promotion_fen: int | None
    stock: int | None
    listed: bool | None
    evidence: list[str]
    unusable: list[str]
    facts: list[FactOut]


class GoodsListOut(Out):
    goods: list[GoodsOut]
    total: int


class FactIn(In):
    """What a fact says from now on, in the shape its name asks for; it holds in [`valid_from`, `valid_until`)."""

    value: JsonValue
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None


class PairOut(Out):
    """Who buys `sku` also buys `with_sku`: orders that hold each and both, the lift and its lower bound."""

    sku: str
    title: str
    with_sku: str
    with_title: str
    orders: int
    of_sku: int
    of_other: int
    both: int
    lift: float
    lift_low: float
    state: PairState
    judged_by: str | None
    counted_at: datetime


class PairsOut(Out):
    pairs: list[PairOut]
    total: int


class PairIn(In):
    """What a person decides about a pair; `mined` leaves it to the figures again."""

    sku: Sku
    with_sku: Sku
    state: PairState


class GoodsChangeOut(Out):
    field: str
    before: str
    after: str


class GoodsRowOut(Out):
    """What a row would become, in words."""

    line: int
    state: str
    sku: str
    title: str
    findings: list[str]
    remarks: list[str]
    changes: list[GoodsChangeOut]


class GoodsImportOut(Out):
    """A table as it was read, and what would come of it. `digest` names the plan: keep it by sending it with the file.

    The first 200 rows are told, those that need a look before the others; counts are of all.
    """

    name: str
    header: list[str]
    sample: list[list[str]]
    columns: dict[str, str]
    problem: str | None
    counts: dict[str, int]
    rows: list[GoodsRowOut]
    digest: str
    kept: dict[str, int] | None


AskedState = Literal["", "mined", "allowed", "refused"]
Search = Annotated[str, Field(max_length=200)]


def goods_out(stocked: Stocked, at: datetime, today: date, policy: EvidencePolicy) -> GoodsOut:
    broken: dict[str, list[Unfit]] = {}
    for name, rule in findings(stocked, at, today, policy=policy):
        broken.setdefault(name, []).append(rule)
    for fact in stocked.facts.values():
        if fact.name not in PROOFS and not is_readable(fact.name, fact.value):
            broken[fact.name] = [Unfit.unreadable]
    facts = [_fact_out(fact, stocked.goods.sku, at, broken.get(fact.name, ())) for fact in stocked.facts.values()]
    known = sorted(facts, key=_place)
    promotion = _now(stocked, FactName.promotion, at)
    return GoodsOut(
        **{name: getattr(stocked.goods, name) for name in _OWN},
        sold=stocked.sold,
        price_fen=_whole(_now(stocked, FactName.price, at)),
        promotion_fen=_whole(promotion.get("price_fen")) if isinstance(promotion, dict) else None,
        stock=_whole(_now(stocked, FactName.stock, at)),
        listed=listed if isinstance(listed := _now(stocked, FactName.listed, at), bool) else None,
        evidence=[fact.name for fact in known if fact.proof and not fact.unfit],
        unusable=[fact.name for fact in known if fact.proof and fact.unfit],
        facts=known,
    )


_OWN = ("sku", "title", "title_en", "kind", "category", "feature", "advantage", "benefit")
_ORDER = {name.value: place for place, name in enumerate(FactName)}


def _place(fact: FactOut) -> tuple[int, str]:
    return _ORDER.get(fact.name, len(_ORDER)), fact.name


def _fact_out(fact: GoodsFact, sku: str, at: datetime, broken: Sequence[Unfit]) -> FactOut:
    return FactOut(
        id=fact.id,
        sku=sku,
        name=fact.name,
        value=fact.value,
        stated_at=fact.stated_at,
        valid_from=fact.valid_from,
        valid_until=fact.valid_until,
        holds=fact.holds(at),
        proof=fact.name in PROOFS,
        unfit=list(broken),
    )


def _now(stocked: Stocked, name: FactName, at: datetime) -> JsonValue:
    fact = stocked.facts.get(name.value)
    return fact.value if fact is not None and fact.holds(at) and is_readable(fact.name, fact.value) else None


def _whole(value: JsonValue) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def kind_names(library: Library, language: str) -> dict[str, str]:
    """Return what kinds of goods are called: id -> name."""
    fresh = {one.id: in_language(one.name, one.name_en, language) for one in library.products}
    return fresh | {one.id: in_language(one.zh, one.en, language) for one in library.selling.kinds}


def scripts_for(stocked: Stocked, library: Library) -> list[tuple[Offer, bool]]:
    """Return the scripts that may offer these goods, as published; True for those that do only where a pair says so."""
    goods = stocked.goods
    found: list[tuple[Offer, bool]] = []
    for one in library.offers:
        named = goods.sku in one.skus or (goods.kind is not None and goods.kind in (one.kind, *one.bundle))
        if named or one.pairs:
            found.append((one, not named))
    return found
