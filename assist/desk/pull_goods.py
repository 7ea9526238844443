"""Pull a shop's goods from its platform: every page, once a day, and again soon where one does not come."""

import asyncio
import contextlib
import json
import logging
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assist.contract import Cap, Catalogue, GoodsItem, GoodsPage, HttpClient
from assist.domain.clock import Clock
from assist.domain.goods import FactName
from assist.store.database import Database
from assist.store.queries import people, tasks
from assist.store.queries.people import AccountRow
from assist.store.queries.tasks import DueTask, NewTask
from assist.store.writer import Writer, WriterClosed

from .accounts import OpenAccount, open_adapter
from .goods_row import Names, RowRead, StatedFact
from .import_goods import GoodsKnown, GoodsPlan, compared_goods, keep_goods, known_goods, parts_of
from .libraries import Libraries, Shelf
from .secrets import SecretBox

logger = logging.getLogger(__name__)

GOODS_PULL = "goods_pull"

EVERY = timedelta(days=1)
_FIRST_WAIT = timedelta(minutes=1)
_AGAIN_AFTER = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=6)
_MOST_DOUBLED = 10
_MOST_PAGES = 2_000


class ClosingClient(HttpClient, Protocol):
    """A client that is closed by who made it."""

    async def close(self) -> None: ...


Open = Callable[[AccountRow, HttpClient], Catalogue | None]


class NoCatalogue(Exception):
    """The account's platform does not list its goods; names what to do instead."""


def catalogue_of(opened: OpenAccount) -> Catalogue | None:
    """Return the list of goods that an account has, where its platform says it has one."""
    commerce = opened.commerce
    return commerce if Cap.GOODS in opened.type.capabilities and isinstance(commerce, Catalogue) else None


async def pages(catalogue: Catalogue, cursor: str | None = None) -> AsyncIterator[GoodsPage]:
    """Yield every page from a cursor on.

    A cursor that leads back ends it: nobody is asked for ever. Raises what the port raises.
    """
    seen: set[str | None] = set()
    while cursor not in seen and len(seen) < _MOST_PAGES:
        seen.add(cursor)
        page = await catalogue.goods(cursor)
        yield page
        if page.cursor is None:
            return
        cursor = page.cursor


def plan_page(items: Sequence[GoodsItem], known: GoodsKnown, names: Names, name: str) -> GoodsPlan:
    """Return what a page's goods would become, compared as a table's rows are; its lines count from 1."""
    rows = [
        compared_goods(line, item.sku, _read(item, names), known.stocked.get(item.sku))
        for line, item in enumerate(items, 1)
    ]
    return GoodsPlan(name=name, rows=tuple(rows))


def _read(item: GoodsItem, names: Names) -> RowRead:
    read = RowRead(goods={"title": item.title})
    if kind := names.kind_of(item.title):
        read.guessed["kind"] = kind
    if category := names.category_of(kind, tuple(reversed(item.categories))):
        read.guessed["category"] = category
    figures = {FactName.price: item.price_fen, FactName.stock: item.stock, FactName.listed: item.listed}
    read.facts = [StatedFact(name=name.value, value=value) for name, value in figures.items() if value is not None]
    read.facts += [
        StatedFact(name=one.fact, value=one.value, valid_from=one.valid_from, valid_until=one.valid_until)
        for one in item.facts
    ]
    return read


def plan_pulls(session: Session, accounts: Sequence[AccountRow], now: datetime) -> None:
    """Have the goods of every account pulled soon, and daily from then on; one that has no list says so once."""
    for row in accounts:
        tasks.plan(session, NewTask(row.shop_id, GOODS_PULL, f"{row.adapter}:{row.account}", now + _FIRST_WAIT))


