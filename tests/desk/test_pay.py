"""Is what was granted carried out exactly once, whatever the platform does?"""

import asyncio
from collections.abc import Callable, Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assist.contract import KEY_REUSED, Cap, NotSupported, Outcome, Refund, Refundable
from assist.contract.reference_shop import ReferenceShop
from assist.desk.paid import GIVEN_UP_AFTER, MOST_TRIES
from assist.desk.pay import Payer, can_carry_out
from assist.desk.secrets import SecretBox
from assist.domain.remedy import RemedyState
from assist.domain.remedy_policy import RemedyKind
from assist.network.client import AddressRefused, NoAnswer, Unreachable
from assist.store.database import Database
from assist.store.queries import executions
from assist.store.writer import Writer
from tests.conftest import NOW, StillClock
from tests.desk.payments import AMOUNT_FEN, PAID_FEN, REMEDY, Paying, Unsettled, order

pytestmark = pytest.mark.anyio

Opened = Callable[..., Paying]

HOUR = 3600.0


@pytest.fixture
def shop() -> ReferenceShop:
    return ReferenceShop(order())


@pytest.fixture
def opened(database: Database, tmp_path: Path, clock: StillClock, monkeypatch: pytest.MonkeyPatch) -> Generator[Opened]:
    """Make payments on each kind of database."""
    writer = Writer(database).start()
    box = SecretBox(tmp_path / "assist.key")
    yield lambda *shops, caps=None: Paying(
        database,
        writer,
        box,
        clock,
        monkeypatch,
        dict(zip(("main", "other"), shops, strict=False)),
        *([] if caps is None else [caps]),
    )
    writer.close()


@pytest.fixture
def paying(opened: Opened, shop: ReferenceShop) -> Paying:
    return opened(shop)


async def test_what_was_granted_is_paid_once_and_its_money_stays_spent(paying: Paying, shop: ReferenceShop) -> None:
    paying.grant()

    assert await paying.pay() == 1

    (refund,) = shop.refunds
    assert (refund.order_ref, refund.line_ref, refund.amount_fen) == ("o1", "l1", AMOUNT_FEN)
    assert (refund.idempotency_key, refund.reason) == (REMEDY, "rot")
    row = paying.row()
    assert (row.state, row.outcome_ref, row.error, row.ended_at) == (RemedyState.executed, "refund-1", None, NOW)
    assert (row.lease_owner, row.lease_until) == (None, None)
    assert paying.used_fen() == AMOUNT_FEN
    assert paying.back_fen() == {"": AMOUNT_FEN, "l1": AMOUNT_FEN}
    assert paying.told() == ["executing", "executed"]
    assert paying.complaint_state() == "settled"
    assert await paying.pay(later=HOUR) == 0


async def test_a_coupon_lasts_as_long_as_the_policy_said_when_decided(paying: Paying, shop: ReferenceShop) -> None:
    paying.publish_policy(3, '{"coupon_valid_days": 30}')
    paying.publish_policy(8, '{"coupon_valid_days": 45}')
    paying.grant(kind="coupon", library_number=7)

    await paying.pay()

    (coupon,) = shop.coupons
    assert (coupon.customer_ref, coupon.amount_fen, coupon.valid_days) == ("u1", AMOUNT_FEN, 30)
    assert paying.row().state is RemedyState.executed


async def test_goods_are_sent_again(paying: Paying, shop: ReferenceShop) -> None:
    paying.grant(kind="reship")

    await paying.pay()

    (reship,) = shop.reships
    assert (reship.order_ref, reship.line_ref, reship.idempotency_key) == ("o1", "l1", REMEDY)
    assert paying.row().state is RemedyState.executed


async def test_a_refusal_gives_the_money_back_to_the_budget(paying: Paying, shop: ReferenceShop) -> None:
    shop.refuse("order_closed")
    paying.grant()

    await paying.pay()

    assert shop.refunds == ()
    assert (paying.row().state, paying.row().error) == (RemedyState.failed, "order_closed")
    assert (paying.used_fen(), paying.back_fen()) == (0, {"": 0, "l1": 0})
    assert paying.told() == ["executing", "failed"]
    assert paying.complaint_state() == "open"
    assert await paying.pay(later=HOUR) == 0


async def test_what_was_refunded_elsewhere_is_seen_before_the_call(paying: Paying, shop: ReferenceShop) -> None:
    shop.put(order(refunded_fen=PAID_FEN - AMOUNT_FEN + 1))
    paying.grant()

    await paying.pay()

    assert shop.calls == 0
    assert (paying.row().state, paying.row().error) == (RemedyState.failed, "more_than_refundable")
    assert (paying.used_fen(), paying.back_fen()) == (0, {"": 0, "l1": 0})


