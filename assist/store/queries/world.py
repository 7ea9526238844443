"""What the shop's other systems told us: orders, facts, customers. The newest statement wins, whenever it arrives."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import JsonValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from assist.domain.chat import Order
from assist.store import tables
from assist.store.sql import upsert_newest
from assist.store.tables import table_of

_order = table_of(tables.OrderSnapshot)
_fact = table_of(tables.Fact)
_customer = table_of(tables.Customer)


@dataclass(frozen=True)
class FactRow:
    shop_id: str
    fact: str
    subject: str
    value: JsonValue
    valid_from: datetime | None
    valid_until: datetime | None
    stated_at: datetime


@dataclass(frozen=True)
class CustomerRow:
    shop_id: str
    adapter: str
    account: str
    customer_ref: str
    name: str | None
    facts: dict[str, Any]
    stated_at: datetime


def order(session: Session, shop_id: str, order_ref: str) -> Order | None:
    query = select(_order.c.body).where(_order.c.shop_id == shop_id, _order.c.order_ref == order_ref)
    body = session.execute(query).scalar_one_or_none()
    return Order.model_validate_json(body) if body else None


def order_of_customer(session: Session, shop_id: str, order_ref: str, customer_ref: str) -> Order | None:
    """Return an order unless it is known to be another customer's: nothing of it may be told or paid."""
    found = order(session, shop_id, order_ref)
    return found if found is None or found.customer_ref in ("", customer_ref) else None


def save_order(session: Session, shop_id: str, order: Order) -> None:
    values = {
        "shop_id": shop_id,
        "order_ref": order.order_ref,
        "customer_ref": order.customer_ref,
        "body": order.model_dump_json(),
        "as_of": order.as_of,
    }
    upsert_newest(session, _order, values, age="as_of")


def save_fact(session: Session, row: FactRow) -> None:
    values = {**row.__dict__, "value": json.dumps(row.value)}
    upsert_newest(session, _fact, values, age="stated_at")


def fact(session: Session, shop_id: str, name: str, subject: str) -> FactRow | None:
    query = select(_fact).where(_fact.c.shop_id == shop_id, _fact.c.fact == name, _fact.c.subject == subject)
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    return FactRow(
        shop_id, row.fact, row.subject, json.loads(row.value), row.valid_from, row.valid_until, row.stated_at
    )


def facts_named(session: Session, shop_id: str, name: str) -> list[FactRow]:
    """Return every fact of one name, by subject."""
    query = select(_fact).where(_fact.c.shop_id == shop_id, _fact.c.fact == name).order_by(_fact.c.subject)
    return [
        FactRow(shop_id, row.fact, row.subject, json.loads(row.value), row.valid_from, row.valid_until, row.stated_at)
        for row in session.execute(query)
    ]


def save_customer(session: Session, row: CustomerRow) -> None:
    values = {**row.__dict__, "facts": json.dumps(row.facts)}
    upsert_newest(session, _customer, values, age="stated_at")


def customer(session: Session, shop_id: str, adapter: str, account: str, customer_ref: str) -> CustomerRow | None:
    """Return what the shop's other systems know of a customer."""
    query = select(_customer).where(
        _customer.c.shop_id == shop_id,
        _customer.c.adapter == adapter,
        _customer.c.account == account,
        _customer.c.customer_ref == customer_ref,
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    return CustomerRow(shop_id, adapter, account, customer_ref, row.name, json.loads(row.facts), row.stated_at)


def customer_name(session: Session, shop_id: str, adapter: str, account: str, customer_ref: str) -> str | None:
    query = select(_customer.c.name).where(
        _customer.c.shop_id == shop_id,
        _customer.c.adapter == adapter,
        _customer.c.account == account,
        _customer.c.customer_ref == customer_ref,
    )
    return session.execute(query).scalar_one_or_none()
