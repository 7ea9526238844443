"""A shop where something arrived bad: its policy, its people, an order, a complaint and a live card to ask from."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from assist.desk.approve import approve
from assist.desk.remedy_tasks import remedy_handlers
from assist.desk.request_remedy import Ask, Asked, request
from assist.desk.settle_remedy import done_by_hand
from assist.desk.tasks import Tasks
from assist.domain.chat import Order, OrderLine
from assist.domain.complaint import Ground, Issue, Severity
from assist.domain.event import Event, EventKind
from assist.domain.ids import id_of
from assist.domain.people import AgentRole, Caller
from assist.domain.remedy import Claim, Claimant, ClaimClock, ClaimLine, Option, Remedy, RemedyState
from assist.domain.remedy_policy import (
    Approval,
    Budget,
    ClaimWindow,
    ClusterPolicy,
    CustomerLimits,
    Execution,
    Ladder,
    PayFirst,
    Payout,
    PriceError,
    RemedyKind,
    RemedyPolicy,
    RemedyRule,
    RoleLimit,
    Rung,
)
from assist.domain.suggestion import Arm, CardDetail, Suggestion, SuggestionKind
from assist.store import remedy_tables
from assist.store.database import Database
from assist.store.queries import chats, complaints, events, people, remedies, suggestions, world
from assist.store.queries.chats import ConversationRow
from assist.store.queries.complaints import ComplaintRow, LineRow
from assist.store.queries.people import ShopRow
from assist.store.queries.remedies import RemedyRow
from assist.store.queries.suggestions import SuggestionRow
from assist.store.tables import table_of
from assist.store.writer import Change, Writer
from tests.conftest import NOW, StillClock

SHOP = "s1"
CUSTOMER = "customer-1"
COUPON, PARTIAL, FULL = RemedyKind.coupon, RemedyKind.partial_refund, RemedyKind.full_refund


def a_policy(**changed: Any) -> RemedyPolicy:
    """An agent alone: half of an order and 50 yuan; a lead all of it and 300; 1,000 yuan a day for all."""
    payout = Payout(kind=PARTIAL, by="share")
    rung = Rung(id="partial", zh="部分", en="A part", payouts=(payout,), basis="own")
    rule = RemedyRule(id="rot", zh="腐烂", en="Rot", grounds=(Ground.rotten,), ladder="l", window="w", basis="own")
    values: dict[str, Any] = {
        "ladders": (Ladder(id="l", rungs=(rung,)),),
        "rules": (rule,),
        "windows": (ClaimWindow(id="w", hours=24, basis="own"),),
        "evidence": (),
        "limits": (
            RoleLimit(role=AgentRole.agent, percent_of_order=50, at_most_fen=5_000, basis="own"),
            RoleLimit(role=AgentRole.lead, percent_of_order=100, at_most_fen=30_000, basis="own"),
            RoleLimit(role=AgentRole.manager, percent_of_order=100, at_most_fen=None, basis="own"),
        ),
        "customers": CustomerLimits(
            days=7, claims=3, refunded_fen=50_000, daily_fen=40_000, high_risk_claims=5, basis="own"
        ),
        "budget": Budget(daily_fen=100_000, basis="own"),
        "price_error": PriceError(compensation_percent=10, at_most_fen=1_000, basis="own"),
        "approval": Approval(basis="own"),
        "clusters": ClusterPolicy(basis="own"),
        "minimum_refund_fen": 0,
        "coupon_valid_days": 30,
        "basis": "own",
        **changed,
    }
    return RemedyPolicy(**values)


POLICY = a_policy()
EXECUTES = Execution(coupon=True, partial_refund=True, full_refund=True, reship=True)
PAYS_FIRST = PayFirst(
    categories=("frozen_meat",),
    grounds=(Ground.thawed_warm,),
    line_from_fen=10_000,
    at_most_fen=30_000,
    daily_fen=40_000,
    follow_up_hours=24,
    basis="own",
)


def person(role: AgentRole = AgentRole.agent, name: str = "") -> Caller:
    return Caller(shop_id=SHOP, agent_id=name or f"the-{role.value}", name=name or role.value, role=role)


AGENT, LEAD, MANAGER, ADMIN = (person(role) for role in AgentRole)


def option(kind: RemedyKind = PARTIAL, amount_fen: int = 4_000, **more: Any) -> Option:
    return Option(kind=kind, amount_fen=amount_fen, **more)


def a_remedy(*options: Option, line_ref: str = "l1", **more: Any) -> Remedy:
    told: dict[str, Any] = {"ready": True, "clock": ClaimClock(state="open"), "trace": (), **more}
    return Remedy(rule="rot", rung="partial", line_ref=line_ref, options=options or (option(),), **told)


def an_order(order_ref: str = "o1", *paid_fen: int, customer_ref: str = CUSTOMER, **more: Any) -> Order:
    """An order with a line of each amount, 100 yuan where none is named."""
    paid = paid_fen or (10_000,)
    lines = tuple(OrderLine(line_ref=f"l{n}", title=f"草莓{n}", paid_fen=fen) for n, fen in enumerate(paid, 1))
    told = {"paid_fen": sum(paid), "as_of": NOW - timedelta(hours=1), **more}
    return Order(order_ref=order_ref, status="signed", customer_ref=customer_ref, lines=lines, **told)


LARGE = a_remedy(option(amount_fen=6_000))
"""More than an agent may give alone."""


@dataclass
class Till:
    """Everything to ask, decide and look with, on one database."""

    database: Database
    writer: Writer
    now: datetime = NOW

    def open(self, timezone: str = "Asia/Shanghai") -> "Till":
        shop = ShopRow(SHOP, "店", timezone, "salt")
        self.writer.submit(lambda session: people.save_shop(session, shop, NOW)).result()
        return self

    def card(
        self,
        ref: str = "c1",
        decision: Remedy | None = None,
        order: Order | None = None,
        *,
        customer_ref: str = CUSTOMER,
        opened_at: datetime | None = None,
        order_ref: str | None = None,
        photo_seen_before: bool = False,
        shop_id: str = SHOP,
    ) -> str:
        """Keep a complaint of a conversation of its own with its live card; return the card's id."""
        decision = decision or a_remedy()
        bought = order or an_order()
        at = opened_at or self.now
        chat = ConversationRow(
            id=id_of(shop_id, ref),
            shop_id=shop_id,
            adapter="generic",
            account="main",
            conversation_ref=ref,
            customer_ref=customer_ref,
            customer_name="张三",
            state="human",
            last_at=at,
            last_text="烂了",
            open_turn_id=f"turn-{ref}",
            waiting_since=at,
            order_ref=bought.order_ref,
        )
        complaint = ComplaintRow(
            id=complaints.complaint_id_of(chat.id, 1),
            shop_id=shop_id,
            conversation_id=chat.id,
            episode=1,
            platform="generic",
            turn_id=f"turn-{ref}",
            issues=(Issue.spoilage,),
            severity=Severity.partial_spoil,
            opened_at=at,
            updated_at=at,
            customer_key=f"key of {customer_ref}",
            order_ref=order_ref or bought.order_ref,
        )
        detail = CardDetail(
            complaint_id=complaint.id,
            line_key=decision.line_ref,
            decision=decision,
            photo_seen_before=photo_seen_before,
        )
        card = SuggestionRow(
            id=id_of("card", shop_id, ref),
            shop_id=shop_id,
            conversation_id=chat.id,
            turn_id=f"turn-{ref}",
            arm=Arm.shown,
            state="live",
            rank=0,
            category="berry",
            created_at=at,
            suggestion=Suggestion(
                kind=SuggestionKind.remedy,
                article_id="remedy",
                library_number=1,
                title="部分退款",
                text="非常抱歉",
                score=1.0,
                matched="",
                detail=detail,
            ),
        )

        def keep(session: Any) -> None:
            chats.save_conversation(session, chat)
            world.save_order(session, shop_id, bought)
            complaints.save_complaint(session, complaint, [_line(complaint, decision, bought, photo_seen_before)])
            suggestions.save(session, [card])

        self.writer.submit(keep).result()
        return card.id

    def ask(
        self,
        card: str,
        kind: RemedyKind = PARTIAL,
        *,
        by: Caller = AGENT,
        policy: RemedyPolicy | None = POLICY,
        step: str = "",
        amount_fen: int | None = None,
        reason: str = "",
    ) -> Asked:
        return self.writer.submit(request(by, wish(card, kind, step, amount_fen, reason), policy, self.now)).result()

    def asked(self, card: str, kind: RemedyKind = PARTIAL, **how: Any) -> RemedyRow:
        return self.row(self.ask(card, kind, **how).remedy_id)

    def approve(
        self,
        row: RemedyRow,
        by: Caller = LEAD,
        *,
        seen_fen: int | None = None,
        reason: str = "",
        policy: RemedyPolicy = POLICY,
    ) -> RemedyRow:
        seen = row.amount_fen if seen_fen is None else seen_fen
        return self.writer.submit(approve(by, row.id, seen, reason, policy, self.now)).result()

    def waiting(self, ref: str = "c1", **how: Any) -> RemedyRow:
        """Return what an agent asked for above their limit: 60 of 200 yuan."""
        return self.asked(self.card(ref, LARGE, an_order(f"o-{ref}", 20_000)), **how)

    def settled(self, row: RemedyRow) -> RemedyRow:
        return self.did(done_by_hand(AGENT, row.id, "R-1", self.now))

    def did(self, change: Change[RemedyRow]) -> RemedyRow:
        return self.writer.submit(change).result()

    def run_tasks(self) -> int:
        """Run what is due by this till's time; return how much there was."""
        clock = StillClock(self.now)
        return Tasks(self.writer, clock, "p1", remedy_handlers(self.writer, clock)).work()

    def row(self, remedy_id: str) -> RemedyRow:
        with self.database.reader() as session:
            found = remedies.one(session, SHOP, remedy_id)
        assert found is not None
        return found

    def rows(self, *states: RemedyState) -> list[RemedyRow]:
        with self.database.reader() as session:
            rows = [row for state in RemedyState for row in remedies.in_state(session, SHOP, state)]
        return [row for row in rows if not states or row.state in states]

    def count(self, *states: RemedyState) -> int:
        table = table_of(remedy_tables.Remedy)
        query = select(func.count()).where(table.c.state.in_([state.value for state in states]))
        with self.database.reader() as session:
            return int(session.execute(query).scalar_one())

    def spent(self, day: str = "2026-11-21", scope: str = "shop") -> int:
        table = table_of(remedy_tables.Budget)
        query = select(table.c.used_fen).where(table.c.scope == scope, table.c.day == day)
        with self.database.reader() as session:
            return int(session.execute(query).scalar_one_or_none() or 0)

    def back(self, order_ref: str = "o1") -> dict[str, int]:
        table = table_of(remedy_tables.OrderLedger)
        query = select(table.c.line_ref, table.c.back_fen).where(table.c.order_ref == order_ref)
        with self.database.reader() as session:
            return {row.line_ref: int(row.back_fen) for row in session.execute(query)}

    def log(self, *kinds: EventKind) -> list[Event]:
        with self.database.reader() as session:
            return events.in_window(session, SHOP, kinds, NOW - timedelta(days=400), NOW + timedelta(days=400))


