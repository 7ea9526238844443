"""Pass notices between the processes of one PostgreSQL: coalesced NOTIFY, never one per event.

Losing a notice is harmless: streams read again, loops tick.
"""

import json
import logging
import threading
from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from .database import Database
from .writer import Notice

logger = logging.getLogger(__name__)

CHANNEL = "assist_notices"
# At most 20 a second: NOTIFY takes a lock that every committing transaction of the database waits for.
_GATHER_SECONDS = 0.05
_LISTEN_SECONDS = 1.0
# PostgreSQL refuses payloads of 8,000 bytes and more.
_NOTICES_PER_PAYLOAD = 60
LOST: Notice = ("lost",)
"""The notice that others' notices may have been lost."""


class FanOut:
    """Sends this process's notices to the others, and hands theirs to `on_news`."""

    def __init__(self, database: Database, owner: str, on_news: Callable[[frozenset[Notice]], None]) -> None:
        self._database = database
        self._owner = owner
        self._on_news = on_news
        self._lock = threading.Lock()
        self._gathered: set[Notice] = set()
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._forever, args=(self._send,), name="notify", daemon=True),
            threading.Thread(target=self._forever, args=(self._listen,), name="listen", daemon=True),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def gather(self, notices: frozenset[Notice]) -> None:
        """Take notices after a commit; called in the writer's thread."""
        with self._lock:
            self._gathered |= notices

    def _forever(self, work: Callable[[Connection], None]) -> None:
        while not self._stopping.is_set():
            try:
                engine = self._database.write.execution_options(isolation_level="AUTOCOMMIT")
                with engine.connect() as connection:
                    work(connection)
            except DBAPIError as error:
                logger.warning("notices between processes pause: %s", type(error).__name__)
                self._stopping.wait(_LISTEN_SECONDS)

    def _send(self, connection: Connection) -> None:
        while not self._stopping.wait(_GATHER_SECONDS):
            with self._lock:
                notices, self._gathered = sorted(self._gathered), set()
            for start in range(0, len(notices), _NOTICES_PER_PAYLOAD):
                payload = json.dumps([self._owner, *notices[start : start + _NOTICES_PER_PAYLOAD]])
                connection.execute(
                    text("SELECT pg_notify(:channel, :payload)"), {"channel": CHANNEL, "payload": payload}
                )

    def _listen(self, connection: Connection) -> None:
        connection.execute(text(f"LISTEN {CHANNEL}"))
        # What the others told before this moment never came here.
        self._on_news(frozenset({LOST}))
        driver = cast(Any, connection.connection.driver_connection)
        while not self._stopping.is_set():
            for message in driver.notifies(timeout=_LISTEN_SECONDS, stop_after=1):
                owner, *notices = json.loads(message.payload)
                if owner != self._owner:
                    self._on_news(frozenset(tuple(notice) for notice in notices))
