"""Small complaints and remedies to keep and count."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from assist.domain.complaint import Amount, Ground, Issue, Severity, Share, Want
from assist.domain.remedy import Claim, ClaimLine, Refusal, RefusalWhy
from assist.store import remedy_tables, tables
from assist.store.queries import complaints
from assist.store.queries.complaints import ComplaintRow, LineRow
from assist.store.tables import table_of
from tests.conftest import NOW

SHOP = "s1"


def a_claim(now: datetime = NOW, **changes: Any) -> Claim:
    """A third of a box of strawberries is mouldy, paid with 39.90 yuan."""
    line = ClaimLine(line_ref="l1", title="草莓", category="berry", product="strawberry", paid_fen=3990)
    told: dict[str, Any] = {
        "grounds": (Ground.rotten,),
        "severity": Severity.partial_spoil,
        "share": Share(bad=1, total=3),
        "bad": Amount(number=Fraction(7, 2), unit="个"),
        "line": line,
        "lines": (line,),
        "order_ref": "o1",
        "order_paid_fen": 3990,
        "delivered_at": now - timedelta(hours=2),
        "complained_at": now,
        "now": now,
        **changes,
    }
    return Claim(**told)


def keep_conversation(session: Session, conversation_id: str, shop_id: str = SHOP) -> None:
    values = {
        "id": conversation_id,
        "shop_id": shop_id,
        "adapter": "generic",
        "account": "main",
        "conversation_ref": conversation_id,
        "state": "human",
        "last_at": NOW,
    }
    session.execute(insert(table_of(tables.Conversation)).values(values))


def complaint_row(conversation_id: str, *, at: datetime = NOW, shop_id: str = SHOP, **changes: Any) -> ComplaintRow:
    told: dict[str, Any] = {
        "id": complaints.complaint_id_of(conversation_id, 1),
        "shop_id": shop_id,
        "conversation_id": conversation_id,
        "episode": 1,
        "platform": "generic",
        "turn_id": "t1",
        "issues": (Issue.spoilage,),
        "severity": Severity.partial_spoil,
        "opened_at": at,
        "updated_at": at,
        "customer_key": "k1",
        "order_ref": f"order-{conversation_id}",
        "first_wants": (Want.money,),
        **changes,
    }
    return ComplaintRow(**told)


def line_row(complaint: ComplaintRow, line_key: str = "l1", **changes: Any) -> LineRow:
    told: dict[str, Any] = {
        "complaint_id": complaint.id,
        "line_key": line_key,
        "shop_id": complaint.shop_id,
        "issue": Issue.spoilage,
        "severity": Severity.partial_spoil,
        "claim": a_claim(complaint.opened_at),
        "decision": Refusal(why=RefusalWhy.no_rule, to_person=True, trace=()),
        "library_number": 1,
        "opened_at": complaint.opened_at,
        "product": "strawberry",
        "category": "berry",
        **changes,
    }
    return LineRow(**told)


def keep_remedy(session: Session, remedy_id: str, complaint: ComplaintRow, **changes: Any) -> None:
    values: dict[str, Any] = {
        "id": remedy_id,
        "shop_id": complaint.shop_id,
        "complaint_id": complaint.id,
        "line_ref": remedy_id,
        "order_ref": complaint.order_ref,
        "conversation_id": complaint.conversation_id,
        "turn_id": complaint.turn_id,
        "adapter": "generic",
        "account": "main",
        "customer_ref": "u1",
        "customer_key": complaint.customer_key,
        "kind": "partial_refund",
        "rule": "rot",
        "rung": "partial",
        "category": "berry",
        "issue": "spoilage",
        "severity": "partial_spoil",
        "amount_fen": 1330,
        "needs": "agent",
        "automatic": False,
        "pay_first": False,
        "state": "executed",
        "library_number": 1,
        "decision": "{}",
        "budget_day": "",
        "requested_by": "a1",
        "requested_at": complaint.opened_at,
        "reason": "",
        "attempts": 0,
        "finding": "",
        **changes,
    }
    session.execute(insert(table_of(remedy_tables.Remedy)).values(values))
