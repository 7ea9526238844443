"""The frame that hosts fetch, and the first cards that our own page carries."""

import html
import re

import pytest

from assist.domain.people import TokenKind
from assist.web.auth import COOKIE
from tests.shop import RunningShop

from .conftest import handed, opened_chat

pytestmark = pytest.mark.anyio

HOSTILE = '<img src=x onerror="hacked()">'


async def test_the_frame_is_for_everybody_and_holds_no_data(shop: RunningShop, chat: str) -> None:
    await opened_chat(shop, chat)
    answer = await shop.client.get("/embed/frame?lang=zh")

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert '<div id="cards"></div>' in answer.text
    assert "活虾" not in answer.text
    assert "<template shadowrootmode" not in answer.text
    assert not re.search(r"<script(?! type=\"application/json\")|\sstyle=|\son\w+=", answer.text)


async def test_who_has_the_frame_is_not_sent_it_again(shop: RunningShop) -> None:
    first = await shop.client.get("/embed/frame?lang=en")
    again = await shop.client.get("/embed/frame?lang=en", headers={"if-none-match": first.headers["etag"]})
    other = await shop.client.get("/embed/frame?lang=zh", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.text) == (304, "")
    assert again.headers["etag"] == first.headers["etag"]
    assert other.status_code == 200


async def test_the_desk_carries_the_cards_of_the_conversation_asked_for(shop: RunningShop, chat: str) -> None:
    opened = await opened_chat(shop, chat)
    page = await _desk(shop, f"?conversation={opened['id']}")

    assert f'conversation="{opened["id"]}"' in page
    assert opened["html"].strip() in page, "the same rendering as the stream's"


async def test_the_desk_begins_with_who_waits_longest_when_none_is_asked_for(shop: RunningShop, chat: str) -> None:
    await opened_chat(shop, chat)
    listed = (await shop.client.get("/api/v1/conversations", headers=shop.bearer("小林"))).json()["conversations"]
    longest = min((one for one in listed if one["waiting_since"]), key=lambda one: one["waiting_since"])
    page = await _desk(shop, "")
    unknown = await _desk(shop, "?conversation=unknown")

    assert f'conversation="{longest["id"]}"' in page
    assert f'conversation="{longest["id"]}"' in unknown


async def test_a_hostile_name_is_text_on_the_first_paint(shop: RunningShop, chat: str) -> None:
    opened = await opened_chat(shop, chat, actor={"role": "customer", "ref": "x", "name": HOSTILE})
    page = await _desk(shop, f"?conversation={opened['id']}")

    assert HOSTILE not in page
    assert html.escape(HOSTILE).split("onerror")[0] in page


async def _desk(shop: RunningShop, query: str) -> str:
    cookies = {"cookie": f"{COOKIE}={handed(shop, '小林', TokenKind.cookie)}"}
    answer = await shop.client.get(f"/desk{query}", headers=cookies)
    assert answer.status_code == 200
    return answer.text
