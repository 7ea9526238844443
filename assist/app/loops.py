"""The loops of a process: work while there is work, sleep until a commit or a tick."""

import asyncio
import gc
import logging
import sys
import threading
import time
from collections.abc import Awaitable, Callable

from assist.store.checkpoint import Checkpointer
from assist.store.fan_out import FanOut
from assist.store.writer import Notice, WriterClosed

from .process import Process

logger = logging.getLogger(__name__)

_IDLE_SECONDS = 0.25
_GARBAGE_AFTER = 20_000
# Python hands the interpreter over every 5 ms by default: a request waits that long behind each thread that computes.
_SWITCH_SECONDS = 0.0005
_AFTER_ERROR_SECONDS = 1.0


class Pace:
    """Put receiving first: the faster platforms post, the longer advising rests after each lane.

    A platform gives up on an answer after seconds and may not try again; a card may come a moment later.
    """

    _BUSY_PER_SECOND = 300.0
    _WINDOW_SECONDS = 1.0
    _REST_PER_LOAD = 3.0
    _LONGEST_REST_SECONDS = 0.1

    def __init__(self, received: Callable[[], int]) -> None:
        self._received = received
        self._since = time.monotonic()
        self._count = received()
        self._rest_per_work = 0.0

    def __call__(self, worked_seconds: float) -> None:
        now = time.monotonic()
        if now - self._since >= self._WINDOW_SECONDS:
            count = self._received()
            load = (count - self._count) / (now - self._since) / self._BUSY_PER_SECOND
            self._rest_per_work = self._REST_PER_LOAD * load if load > 1 else 0.0
            self._since, self._count = now, count
        if self._rest_per_work:
            time.sleep(min(self._LONGEST_REST_SECONDS, self._rest_per_work * worked_seconds))


class Loops:
    """Threads for lanes, tasks and indexes, coroutines for the outbox and for money.

    Commits wake them; a tick catches the rest.
    """

    def __init__(self, process: Process) -> None:
        self._process = process
        meters = process.meters
        process.lanes.pace = Pace(lambda: meters.value("assist_inbox_rows_total"))
        self._stopping = threading.Event()
        self._lanes_wake = threading.Event()
        self._sender_wake = asyncio.Event()
        self._payer_wake = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self._threads = [
            threading.Thread(target=self._run, args=(process.lanes.work, self._lanes_wake), name="lanes", daemon=True),
            threading.Thread(target=self._run, args=(process.tasks.work, None), name="tasks", daemon=True),
            threading.Thread(target=self._run, args=(process.libraries.settle, None), name="index", daemon=True),
        ]
        self._platforms: list[asyncio.Task[None]] = []
        self._checkpointer = Checkpointer(process.database) if process.database.is_sqlite else None
        self._fan_out = None if process.database.is_sqlite else FanOut(process.database, process.owner, self._news)

    def start(self) -> None:
        sys.setswitchinterval(_SWITCH_SECONDS)
        # The library and its index live as long as the process: looking through them for garbage stops every request.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_GARBAGE_AFTER, 20, 20)
        self._process.writer.on_commit(self._wake)
        if self._checkpointer is not None:
            self._checkpointer.start()
        if self._fan_out is not None:
            self._process.writer.on_commit(self._fan_out.gather)
            self._fan_out.start()
        for thread in self._threads:
            thread.start()
        sender, payer = self._process.sender, self._process.payer
        self._platforms = [
            asyncio.create_task(self._call(sender.work, self._sender_wake, "sender")),
            asyncio.create_task(self._call(payer.work, self._payer_wake, "payer")),
        ]

    async def stop(self) -> None:
        self._stopping.set()
        if self._checkpointer is not None:
            await asyncio.to_thread(self._checkpointer.stop)
        if self._fan_out is not None:
            await asyncio.to_thread(self._fan_out.stop)
        self._lanes_wake.set()
        self._sender_wake.set()
        self._payer_wake.set()
        for task in self._platforms:
            await task
        await self._process.payer.finish()
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def _news(self, notices: frozenset[Notice]) -> None:
        """Another process committed something."""
        self._process.hub.publish(notices)
        self._wake(notices)

    def _wake(self, notices: frozenset[Notice]) -> None:
        # Only what others submit wakes a loop: its own commits would keep it spinning.
        topics = {notice[0] for notice in notices}
        if "inbox" in topics:
            self._lanes_wake.set()
        if "outbox" in topics:
            self.loop.call_soon_threadsafe(self._sender_wake.set)
        if "money" in topics:
            self.loop.call_soon_threadsafe(self._payer_wake.set)

    def _run(self, work: Callable[[], int], wake: threading.Event | None) -> None:
        while not self._stopping.is_set():
            try:
                if work():
                    continue
            except WriterClosed:
                return
            except Exception as error:
                logger.exception("a loop failed and goes on: %s", type(error).__name__)
                self._stopping.wait(_AFTER_ERROR_SECONDS)
            if wake is None:
                self._stopping.wait(_IDLE_SECONDS)
            else:
                wake.wait(_IDLE_SECONDS)
                wake.clear()

    async def _call(self, work: Callable[[], Awaitable[int]], wake: asyncio.Event, name: str) -> None:
        while not self._stopping.is_set():
            try:
                if await work():
                    continue
            except WriterClosed:
                return
            except Exception as error:
                logger.exception("the %s failed and goes on: %s", name, type(error).__name__)
                await asyncio.sleep(_AFTER_ERROR_SECONDS)
            try:
                async with asyncio.timeout(_IDLE_SECONDS):
                    await wake.wait()
            except TimeoutError:
                continue
            finally:
                wake.clear()
