"""Bring goods and what is said of them from a table or a platform: what would change, and keep it."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import JsonValue, ValidationError
from sqlalchemy.orm import Session

from assist.content.import_read import Table
from assist.domain.event import Event, EventKind
from assist.domain.goods import FactName, Goods, GoodsFact, Stocked
from assist.domain.value import Value
from assist.store.queries import events, goods
from assist.store.queries.world import FactRow
from assist.store.writer import Change

from .goods_facts import state_facts
from .goods_row import GoodsReader, RowRead, StatedFact, margins
from .import_articles import RowState
from .import_row import RowFinding, finding
from .libraries import Shelf

_ROWS_IN_A_CHANGE = 100


class GoodsChange(Value):
    """What a row changes: a field of the goods or a fact, as JSON texts; None is nothing."""

    field: str
    before: JsonValue = None
    after: JsonValue = None


class GoodsRow(Value):
    """What one row would become. `goods` is None where nothing of them changes but facts; skipped rows keep nothing."""

    line: int
    state: RowState
    sku: str = ""
    title: str = ""
    goods: Goods | None = None
    facts: tuple[StatedFact, ...] = ()
    changes: tuple[GoodsChange, ...] = ()
    findings: tuple[RowFinding, ...] = ()
    """Why it is skipped."""
    remarks: tuple[RowFinding, ...] = ()
    """What was understood, or left out; the rest of the row is kept."""


class GoodsPlan(Value):
    name: str
    rows: tuple[GoodsRow, ...]

    def count(self, state: RowState) -> int:
        return sum(row.state is state for row in self.rows)

    @property
    def changing(self) -> tuple[GoodsRow, ...]:
        return tuple(row for row in self.rows if row.state in (RowState.new, RowState.changed))

    @property
    def digest(self) -> str:
        """Name what would be kept: the same for the same table beside the same goods."""
        said = json.dumps([row.model_dump(mode="json", exclude={"remarks"}) for row in self.changing], sort_keys=True)
        return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


class GoodsKept(Value):
    """How many goods and facts were kept."""

    goods: int
    facts: int


@dataclass(frozen=True)
class GoodsKnown:
    """What rows are compared with: the library, the shop's zone, and the goods that a table names."""

    shelf: Shelf
    zone: ZoneInfo
    stocked: Mapping[str, Stocked]


def known_goods(session: Session, shelf: Shelf, zone: ZoneInfo, skus: Sequence[str]) -> GoodsKnown:
    found = goods.of_skus(session, shelf.library.shop_id, skus)
    return GoodsKnown(shelf, zone, {one.goods.sku: one for one in found})


def skus_of(table: Table, columns: Mapping[str, str]) -> list[str]:
    """Return the SKUs that a table names."""
    at = next((at for at, column in enumerate(table.header) if columns.get(column) == "sku"), None)
    return [] if at is None else list(dict.fromkeys(row[at].strip() for row in table.rows if row[at].strip()))


def plan_goods(table: Table, columns: Mapping[str, str], known: GoodsKnown) -> GoodsPlan:
    """Return what each row would become; nothing is kept. The same table again plans nothing new.

    `columns` are column -> field. An empty cell says nothing: what is known stays.
    """
    return GoodsPlan(name=table.name, rows=tuple(plan_rows(table, columns, known)))


def plan_rows(table: Table, columns: Mapping[str, str], known: GoodsKnown) -> Iterator[GoodsRow]:
    """Yield what each row would become, in the order of the table."""
    places = {columns[column]: at for at, column in enumerate(table.header) if column in columns}
    planner = _Planner(known, {field: table.header[at] for field, at in places.items()})
    for line, cells in zip(table.lines, table.rows, strict=True):
        yield planner.row(line, {field: cells[at] for field, at in places.items()})


class _Planner:
    """What rows are compared with, made once, and what the rows before said."""

    def __init__(self, known: GoodsKnown, headers: Mapping[str, str]) -> None:
        self._known = known
        self._headers = headers
        self._reader = GoodsReader(known.shelf, known.zone, headers)
        self._seen: dict[tuple[str, str], int] = {}

    def row(self, line: int, cells: Mapping[str, str]) -> GoodsRow:
        sku, title = cells.get("sku", "").strip(), cells.get("title", "").strip()
        if not sku:
            template = "{column} is empty; give every row its own, merged cells too"
            return _skipped(line, sku, title, finding("no_sku", template, column=self._headers["sku"]))
        read = self._reader.read(cells)
        if read.wrong:
            return _skipped(line, sku, title, *read.wrong)
        key = (sku, read.facts[0].name if "fact" in self._headers else "")
        if (earlier := self._seen.setdefault(key, line)) != line:
            return _skipped(line, sku, title, finding("twice", "the same as row {row}; keep one", row=str(earlier)))
        before = self._known.stocked.get(sku)
        if "fact" not in self._headers:
            return compared_goods(line, sku, read, before)
        if before is None:
            template = "there are no goods {sku} yet; import the goods first"
            return _skipped(line, sku, title, finding("no_goods", template, sku=sku))
        return _compared(line, before.goods, None, read.facts, before, read.remarks)


