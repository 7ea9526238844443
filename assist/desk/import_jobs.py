"""Compare a table with what a shop has, beside everything else, and hold what came of it until it is kept."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from assist.content.import_read import Table
from assist.domain.people import Caller
from assist.store.database import Database

from .import_articles import (
    Imported,
    ImportPlan,
    ImportRow,
    RowState,
    known_of,
    plan_rows,
    with_neighbours,
)
from .libraries import Shelf
from .secrets import new_token
from .simulate_policy import JobState

logger = logging.getLogger(__name__)

MOST_SHOWN = 200
_MOST_KEPT = 8
_KEPT_SECONDS = 3600
# Receiving goes first: after so many rows other threads get the interpreter for a moment.
_REST_EVERY, _REST_SECONDS = 10, 0.002


class ImportRunning(Exception):
    """A shop's table is still being compared; the next one has to wait."""


class UnknownImport(LookupError):
    """No such import of this person; they are forgotten after a while."""


@dataclass
class ImportJob:
    """One table, which column is what, and, once it is done, what each row would become."""

    id: str
    caller: Caller
    shelf: Shelf
    table: Table
    columns: Mapping[str, str]
    today: date
    began: float
    """By the monotonic clock."""
    done: int = 0
    state: JobState = JobState.running
    plan: ImportPlan | None = None
    shown: tuple[ImportRow, ...] = ()
    """The first rows that somebody looks at, those that need a look before the others."""
    kept: Imported | None = None
    keeping: threading.Lock = field(default_factory=threading.Lock)
    """Held by whoever keeps it: who clicks twice keeps once."""
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def of(self) -> int:
        return len(self.table.rows)


class Imports:
    """The imports of this process: one at a time for a shop, the last of each person held for an hour at most."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, ImportJob] = OrderedDict()
        self._lock = threading.Lock()

    def start(
        self, database: Database, caller: Caller, shelf: Shelf, table: Table, columns: Mapping[str, str], today: date
    ) -> ImportJob:
        """Begin in a thread of its own. Raises ImportRunning while the shop's last one is at work."""
        now = time.monotonic()
        with self._lock:
            running = (job for job in self._jobs.values() if job.state is JobState.running)
            if any(job.caller.shop_id == caller.shop_id for job in running):
                raise ImportRunning("another table of this shop is still being compared; wait for it")
            for job in list(self._jobs.values()):
                if _same_person(job.caller, caller) or now - job.began > _KEPT_SECONDS:
                    del self._jobs[job.id]
            job = ImportJob(new_token(), caller, shelf, table, columns, today, now)
            self._jobs[job.id] = job
            while len(self._jobs) > _MOST_KEPT:
                self._jobs.popitem(last=False)
        threading.Thread(target=_run, args=(database, job), name="import", daemon=True).start()
        return job

    def job(self, caller: Caller, job_id: str) -> ImportJob:
        """Return a person's own import. Raises UnknownImport."""
        job = self._jobs.get(job_id)
        if job is None or not _same_person(job.caller, caller) or time.monotonic() - job.began > _KEPT_SECONDS:
            raise UnknownImport("this import is forgotten: they are held for an hour; choose the file again")
        return job


def _same_person(one: Caller, other: Caller) -> bool:
    return (one.shop_id, one.agent_id) == (other.shop_id, other.agent_id)


def _run(database: Database, job: ImportJob) -> None:
    try:
        with database.reader() as session:
            known = known_of(session, job.shelf, job.today)
        rows: list[ImportRow] = []
        for row in plan_rows(job.table, job.columns, known):
            rows.append(row)
            job.done += 1
            if job.done % _REST_EVERY == 0:
                time.sleep(_REST_SECONDS)
        # What needs a look comes first, in the order of the file.
        first = sorted(rows, key=lambda row: (not row.findings and row.state is not RowState.skipped, row.line))
        job.shown = tuple(with_neighbours(first[:MOST_SHOWN], known))
        job.plan = ImportPlan(name=job.table.name, rows=tuple(rows))
        job.state = JobState.done
    except Exception as error:
        logger.exception("an import failed: %s", type(error).__name__)
        job.state = JobState.failed
    finally:
        job.ended.set()
