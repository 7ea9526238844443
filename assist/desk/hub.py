"""Tell open sidebars that a conversation has news, and what a sidebar missed that comes back.

Losing a notice is harmless: a stream can always read again.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass

from assist.store.fan_out import LOST
from assist.store.writer import Notice

_REMEMBERED = 2000


@dataclass(frozen=True)
class News:
    """One conversation changed. Who has read it holds everything up to `position`; `told_at` (seconds, epoch) is when
    the oldest change that it tells of was announced."""

    conversation_id: str
    position: int
    told_at: float


class Watcher:
    """One open stream of one shop: the conversations with news since it last looked."""

    def __init__(self, shop_id: str, position: int) -> None:
        self.shop_id = shop_id
        self.began_at = position
        self._position = position
        self._news: dict[str, tuple[int, float]] = {}
        self._wake = asyncio.Event()
        self.closed = False

    def tell(self, conversation_id: str, position: int, at: float) -> None:
        # A mapping, not a queue: a slow reader holds at most one entry per conversation.
        self._news.setdefault(conversation_id, (position, at))
        self._position = position
        self._wake.set()

    def close(self) -> None:
        self.closed = True
        self._wake.set()

    async def news(self, timeout_seconds: float) -> list[News]:
        """Return the conversations with news, oldest first; empty when none came in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await self._wake.wait()
        self._wake.clear()
        told = list(self._news.items())
        # A reader that stops after one of them has missed the next.
        reached = [*(position - 1 for _, (position, _) in told[1:]), self._position]
        self._news.clear()
        return [News(id_, position, at) for (id_, (_, at)), position in zip(told, reached, strict=False)]


class Hub:
    """Notices of this process, from the writer's thread to the event loop, counted and for a while remembered."""

    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._run = secrets.token_hex(4)
        self._position = 0
        # (shop, conversation) -> its newest position; what changed longest ago stands first.
        self._changed: dict[tuple[str, str], int] = {}
        self._forgotten = 0

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def detach(self) -> None:
        self._loop = None

    def close(self) -> None:
        """End every stream, so that the server can stop; called in the event loop."""
        for watcher in self._watchers:
            watcher.close()

    @contextlib.contextmanager
    def watch(self, shop_id: str) -> Generator[Watcher]:
        """Yield a watcher of what comes from now on; called in the event loop."""
        watcher = Watcher(shop_id, self._position)
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    @property
    def streams(self) -> int:
        return len(self._watchers)

    def mark(self, position: int) -> str:
        """Return a position as a client keeps it: it counts in this run of this process only."""
        return f"{self._run}-{position}"

    def missed(self, shop_id: str, mark: str) -> list[str] | None:
        """Return a shop's conversations with news after a client's mark; None when that cannot be said.

        It can while this process counted and remembers every notice since: then a client that stayed would have been
        told of exactly these. Called in the event loop.
        """
        run, _, position = mark.partition("-")
        if run != self._run or not position.isdecimal() or not self._forgotten <= int(position) <= self._position:
            return None
        return [id_ for (shop, id_), at in self._changed.items() if shop == shop_id and at > int(position)]

    def publish(self, notices: frozenset[Notice]) -> None:
        """Pass notices on; may be called from any thread."""
        loop = self._loop
        ours = [notice for notice in notices if notice[0] == "chat" or notice == LOST]
        if loop is not None and ours:
            with contextlib.suppress(RuntimeError):  # the loop closed in between
                loop.call_soon_threadsafe(self._tell, ours, time.time())

    def _tell(self, notices: Sequence[Notice], at: float) -> None:
        for notice in notices:
            if notice == LOST:
                self._begin_anew()
                continue
            _, shop_id, conversation_id = notice
            self._remember(shop_id, conversation_id)
            for watcher in self._watchers:
                if watcher.shop_id == shop_id:
                    watcher.tell(conversation_id, self._position, at)

    def _begin_anew(self) -> None:
        """Nobody knows what was missed: whoever listens comes back and gets everything."""
        self._position += 1
        self._forgotten = self._position
        self._changed.clear()
        self.close()

    def _remember(self, shop_id: str, conversation_id: str) -> None:
        self._position += 1
        self._changed.pop((shop_id, conversation_id), None)
        self._changed[shop_id, conversation_id] = self._position
        if len(self._changed) > _REMEMBERED:
            self._forgotten = self._changed.pop(next(iter(self._changed)))
