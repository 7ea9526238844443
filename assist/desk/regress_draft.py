"""What would a draft do to questions whose article is known? Asked beside everything else, one at a time for a shop."""

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass

from assist.domain.library import Library
from assist.suggest.regression import Regression, compare

from .secrets import new_token
from .simulate_policy import JobState

logger = logging.getLogger(__name__)

_MOST_KEPT = 16
SEED = 7
"""The same questions each time, so that two drafts can be compared."""


class RegressionRunning(Exception):
    """A shop's comparison is still at work; the next one has to wait."""


@dataclass
class Comparison:
    """One comparison of the library with and without a draft."""

    id: str
    shop_id: str
    state: JobState = JobState.running
    result: Regression | None = None


class Regressions:
    """The comparisons of this process; the newest few are kept in memory."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Comparison] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, before: Library, after: Library) -> Comparison:
        """Begin in a thread of its own. Raises RegressionRunning while the shop's last one is at work."""
        shop_id = before.shop_id
        with self._lock:
            if any(job.shop_id == shop_id and job.state is JobState.running for job in self._jobs.values()):
                raise RegressionRunning("a comparison of this shop is still running; wait for it")
            job = Comparison(id=new_token(), shop_id=shop_id)
            self._jobs[job.id] = job
            while len(self._jobs) > _MOST_KEPT:
                self._jobs.popitem(last=False)
        threading.Thread(target=_run, args=(job, before, after), name="regress", daemon=True).start()
        return job

    def job(self, shop_id: str, job_id: str) -> Comparison | None:
        job = self._jobs.get(job_id)
        return job if job is not None and job.shop_id == shop_id else None


def _run(job: Comparison, before: Library, after: Library) -> None:
    try:
        job.result = compare(before, after, SEED)
        job.state = JobState.done
    except Exception as error:
        logger.exception("a comparison failed: %s", type(error).__name__)
        job.state = JobState.failed
