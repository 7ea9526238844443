"""Tell open sidebars that a conversation has news. Losing a notice is harmless: a stream can always read again."""

import asyncio
import contextlib
from collections.abc import Generator

from assist.store.writer import Notice


class Watcher:
    """One open stream of one shop: the conversations with news since it last looked."""

    def __init__(self, shop_id: str) -> None:
        self.shop_id = shop_id
        self._news: dict[str, None] = {}
        self._wake = asyncio.Event()
        self.closed = False

    def tell(self, conversation_id: str) -> None:
        # A set, not a queue: a slow reader holds at most one entry per conversation.
        self._news[conversation_id] = None
        self._wake.set()

    def close(self) -> None:
        self.closed = True
        self._wake.set()

    async def news(self, timeout_seconds: float) -> list[str]:
        """Return the conversations with news, oldest first; empty when none came in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await self._wake.wait()
        self._wake.clear()
        news = list(self._news)
        self._news.clear()
        return news


class Hub:
    """Notices of this process, from the writer's thread to the event loop."""

    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

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
        watcher = Watcher(shop_id)
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    def publish(self, notices: frozenset[Notice]) -> None:
        """Pass notices on; may be called from any thread."""
        loop = self._loop
        if loop is not None and self._watchers:
            with contextlib.suppress(RuntimeError):  # the loop closed in between
                loop.call_soon_threadsafe(self._tell, notices)

    def _tell(self, notices: frozenset[Notice]) -> None:
        for notice in notices:
            if notice[0] == "chat":
                _, shop_id, conversation_id = notice
                for watcher in self._watchers:
                    if watcher.shop_id == shop_id:
                        watcher.tell(conversation_id)
