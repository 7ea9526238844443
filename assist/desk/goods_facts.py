"""Keep what is stated of goods, and take back at once what was offered by what is true no more."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, JsonValue, TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from assist.domain.event import Event, EventKind
from assist.domain.goods import Batch, EvidenceKind, FactName, GoodsFact, Promotion, Proof
from assist.domain.people import Caller
from assist.store.queries import events, goods
from assist.store.queries.world import FactRow
from assist.store.writer import Change

from .edit_rights import Area, Verb, require
from .stale_offers import withdraw

_SHOWN = frozenset(FactName) - {FactName.margin, FactName.season}
"""What a card shows or stands on. Margins only order offers, and seasons have no SKU."""


def state_facts(session: Session, shop_id: str, rows: Sequence[FactRow], now: datetime) -> list[FactRow]:
    """Keep facts as they are stated, the newest statement winning; return those that say something new.

    In the same change the live offers that name goods of which something else is true now cannot be used any more.
    """
    before = goods.facts_by_subject(session, shop_id, {row.subject for row in rows})
    new = [row for row in rows if _says_more(before.get(row.subject, {}).get(row.fact), row)]
    goods.save_facts(session, rows)
    touched = {row.subject for row in new if _touches(before.get(row.subject, {}).get(row.fact), row)}
    if touched:
        withdraw(session, shop_id, touched, now)
    return new


def _says_more(before: GoodsFact | None, row: FactRow) -> bool:
    if before is None:
        return True
    same = (before.value, before.valid_from, before.valid_until) == (row.value, row.valid_from, row.valid_until)
    return not same and before.stated_at <= row.stated_at


def _touches(before: GoodsFact | None, row: FactRow) -> bool:
    """Return whether an offer made before may be wrong now."""
    if row.fact not in _SHOWN:
        return False
    # One piece less on the shelf changes no card: shops tell it with every order.
    return not (row.fact == FactName.stock and before is not None and _in_stock(before.value) and _in_stock(row.value))


def _in_stock(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


class UnknownGoods(LookupError):
    """No goods of the shop have this SKU."""


class UnfitFact(ValueError):
    """A fact whose value has not the shape its name asks for; names the field and the cure."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


_COUNTS: TypeAdapter[int] = TypeAdapter(Annotated[int, Field(strict=True, ge=0, le=10**9)])
_FLAG: TypeAdapter[bool] = TypeAdapter(Annotated[bool, Field(strict=True)])
_SHAPES: Mapping[FactName, TypeAdapter[Any]] = {
    **dict.fromkeys((FactName.stock, FactName.price, FactName.margin), _COUNTS),
    FactName.listed: _FLAG,
    FactName.promotion: TypeAdapter(Promotion),
    FactName.batch: TypeAdapter(Batch),
    **dict.fromkeys((FactName(kind.value) for kind in EvidenceKind), TypeAdapter(Proof)),
}


def read_fact(name: str, value: JsonValue) -> JsonValue:
    """Return a fact's value in the shape that its name asks for. Raises UnfitFact."""
    shape = _SHAPES.get(FactName(name)) if name in set(FactName) else None
    if shape is None:
        raise UnfitFact("name", f"{name!r} is no fact that is set by hand; choose one of {', '.join(_SHAPES)}")
    try:
        read = shape.validate_json(json.dumps(value))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise UnfitFact(".".join(str(part) for part in first["loc"]) or "value", first["msg"]) from error
    return json.loads(shape.dump_json(read, exclude_none=True, exclude_defaults=True))


def is_readable(name: str, value: JsonValue) -> bool:
    """Return whether a fact that was told has the shape its name asks for; names we do not know may say anything."""
    shape = _SHAPES.get(FactName(name)) if name in set(FactName) else None
    if shape is None:
        return True
    try:
        shape.validate_json(json.dumps(value))
    except ValidationError:
        return False
    return True


def set_fact(
    caller: Caller,
    sku: str,
    name: str,
    value: JsonValue,
    now: datetime,
    *,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> Change[None]:
    """Return the change that states a fact of goods by hand, as a platform would. Raises NotYourPart or UnfitFact.

    The change raises UnknownGoods.
    """
    require(caller.role, Verb.write, Area.offers)
    read = read_fact(name, value)
    if name == FactName.promotion and valid_until is None:
        raise UnfitFact("valid_until", "a promotion needs an end")
    if valid_from is not None and valid_until is not None and valid_until <= valid_from:
        raise UnfitFact("valid_until", "it ends before it begins")
    return _stated(caller, FactRow(caller.shop_id, name, sku, read, valid_from, valid_until, now), now)


def end_fact(caller: Caller, fact_id: str, now: datetime) -> Change[None]:
    """Return the change by which a fact holds no longer. Raises NotYourPart; the change raises UnknownGoods."""
    require(caller.role, Verb.write, Area.offers)

    def keep(session: Session) -> None:
        fact = goods.fact_by_id(session, caller.shop_id, fact_id)
        if fact is None:
            raise UnknownGoods(f"no fact {fact_id!r}; see /kb/goods")
        sku = fact_id[len(fact.name) + 1 :]
        until = min(now, fact.valid_until) if fact.valid_until else now
        row = FactRow(caller.shop_id, fact.name, sku, fact.value, fact.valid_from, until, max(now, fact.stated_at))
        _stated(caller, row, now)(session)

    return keep


def _stated(caller: Caller, row: FactRow, now: datetime) -> Change[None]:
    def keep(session: Session) -> None:
        if not goods.of_skus(session, caller.shop_id, [row.subject]):
            raise UnknownGoods(f"no goods {row.subject!r}; import them first, at /kb/goods/import")
        state_facts(session, caller.shop_id, [row], now)
        key = f"fact_by_hand:{row.shop_id}:{row.fact}:{row.subject}:{now.isoformat()}"
        told = {"fact": row.fact, "subject": row.subject}
        logged = Event(
            key=key,
            shop_id=row.shop_id,
            kind=EventKind.fact_set,
            at=now,
            agent_id=caller.agent_id,
            level=caller.level.value if caller.level else None,
            team=caller.team,
            payload=told,
        )
        events.append(session, [logged])

    return keep
