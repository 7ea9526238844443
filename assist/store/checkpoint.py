"""Move SQLite's write-ahead log into the database file, beside the writer instead of inside its commits.

A commit that happens to checkpoint waits for the whole file to reach the disk: tens of milliseconds on top of its own.
"""

import logging
import sqlite3
import threading

from .database import Database

logger = logging.getLogger(__name__)

_EVERY_SECONDS = 0.5


class Checkpointer:
    """A thread of its own; a passive checkpoint never blocks a writer or a reader."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checkpoint", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        path = self._database.write.url.database
        assert path is not None
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            while not self._stopping.wait(_EVERY_SECONDS):
                try:
                    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                except sqlite3.Error as error:
                    logger.warning("the write-ahead log waits: %s", type(error).__name__)
        finally:
            connection.close()
