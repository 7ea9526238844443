"""A shop that sells: shrimp, a sauce, a bundle, a substitute; its goods, their facts, and what is told of them."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import JsonValue

from assist.contract import CustomerUpdated, FactUpdated, OrderLine, OrderUpdated
from assist.domain.goods import Goods
from assist.domain.library import Entry
from assist.domain.suggestion import Suggestion
from assist.store.queries import chats, offers
from assist.store.queries import goods as goods_rows
from tests.conftest import NOW
from tests.desk.shop import AGENT, SHOP, SHRIMP, Desk, conversation_of, policy, replaced, said, small_library
from tests.shipped import shipped_entries

SAUCE, HOTPOT, FROZEN = "SAUCE-1", "SOUP-1", "FROZEN-1"
LIVE = "SHRIMP-1"

GOODS = (
    Goods(sku=SAUCE, title="蒜蓉蘸酱 200克", title_en="Garlic dip 200 g", kind="dip", category="live_seafood"),
    Goods(sku=HOTPOT, title="菌汤锅底 150克", title_en="Mushroom soup base 150 g", kind="soup_base"),
    Goods(sku=FROZEN, title="冻虾仁 500克", title_en="Frozen prawns 500 g", kind="frozen_shrimp"),
    Goods(sku=LIVE, title="鲜活基围虾 1斤", title_en="Live shrimp 500 g", kind="shrimp", category="live_seafood"),
)
PRICES = {SAUCE: 1290, HOTPOT: 1590, FROZEN: 4590, LIVE: 3990}


def product(product_id: str, name: str, *aliases: str) -> Entry:
    body = {"id": product_id, "name": name, "aliases": aliases, "name_en": product_id, "category": "live_seafood"}
    return Entry(kind="product", entry_id=product_id, body=json.dumps(body, ensure_ascii=False, sort_keys=True))


def script(offer_id: str, **more: Any) -> Entry:
    body = {
        "id": offer_id,
        "title": "活虾配蘸酱",
        "product": "蘸酱",
        "kind": "dip",
        "products": ["shrimp"],
        "feature": "现熬蒜蓉，小瓶装",
        "advantage": "比本店的大瓶装一顿就能用完",
        "benefit": "白灼的虾蘸着就能吃",
        "evidence": {"kind": "rating", "or_kinds": ["sales"]},
        "say": "白灼的话配这瓶{{ goods }}，{{ proof }}，要不要一起带一份？",
        "say_en": "It goes with our {{ goods }} ({{ proof }}). Shall we add one?",
        "reviewed": "2026-11-20",
    }
    return Entry(kind="offer", entry_id=offer_id, body=json.dumps(body | more, ensure_ascii=False, sort_keys=True))


def selling(**more: Any) -> Entry:
    body: dict[str, Any] = {
        "quiet_intents": ["refund", "damage_claim"],
        "asks_stock": ["还有货吗", "卖完", "还有…吗"],
        "careful": ["怀孕", "过敏", "pregnant"],
        "kinds": [
            {"id": "dip", "zh": "蘸料", "en": "Dips"},
            {"id": "soup_base", "zh": "锅底", "en": "Soup bases"},
            {"id": "frozen_shrimp", "zh": "冻虾仁", "en": "Frozen prawns"},
        ],
        "seasons": [{"id": "hotpot", "zh": "火锅季", "en": "Hot pot", "first": "11-01", "last": "02-28"}],
        "seen": [
            {"how": "cart", "zh": "您购物车里有{{ seen }}，", "en": "With {{ seen }} in your cart: "},
            {"how": "browsing", "zh": "您刚看的{{ seen }}，", "en": "You looked at {{ seen }}: "},
            {"how": "history", "zh": "您之前买过{{ seen }}，", "en": "You bought {{ seen }}: "},
        ],
        "yes": ["来一份", "要的", "加上"],
        "no": ["不用", "不要"],
    }
    return policy("selling", body | more)


def _in_english() -> Entry:
    body = {
        "id": "storage-shrimp-en",
        "title": "活虾保存",
        "category": "live_seafood",
        "intent": "storage",
        "products": ["shrimp"],
        "asks": ["活虾在家怎么存"],
        "asks_en": ["how do I store live shrimp at home", "how to keep live shrimp"],
        "reviewed": "2026-11-21",
        "text": "活虾请当天吃完。",
        "text_en": "Please eat live shrimp on the same day.",
    }
    return Entry(kind="article", entry_id="storage-shrimp-en", body=json.dumps(body, ensure_ascii=False))


IN_ENGLISH = _in_english()
"""An article that answers in English too."""

SCRIPTS = (script("dip-beside-shrimp"),)


def open_selling(
    desk: Desk,
    scripts: Sequence[Entry] = SCRIPTS,
    *,
    stock: int = 8,
    answers: dict[str, float] | None = None,
    **policies: Any,
) -> None:
    """Publish scripts, and let the shop say what it has: goods with prices, stock and ratings of last month."""
    named = [product("shrimp", "活虾", "基围虾", "虾"), product("milk", "鲜牛奶", "牛奶")]
    finder = policy("answers", {"min_score": 0.6, "max_cards": 3, **(answers or {})})
    remedies = [one for one in shipped_entries() if one.kind == "script" or one.entry_id in ("remedy", "alerts")]
    desk.publish([*replaced(small_library(), selling(**policies), finder), *named, *remedies, *scripts])
    desk.writer.submit(lambda session: goods_rows.save_goods(session, SHOP, GOODS, NOW - timedelta(days=1))).result()
    for one in GOODS:
        state(desk, "price", one.sku, PRICES[one.sku])
        state(desk, "stock", one.sku, stock)
        state(desk, "rating", one.sku, rating())


RATED = "2026年10月20日至11月19日1200条评价4.8分"


def rating(text: str = RATED, on: date = date(2026, 11, 19)) -> dict[str, JsonValue]:
    """A rating counted until two days before the moment of the tests."""
    return {
        "text": text,
        "text_en": "4.8 from 1200 reviews, 20 October to 19 November 2026",
        "title": "本店评价统计",
        "issuer": "本店",
        "since": "2026-10-20",
        "on": on.isoformat(),
        "count": 1200,
    }


def state(
    desk: Desk,
    fact: str,
    subject: str,
    value: JsonValue,
    *,
    at: datetime | None = None,
    until: datetime | None = None,
    name: str = "",
) -> None:
    """Let the shop state a fact, as its stock system would."""
    desk.hear(
        FactUpdated(
            event_ref=f"fact-{fact}-{subject}-{name or 'first'}",
            sent_at=at or desk.clock(),
            raw_type="fact",
            fact=fact,
            subject=subject,
            value=value,
            valid_until=until,
        )
    )


def customer_is(desk: Desk, facts: dict[str, JsonValue], ref: str = "customer-1") -> None:
    desk.hear(
        CustomerUpdated(
            event_ref=f"customer-{ref}-{len(facts)}", sent_at=desk.clock(), raw_type="c", customer_ref=ref, facts=facts
        )
    )


def ask(desk: Desk, text: str = SHRIMP, ref: str = "1", **more: Any) -> None:
    desk.hear(said(ref, text, desk.clock(), **more))


def answer(desk: Desk, text: str, ref: str = "a1", **more: Any) -> None:
    desk.hear(said(ref, text, desk.clock(), role="agent", by="agent-1", name=AGENT, **more))


def bought(desk: Desk, sku: str, at: datetime, customer_ref: str = "customer-1") -> None:
    """Let the platform tell of an order of the customer."""
    line = OrderLine(line_ref="1", sku=sku, title=sku, paid_fen=1290)
    order = OrderUpdated(
        event_ref=f"order-{sku}",
        sent_at=at,
        raw_type="order",
        order_ref=f"o-{sku}",
        customer_ref=customer_ref,
        status="finished",
        paid_fen=1290,
        paid_at=at,
        lines=(line,),
    )
    desk.hear(order)


def offered(desk: Desk, ref: str = "c1") -> list[Suggestion]:
    """Return the offers that an agent may use now."""
    return [one for one in desk.live(ref) if one.offer is not None]


def held(desk: Desk, ref: str = "c1") -> str | None:
    """Return why an offer is held back in the newest turn."""
    with desk.database.reader() as session:
        newest = chats.newest_turn(session, conversation_of(ref))
        assert newest is not None
        return offers.offer_held(session, newest.turn.id)
