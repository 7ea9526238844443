"""Nothing acknowledged is lost, however the process ends."""

import asyncio
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from assist.contract import key_of, signed_headers
from tests.server import Server, serving
from tests.shop import message

pytestmark = [pytest.mark.slow, pytest.mark.anyio]

ROUNDS = 3
POSTERS = 8


async def _post_until_it_dies(server: Server, round_number: int, acknowledged: set[str]) -> None:
    key = key_of(server.told["secret"])

    async def poster(number: int) -> None:
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            for count in range(100_000):
                ref = f"r{round_number}-p{number}-{count}"
                now = datetime.now(UTC)
                said = message("如何保存活虾", ref, conversation=f"c{count % 20}", role="customer", at=now)
                body = json.dumps({"type": "message.received", "timestamp": now.isoformat(), "data": said}).encode()
                try:
                    reply = await client.post(
                        server.told["hook"], content=body, headers=signed_headers(key, ref, now, body)
                    )
                except httpx.HTTPError:
                    return
                if reply.is_success:
                    acknowledged.add(ref)

    await asyncio.gather(*(poster(number) for number in range(POSTERS)))


async def test_kill_minus_nine_loses_no_acknowledged_message(tmp_path: Path) -> None:
    acknowledged: set[str] = set()

    for round_number in range(ROUNDS):
        with serving(tmp_path) as server:
            posting = asyncio.create_task(_post_until_it_dies(server, round_number, acknowledged))
            await asyncio.sleep(1.5)
            server.kill()
            await posting

    with serving(tmp_path) as server:
        _wait_until_handled(server)
        database = server.database()
        with database.read.connect() as connection:
            stored = [row[0] for row in connection.execute(text("SELECT event_ref FROM inbox"))]
            messages = connection.execute(text("SELECT count(*) FROM message")).scalar_one()
            dead = connection.execute(text("SELECT count(*) FROM inbox WHERE state = 'dead'")).scalar_one()
        database.close()
    assert len(acknowledged) > 100
    assert acknowledged <= set(stored)
    assert len(stored) == len(set(stored)) == messages
    assert dead == 0


def _wait_until_handled(server: Server) -> None:
    deadline = time.monotonic() + 60
    while 'state="pending"' in httpx.get(f"{server.url}/metrics").text:
        assert time.monotonic() < deadline, "rows are still pending a minute after the restart"
        time.sleep(0.1)
