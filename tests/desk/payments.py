"""A granted remedy with its money set aside, and what carries it out at a reference shop."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from assist.contract import (
    CONTRACT_VERSION,
    Account,
    Cap,
    Commerce,
    HttpClient,
    Ingest,
    Order,
    OrderLine,
    OutText,
    RawRequest,
    SendResult,
)
from assist.contract.reference_shop import ReferenceShop
from assist.desk import accounts
from assist.desk.accounts import Accounts
from assist.desk.pay import Payer
from assist.desk.secrets import SecretBox
from assist.domain.event import Event, EventKind
from assist.domain.library import Entry
from assist.domain.remedy_policy import RemedyKind
from assist.store import remedy_tables
from assist.store.database import Database
from assist.store.queries import complaints, events, libraries, money, remedies
from assist.store.queries.libraries import Version
from assist.store.queries.money import REFUNDS, SHOP, Refused, Reserve, Scope
from assist.store.queries.people import AccountRow
from assist.store.queries.remedies import RemedyRow
from assist.store.tables import table_of
from assist.store.writer import Writer
from tests.conftest import NOW, StillClock
from tests.store.claims import complaint_row, keep_conversation, keep_remedy
from tests.store.rows import SHOP as SHOP_ID
from tests.store.rows import run_out, save_shop

DAY = "2026-11-21"
REMEDY = "remedy-000001"
PAID_FEN = 3990
AMOUNT_FEN = 1330
CAP_FEN = 100_000
ALL_CAPS = Cap.SEND_TEXT | Cap.ORDERS | Cap.REFUND | Cap.COUPON | Cap.RESHIP


def order(order_ref: str = "o1", *, paid_fen: int = PAID_FEN, refunded_fen: int = 0) -> Order:
    """A box of strawberries, one line."""
    line = OrderLine(line_ref="l1", title="草莓", paid_fen=paid_fen)
    return Order(
        order_ref=order_ref,
        customer_ref="u1",
        status="signed",
        paid_fen=paid_fen,
        refunded_fen=refunded_fen,
        lines=(line,),
    )


def grant(session: Session, remedy_id: str = REMEDY, order_ref: str = "o1", **changes: Any) -> None:
    """Keep a remedy whose money is set aside and that the program is to carry out."""
    save_shop(session)
    conversation_id = f"chat-{remedy_id}"
    keep_conversation(session, conversation_id)
    complaint = complaint_row(conversation_id, order_ref=order_ref)
    complaints.save_complaint(session, complaint, [])
    told = {"line_ref": "l1", "state": "reserved", "automatic": True, "budget_day": DAY, "amount_fen": AMOUNT_FEN}
    values = {**told, **changes}
    keep_remedy(session, remedy_id, complaint, **values)
    assert _set_aside(session, order_ref, values) is None


def _set_aside(session: Session, order_ref: str, values: Mapping[str, Any]) -> Refused | None:
    amount_fen = values["amount_fen"]
    ask = Reserve(
        shop_id=SHOP_ID,
        order_ref=order_ref,
        line_ref=values["line_ref"],
        order_paid_fen=PAID_FEN,
        order_back_fen=0,
        line_paid_fen=PAID_FEN,
        line_back_fen=0,
        back_fen=amount_fen if RemedyKind(values.get("kind", "partial_refund")) in REFUNDS else 0,
        spend_fen=amount_fen,
        scopes=(Scope(SHOP, DAY, CAP_FEN),),
    )
    return money.reserve(session, ask)


class FakePlatform:
    """A platform of which only the commerce port matters. One account, one shop; those without a shop have no port."""

    platform = "fake"
    contract = CONTRACT_VERSION

    class Config(BaseModel):
        pass

    def __init__(self, shops: Mapping[str, Commerce], capabilities: Cap) -> None:
        self.capabilities = capabilities
        self.shops = shops

    def open(self, account: Account, http: HttpClient) -> "FakePlatform":
        return self

    def open_commerce(self, account: Account, http: HttpClient) -> Commerce | None:
        return self.shops.get(account.account)

    def ingest(self, request: RawRequest) -> Ingest:
        raise NotImplementedError

    async def send_text(self, message: OutText) -> SendResult:
        raise NotImplementedError

    async def close(self) -> None:
        """Nothing is held open."""


class Paying:
    """Everything a payment touches: the rows, the shop it is made at, and who makes it."""

    def __init__(
        self,
        database: Database,
        writer: Writer,
        box: SecretBox,
        clock: StillClock,
        monkeypatch: pytest.MonkeyPatch,
        shops: Mapping[str, Commerce],
        capabilities: Cap = ALL_CAPS,
    ) -> None:
        self.database = database
        self.writer = writer
        self.clock = clock
        platform = FakePlatform(shops, capabilities)
        monkeypatch.setattr(accounts, "adapter_type", lambda _: platform)
        self.accounts = Accounts(box, _NoNetwork())
        self.accounts.load([AccountRow("generic", name, SHOP_ID, {}, {}) for name in ("main", "other")])
        self.payer = self.another("p1")

    def another(self, owner: str, writer: Writer | None = None, *, call_seconds: float = 5.0) -> Payer:
        return Payer(self.database, writer or self.writer, self.accounts, self.clock, owner, call_seconds=call_seconds)

    def grant(self, remedy_id: str = REMEDY, order_ref: str = "o1", **changes: Any) -> None:
        self.writer.submit(lambda session: grant(session, remedy_id, order_ref, **changes)).result()

    async def pay(self, *, later: float = 0) -> int:
        """Do what is due after so many seconds, and wait for its end."""
        self.clock.move(seconds=later)
        count = await self.payer.work()
        await self.payer.finish()
        return count

    def crash(self) -> None:
        """What another process held, it holds no longer."""
        run_out(self.writer, "remedy")

    def row(self, remedy_id: str = REMEDY) -> RemedyRow:
        with self.database.reader() as session:
            found = remedies.one(session, SHOP_ID, remedy_id)
        assert found is not None
        return found

    def used_fen(self) -> int:
        with self.database.reader() as session:
            return money.used(session, SHOP_ID, SHOP, DAY)

    def back_fen(self, order_ref: str = "o1") -> dict[str, int]:
        with self.database.reader() as session:
            return money.back(session, SHOP_ID, order_ref)

    def log(self, remedy_id: str = REMEDY) -> list[Event]:
        kinds = [kind for kind in EventKind if kind.value.startswith("remedy_")]
        with self.database.reader() as session:
            return list(events.of_conversations(session, SHOP_ID, kinds, [f"chat-{remedy_id}"]))

    def told(self, remedy_id: str = REMEDY) -> list[str]:
        return [event.kind.value.removeprefix("remedy_") for event in self.log(remedy_id)]

    def complaint_state(self, remedy_id: str = REMEDY) -> str:
        complaint = table_of(remedy_tables.Complaint)
        with self.database.reader() as session:
            query = select(complaint.c.state).where(complaint.c.conversation_id == f"chat-{remedy_id}")
            return str(session.execute(query).scalar_one())

    def publish_policy(self, number: int, body: str) -> None:
        version = Version(SHOP_ID, number, "a", "test", "", NOW)
        entry = Entry(kind="policy", entry_id="remedy", body=body)

        def keep(session: Session) -> None:
            save_shop(session)
            libraries.add_version(session, version, [entry], [], {})

        self.writer.submit(keep).result()

    def change(self, sql: str) -> None:
        self.writer.submit(lambda session: session.execute(text(sql)) and None).result()


class _NoNetwork:
    async def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""):
        raise AssertionError(f"{method} {url} was requested")


class Unsettled(ReferenceShop):
    """A shop at which a call may be on its way for a minute."""

    settles_after_s = 60.0


__all__ = ["AMOUNT_FEN", "CAP_FEN", "DAY", "NOW", "PAID_FEN", "REMEDY", "Paying", "Unsettled", "grant", "order"]
