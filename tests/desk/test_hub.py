"""What a watcher is told, and what one that comes back is said to have missed."""

import asyncio

import pytest

from assist.desk import hub as hubs
from assist.desk.hub import Hub
from assist.store.fan_out import LOST

pytestmark = pytest.mark.anyio

SHOP = "s1"


@pytest.fixture
async def hub() -> Hub:
    made = Hub()
    made.attach(asyncio.get_running_loop())
    return made


async def tell(hub: Hub, *conversations: str, shop_id: str = SHOP) -> None:
    for conversation_id in conversations:
        hub.publish(frozenset({("chat", shop_id, conversation_id)}))
    await asyncio.sleep(0)


async def test_who_stops_after_the_first_of_two_has_missed_the_second(hub: Hub) -> None:
    with hub.watch(SHOP) as watcher:
        await tell(hub, "a", "b", "a")
        first, second = await watcher.news(1)

    assert [first.conversation_id, second.conversation_id] == ["a", "b"]
    assert hub.missed(SHOP, hub.mark(first.position)) == ["b", "a"], "what was told of a again is told again"
    assert hub.missed(SHOP, hub.mark(second.position)) == []


async def test_news_of_another_shop_are_nobody_elses(hub: Hub) -> None:
    with hub.watch(SHOP) as watcher:
        mark = hub.mark(watcher.began_at)
        await tell(hub, "theirs", shop_id="s2")
        news = await watcher.news(0.01)

    assert news == []
    assert hub.missed(SHOP, mark) == []


async def test_what_was_told_while_nobody_listened_was_missed(hub: Hub) -> None:
    with hub.watch(SHOP) as watcher:
        mark = hub.mark(watcher.began_at)
    await tell(hub, "a")

    assert hub.missed(SHOP, mark) == ["a"]


async def test_more_than_is_remembered_cannot_be_said(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "_REMEMBERED", 2)
    old = hub.mark(0)
    await tell(hub, "a", "b", "c")

    assert hub.missed(SHOP, old) is None
    assert hub.missed(SHOP, hub.mark(1)) == ["b", "c"]


async def test_lost_notices_send_everybody_back_for_everything(hub: Hub) -> None:
    with hub.watch(SHOP) as watcher:
        mark = hub.mark(watcher.began_at)
        hub.publish(frozenset({LOST}))
        await asyncio.sleep(0)

        assert watcher.closed
    assert hub.missed(SHOP, mark) is None


async def test_another_process_does_not_know_the_mark(hub: Hub) -> None:
    assert Hub().missed(SHOP, hub.mark(0)) is None
