"""What may be promised in a conversation? By the shipped policy: an agent gives up to 100 yuan and half of an order."""

from datetime import timedelta

import pytest

from assist.desk.given import given_by
from assist.desk.guard_text import guard_text
from assist.domain.chat import Order, OrderLine
from assist.domain.guard import Checked
from assist.domain.people import AgentRole
from assist.domain.remedy_policy import RemedyKind
from tests.conftest import NOW
from tests.shipped import shipped_shelf

ZONE = "Asia/Shanghai"


def order(paid_fen: int, title: str = "丹东草莓 3斤") -> Order:
    lines = (OrderLine(line_ref="1", title=title, paid_fen=paid_fen),)
    return Order(order_ref="D1", status="signed", paid_fen=paid_fen, lines=lines, as_of=NOW - timedelta(minutes=1))


def checked(
    text: str, bought: Order | None, granted: list[tuple[RemedyKind, int]], role: AgentRole = AgentRole.agent
) -> Checked:
    return guard_text(
        text, shipped_shelf(), NOW, ZONE, lambda: given_by(shipped_shelf(), bought, granted, role, NOW, ZONE)
    )


@pytest.mark.parametrize(
    ("paid_fen", "role", "limit_fen"),
    [
        pytest.param(30_000, AgentRole.agent, 10_000, id="300 yuan paid: half is 150, the limit is 100"),
        pytest.param(8_000, AgentRole.agent, 4_000, id="80 yuan paid: half is 40, below 100"),
        pytest.param(None, AgentRole.agent, 10_000, id="nothing known of the order: the limit alone"),
        pytest.param(30_000, AgentRole.manager, 30_000, id="a manager: all that was paid"),
        pytest.param(30_000, AgentRole.admin, None, id="an admin has no limit of their own"),
    ],
)
def test_an_agents_limit_is_the_lower_of_both(paid_fen: int | None, role: AgentRole, limit_fen: int | None) -> None:
    bought = order(paid_fen) if paid_fen is not None else None

    assert given_by(shipped_shelf(), bought, [], role, NOW, ZONE).agent_limit_fen == limit_fen


def test_goods_give_their_category_and_how_long_they_keep() -> None:
    given = given_by(shipped_shelf(), order(5_000), [], AgentRole.agent, NOW, ZONE)

    product = shipped_shelf().products[given.products[0]]
    assert given.categories == (product.category,)
    assert given.shelf_life_days[product.id] > 0


def test_a_full_refund_may_be_promised_once_it_is_granted() -> None:
    text = "给您全额退款，原路退回"

    assert [one.rule for one in checked(text, order(5_000), []).findings]
    assert checked(text, order(5_000), [(RemedyKind.full_refund, 5_000)]).findings == ()


def test_an_amount_within_what_was_granted_may_be_promised() -> None:
    text = "给您退60元"

    assert checked(text, order(8_000), []).findings
    assert checked(text, order(8_000), [(RemedyKind.partial_refund, 6_000)]).findings == ()


def test_goods_sent_again_grant_no_money() -> None:
    assert checked("给您退60元", order(8_000), [(RemedyKind.reship, 8_000)]).findings
