"""Write everything through one thread that commits in groups.

One fsync serves every change that waited for it: measured at four to six times a commit per request.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from .database import Database

logger = logging.getLogger(__name__)

T = TypeVar("T")
P = TypeVar("P")

Change = Callable[[Session], T]
"""Something to keep: run in its own savepoint of the current batch. It may run again when the batch is retried."""

Together = Callable[[Session, Sequence[P]], Sequence[T]]
"""A change for many parts at once: one result a part, in order. Parts of one batch share one savepoint."""

Notice = tuple[str, ...]
"""What a change is news for: ("inbox",), ("outbox",) or ("chat", shop id, conversation id)."""

_CHANGES_BESIDE_PARTS = 3

_RETRIED_SQLSTATES = {"40P01", "40001"}


class WriterBusy(Exception):
    """More changes wait than the writer takes; come back later."""


class WriterClosed(Exception):
    """The writer was stopped before this change could be kept."""


@dataclass
class _Outcome:
    result: Any = None
    error: BaseException | None = None
    notices: set[Notice] = field(default_factory=set[Notice])


@dataclass
class _Item:
    """A change, or a part of one that is kept together with others of its batch."""

    change: Change[Any] | None
    together: Together[Any, Any] | None
    part: Any
    sort_key: tuple[str, ...]
    waiting: "Future[Any] | _Awaited"
    outcome: _Outcome | None = None


@dataclass
class _Awaited:
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"


def tell(session: Session, *notice: str) -> None:
    """Say what this change is news for; told after COMMIT."""
    session.info.setdefault("notices", set()).add(notice)


class Writer:
    """The only place that begins, commits or rolls back. Start it once per process."""

    def __init__(self, database: Database, *, capacity: int = 10_000, batch: int = 256) -> None:
        self._database = database
        self._batch = batch
        self._capacity = capacity
        self._parts: deque[_Item] = deque()
        self._changes: deque[_Item] = deque()
        # Guards both queues and `closed`: what came after the stop would never resolve.
        self._news = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._listeners: list[Callable[[frozenset[Notice]], None]] = []

    def start(self) -> "Writer":
        self._thread.start()
        return self

    def close(self) -> None:
        """Finish what was submitted, then stop."""
        with self._news:
            if self._closed:
                return
            self._closed = True
            self._news.notify()
        self._thread.join()

    def on_commit(self, listener: Callable[[frozenset[Notice]], None]) -> None:
        """Call `listener` in the writer's thread with a batch's notices after its commit, if there are any."""
        self._listeners.append(listener)

    @property
    def waiting(self) -> int:
        return len(self._parts) + len(self._changes)

    def submit(self, change: Change[T], *, sort_key: tuple[str, ...] = ()) -> "Future[T]":
        """Queue a change; the future resolves after COMMIT with what the change returned.

        Changes of one batch run in the order of `sort_key`, then of arrival: two processes whose batches
        meet the same rows in different orders would deadlock. Raises WriterBusy or WriterClosed.
        """
        future: Future[T] = Future()
        self._put(_Item(change, None, None, sort_key, future))
        return future

    async def run(self, together: "Together[P, T]", part: P, *, sort_key: tuple[str, ...] = ()) -> T:
        """Queue one part of a shared change from a coroutine and wait for its COMMIT.

        Where the parts of a batch cannot be kept together, each is kept or refused on its own.
        Raises WriterBusy or WriterClosed.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._put(_Item(None, together, part, sort_key, _Awaited(loop, future)))
        return await future

    async def change(self, change: Change[T]) -> T:
        """Queue a change from a coroutine and wait for its COMMIT. Raises WriterBusy or WriterClosed."""
        return await asyncio.wrap_future(self.submit(change))

    def _put(self, item: _Item) -> None:
        with self._news:
            if self._closed:
                raise WriterClosed("the writer is stopped")
            if self.waiting >= self._capacity:
                raise WriterBusy("too many changes are waiting")
            (self._changes if item.together is None else self._parts).append(item)
            self._news.notify()

    def _run(self) -> None:
        while batch := self._gather():
            batch.sort(key=lambda item: item.sort_key)
            self._keep(batch)

    def _gather(self) -> list[_Item]:
        """Wait for work and return a batch of it; empty when the writer was closed and everything is done.

        Parts are platforms waiting for their acknowledgement: beside them only a few changes, which are longer.
        """
        with self._news:
            while not (self._parts or self._changes or self._closed):
                self._news.wait()
            parts = [self._parts.popleft() for _ in range(min(self._batch, len(self._parts)))]
            room = _CHANGES_BESIDE_PARTS if parts else self._batch
            return parts + [self._changes.popleft() for _ in range(min(room, len(self._changes)))]

    def _keep(self, batch: list[_Item]) -> None:
        try:
            try:
                self._commit(batch)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _RETRIED_SQLSTATES:
                    raise
                self._commit(batch)
        except Exception as error:  # noqa: BLE001 - whatever broke the batch belongs to everyone in it
            logger.warning("a batch of %d changes was not kept: %s", len(batch), type(error).__name__)
            for item in batch:
                item.outcome = _Outcome(error=error)
        _resolve(batch)
        notices = frozenset[Notice]().union(*(item.outcome.notices for item in batch if item.outcome))
        if notices:
            self._tell(notices)

    def _commit(self, batch: list[_Item]) -> None:
        with self._database.write.connect() as connection, connection.begin():
            shared: dict[Together[Any, Any], list[_Item]] = {}
            for item in batch:
                if item.together is not None:
                    shared.setdefault(item.together, []).append(item)
            for together, items in shared.items():
                _keep_together(connection, together, items)
            for item in batch:
                if item.change is not None:
                    item.outcome = _in_savepoint(connection, item.change)

    def _tell(self, notices: frozenset[Notice]) -> None:
        for listener in self._listeners:
            try:
                listener(notices)
            except Exception:
                logger.exception("a listener failed; the commit stands")


