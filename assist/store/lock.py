"""One writer on a SQLite file: who holds it, and a clear no for the second."""

import contextlib
import fcntl
import os
from collections.abc import Generator
from pathlib import Path

from .database import StoreError, parsed_url


class WriterLocked(StoreError):
    """Another process writes to this database file."""


@contextlib.contextmanager
def writer_lock(url: str) -> Generator[None]:
    """Hold the writer's lock of a SQLite file; PostgreSQL needs none.

    Raises WriterLocked naming the pid that holds it. The lock goes with the process, however it ends.
    """
    target = parsed_url(url)
    if target.get_backend_name() != "sqlite":
        yield
        return
    path = Path(f"{target.database}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(handle, 32).decode(errors="replace").strip() or "unknown"
            raise WriterLocked(
                f"{target.database} is being written by process {holder}; stop it, or use its API"
            ) from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)