async def test_exactly_what_is_left_can_be_paid(paying: Paying, shop: ReferenceShop) -> None:
    shop.put(order(refunded_fen=PAID_FEN - AMOUNT_FEN))
    paying.grant()

    await paying.pay()

    assert len(shop.refunds) == 1


async def test_p04_a_platform_that_acted_and_never_answered_is_asked_and_not_called_again(
    paying: Paying, shop: ReferenceShop
) -> None:
    shop.time_out_after_acting()
    paying.grant()

    await paying.pay()

    row = paying.row()
    assert (row.state, row.error, row.unknown_since) == (RemedyState.unknown, "no_answer", NOW)
    assert paying.used_fen() == AMOUNT_FEN, "nobody knows, so nothing is released"
    assert await paying.pay() == 0, "it is asked after a pause"

    assert await paying.pay(later=10) == 1

    assert paying.row().state is RemedyState.executed
    assert (len(shop.refunds), shop.calls) == (1, 1)
    assert paying.told() == ["executing", "unknown", "executed"]
    assert (paying.used_fen(), paying.back_fen()) == (AMOUNT_FEN, {"": AMOUNT_FEN, "l1": AMOUNT_FEN})


async def test_a_call_that_got_lost_is_made_again_under_the_same_key(paying: Paying, shop: ReferenceShop) -> None:
    shop.time_out_before_acting()
    paying.grant()

    await paying.pay()
    await paying.pay(later=10)

    assert paying.row().state is RemedyState.executed
    assert (len(shop.refunds), shop.calls) == (1, 2)
    assert [refund.idempotency_key for refund in shop.refunds] == [REMEDY]
    assert paying.told() == ["executing", "unknown", "executing", "executed"]


async def test_after_a_try_what_is_left_is_not_asked_for_again(paying: Paying, shop: ReferenceShop) -> None:
    """Our own refund may be why nothing is left: only the key's own answer tells."""
    shop.time_out_before_acting()
    paying.grant()
    await paying.pay()
    shop.put(order(refunded_fen=PAID_FEN))

    await paying.pay(later=10)

    assert shop.calls == 2
    assert (paying.row().state, paying.row().error) == (RemedyState.failed, "more_than_refundable")
    assert paying.used_fen() == 0


async def test_that_nothing_happened_is_believed_only_when_no_call_can_be_on_its_way(opened: Opened) -> None:
    shop = Unsettled(order())
    paying = opened(shop)
    shop.time_out_before_acting()
    paying.grant()
    await paying.pay()

    assert await paying.pay(later=10) == 1
    assert paying.row().state is RemedyState.unknown
    assert paying.row().next_try_at == NOW + timedelta(seconds=60)
    assert await paying.pay(later=49) == 0
    assert shop.calls == 1
    assert await paying.pay(later=1) == 1

    assert paying.row().state is RemedyState.executed
    assert (len(shop.refunds), shop.calls) == (1, 2)


async def test_what_a_platform_took_on_is_asked_about_until_it_is_done(paying: Paying, shop: ReferenceShop) -> None:
    shop.pending_first()
    paying.grant()

    await paying.pay()
    assert (paying.row().state, paying.row().error) == (RemedyState.unknown, "pending")
    await paying.pay(later=HOUR)
    assert (paying.row().state, shop.refunds) == (RemedyState.unknown, ())
    await paying.pay(later=HOUR)

    assert paying.row().state is RemedyState.executed
    assert (len(shop.refunds), shop.calls) == (1, 1)
    assert paying.row().unknown_since is None


class Silent(ReferenceShop):
    """Acts, and never says so: neither when called nor when asked. Counts the questions."""

    def __init__(self) -> None:
        super().__init__(order())
        self.questions = 0

    async def refund(self, refund: Refund) -> Outcome:
        await super().refund(refund)
        return Outcome(status="unknown")

    async def outcome(self, idempotency_key: str) -> Outcome:
        self.questions += 1
        raise NoAnswer("ReadTimeout")