def compared_goods(line: int, sku: str, read: RowRead, before: Stocked | None) -> GoodsRow:
    """Return what goods would become; what is not said of them stays as it is known."""
    title = str(read.goods.get("title", before.goods.title if before else ""))
    known = before.goods.model_dump(exclude_none=True) if before else {}
    try:
        stated = Goods.model_validate({**read.guessed, **known, **read.goods, "sku": sku})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        template = "{field}: {message}"
        told = finding("shape", template, field=str(first["loc"][0]), message=first["msg"], column="", said="")
        wrong = finding("no_title", "goods need a name; fill in the column of the title")
        return _skipped(line, sku, title, wrong if not title else told)
    price = next((fact.value for fact in read.facts if fact.name == FactName.price), None)
    if price is None and before is not None and FactName.price in before.facts:
        price = before.facts[FactName.price].value
    facts = [*read.facts, *margins(read, price if isinstance(price, int) else None)]
    return _compared(line, stated, stated, facts, before, read.remarks)


def _compared(
    line: int,
    named: Goods,
    stated: Goods | None,
    facts: Sequence[StatedFact],
    before: Stocked | None,
    remarks: Sequence[RowFinding],
) -> GoodsRow:
    changes = list(_goods_changes(stated, before)) if stated else []
    known: Mapping[str, GoodsFact] = before.facts if before else {}
    new = [fact for fact in facts if not _is_known(fact, known.get(fact.name))]
    changes += [
        GoodsChange(field=fact.name, before=_said(known[fact.name]) if fact.name in known else None, after=_said(fact))
        for fact in new
    ]
    state = RowState.new if before is None else RowState.changed if changes else RowState.same
    touched = stated if stated is not None and (before is None or before.goods != stated) else None
    return GoodsRow(
        line=line,
        state=state,
        sku=named.sku,
        title=named.title,
        goods=touched,
        facts=tuple(new),
        changes=tuple(changes),
        remarks=tuple(remarks),
    )


def _goods_changes(stated: Goods, before: Stocked | None) -> Iterator[GoodsChange]:
    old = before.goods.model_dump(exclude_none=True) if before else {}
    for field, after in stated.model_dump(exclude_none=True, exclude={"sku"}).items():
        if old.get(field) != after:
            yield GoodsChange(field=field, before=old.get(field), after=after)


def _is_known(fact: StatedFact, known: GoodsFact | None) -> bool:
    if known is None:
        return False
    return (known.value, known.valid_from, known.valid_until) == (fact.value, fact.valid_from, fact.valid_until)


def _said(fact: StatedFact | GoodsFact) -> JsonValue:
    """Return a fact as it is compared by a person: with its window, where it has one."""
    window = {
        name: moment.isoformat()
        for name in ("valid_from", "valid_until")
        if (moment := getattr(fact, name)) is not None
    }
    if not window:
        return fact.value
    return {**fact.value, **window} if isinstance(fact.value, dict) else {"value": fact.value, **window}


def keep_goods(
    shop_id: str, rows: Sequence[GoodsRow], now: datetime, *, cause: str, agent_id: str | None = None
) -> Change[GoodsKept]:
    """Return the change that keeps what rows state, all of it. Offers that are wrong by it are withdrawn with it.

    `cause` names the import, so that it is logged once. Stated again, it is the same.
    """
    stated = [row.goods for row in rows if row.goods is not None]
    facts = [
        FactRow(shop_id, fact.name, row.sku, fact.value, fact.valid_from, fact.valid_until, now)
        for row in rows
        for fact in row.facts
    ]
    event = Event(
        key=f"goods_imported:{shop_id}:{cause}",
        shop_id=shop_id,
        kind=EventKind.goods_imported,
        at=now,
        agent_id=agent_id,
        n=len(rows),
        payload={"goods": len(stated), "facts": len(facts)},
    )

    def keep(session: Session) -> GoodsKept:
        goods.save_goods(session, shop_id, stated, now)
        state_facts(session, shop_id, facts, now)
        if stated or facts:
            events.append(session, [event])
        return GoodsKept(goods=len(stated), facts=len(facts))

    return keep


def parts_of(plan: GoodsPlan) -> Iterator[tuple[GoodsRow, ...]]:
    """Yield the rows that change something, so many at a time: one change of ten thousand would hold up every other."""
    rows = plan.changing
    for start in range(0, len(rows), _ROWS_IN_A_CHANGE):
        yield rows[start : start + _ROWS_IN_A_CHANGE]


def _skipped(line: int, sku: str, title: str, *findings: RowFinding) -> GoodsRow:
    return GoodsRow(line=line, state=RowState.skipped, sku=sku, title=title, findings=findings)
