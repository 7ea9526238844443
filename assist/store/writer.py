"""Write everything through one thread that commits in groups.

One fsync serves every change that waited for it: measured at four to six times a commit per request.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from .database import Database

logger = logging.getLogger(__name__)

T = TypeVar("T")
Change = Callable[[Session], T]
"""Something to keep: run in its own savepoint of the current batch. It may run again when the batch is retried."""

Notice = tuple[str, ...]
"""What a change is news for: ("inbox",), ("outbox",) or ("chat", shop id, conversation id)."""

_RETRIED_SQLSTATES = {"40P01", "40001"}


class WriterBusy(Exception):
    """More changes wait than the writer takes; come back later."""


class WriterClosed(Exception):
    """The writer was stopped before this change could be kept."""


@dataclass
class _Item(Generic[T]):
    change: Change[T]
    sort_key: tuple[str, ...]
    done: Callable[["_Outcome"], None]
    outcome: "_Outcome | None" = None


@dataclass
class _Outcome:
    result: Any = None
    error: BaseException | None = None
    notices: set[Notice] = field(default_factory=set[Notice])


def tell(session: Session, *notice: str) -> None:
    """Say what this change is news for; told after COMMIT."""
    session.info.setdefault("notices", set()).add(notice)


class Writer:
    """The only place that begins, commits or rolls back. Start it once per process."""

    def __init__(self, database: Database, *, capacity: int = 10_000, batch: int = 256) -> None:
        self._database = database
        self._batch = batch
        self._queue: queue.Queue[_Item[Any] | None] = queue.Queue(capacity)
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._closed = False
        self._listeners: list[Callable[[frozenset[Notice]], None]] = []

    def start(self) -> "Writer":
        self._thread.start()
        return self

    def close(self) -> None:
        """Finish what was submitted, then stop."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()

    def on_commit(self, listener: Callable[[frozenset[Notice]], None]) -> None:
        """Call `listener` with a batch's notices after its commit, if there are any, in the writer's thread."""
        self._listeners.append(listener)

    @property
    def waiting(self) -> int:
        return self._queue.qsize()

    def submit(self, change: Change[T], *, sort_key: tuple[str, ...] = ()) -> "Future[T]":
        """Queue a change; the future resolves after COMMIT with what the change returned.

        Changes of one batch run in the order of `sort_key`, then of arrival: two processes whose batches
        meet the same rows in different orders would deadlock. Raises WriterBusy or WriterClosed.
        """
        future: Future[T] = Future()

        def done(outcome: _Outcome) -> None:
            if outcome.error is not None:
                future.set_exception(outcome.error)
            else:
                future.set_result(outcome.result)

        self._put(_Item(change, sort_key, done))
        return future

    async def run(self, change: Change[T], *, sort_key: tuple[str, ...] = ()) -> T:
        """Queue a change from a coroutine and wait for its COMMIT. Raises WriterBusy or WriterClosed."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[T] = loop.create_future()

        def resolve(outcome: _Outcome) -> None:
            if waiting.done():
                return
            if outcome.error is not None:
                waiting.set_exception(outcome.error)
            else:
                waiting.set_result(outcome.result)

        def done(outcome: _Outcome) -> None:
            loop.call_soon_threadsafe(resolve, outcome)

        self._put(_Item(change, sort_key, done))
        return await waiting

    def _put(self, item: _Item[Any]) -> None:
        if self._closed:
            raise WriterClosed("the writer is stopped")
        try:
            self._queue.put_nowait(item)
        except queue.Full as error:
            raise WriterBusy("too many changes are waiting") from error

    def _run(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            batch, last = self._gather(first)
            batch.sort(key=lambda item: item.sort_key)
            self._keep(batch)
            if last:
                return

    def _gather(self, first: _Item[Any]) -> tuple[list[_Item[Any]], bool]:
        """Return everything that waits, up to a batch, and whether the writer is to stop after it."""
        batch = [first]
        while len(batch) < self._batch:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                break
            if item is None:
                return batch, True
            batch.append(item)
        return batch, False

    def _keep(self, batch: list[_Item[Any]]) -> None:
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
                item.done(_Outcome(error=error))
            return
        notices: set[Notice] = set()
        for item in batch:
            assert item.outcome is not None
            notices |= item.outcome.notices
            item.done(item.outcome)
        if notices:
            self._tell(frozenset(notices))

    def _commit(self, batch: list[_Item[Any]]) -> None:
        with self._database.write.connect() as connection, connection.begin():
            for item in batch:
                item.outcome = _in_savepoint(connection, item.change)

    def _tell(self, notices: frozenset[Notice]) -> None:
        for listener in self._listeners:
            try:
                listener(notices)
            except Exception:
                logger.exception("a listener failed; the commit stands")


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