async def test_questions_come_with_growing_pauses_and_end_after_three_days(opened: Opened) -> None:
    shop = Silent()
    paying = opened(shop)
    paying.grant()
    pauses: list[timedelta] = []

    for _ in range(500):
        await paying.pay()
        at = paying.row().next_try_at
        if at is None:
            break
        pauses.append(at - paying.clock.now)
        paying.clock.now = at

    # Jitter halves a pause at most; the longest is an hour.
    for tried, pause in enumerate(pauses, 1):
        longest = timedelta(seconds=min(3600, 2**tried))
        assert longest / 2 <= pause <= longest
    assert GIVEN_UP_AFTER <= paying.clock.now - NOW <= GIVEN_UP_AFTER + timedelta(hours=1)
    row = paying.row()
    assert (row.state, row.next_try_at, row.unknown_since) == (RemedyState.unknown, None, NOW)
    assert paying.used_fen() == AMOUNT_FEN, "nothing is released"
    assert shop.calls == 1
    assert paying.log()[-1].payload["more"] == "given_up"
    asked = shop.questions
    assert await paying.pay(later=30 * 24 * HOUR) == 0
    assert shop.questions == asked


async def test_a_key_that_was_used_for_something_else_needs_a_person(paying: Paying, shop: ReferenceShop) -> None:
    await shop.refund(Refund(order_ref="o1", line_ref="l1", amount_fen=1, idempotency_key=REMEDY))
    paying.grant()

    await paying.pay()

    row = paying.row()
    assert (row.state, row.error, row.next_try_at) == (RemedyState.unknown, KEY_REUSED, None)
    assert paying.used_fen() == AMOUNT_FEN
    assert await paying.pay(later=HOUR) == 0


async def die_at_work(paying: Paying) -> None:
    """Claim what is due, and do nothing about it ever."""
    died = paying.another("p0")

    async def carry_out(*_: object) -> None:
        """The process ends here."""

    died._carry_out = carry_out  # type: ignore[method-assign]  # pyright: ignore[reportPrivateUsage]
    assert await died.work() == 1
    await died.finish()


@pytest.mark.parametrize("acted", [True, False], ids=["平台已退", "平台没收到"])
async def test_a_remedy_whose_process_died_is_asked_about_before_anything_else(
    paying: Paying, shop: ReferenceShop, acted: bool
) -> None:
    paying.grant()
    await die_at_work(paying)
    if acted:
        key, reason = REMEDY, "rot"
        await shop.refund(
            Refund(order_ref="o1", line_ref="l1", amount_fen=AMOUNT_FEN, idempotency_key=key, reason=reason)
        )
    before = shop.calls
    assert paying.row().state is RemedyState.executing
    assert await paying.pay() == 0, "its lease runs"

    paying.crash()
    assert await paying.pay() == 1

    assert paying.row().state is RemedyState.executed
    assert len(shop.refunds) == 1
    assert shop.calls - before == (0 if acted else 1)
    again = [] if acted else ["executing"]
    assert paying.told() == ["executing", "unknown", *again, "executed"]


async def test_a_process_that_dies_while_it_asks_leaves_the_question_to_the_next(paying: Paying) -> None:
    """A bug: the remedy of a process that died was asked about once, by nobody when that one died too."""
    paying.grant()
    for _ in range(3):
        await die_at_work(paying)
        paying.crash()

    assert await paying.pay() == 1

    assert paying.row().state is RemedyState.executed


class Held(ReferenceShop):
    """Answers its first call when told to, and what it is told to."""

    def __init__(self) -> None:
        super().__init__(order())
        self.called = asyncio.Event()
        self.let_go = asyncio.Event()
        self.first: Outcome | None = None

    async def refund(self, refund: Refund) -> Outcome:
        if self.first is not None:
            answer, self.first = self.first, None
            self.called.set()
            await self.let_go.wait()
            return answer
        return await super().refund(refund)


async def test_who_was_too_slow_releases_nothing_that_another_paid(opened: Opened) -> None:
    shop = Held()
    shop.first = Outcome(status="refused", error_code="busy")
    paying = opened(shop)
    paying.grant()
    slow = paying.another("p0")
    await slow.work()
    await shop.called.wait()
    paying.crash()

    await paying.pay()
    shop.let_go.set()
    await slow.finish()

    assert paying.row().state is RemedyState.executed
    assert len(shop.refunds) == 1
    assert paying.used_fen() == AMOUNT_FEN
    assert "failed" not in paying.told()


async def test_that_it_happened_is_kept_from_whoever_says_so(opened: Opened) -> None:
    shop = Held()
    shop.first = Outcome(status="done", ref="late")
    paying = opened(shop)
    paying.grant()
    slow = paying.another("p0")
    await slow.work()
    await shop.called.wait()
    paying.crash()
    paying.change("UPDATE remedy SET attempts = attempts + 1, state = 'unknown', next_try_at = NULL")

    shop.let_go.set()
    await slow.finish()

    assert (paying.row().state, paying.row().outcome_ref) == (RemedyState.executed, "late")


