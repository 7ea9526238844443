"""A process of its own that follows promises, and dies where it is told: `python -m tests.crash.keeper JSON`."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from assist.app.process import Process, make_process, start, stop
from assist.desk import follow_promises, promise_tasks
from assist.settings import Settings
from assist.store.queries import promises, tasks
from tests.conftest import StillClock
from tests.crash.payer import KILLED
from tests.desk.promised import phrase_due, read_phrases


def _dying(function: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    """Return a function that ends the process as a power cut does, before its work or right after it."""

    def wrapped(*args: Any, **more: Any) -> Any:
        if after:
            function(*args, **more)
        os._exit(KILLED)

    return wrapped


DEATHS: dict[str, Callable[[], None]] = {
    "opening": lambda: setattr(promises, "insert", _dying(promises.insert, after=True)),
    "planning": lambda: setattr(follow_promises, "plan_promise", _dying(follow_promises.plan_promise, after=True)),
    "reminding": lambda: setattr(promise_tasks, "tell", _dying(promise_tasks.tell, after=True)),
    "reminded": lambda: setattr(tasks, "finish", _dying(tasks.finish, after=False)),
    "missing": lambda: setattr(promise_tasks, "log_promise", _dying(promise_tasks.log_promise, after=False)),
    "missed": lambda: setattr(tasks, "finish", _dying(tasks.finish, after=False)),
}
"""Where it dies: in the middle of a change, or between one that is kept and the next."""


def work(process: Process) -> None:
    """Handle everything that was received, then everything that is due."""
    while process.lanes.work() or process.tasks.work():
        pass


def main(told: dict[str, Any]) -> None:
    follow_promises.read_commitments = read_phrases
    follow_promises.due_at = phrase_due
    if told["point"]:
        DEATHS[told["point"]]()
    settings = Settings(database=told["database"], key_file=Path(told["key_file"]), log_level="error")
    process = make_process(settings, StillClock(datetime.fromisoformat(told["now"])))
    start(process)
    try:
        work(process)
    finally:
        asyncio.run(stop(process))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
