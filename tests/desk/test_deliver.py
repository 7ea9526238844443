"""How does a send end, and can the same text reach a customer twice?"""

import json
from collections.abc import Callable, Generator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assist.contract import Cap, NotSupported, SendResult, key_of, verify
from assist.desk.deliver import MAX_ATTEMPTS
from assist.desk.libraries import Libraries
from assist.desk.setup import apply_setup
from assist.network.client import AddressRefused, NoAnswer, Reply, Unreachable
from assist.store.database import Database
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.desk.outgoing import SENT, Answer, Post
from tests.desk.shop import SHOP, shop_setup

pytestmark = pytest.mark.anyio


@pytest.fixture
def post(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Post]:
    """The outbox of a shop that has published nothing yet."""
    writer = Writer(sqlite_database).start()
    opened = Post(sqlite_database, writer, Libraries(), tmp_path, monkeypatch)
    writer.submit(apply_setup(shop_setup(), opened.box, NOW)).result()
    yield opened
    writer.close()


async def test_a_queued_text_reaches_the_platform_with_its_key_and_is_sent(post: Post) -> None:
    post.queue()

    assert await post.sender.work() == 1

    (message,) = post.platform.reached
    assert (message.ref.conversation_ref, message.text) == ("ref-c1", "您好")
    assert message.idempotency_key == "key-00000001"
    assert (post.row().state, post.row().message_ref) == ("sent", "m9")
    assert await post.sender.work() == 0


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        pytest.param(SendResult(status="sent"), "sent", id="已发"),
        pytest.param(SendResult(status="duplicate"), "sent", id="平台说发过了"),
        pytest.param(SendResult(status="rejected", error_code="blocked"), "failed", id="平台拒绝"),
        pytest.param(SendResult(status="unknown"), "unknown", id="平台也不知道"),
        pytest.param(NotSupported("no texts"), "failed", id="不支持"),
        pytest.param(AddressRefused("10.0.0.1 is not public"), "failed", id="内网地址"),
        pytest.param(NoAnswer("ReadTimeout"), "unknown", id="发出后没有回音"),
        pytest.param(ZeroDivisionError("an adapter's bug"), "unknown", id="适配器出错"),
        pytest.param(Unreachable("ConnectTimeout"), "queued", id="没连上"),
        pytest.param(SendResult(status="retry", error_code="503"), "queued", id="平台忙"),
    ],
)
async def test_how_a_send_ended_is_kept(post: Post, answer: Answer, state: str) -> None:
    post.platform.answers = [answer]
    post.queue()

    await post.sender.work()

    assert post.row().state == state


async def test_a_send_that_may_have_arrived_is_never_tried_again(post: Post) -> None:
    post.platform.answers = [NoAnswer("ReadTimeout")]
    post.queue()

    await post.sender.work()
    post.hurry()

    assert await post.sender.work() == 0
    assert len(post.platform.reached) == 1


async def test_a_platform_that_knows_keys_is_asked_again_with_the_same_key(post: Post) -> None:
    post.platform.capabilities = Cap.SEND_TEXT | Cap.IDEMPOTENT_SEND
    post.platform.answers = [NoAnswer("ReadTimeout"), SendResult(status="duplicate", message_ref="m9")]
    post.queue()

    await post.sender.work()
    assert post.row().state == "queued"
    post.hurry()
    await post.sender.work()

    assert [message.idempotency_key for message in post.platform.reached] == ["key-00000001"] * 2
    assert (post.row().state, post.row().message_ref) == ("sent", "m9")


async def test_a_platform_that_takes_no_texts_is_not_asked(post: Post) -> None:
    post.platform.capabilities = Cap.RECEIVE_PUSH
    post.queue()

    await post.sender.work()

    assert post.platform.reached == []
    assert (post.row().state, post.row().error) == ("failed", "not_supported")


async def test_an_account_that_is_not_open_fails_by_name(post: Post) -> None:
    post.queue(account="another")

    await post.sender.work()

    assert (post.row().state, post.row().error) == ("failed", "account_not_open")


async def test_a_busy_platform_is_left_alone_as_long_as_it_asks(post: Post) -> None:
    post.platform.answers = [SendResult(status="retry", error_code="429", retry_after_s=120)]
    post.queue()
    before = datetime.now(UTC)

    await post.sender.work()

    assert post.row().state == "queued"
    assert before + timedelta(seconds=120) <= post.row().not_before <= datetime.now(UTC) + timedelta(seconds=120)
    assert await post.sender.work() == 0


