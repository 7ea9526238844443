"""M03: wherever a process dies while it pays, there is one refund, and budget and ledger agree with it."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from assist.contract.reference_shop import ReferenceShop
from assist.desk.pay import POINTS
from assist.desk.secrets import SecretBox
from assist.desk.setup import Setup, apply_setup
from assist.domain.remedy import RemedyState
from assist.store.database import open_database
from assist.store.migrate import upgrade
from assist.store.queries import events, money, remedies
from assist.store.writer import Writer
from tests.conftest import NOW, fresh_postgres
from tests.crash.payer import KILLED
from tests.desk.payments import AMOUNT_FEN, DAY, grant, order
from tests.served_shop import served
from tests.store.rows import SHOP

pytestmark = pytest.mark.slow

REMEDY = "remedy-000000"


@dataclass
class Scene:
    """A database, a shop at its platform, and processes that pay."""

    url: str
    folder: Path
    shop: ReferenceShop
    address: str
    granted: list[str] = field(default_factory=list[str])

    def grant(self, count: int = 1) -> None:
        database = open_database(self.url)
        writer = Writer(database).start()
        for number in range(count):
            remedy_id, order_ref = f"remedy-{number:06d}", f"o{number}"
            self.shop.put(order(order_ref))
            writer.submit(lambda session, one=remedy_id, of=order_ref: grant(session, one, of)).result()
            self.granted.append(remedy_id)
        writer.close()
        database.close()

    def start(self, point: str = "", *, payers: int = 1, start_at: float = 0.0) -> "subprocess.Popen[str]":
        told = {
            "database": self.url,
            "key_file": str(self.folder / "assist.key"),
            "shop": self.address,
            "point": point,
            "payers": payers,
            "start_at": start_at,
        }
        command = [sys.executable, "-m", "tests.crash.payer", json.dumps(told)]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def run(self, point: str = "") -> None:
        """Run a process until it has paid everything, or until it dies at the point that is named."""
        process = self.start(point)
        _, errors = process.communicate(timeout=90)
        assert process.returncode == (KILLED if point else 0), errors

    def check(self) -> None:
        """One refund a remedy, executed and logged once, and exactly its money spent."""
        assert sorted(refund.idempotency_key for refund in self.shop.refunds) == self.granted
        database = open_database(self.url)
        with database.reader() as session:
            for number, remedy_id in enumerate(self.granted):
                row = remedies.one(session, SHOP, remedy_id)
                assert row is not None
                assert row.state is RemedyState.executed
                assert money.back(session, SHOP, f"o{number}") == {"": AMOUNT_FEN, "l1": AMOUNT_FEN}
                log = events.of_conversations(session, SHOP, _ENDS, [row.conversation_id])
                assert [event.kind for event in log] == [_ENDS[0]]
            assert money.used(session, SHOP, money.SHOP, DAY) == AMOUNT_FEN * len(self.granted)
        database.close()


_ENDS = (events.EventKind.remedy_executed, events.EventKind.remedy_failed)

Staged = Callable[[str], Scene]


def staged(url: str, folder: Path, secret: str) -> Generator[Scene]:
    database = open_database(url)
    upgrade(database)
    writer = Writer(database).start()
    shop = ReferenceShop()
    with served(shop, secret) as address:
        config = {"commerce_url": f"http://{address}", "commerce_settles_after_s": 1}
        account: dict[str, Any] = {"adapter": "generic", "account": "main", "config": config}
        account["secrets"] = {"webhook": [secret]}
        setup = Setup.model_validate_json(json.dumps({"shops": [{"id": SHOP, "name": "店", "accounts": [account]}]}))
        writer.submit(apply_setup(setup, SecretBox(folder / "assist.key"), NOW)).result()
        writer.close()
        database.close()
        yield Scene(url, folder, shop, address)


@pytest.fixture
def scene(tmp_path: Path, webhook_secret: str) -> Generator[Scene]:
    yield from staged(f"sqlite:///{tmp_path / 'assist.sqlite3'}", tmp_path, webhook_secret)


@pytest.fixture
def postgres_scene(postgres_url: str, tmp_path: Path, webhook_secret: str) -> Generator[Scene]:
    for url in fresh_postgres(postgres_url):
        yield from staged(url, tmp_path, webhook_secret)


def deaths(point: str) -> list[str]:
    """Return where processes die one after the other: nothing is asked about before something was doubtful."""
    return ["after_call", point] if point.endswith("_question") else [point]


TROUBLES: dict[str, Callable[[ReferenceShop], None]] = {
    "一切正常": lambda _: None,
    "做了但没有回音": ReferenceShop.time_out_after_acting,
    "没做也没有回音": ReferenceShop.time_out_before_acting,
    "先受理后做": ReferenceShop.pending_first,
}


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("point", POINTS)
def test_m03_a_kill_at_any_point_leaves_one_refund(scene: Scene, point: str, trouble: str) -> None:
    TROUBLES[trouble](scene.shop)
    scene.grant()

    for death in deaths(point):
        scene.run(death)
    scene.run()

    scene.check()


@pytest.mark.parametrize("point", ["claimed", "after_call", "settling"])
def test_m03_on_postgresql_the_lease_runs_out_and_another_finds_out(postgres_scene: Scene, point: str) -> None:
    postgres_scene.grant()
    postgres_scene.run(point)
    died_at = time.monotonic()

    postgres_scene.run()

    # I13: ten seconds, and what it takes to start and stop the second process here.
    assert time.monotonic() - died_at < 15
    postgres_scene.check()


def test_m03_a_process_that_dies_again_and_again_pays_once(scene: Scene) -> None:
    scene.grant(3)

    for point in ("claimed", "after_call", "settling", "before_question", "after_question", "after_call", "settling"):
        process = scene.start(point)
        process.communicate(timeout=90)
        assert process.returncode in (KILLED, 0)
    scene.run()

    scene.check()


@pytest.mark.parametrize("trouble", ["一切正常", "做了但没有回音", "没做也没有回音"])
def test_fifty_at_once_in_two_processes_pay_once(postgres_scene: Scene, trouble: str) -> None:
    TROUBLES[trouble](postgres_scene.shop)
    postgres_scene.grant()
    start_at = time.time() + 4

    racing = [postgres_scene.start(payers=25, start_at=start_at) for _ in range(2)]
    for process in racing:
        _, errors = process.communicate(timeout=90)
        assert process.returncode == 0, errors

    postgres_scene.check()
    assert postgres_scene.shop.calls == (2 if trouble == "没做也没有回音" else 1)


def test_fifty_at_once_share_many_remedies(postgres_scene: Scene) -> None:
    postgres_scene.grant(20)
    start_at = time.time() + 4

    racing = [postgres_scene.start(payers=25, start_at=start_at) for _ in range(2)]
    for process in racing:
        _, errors = process.communicate(timeout=90)
        assert process.returncode == 0, errors

    postgres_scene.check()
    assert postgres_scene.shop.calls == 20
