"""A process of its own that pays what is due, and dies where it is told: `python -m tests.crash.payer JSON`."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from assist.app.process import make_process, start, stop
from assist.desk.pay import Payer
from assist.domain.clock import system_clock
from assist.domain.remedy import RemedyState
from assist.settings import Settings
from assist.store.database import Database
from assist.store.queries import remedies
from tests.store.rows import SHOP

KILLED = 9
_PATIENCE_SECONDS = 40.0


def dying_at(point: str) -> Callable[[str], None]:
    """Return what ends the process at a point as a power cut does: no handler, no flush, no COMMIT."""

    def reach(reached: str) -> None:
        if reached == point:
            os._exit(KILLED)

    return reach


async def pay(told: dict[str, Any]) -> None:
    """Work until every remedy of the shop has ended."""
    settings = Settings(
        database=told["database"], key_file=Path(told["key_file"]), allowed_private=(told["shop"],), log_level="error"
    )
    process = make_process(settings, system_clock)
    start(process)
    reach = dying_at(told["point"])
    # One process has one; a race is between many.
    payers = [replace(process.payer, reach=reach, owner=f"{os.getpid()}-{n}") for n in range(told["payers"])]
    await asyncio.sleep(max(0.0, told["start_at"] - time.time()))
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await asyncio.gather(*(_until_ended(payer, process.database) for payer in payers))
    finally:
        await stop(process)


async def _until_ended(payer: Payer, database: Database) -> None:
    while not await asyncio.to_thread(_all_ended, database):
        if not await payer.work():
            await asyncio.sleep(0.05)
        await payer.finish()


def _all_ended(database: Database) -> bool:
    ended = {RemedyState.executed, RemedyState.failed}
    with database.reader() as session:
        return {row.state for row in remedies.in_state(session, SHOP)} <= ended


if __name__ == "__main__":
    asyncio.run(pay(json.loads(sys.argv[1])))