async def test_a_refusal_that_comes_late_releases_nothing_that_another_is_paying(opened: Opened) -> None:
    shop = Held()
    shop.first = Outcome(status="refused", error_code="busy")
    paying = opened(shop)
    paying.grant()
    slow = paying.another("p0")
    await slow.work()
    await shop.called.wait()
    paying.crash()
    await die_at_work(paying)

    shop.let_go.set()
    await slow.finish()

    assert paying.row().state is RemedyState.unknown
    assert paying.used_fen() == AMOUNT_FEN


async def test_two_at_once_pay_one_refund(paying: Paying, shop: ReferenceShop, database: Database) -> None:
    """On PostgreSQL each has a writer of its own, as two processes have."""
    other = paying.writer if database.is_sqlite else Writer(database).start()
    payers: list[Payer] = [paying.payer, paying.another("p2", other)]
    for number in range(8):
        paying.grant(f"remedy-{number:06d}", f"o{number}")
        shop.put(order(f"o{number}"))

    began = await asyncio.gather(*(payer.work() for payer in payers * 3))
    for payer in payers:
        await payer.finish()
    while await paying.pay():
        pass
    if other is not paying.writer:
        other.close()

    assert sum(began) >= 4
    assert (len(shop.refunds), shop.calls) == (8, 8)
    assert {paying.row(f"remedy-{number:06d}").state for number in range(8)} == {RemedyState.executed}


@pytest.mark.parametrize(
    ("kind", "caps"),
    [
        pytest.param("partial_refund", None, id="没有接口"),
        pytest.param("coupon", Cap.REFUND, id="只能退款"),
        pytest.param("reship", Cap.REFUND | Cap.COUPON, id="不能补发"),
    ],
)
async def test_where_the_program_cannot_do_it_people_do(
    opened: Opened, shop: ReferenceShop, kind: str, caps: Cap | None
) -> None:
    paying = opened(*([] if caps is None else [shop]), caps=caps)
    paying.grant(kind=kind)

    await paying.pay()

    row = paying.row()
    assert (row.state, row.automatic, row.error) == (RemedyState.reserved, False, "no_commerce")
    assert shop.calls == 0
    assert paying.used_fen() == AMOUNT_FEN
    assert [event.payload["more"] for event in paying.log()] == ["by_hand"]
    assert await paying.pay(later=HOUR) == 0


async def test_who_can_carry_out_what(opened: Opened, shop: ReferenceShop) -> None:
    paying = opened(shop, caps=Cap.REFUND)

    can = {kind for kind in RemedyKind if can_carry_out(paying.accounts, "generic", "main", kind)}

    assert can == {RemedyKind.partial_refund, RemedyKind.full_refund}
    assert not can_carry_out(paying.accounts, "generic", "other", RemedyKind.full_refund)
    assert not can_carry_out(paying.accounts, "generic", "nobody", RemedyKind.full_refund)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"automatic": False}, id="人工办"),
        pytest.param({"state": "pending_approval"}, id="没批"),
        pytest.param({"not_before": NOW + timedelta(seconds=10)}, id="还在等"),
    ],
)
async def test_what_is_not_for_the_program_yet_is_left_alone(
    paying: Paying, shop: ReferenceShop, changes: dict[str, Any]
) -> None:
    paying.grant(**changes)

    assert await paying.pay() == 0
    assert shop.calls == 0
    assert paying.told() == []


class Broken(ReferenceShop):
    """Goes wrong as told when it is called or read."""

    def __init__(self, error: Exception, *, reading: bool = False) -> None:
        super().__init__(order())
        self.error: Exception | None = error
        self._reading = reading

    async def refundable(self, order_ref: str, line_ref: str) -> Refundable:
        if self.error is not None and self._reading:
            raise self.error
        return await super().refundable(order_ref, line_ref)

    async def refund(self, refund: Refund) -> Outcome:
        if self.error is not None:
            raise self.error
        return await super().refund(refund)