def wish(card: str, kind: RemedyKind = PARTIAL, step: str = "", amount_fen: int | None = None, reason: str = "") -> Ask:
    return Ask(suggestion_id=card, kind=kind, amount_fen=amount_fen, reason=reason, step_id=step or f"step-of-{card}")


def later(till: Till, **by: float) -> Till:
    """Return the same till at another time."""
    return replace(till, now=till.now + timedelta(**by))


def _line(complaint: ComplaintRow, decision: Remedy, order: Order, photo_seen_before: bool) -> LineRow:
    bought = next((line for line in order.lines if line.line_ref == decision.line_ref), None)
    about = ClaimLine(line_ref=decision.line_ref, title=bought.title if bought else "", paid_fen=order.paid_fen)
    return LineRow(
        complaint_id=complaint.id,
        line_key=decision.line_ref,
        shop_id=complaint.shop_id,
        issue=Issue.spoilage,
        severity=Severity.partial_spoil,
        claim=Claim(
            complaint_id=complaint.id,
            grounds=(Ground.rotten,),
            severity=Severity.partial_spoil,
            line=about,
            claimant=Claimant(photo_seen_before=photo_seen_before),
            complained_at=complaint.opened_at,
            now=complaint.opened_at,
        ),
        decision=decision,
        library_number=1,
        opened_at=complaint.opened_at,
        line_ref=decision.line_ref,
        category="berry",
    )
