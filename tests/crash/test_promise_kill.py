"""Wherever a process dies while it follows a promise, there is one row, opened once and missed once."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assist.domain.event import EventKind
from assist.domain.promise import PromiseState
from assist.store.database import Database, open_database
from assist.store.migrate import upgrade
from assist.store.writer import Writer
from tests.conftest import StillClock
from tests.crash.keeper import DEATHS
from tests.crash.payer import KILLED
from tests.desk.promised import SAID, promise, promise_policy, rows
from tests.desk.shop import Desk, open_desk, replaced, small_library
from tests.store.rows import run_out

pytestmark = pytest.mark.slow

LEDGER = (EventKind.promise_opened, EventKind.promise_missed, EventKind.promise_dismissed)
REMINDED, DUE = SAID + timedelta(minutes=50), SAID + timedelta(minutes=60)
WHEN = {"opening": SAID, "planning": SAID, "reminding": REMINDED, "reminded": REMINDED, "missing": DUE, "missed": DUE}
"""At which moment each death comes."""


@dataclass
class Scene:
    """A database in which a promise waits to be read."""

    database: Database
    folder: Path

    @contextlib.contextmanager
    def desk(self) -> Generator[Desk]:
        with contextlib.contextmanager(open_desk)(self.database, self.folder, StillClock(SAID)) as desk:
            yield desk

    def prepare(self) -> None:
        with self.desk() as desk:
            desk.publish(replaced(small_library(), promise_policy()))
            desk.receive(promise("一小时内回复您"))

    def run(self, now: datetime, point: str = "") -> None:
        """Run a process until nothing is left to do at that moment, or until it dies at the point that is named."""
        told = {
            "database": self.database.url,
            "key_file": str(self.folder / "assist.key"),
            "now": now.isoformat(),
            "point": point,
        }
        command = [sys.executable, "-m", "tests.crash.keeper", json.dumps(told)]
        secret = {**os.environ, "WEBHOOK_SECRET": "whsec_" + "QUFB" * 11}
        ended = subprocess.run(command, stderr=subprocess.PIPE, text=True, env=secret, timeout=90, check=False)
        assert ended.returncode == (KILLED if point else 0), ended.stderr
        # PostgreSQL's leases run out by themselves, after half a minute.
        writer = Writer(self.database).start()
        for table in ("lane", "task"):
            run_out(writer, table)
        writer.close()

    def check(self) -> None:
        with self.desk() as desk:
            (row,) = rows(desk)
            assert (row.state, row.due_at, row.ended_by) == (PromiseState.missed, DUE, None)
            assert [event.kind for event in desk.log(*LEDGER)] == list(LEDGER[:2])


@pytest.fixture
def scene(database_url: str, tmp_path: Path) -> Generator[Scene]:
    database = open_database(database_url)
    upgrade(database)
    staged = Scene(database, tmp_path)
    staged.prepare()
    yield staged
    database.close()


@pytest.mark.parametrize("point", DEATHS)
def test_a_kill_at_any_point_leaves_one_promise_missed_once(scene: Scene, point: str) -> None:
    if WHEN[point] != SAID:
        scene.run(SAID)
    scene.run(WHEN[point], point)
    scene.run(DUE)

    scene.check()


def test_a_process_that_dies_again_and_again_misses_it_once(scene: Scene) -> None:
    for point in ("opening", "planning"):
        scene.run(SAID, point)
    scene.run(SAID)
    for point in ("reminding", "reminded", "missing", "missed"):
        scene.run(WHEN[point], point)
    scene.run(DUE)

    scene.check()


def test_nobody_ran_for_hours_and_it_is_missed_all_the_same(scene: Scene) -> None:
    scene.run(DUE + timedelta(hours=5))

    scene.check()