@pytest.mark.parametrize(
    ("error", "state", "automatic", "code"),
    [
        pytest.param(NoAnswer("ReadTimeout"), "unknown", True, "no_answer", id="没有回音"),
        pytest.param(TimeoutError(), "unknown", True, "no_answer", id="超时"),
        pytest.param(ZeroDivisionError("a bug"), "unknown", True, "no_answer", id="适配器出错"),
        pytest.param(Unreachable("ConnectError"), "reserved", True, "not_reached", id="没连上"),
        pytest.param(AddressRefused("10.0.0.1"), "reserved", False, "address_refused", id="内网地址"),
        pytest.param(NotSupported("no refunds"), "reserved", False, "not_supported", id="平台不支持"),
    ],
)
async def test_what_went_wrong_says_what_is_known(
    opened: Opened, error: Exception, state: str, automatic: bool, code: str
) -> None:
    paying = opened(Broken(error))
    paying.grant()

    await paying.pay()

    row = paying.row()
    assert (row.state, row.automatic, row.error) == (state, automatic, code)
    assert paying.used_fen() == AMOUNT_FEN, "in all these cases the money stays set aside"


@pytest.mark.parametrize("reading", [True, False], ids=["查询时", "退款时"])
async def test_a_platform_that_is_down_is_tried_again_when_it_is_back(opened: Opened, reading: bool) -> None:
    shop = Broken(Unreachable("ConnectError"), reading=reading)
    paying = opened(shop)
    paying.grant()

    await paying.pay()
    assert (paying.row().state, paying.row().called_at) == (RemedyState.reserved, None)
    assert await paying.pay() == 0
    shop.error = None
    await paying.pay(later=10)

    assert paying.row().state is RemedyState.executed
    assert len(shop.refunds) == 1
    assert paying.told() == ["executing", "postponed", "executing", "executed"]


async def test_a_platform_that_stays_down_leaves_it_to_people_in_the_end(opened: Opened) -> None:
    paying = opened(Broken(Unreachable("ConnectError")))
    paying.grant()

    tries = 0
    while await paying.pay(later=HOUR):
        tries += 1

    assert tries == MOST_TRIES
    row = paying.row()
    assert (row.state, row.automatic, row.error) == (RemedyState.reserved, False, "not_reached")
    assert paying.used_fen() == AMOUNT_FEN


async def test_an_order_that_is_not_there_fails(paying: Paying) -> None:
    paying.grant(order_ref="gone")

    await paying.pay()

    assert (paying.row().state, paying.row().error) == (RemedyState.failed, "order_not_there")
    assert paying.used_fen() == 0


async def test_a_slow_platform_holds_up_no_other(opened: Opened) -> None:
    slow, fast = ReferenceShop(order()), ReferenceShop(order("o9"))
    slow.slow(0.6)
    paying = opened(slow, fast)
    for number in range(12):
        paying.grant(f"remedy-{number:06d}", f"s{number}", account="main")
        slow.put(order(f"s{number}"))
    paying.grant("remedy-000099", "o9", account="other")

    assert await paying.payer.work() == 5, "four of the slow one, and the other's"
    async with asyncio.timeout(0.5):
        while paying.row("remedy-000099").state is not RemedyState.executed:
            await paying.payer.work()
            await asyncio.sleep(0.01)

    assert slow.refunds == ()
    await paying.payer.finish()
    assert slow.calls == 4


async def test_many_remedies_of_a_slow_platform_hide_no_others(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executions, "_LOOK_AHEAD", 4)
    slow, fast = ReferenceShop(), ReferenceShop(order("o9"))
    slow.slow(0.5)
    paying = opened(slow, fast)
    for number in range(8):
        paying.grant(f"remedy-{number:06d}", f"s{number}", account="main")
        slow.put(order(f"s{number}"))
    paying.grant("remedy-000099", "o9", account="other")

    assert [await paying.payer.work() for _ in range(3)] == [4, 1, 0]

    await paying.payer.finish()
    assert len(fast.refunds) == 1


async def test_a_payer_that_lost_time_does_not_call(
    paying: Paying, shop: ReferenceShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that slept for longer than its lease: another may be at it."""
    paying.grant()
    paying.payer.call_seconds = 11.0

    await paying.pay()

    assert shop.calls == 0
    assert (paying.row().state, paying.row().error) == (RemedyState.reserved, "too_slow")


async def test_a_restart_forgets_what_the_old_process_held(paying: Paying, shop: ReferenceShop) -> None:
    paying.grant()
    paying.change("UPDATE remedy SET state = 'executing', lease_owner = 'p0', lease_until = 9000000000000000")
    assert await paying.pay() == 0

    paying.writer.submit(executions.free_leases).result()
    assert await paying.pay() == 1

    assert paying.row().state is RemedyState.executed
    assert len(shop.refunds) == 1