def _keep_together(connection: Connection, together: Together[Any, Any], items: list[_Item]) -> None:
    """Keep all parts in one savepoint; when that fails, each in its own, so that one bad part stays alone."""
    whole = _in_savepoint(connection, lambda session: together(session, [item.part for item in items]))
    if whole.error is None:
        for item, result in zip(items, whole.result, strict=True):
            item.outcome = _Outcome(result=result, notices=whole.notices)
        return
    for item in items:
        alone = _in_savepoint(connection, lambda session, part=item.part: together(session, [part])[0])
        item.outcome = alone


def _in_savepoint(connection: Connection, change: Change[Any]) -> _Outcome:
    savepoint = connection.begin_nested()
    session = Session(bind=connection, autoflush=False, expire_on_commit=False, join_transaction_mode="rollback_only")
    try:
        result = change(session)
        session.flush()
        notices: set[Notice] = session.info.get("notices", set())
        session.expunge_all()
    except Exception as error:
        savepoint.rollback()
        if isinstance(error, DBAPIError) and (
            error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _RETRIED_SQLSTATES
        ):
            raise
        return _Outcome(error=error)
    else:
        savepoint.commit()
        return _Outcome(result=result, notices=notices)
    finally:
        session.close()


def _resolve(batch: Iterable[_Item]) -> None:
    """Hand the outcomes out: threads one by one, each event loop with one call for all of its own."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Item]] = {}
    for item in batch:
        if isinstance(item.waiting, _Awaited):
            by_loop.setdefault(item.waiting.loop, []).append(item)
        elif not item.waiting.set_running_or_notify_cancel():
            continue  # whoever asked gave up meanwhile; what was kept stays
        elif item.outcome is not None and item.outcome.error is not None:
            item.waiting.set_exception(item.outcome.error)
        else:
            item.waiting.set_result(item.outcome.result if item.outcome else None)
    for loop, items in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve_awaited, items)
        except RuntimeError:
            # The loop closed while we committed: nobody waits there any more.
            logger.debug("%d outcomes had no loop to go to", len(items))


def _resolve_awaited(items: Sequence[_Item]) -> None:
    for item in items:
        assert isinstance(item.waiting, _Awaited)
        assert item.outcome is not None
        future = item.waiting.future
        if future.done():
            continue
        if item.outcome.error is not None:
            future.set_exception(item.outcome.error)
        else:
            future.set_result(item.outcome.result)
