"""Two sidecar processes on one PostgreSQL: any sidebar on any process."""

import asyncio
from pathlib import Path

import pytest

from tests.conftest import StillClock, fresh_postgres
from tests.shop import SHOP, running_shop

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_news_of_one_process_reaches_the_sidebars_of_the_other(
    postgres_url: str, tmp_path: Path, webhook_secret: str, clock: StillClock
) -> None:
    for database_url in fresh_postgres(postgres_url):
        async with (
            running_shop(database_url, tmp_path, webhook_secret, clock) as first,
            running_shop(database_url, tmp_path, webhook_secret, clock) as second,
        ):
            with second.process.hub.watch(SHOP) as watcher:
                assert (await first.say("如何保存活虾")).status_code == 202

                async with asyncio.timeout(10):
                    while not (news := await watcher.news(1.0)):
                        pass

            path = f"/api/v1/conversations/{news[0].conversation_id}/suggestions"
            cards = (await second.client.get(path, headers=second.bearer("小林"))).json()["suggestions"]
            assert cards[0]["article_id"] == "storage-shrimp-live"


async def test_every_message_is_handled_once_whoever_takes_it(
    postgres_url: str, tmp_path: Path, webhook_secret: str, clock: StillClock
) -> None:
    for database_url in fresh_postgres(postgres_url):
        async with (
            running_shop(database_url, tmp_path, webhook_secret, clock) as first,
            running_shop(database_url, tmp_path, webhook_secret, clock) as second,
        ):
            for number in range(40):
                shop = (first, second)[number % 2]
                reply = await shop.say("草莓能放几天", f"m{number}", conversation=f"c{number % 7}")
                assert reply.status_code == 202

            async with asyncio.timeout(20):
                while True:
                    metrics = (await first.client.get("/metrics", headers=first.bearer("经理"))).text
                    if 'assist_inbox_rows{state="done"} 40' in metrics:
                        break
                    await asyncio.sleep(0.05)

            listed = (await first.client.get("/api/v1/conversations", headers=first.bearer("小林"))).json()
            said = 0
            for row in listed["conversations"]:
                path = f"/api/v1/conversations/{row['id']}"
                said += len((await first.client.get(path, headers=first.bearer("小林"))).json()["messages"])
            assert (len(listed["conversations"]), said) == (7, 40)
