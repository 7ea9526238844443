"""What goes with what, as counted last and as people decided, and the orders it is counted from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from assist.domain.goods import Pair, PairState
from assist.store import selling_tables
from assist.store.sql import upsert
from assist.store.tables import table_of

_pair = table_of(selling_tables.GoodsPair)
_goods = table_of(selling_tables.Goods)
_line = table_of(selling_tables.OrderLine)

_AT_ONCE = 50_000
_BETWEEN = "\x1f"
"""ASCII's own separator of units, in no SKU."""
_FIGURES = ("orders", "of_sku", "of_other", "both", "lift", "lift_low")
_NOT_COUNTED: dict[str, float] = dict.fromkeys(_FIGURES, 0)


@dataclass(frozen=True)
class KnownPair:
    """A pair as it is kept: its figures are of `counted_at`; `judged_by` is who decided about it."""

    pair: Pair
    judged_by: str | None
    counted_at: datetime


@dataclass(frozen=True)
class PairPage:
    """Some of the pairs that were asked for, surest first, and how many there are."""

    pairs: list[KnownPair]
    total: int


def baskets(session: Session, shop_id: str, since: datetime) -> Iterator[list[str]]:
    """Yield of each order the SKUs of its lines that were paid since then and not cancelled."""
    # One text an order: making two for each of millions of lines takes longer than counting them.
    query = select(func.aggregate_strings(_line.c.sku, _BETWEEN)).where(
        _line.c.shop_id == shop_id, _line.c.paid_at >= since, _line.c.cancelled.is_(False), _line.c.sku != ""
    )
    # Streamed: PostgreSQL would send millions of rows at once.
    found = session.execute(query.group_by(_line.c.order_ref), execution_options={"yield_per": _AT_ONCE})
    for part in found.partitions():
        for (skus,) in part:
            yield skus.split(_BETWEEN)


def with_skus(session: Session, shop_id: str, skus: Iterable[str]) -> list[Pair]:
    """Return what goes with any of these SKUs, the surest first; what a person refused is left out."""
    wanted = sorted(set(skus))
    if not wanted:
        return []
    query = select(_pair).where(_pair.c.shop_id == shop_id, _pair.c.sku.in_(wanted))
    query = query.where(_pair.c.state != PairState.refused.value)
    return [_read(row) for row in session.execute(_surest_first(query))]


def page(
    session: Session,
    shop_id: str,
    *,
    sku: str | None = None,
    state: PairState | None = None,
    offset: int = 0,
    limit: int = 50,
) -> PairPage:
    """Return the pairs of a shop, of those with `sku` on either side, of those in one state."""
    where = [_pair.c.shop_id == shop_id]
    if sku is not None:
        where.append((_pair.c.sku == sku) | (_pair.c.with_sku == sku))
    if state is not None:
        where.append(_pair.c.state == state.value)
    total = session.execute(select(func.count()).select_from(_pair).where(*where)).scalar_one()
    rows = session.execute(_surest_first(select(_pair).where(*where)).offset(offset).limit(limit))
    return PairPage([KnownPair(_read(row), row.judged_by, row.counted_at) for row in rows], int(total))


def save_mined(session: Session, shop_id: str, pairs: Iterable[Pair], counted_at: datetime) -> None:
    """Put what was counted in place of what was counted before; a person's decision about a pair stays."""
    add_mined(session, shop_id, pairs, counted_at)
    end_mined(session, shop_id, counted_at)


def add_mined(session: Session, shop_id: str, pairs: Iterable[Pair], counted_at: datetime) -> None:
    """Keep some of what was counted, without a word about other pairs."""
    rows = [
        {
            **pair.model_dump(include={"sku", "with_sku", *_FIGURES}),
            "shop_id": shop_id,
            "state": PairState.mined.value,
            "counted_at": counted_at,
        }
        for pair in pairs
    ]
    upsert(session, _pair, rows, fixed=("state",))


def end_mined(session: Session, shop_id: str, counted_at: datetime) -> None:
    """Forget the pairs that were not counted then; where a person decided, only the figures go."""
    older = (_pair.c.shop_id == shop_id, _pair.c.counted_at < counted_at)
    session.execute(delete(_pair).where(*older, _pair.c.state == PairState.mined.value))
    session.execute(update(_pair).where(*older).values(**_NOT_COUNTED, counted_at=counted_at))


def judge(
    session: Session, shop_id: str, sku: str, with_sku: str, state: PairState, agent_id: str | None, at: datetime
) -> None:
    """Keep what a person decided; `mined` takes a decision back, and a pair nobody counted is gone then."""
    by = None if state is PairState.mined else agent_id
    here = (_pair.c.shop_id == shop_id, _pair.c.sku == sku, _pair.c.with_sku == with_sku)
    if state is PairState.mined:
        session.execute(delete(_pair).where(*here, _pair.c.both == 0))
        session.execute(update(_pair).where(*here).values(state=state.value, judged_by=by))
        return
    key = {"shop_id": shop_id, "sku": sku, "with_sku": with_sku}
    row = {**key, **_NOT_COUNTED, "state": state.value, "judged_by": by, "counted_at": at}
    upsert(session, _pair, [row], fixed=(*_FIGURES, "counted_at"))


def sold(session: Session, shop_id: str) -> dict[str, int]:
    """Return of each of the shop's goods how many orders held it, as counted last."""
    rows = session.execute(select(_goods.c.sku, _goods.c.sold).where(_goods.c.shop_id == shop_id))
    return {row.sku: row.sold for row in rows}


def save_sold(session: Session, shop_id: str, counts: Mapping[str, int]) -> None:
    """Keep how many orders held some goods; a SKU that is none of the shop's goods is passed over."""
    if not counts:
        return
    statement = update(_goods).where(_goods.c.shop_id == shop_id, _goods.c.sku == bindparam("of_sku"))
    rows = [{"of_sku": sku, "count": count} for sku, count in sorted(counts.items())]
    session.connection().execute(statement.values(sold=bindparam("count")), rows)


def _surest_first(query: Any) -> Any:
    return query.order_by(_pair.c.lift_low.desc(), _pair.c.sku, _pair.c.with_sku)


def _read(row: Any) -> Pair:
    return Pair(
        sku=row.sku,
        with_sku=row.with_sku,
        orders=row.orders,
        of_sku=row.of_sku,
        of_other=row.of_other,
        both=row.both,
        lift=row.lift,
        lift_low=row.lift_low,
        state=PairState(row.state),
    )
