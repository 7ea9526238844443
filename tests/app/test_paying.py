"""Does a running process carry out what was granted, and keep doing it after a restart?"""

import asyncio
import time
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from assist.contract.reference_shop import ReferenceShop
from assist.domain.clock import system_clock
from assist.domain.remedy import RemedyState
from assist.store.queries import remedies
from assist.store.queries.remedies import RemedyRow
from assist.store.writer import tell
from tests.desk.payments import REMEDY, grant, order
from tests.served_shop import served
from tests.shop import SHOP, RunningShop, running_shop

pytestmark = pytest.mark.anyio


def granted(session: Session) -> None:
    grant(session)
    tell(session, "money")


async def ended(shop: RunningShop) -> RemedyRow:
    """Return the remedy once nothing is left to do about it."""
    async with asyncio.timeout(10):
        while True:
            with shop.process.database.reader() as session:
                row = remedies.one(session, SHOP, REMEDY)
            assert row is not None
            if row.state not in (RemedyState.reserved, RemedyState.executing) or not row.automatic:
                return row
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
async def test_the_money_loop_pays_as_soon_as_it_is_granted(
    database_url: str, tmp_path: Path, webhook_secret: str
) -> None:
    at_platform = ReferenceShop(order())
    with served(at_platform, webhook_secret) as address:
        url = f"http://{address}"
        async with running_shop(
            database_url, tmp_path, webhook_secret, system_clock, allowed_private=(address,), commerce_url=url
        ) as shop:
            began = time.monotonic()
            await shop.process.writer.change(granted)

            row = await ended(shop)

            assert row.state is RemedyState.executed
            assert time.monotonic() - began < 5
    assert len(at_platform.refunds) == 1


@pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
async def test_an_account_without_a_commerce_url_only_recommends(
    database_url: str, tmp_path: Path, webhook_secret: str
) -> None:
    async with running_shop(database_url, tmp_path, webhook_secret, system_clock) as shop:
        await shop.process.writer.change(granted)

        row = await ended(shop)

        assert (row.state, row.automatic, row.error) == (RemedyState.reserved, False, "no_commerce")
