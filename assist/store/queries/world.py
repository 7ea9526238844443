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
from assist.store.sql import insert_into
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


def save_order(session: Session, shop_id: str, order: Order) -> None:
    values = {
        "shop_id": shop_id,
        "order_ref": order.order_ref,
        "customer_ref": order.customer_ref,
        "body": order.model_dump_json(),
        "as_of": order.as_of,
    }
    _newest_wins(session, _order, values, ("shop_id", "order_ref"), "as_of")


def save_fact(session: Session, row: FactRow) -> None:
    values = {**row.__dict__, "value": json.dumps(row.value)}
    _newest_wins(session, _fact, values, ("shop_id", "fact", "subject"), "stated_at")


def fact(session: Session, shop_id: str, name: str, subject: str) -> FactRow | None:
    query = select(_fact).where(_fact.c.shop_id == shop_id, _fact.c.fact == name, _fact.c.subject == subject)
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    return FactRow(
        shop_id, row.fact, row.subject, json.loads(row.value), row.valid_from, row.valid_until, row.stated_at
    )


def save_customer(session: Session, row: CustomerRow) -> None:
    values = {**row.__dict__, "facts": json.dumps(row.facts)}
    _newest_wins(session, _customer, values, ("shop_id", "adapter", "account", "customer_ref"), "stated_at")


def customer_name(session: Session, shop_id: str, adapter: str, account: str, customer_ref: str) -> str | None:
    query = select(_customer.c.name).where(
        _customer.c.shop_id == shop_id,
        _customer.c.adapter == adapter,
        _customer.c.account == account,
        _customer.c.customer_ref == customer_ref,
    )
    return session.execute(query).scalar_one_or_none()


def _newest_wins(session: Session, table: Any, values: dict[str, Any], keys: tuple[str, ...], age: str) -> None:
    statement = insert_into(session, table).values(values)
    changed = {key: value for key, value in values.items() if key not in keys}
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[table.c[key] for key in keys],
            set_=changed,
            where=table.c[age] <= statement.excluded[age],
        )
    )