async def test_each_try_waits_longer_than_the_one_before_up_to_five_minutes(post: Post) -> None:
    post.platform.answers = [SendResult(status="retry", error_code="503")] * MAX_ATTEMPTS
    post.queue()
    waits: list[float] = []

    for _ in range(MAX_ATTEMPTS - 1):
        post.hurry()
        before = datetime.now(UTC)
        await post.sender.work()
        waits.append((post.row().not_before - before).total_seconds())

    # Jitter halves a wait at most.
    for attempt, wait in enumerate(waits, 1):
        assert 2**attempt / 2 <= wait <= min(300, 2**attempt) + 1


async def test_a_send_is_given_up_after_the_last_try(post: Post) -> None:
    post.platform.answers = [SendResult(status="retry", error_code="503")] * 20
    post.queue()

    for _ in range(20):
        post.hurry()
        await post.sender.work()

    assert len(post.platform.reached) == MAX_ATTEMPTS == post.row().attempts
    assert (post.row().state, post.row().error) == ("failed", "503")


async def test_a_text_that_is_too_late_is_never_sent(post: Post) -> None:
    post.queue(expires_at=datetime.now(UTC) - timedelta(seconds=1))

    await post.sender.work()

    assert post.platform.reached == []
    assert post.row().state == "expired"


async def test_one_send_that_fails_holds_up_no_other(post: Post) -> None:
    post.platform.answers = [ZeroDivisionError("an adapter's bug"), SENT, SENT]
    for number in range(3):
        post.queue(f"key-0000000{number}")

    assert await post.sender.work() == 3

    assert sorted(post.row(f"key-0000000{number}").state for number in range(3)) == ["sent", "sent", "unknown"]


@pytest.mark.parametrize("seconds", [1e12, float("inf")], ids=["三万年", "无穷"])
async def test_an_absurd_wait_is_no_way_to_stop_the_sender(post: Post, seconds: float) -> None:
    post.platform.answers = [SendResult(status="retry", error_code="429", retry_after_s=seconds), SENT]
    post.queue("key-00000001")
    post.queue("key-00000002")

    assert await post.sender.work() == 2

    # Both are sent at once: which of them gets which answer is the platform's affair.
    assert sorted(post.row(f"key-0000000{number}").state for number in (1, 2)) == ["queued", "sent"]


async def test_a_webhook_is_posted_signed_with_its_key(post: Post, webhook_secret: str) -> None:
    post.queue_webhook(webhook_secret)

    await post.sender.work()

    ((method, url, headers, body),) = post.http.reached
    assert (method, url) == ("POST", "https://erp.example/hook")
    webhook_id, _ = verify([key_of(webhook_secret)], headers, body)
    assert webhook_id == "key-00000001"
    assert json.loads(body) == {"type": "assist.turn"}
    assert post.row().state == "sent"


def _reply(status: int, **headers: str) -> Reply:
    return Reply(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=b"")


@pytest.mark.parametrize(
    ("answer", "state", "least_wait_seconds"),
    [
        pytest.param(_reply(204), "sent", None, id="收下了"),
        pytest.param(_reply(410), "failed", None, id="不要了"),
        pytest.param(_reply(500), "queued", 1, id="出错了"),
        pytest.param(_reply(302), "queued", 1, id="转到别处"),
        pytest.param(_reply(429, retry_after="90"), "queued", 90, id="过会儿再来"),
        pytest.param(Unreachable("ConnectTimeout"), "queued", 1, id="没连上"),
        pytest.param(AddressRefused("127.0.0.1 is not public"), "failed", None, id="内网地址"),
    ],
)
async def test_how_a_receiver_answered_is_kept(
    post: Post, webhook_secret: str, answer: Reply | Exception, state: str, least_wait_seconds: float | None
) -> None:
    post.http.answers = [answer]
    post.queue_webhook(webhook_secret)
    before = datetime.now(UTC)

    await post.sender.work()

    assert post.row().state == state
    if least_wait_seconds is not None:
        assert post.row().not_before >= before + timedelta(seconds=least_wait_seconds)


async def test_sending_tells_the_sidebars_of_the_conversation(post: Post) -> None:
    told: list[Sequence[tuple[str, ...]]] = []
    listen: Callable[[frozenset[tuple[str, ...]]], None] = lambda notices: told.append(sorted(notices))  # noqa: E731
    post.writer.on_commit(listen)
    post.queue()

    await post.sender.work()
    post.writer.close()

    assert [("chat", SHOP, "c1")] in told