class GoodsPuller:
    """Pulls in threads of its own: a slow platform holds up no other task. One at a time for an account."""

    def __init__(
        self,
        database: Database,
        writer: Writer,
        libraries: Libraries,
        clock: Clock,
        open_catalogue: Open,
        client: Callable[[], ClosingClient],
    ) -> None:
        self._database = database
        self._writer = writer
        self._libraries = libraries
        self._clock = clock
        self._open = open_catalogue
        self._client = client
        self._running: dict[str, threading.Thread] = {}

    def __call__(self, task: DueTask) -> None:
        """Begin a due pull. The next is planned first, so that none is lost whatever happens to this one."""
        self._again(task, EVERY, {})
        running = self._running.get(task.subject_id)
        if running is None or not running.is_alive():
            thread = threading.Thread(target=self._run, args=(task,), name="goods", daemon=True)
            self._running[task.subject_id] = thread
            thread.start()

    def join(self) -> None:
        """Wait until nothing is pulled any more."""
        for thread in list(self._running.values()):
            thread.join()

    def _run(self, task: DueTask) -> None:
        # The process ends: the next pull is planned already, and begins from what was kept.
        with contextlib.suppress(WriterClosed):
            self.pull(task)

    def pull(self, task: DueTask) -> None:
        """Pull every page and keep each as it comes; where one does not come, go on from there after a while."""
        cursor, failures = task.payload.get("cursor"), int(task.payload.get("failures", 0))
        reached = [cursor if isinstance(cursor, str) else None]
        try:
            asyncio.run(self._pull(task, reached))
        except NoCatalogue:
            self._end(task)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, it is tried again
            if isinstance(error, LookupError) and reached[0] is None:
                # Not even a first page: this platform has no list of goods.
                return self._end(task)
            wait = min(_AGAIN_AFTER * 2 ** min(failures, _MOST_DOUBLED), _LONGEST_WAIT)
            logger.warning("goods of %s: %s; again in %s", task.subject_id, type(error).__name__, wait)
            # A cursor that is not known any more begins anew.
            start = None if isinstance(error, LookupError) else reached[0]
            self._again(task, wait, {"cursor": start, "failures": failures + 1})

    async def _pull(self, task: DueTask, reached: list[str | None]) -> None:
        with self._database.reader() as session:
            rows = {f"{row.adapter}:{row.account}": row for row in people.accounts(session)}
            zone = ZoneInfo(people.shop(session, task.shop_id).timezone)
        row = rows.get(task.subject_id)
        http = self._client()
        try:
            catalogue = self._open(row, http) if row else None
            if catalogue is None:
                raise NoCatalogue(task.subject_id)
            shelf = self._libraries.current(task.shop_id)
            names = Names(shelf)
            async for page in pages(catalogue, reached[0]):
                await asyncio.to_thread(self._keep, task, page, shelf, names, zone)
                reached[0] = page.cursor
        finally:
            await http.close()

    def _keep(self, task: DueTask, page: GoodsPage, shelf: Shelf, names: Names, zone: ZoneInfo) -> None:
        with self._database.reader() as session:
            known = known_goods(session, shelf, zone, [item.sku for item in page.items])
        plan = plan_page(page.items, known, names, task.subject_id)
        now = self._clock()
        for number, rows in enumerate(parts_of(plan)):
            cause = f"{task.subject_id}:{now.isoformat()}:{plan.digest}:{number}"
            self._writer.submit(keep_goods(task.shop_id, rows, now, cause=cause)).result()

    def _end(self, task: DueTask) -> None:
        self._writer.submit(lambda session: tasks.cancel(session, task.shop_id, GOODS_PULL, task.subject_id)).result()

    def _again(self, task: DueTask, wait: timedelta, payload: dict[str, str | int | None]) -> None:
        again = NewTask(task.shop_id, GOODS_PULL, task.subject_id, self._clock() + wait, json.dumps(payload))
        self._writer.submit(lambda session: tasks.plan(session, again)).result()


def opener(box: SecretBox) -> Open:
    """Return what opens an account's list of goods for one pull, with a client of its own."""

    def open_catalogue(row: AccountRow, http: HttpClient) -> Catalogue | None:
        return catalogue_of(open_adapter(row, box, http))

    return open_catalogue
