"""Decide a shop's kept claims again under a draft of its remedy policy, beside everything else, and keep nothing."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy.orm import Session

from assist.domain.remedy import Claim
from assist.domain.remedy_policy import RemedyPolicy
from assist.store.database import Database
from assist.store.queries import complaints
from assist.suggest.simulate import Case, Simulation, simulate

from .secrets import new_token

logger = logging.getLogger(__name__)

_MOST_KEPT = 16
# Receiving goes first: after so many cases other threads get the interpreter for a moment.
_REST_EVERY, _REST_SECONDS = 25, 0.002


class SimulationRunning(Exception):
    """A shop's simulation is still at work; the next one has to wait."""


@dataclass(frozen=True)
class Window:
    """Claims opened in [start, end); days are those of `zone`."""

    start: datetime
    end: datetime
    zone: ZoneInfo


@dataclass(frozen=True)
class Asked:
    """What a shop wants simulated: a draft, as it was written and as it reads, against what is published."""

    shop_id: str
    text: str
    days: int
    draft: RemedyPolicy
    published: RemedyPolicy | None
    window: Window


class JobState(StrEnum):
    running = "running"
    done = "done"
    failed = "failed"


@dataclass
class Job:
    """One simulation: how far it is, and what it came to. `passed_over` claims could not be read any more."""

    id: str
    asked: Asked
    of: int
    done: int = 0
    passed_over: int = 0
    state: JobState = JobState.running
    result: Simulation | None = None


class Simulations:
    """The simulations of this process: one at a time for a shop, the newest few kept in memory."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, database: Database, asked: Asked) -> Job:
        """Begin in a thread of its own. Raises SimulationRunning while the shop's last one is at work."""
        with self._lock:
            if any(job.asked.shop_id == asked.shop_id and job.state is JobState.running for job in self._jobs.values()):
                raise SimulationRunning("a simulation of this shop is still running; wait for it")
            job = Job(id=new_token(), asked=asked, of=0)
            self._jobs[job.id] = job
            while len(self._jobs) > _MOST_KEPT:
                self._jobs.popitem(last=False)
        threading.Thread(target=_run, args=(database, job), name="simulate", daemon=True).start()
        return job

    def job(self, shop_id: str, job_id: str) -> Job | None:
        job = self._jobs.get(job_id)
        return job if job is not None and job.asked.shop_id == shop_id else None


def stored_cases(session: Session, shop_id: str, start: datetime, end: datetime) -> Iterator[Case | None]:
    """Yield the claims kept in [start, end), oldest first; None for one that an older program wrote differently."""
    for row in complaints.stored_claims(session, shop_id, start, end):
        try:
            claim = Claim.model_validate_json(row.claim)
        except ValidationError:
            yield None
        else:
            yield Case(id=f"{row.complaint_id}/{row.line_key}", claim=claim, conversation_id=row.conversation_id)


def _run(database: Database, job: Job) -> None:
    asked, window = job.asked, job.asked.window
    try:
        with database.reader() as session:
            job.of = complaints.count_stored(session, asked.shop_id, window.start, window.end)
            cases = _counted(stored_cases(session, asked.shop_id, window.start, window.end), job)
            job.result = simulate(cases, asked.draft, asked.published, zone=window.zone)
        job.state = JobState.done
    except Exception as error:
        logger.exception("a simulation failed: %s", type(error).__name__)
        job.state = JobState.failed


def _counted(cases: Iterable[Case | None], job: Job) -> Iterator[Case]:
    for case in cases:
        job.done += 1
        if job.done % _REST_EVERY == 0:
            time.sleep(_REST_SECONDS)
        if case is None:
            job.passed_over += 1
        else:
            yield case
