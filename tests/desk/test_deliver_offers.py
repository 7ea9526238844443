"""Is an offer's text sent although its goods ran out while it waited?"""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import JsonValue

from tests.conftest import NOW
from tests.desk.offer_shop import SAUCE, ask, open_selling, state
from tests.desk.outgoing import Post
from tests.desk.shop import Desk

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("stock", "ended"),
    [pytest.param(3, ("sent", None), id="some are left"), pytest.param(0, ("failed", "sold_out"), id="none is left")],
)
async def test_a_queued_offer_goes_only_while_there_are_goods(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stock: JsonValue, ended: tuple[str, str | None]
) -> None:
    open_selling(desk)
    ask(desk)
    (card,) = [row for row in desk.cards() if row.suggestion.offer]
    post = Post(desk.database, desk.writer, desk.libraries, tmp_path, monkeypatch)
    post.queue(text=card.suggestion.text, suggestion_id=card.id, conversation_id=card.conversation_id)
    state(desk, "stock", SAUCE, stock, at=NOW + timedelta(seconds=1), name="counted")

    await post.sender.work()

    row = post.row()
    assert (row.state, row.error) == ended
    assert len(post.platform.reached) == (ended[0] == "sent")
