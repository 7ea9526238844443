"""Mine a shop's orders beside a running server, keep what was found through it, and show what is kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from assist.desk.learn import newest_library
from assist.desk.mine_pairs import Mined, mine_baskets, mine_shop, parts_of
from assist.desk.operate import KeepPairs, OperatorError, pick_shop
from assist.domain.clock import system_clock
from assist.domain.goods import Pair, PairState
from assist.domain.offer import MiningPolicy
from assist.store.queries import goods, pairs, people
from assist.store.queries.people import ShopRow
from assist.suggest.offers.pairs import MOST_IN_ORDER

from .operator import reading, run_operator
from .orders_file import read_orders
from .output import fail, note, print_json

_STATES = {
    PairState.mined: "算出 mined",
    PairState.allowed: "允许 allowed",
    PairState.refused: "不推 refused",
}
_EVERY = 1_000_000


@dataclass(frozen=True)
class Asked:
    """What the command line asked for."""

    orders: Path | None
    window_days: int | None
    dry_run: bool
    top: int
    shop: str | None


@dataclass(frozen=True)
class _Found:
    shop: str
    policy: MiningPolicy
    mined: Mined
    sold_before: Mapping[str, int]
    from_elsewhere: int
    """So many pairs end that were counted in more orders than the shop has: as a rule those of a file."""
    decided: Mapping[tuple[str, str], PairState]
    titles: Mapping[str, str]


def run_mine(asked: Asked, config: Path | None, *, as_json: bool) -> None:
    """Tell what goes together; without a dry run put it in place of what was mined before."""
    with reading(config) as database, database.reader() as session, Console(stderr=True).status("统计 / counting"):
        found = _found(session, asked, every_title=as_json)
    # No orders at all is a feed that stopped or a wrong file, not a shop where nothing goes together any more.
    kept = not asked.dry_run and found.mined.orders > 0
    if kept:
        for part in parts_of(found.mined, found.sold_before):
            run_operator(KeepPairs(shop=found.shop, part=part), config)
    if as_json:
        print_json(_document(found, kept=kept))
    else:
        _print(found, asked.top)
    note(_said(found, kept=kept))
    if warning := _warning(found):
        note(warning)


def run_pairs(
    sku: str | None, state: str | None, top: int, shop: str | None, config: Path | None, *, as_json: bool
) -> None:
    """Show what is kept."""
    if state is not None and state not in list(PairState):
        fail(f"--state {state}: {', '.join(PairState)}", 2)
    wanted = PairState(state) if state else None
    with reading(config) as database, database.reader() as session:
        home = _shop(session, shop)
        page = pairs.page(session, home.id, sku=sku, state=wanted, limit=top)
        titles = _titles(session, home.id, [one.pair for one in page.pairs])
    if as_json:
        rows = [
            {**_row(one.pair, one.pair.state, titles), "judged_by": one.judged_by, "counted_at": one.counted_at}
            for one in page.pairs
        ]
        print_json({"shop": home.id, "total": page.total, "pairs": rows})
        return
    if not page.pairs:
        fail(f"没有搭配 / no such pairs in shop {home.id}; count them with: assist offers mine --shop {home.id}")
    Console(soft_wrap=True).print(_table(((one.pair, one.pair.state) for one in page.pairs), titles))
    if page.total > len(page.pairs):
        note(f"{len(page.pairs)} of {page.total}; --top {page.total} shows all")


def _found(session: Session, asked: Asked, *, every_title: bool) -> _Found:
    shop = _shop(session, asked.shop)
    now = system_clock()
    library = newest_library(session, shop.id)
    policy = library.selling.mining if library else MiningPolicy()
    if asked.window_days is not None:
        policy = policy.model_copy(update={"window_days": asked.window_days})
    if asked.orders is None:
        mined = mine_shop(session, shop.id, policy, now)
    else:
        since = now - timedelta(days=policy.window_days)
        mined = mine_baskets(read_orders(asked.orders, shop.timezone, since), policy, now)
    known = pairs.page(session, shop.id, limit=_EVERY).pairs
    return _Found(
        shop=shop.id,
        policy=policy,
        mined=mined,
        sold_before=pairs.sold(session, shop.id),
        from_elsewhere=_from_elsewhere([one.pair for one in known], mined) if asked.orders is None else 0,
        decided={(one.pair.sku, one.pair.with_sku): one.pair.state for one in known},
        titles=_titles(session, shop.id, mined.pairs if every_title else mined.pairs[: asked.top]),
    )


def _from_elsewhere(known: Sequence[Pair], mined: Mined) -> int:
    """Count the mined pairs that this count would end though its orders are fewer than those they were found in."""
    if not mined.orders:
        return 0
    found = {(one.sku, one.with_sku) for one in mined.pairs}
    ending = (one for one in known if one.state is PairState.mined and (one.sku, one.with_sku) not in found)
    return sum(one.orders > mined.orders for one in ending)


def _warning(found: _Found) -> str | None:
    if not found.from_elsewhere:
        return None
    ended = f"{found.from_elsewhere} 个搭配不再保留 / {found.from_elsewhere} pairs end"
    why = "counted in more orders than the shop's own, as from a file"
    return f"warning: {ended}: {why}; to keep such pairs count the file again: assist offers mine --orders FILE"


def _shop(session: Session, shop_id: str | None) -> ShopRow:
    try:
        return pick_shop(people.shops(session), shop_id)
    except OperatorError as error:
        fail(str(error), 2)


def _titles(session: Session, shop_id: str, shown: Sequence[Pair]) -> dict[str, str]:
    skus = sorted({sku for pair in shown for sku in (pair.sku, pair.with_sku)})
    return {one.goods.sku: one.goods.title for one in goods.of_skus(session, shop_id, skus)}


def _said(found: _Found, *, kept: bool) -> str:
    mined = found.mined
    said = f"{mined.orders} orders of {found.policy.window_days} days"
    if not mined.orders:
        return f"{said}: nothing counted, what is kept stays; orders come by the platform, or from a file: --orders"
    if mined.too_long:
        said += f", {mined.too_long} of more than {MOST_IN_ORDER} goods left out"
    if mined.size_effect > 1:
        said += f"; long orders alone make a lift of {mined.size_effect:.2f}, so a pair needs as much more"
    refused = sum(found.decided.get((one.sku, one.with_sku)) is PairState.refused for one in mined.pairs)
    what = "kept" if kept else "dry run, nothing kept"
    return f"{said}; {len(mined.pairs)} pairs ({refused} refused by people); {what}"


def _document(found: _Found, *, kept: bool) -> dict[str, object]:
    mined = found.mined
    return {
        "shop": found.shop,
        "policy": found.policy.model_dump(),
        "orders": mined.orders,
        "too_long": mined.too_long,
        "size_effect": mined.size_effect,
        "counted_at": mined.counted_at,
        "kept": kept,
        "warning": _warning(found),
        "pairs": [_row(one, _state(found, one), found.titles) for one in mined.pairs],
    }


def _state(found: _Found, pair: Pair) -> PairState:
    return found.decided.get((pair.sku, pair.with_sku), PairState.mined)


def _row(pair: Pair, state: PairState, titles: Mapping[str, str]) -> dict[str, object]:
    return {
        **pair.model_dump(mode="json"),
        "state": state.value,
        "title": titles.get(pair.sku),
        "with_title": titles.get(pair.with_sku),
    }


def _print(found: _Found, top: int) -> None:
    shown = found.mined.pairs[:top]
    if shown:
        rows = ((one, _state(found, one)) for one in shown)
        Console(soft_wrap=True).print(_table(rows, found.titles))
    if len(found.mined.pairs) > len(shown):
        note(f"… {len(found.mined.pairs) - len(shown)} more with --top or --json")


def _table(rows: Iterable[tuple[Pair, PairState]], titles: Mapping[str, str]) -> Table:
    table = Table("商品 goods", "一起买 bought with")
    for column in ("同单 both", "单数 orders of", "搭配单数 of other", "全部 all", "提升 lift", "下限 at least"):
        table.add_column(column, justify="right")
    table.add_column("状态 state")
    for pair, state in rows:
        counts = (pair.both, pair.of_sku, pair.of_other, pair.orders)
        table.add_row(
            Text(_named(pair.sku, titles)),
            Text(_named(pair.with_sku, titles)),
            *(str(count) for count in counts),
            f"{pair.lift:.2f}" if pair.both else "—",
            f"{pair.lift_low:.2f}" if pair.both else "—",
            _STATES[state],
        )
    return table


def _named(sku: str, titles: Mapping[str, str]) -> str:
    return f"{titles[sku]} ({sku})" if sku in titles else sku
