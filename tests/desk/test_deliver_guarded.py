"""Is a text read once more at the last moment, by what the shop forbids now?"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assist.desk.check_draft import check_draft
from assist.desk.reply import reply
from assist.domain.guard import Action
from assist.domain.library import Entry
from assist.store.queries import overrides
from tests.conftest import NOW
from tests.desk.outgoing import Post
from tests.desk.shop import SHOP, SHRIMP, Desk, caller, conversation_of, policy, replaced, said, small_library
from tests.shipped import shipped_entries

pytestmark = pytest.mark.anyio

FINE, WARNED, PROMISED, BLOCKED = "虾到了请先放冰箱", "我们有最新鲜的虾", "我们的虾保证新鲜", "您加我微信聊"


def _shipped() -> tuple[Entry, ...]:
    """The small library under the shipped words and policies."""
    shipped = [entry for entry in shipped_entries() if entry.kind in ("lexicon", "policy")]
    return tuple(replaced(shipped, *small_library()))


def _forbidding(term: str) -> Entry:
    """Return the shipped forbidden words with one more that is blocked."""
    body = next(json.loads(entry.body) for entry in _shipped() if entry.entry_id == "forbidden")
    told = {"zh": "不能这样说", "en": "not to be said", "basis": "本店约定"}
    body["groups"].append({"id": "own", "category": "contact", "level": "block", "terms": [term], **told})
    return Entry(kind="lexicon", entry_id="forbidden", body=json.dumps(body, ensure_ascii=False))


@pytest.fixture
def asked(desk: Desk) -> Desk:
    """A shop by the shipped rules, and a customer who waits for an answer."""
    publish(desk, _shipped())
    desk.hear(said("m1", SHRIMP, NOW))
    return desk


@pytest.fixture
def post(asked: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Post:
    return Post(asked.database, asked.writer, asked.libraries, tmp_path, monkeypatch)


def publish(desk: Desk, entries: Sequence[Entry]) -> None:
    desk.publish(entries)
    with desk.database.reader() as session:
        desk.libraries.refresh(session)


def answer(desk: Desk, text: str, reason: str | None = None) -> str:
    """Send a text as an agent does; return the key it is queued under."""
    with desk.database.reader() as session:
        checked = check_draft(session, caller(), conversation_of(), text, desk.libraries.current(SHOP), NOW)
    change = reply(
        caller(),
        conversation_of(),
        text,
        client_key="key-00000001",
        suggestion_id=None,
        checked=checked,
        override_reason=reason,
        # The outbox goes by the database's own clock.
        now=datetime.now(UTC),
    )
    return desk.writer.submit(change).result().key


def ended(post: Post, key: str) -> tuple[str, str | None, list[str]]:
    """Return how a send ended, why, and what reached the platform."""
    row = post.row(key)
    return row.state, row.error, [message.text for message in post.platform.reached]


@pytest.mark.parametrize(
    ("text", "reason", "stricter"),
    [
        pytest.param(WARNED, "顾客引用的话", policy("guards", {"rules": {"art9-similar": "block"}}), id="a policy"),
        pytest.param(FINE, None, _forbidding("放冰箱"), id="a lexicon"),
    ],
)
async def test_what_was_forbidden_after_it_was_queued_never_reaches_the_platform(
    asked: Desk, post: Post, text: str, reason: str | None, stricter: Entry
) -> None:
    key = answer(asked, text, reason)
    publish(asked, replaced(_shipped(), stricter))

    await post.sender.work()

    assert ended(post, key) == ("failed", "guarded", [])
    post.hurry()
    assert await post.sender.work() == 0


async def test_what_was_queued_goes_out_under_rules_that_changed_elsewhere(asked: Desk, post: Post) -> None:
    key = answer(asked, FINE)
    publish(asked, replaced(_shipped(), _forbidding("火星话")))

    await post.sender.work()

    assert ended(post, key) == ("sent", None, [FINE])


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        pytest.param(FINE, True, id="fine"),
        pytest.param("我们有有机蔬菜", True, id="remarked on"),
        pytest.param(WARNED, False, id="a word warned of"),
        pytest.param(PROMISED, False, id="a promise warned of"),
        pytest.param(BLOCKED, False, id="blocked"),
    ],
)
async def test_a_machine_has_no_reason_to_send_what_a_guard_warns_of(post: Post, text: str, sent: bool) -> None:
    post.queue(text=text, conversation_id=conversation_of(), agent_id=None)

    await post.sender.work()

    assert ended(post, "key-00000001") == (("sent", None, [text]) if sent else ("failed", "guarded", []))


@pytest.mark.parametrize("text", [WARNED, PROMISED], ids=["a word", "a promise"])
async def test_what_an_agent_gave_a_reason_for_is_sent_although_it_is_warned_of(
    asked: Desk, post: Post, text: str
) -> None:
    key = answer(asked, text, "顾客引用的话")

    await post.sender.work()

    (message,) = post.platform.reached
    assert ended(post, key) == ("sent", None, [text])
    assert message.on_behalf_of is not None
    assert message.on_behalf_of.ref == "agent-1"
    with asked.database.reader() as session:
        (kept,) = overrides.between(session, conversation_of(), NOW, datetime.now(UTC))
    assert kept.reason == "顾客引用的话"


@pytest.mark.parametrize("conversation_id", ["nosuch", None], ids=["unknown", "none"])
@pytest.mark.parametrize(
    ("text", "by_agent", "sent"),
    [
        pytest.param(FINE, False, True, id="fine"),
        pytest.param(BLOCKED, True, False, id="an agent's, blocked"),
        pytest.param(WARNED, True, True, id="an agent's, warned of"),
        pytest.param(WARNED, False, False, id="a machine's, a word warned of"),
        pytest.param(PROMISED, False, False, id="a machine's, a promise warned of"),
        pytest.param("坏了全额赔您", False, False, id="a machine's, a refund nobody granted"),
    ],
)
async def test_a_text_for_a_conversation_nobody_knows_is_guarded_all_the_same(
    post: Post, conversation_id: str | None, text: str, by_agent: bool, sent: bool
) -> None:
    post.queue(text=text, conversation_id=conversation_id, agent_id=caller().agent_id if by_agent else None)

    await post.sender.work()

    assert ended(post, "key-00000001") == (("sent", None, [text]) if sent else ("failed", "guarded", []))


async def test_the_texts_of_these_tests_are_what_the_shipped_rules_say_they_are(asked: Desk, post: Post) -> None:
    shelf = asked.libraries.current(SHOP)
    with asked.database.reader() as session:
        actions = [
            check_draft(session, caller(), conversation_of(), text, shelf, NOW).action
            for text in (FINE, WARNED, PROMISED, BLOCKED)
        ]

    assert actions == [Action.let, Action.warn, Action.warn, Action.block]
