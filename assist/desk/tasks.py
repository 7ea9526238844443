"""Run what is due, each task once: new work adds kinds here, not loops."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assist.domain.clock import Clock
from assist.store.queries import tasks
from assist.store.queries.tasks import DueTask
from assist.store.writer import Writer

logger = logging.getLogger(__name__)

Handler = Callable[[DueTask], None]


@dataclass
class Tasks:
    """The worker over due tasks."""

    writer: Writer
    clock: Clock
    owner: str
    handlers: Mapping[str, Handler]

    def work(self) -> int:
        """Run one batch of due tasks; return how many there were."""
        due = self.writer.submit(lambda session: tasks.claim_due(session, self.owner, self.clock())).result()
        for task in due:
            self._run(task)
        return len(due)

    def _run(self, task: DueTask) -> None:
        try:
            self._handler(task.kind)(task)
        except Exception as error:  # noqa: BLE001 - one task's failure is its own
            logger.error("task %s %s failed: %s", task.kind, task.subject_id, type(error).__name__)
            reason = type(error).__name__
            self.writer.submit(lambda session: tasks.give_back(session, task.id, reason)).result()
        else:
            self.writer.submit(lambda session: tasks.finish(session, task.id)).result()

    def _handler(self, kind: str) -> Handler:
        if kind not in self.handlers:
            raise LookupError(f"no handler for task kind {kind!r}")
        return self.handlers[kind]
