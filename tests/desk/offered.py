"""A desk where a sauce was offered beside an answer, and what an agent, a customer and a platform tell after that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from assist.contract import MessageReceived, OrderLine, OrderPaid, OrderRefunded, OrderUpdated
from assist.desk.settle_offers import offer_handlers
from assist.desk.subject import subject_key
from assist.desk.tasks import Tasks
from assist.domain.event import EventKind
from assist.domain.goods import EvidenceKind
from assist.domain.offer import OfferDetail, OfferedGoods, OfferRole, ShownProof
from assist.domain.suggestion import Arm, Suggestion, SuggestionKind
from assist.domain.tally import Tally
from assist.store.queries import events, offers, people, suggestions
from assist.store.queries.offers import MadeRow
from assist.store.queries.suggestions import SuggestionRow
from tests.conftest import NOW
from tests.desk.shop import SHOP, SHRIMP, Desk, conversation_of, message_of, policy, replaced, said, small_library

ASKED = NOW - timedelta(hours=3)
OFFER = "刺身酱油搭配活虾蘸着吃很鲜，本店9.9元一瓶，要不要一起带一瓶？"
SAUCE, WASABI, SALMON = "sauce", "wasabi", "salmon"
CONTEXT = "live_seafood|new"
YES, NO = "好的，来一瓶", "不用了谢谢"
KINDS = (EventKind.offer_sent, EventKind.offer_answered, EventKind.offer_reversed)


def at(minutes: float) -> datetime:
    """Minutes after the customer asked."""
    return ASKED + timedelta(minutes=minutes)


def selling(**more: Any) -> Any:
    words = {"yes": ["来一份", "要的", "带一份"], "no": ["不要", "不用", "不用了", "算了"]}
    return policy("selling", {**words, "accept_hours": 24, "return_days": 7, **more})


def open_offers(desk: Desk) -> Desk:
    """Let a shop sell, and ask for something in it."""
    desk.publish(replaced(small_library(), selling()))
    desk.hear(said("m1", SHRIMP, ASKED, by="u1"))
    return desk


def offer(
    desk: Desk,
    id_: str = "card",
    *,
    turn: str = "m1",
    skus: Sequence[str] = (SAUCE,),
    text: str = OFFER,
    conversation: str = "c1",
    holdout: bool = False,
    customer: str = "u1",
    offer_id: str = "shrimp-sauce",
    episode: int = 1,
) -> str:
    """Make a card for a turn, as the desk does; return its id."""
    goods = tuple(OfferedGoods(sku=sku, title=title_of(sku), price_fen=990) for sku in skus)
    detail = OfferDetail(
        role=OfferRole.beside,
        goods=goods,
        product="刺身酱油",
        feature="酿造",
        advantage="不咸",
        benefit="提鲜",
        proof=ShownProof(
            fact_id=f"rating:{SAUCE}", kind=EvidenceKind.rating, text="4.9分", source="本店", on=date(2026, 11, 1)
        ),
        context=CONTEXT,
        chance=0.1,
        gain_fen=99.0,
        propensity=0.7,
        explored=False,
        seed=1,
    )
    suggestion = Suggestion(
        kind=SuggestionKind.offer,
        article_id=offer_id,
        library_number=1,
        title="酱油",
        text=text,
        score=0.1,
        matched="",
        offer=detail,
    )
    card = SuggestionRow(
        id=id_,
        shop_id=SHOP,
        conversation_id=conversation_of(conversation),
        turn_id=message_of(turn, conversation),
        arm=Arm.shown,
        state="live",
        rank=9,
        category="live_seafood",
        created_at=ASKED,
        suggestion=suggestion,
    )
    made = MadeRow(
        suggestion_id=id_,
        shop_id=SHOP,
        conversation_id=conversation_of(conversation),
        turn_id=message_of(turn, conversation),
        episode=episode,
        adapter="generic",
        customer_ref=customer,
        subject_key=key_of(desk, customer),
        offer_id=offer_id,
        arm=skus[0] if skus else "",
        skus=tuple(skus),
        context=CONTEXT,
        chance=0.1,
        propensity=0.7,
        explored=False,
        holdout=holdout,
        made_at=ASKED,
    )

    def write(session: Any) -> None:
        suggestions.save(session, [card])
        offers.save(session, [made])

    desk.writer.submit(write).result()
    return id_


def title_of(sku: str) -> str:
    return {SAUCE: "刺身酱油", WASABI: "青芥辣", SALMON: "三文鱼"}.get(sku, sku)


def key_of(desk: Desk, customer: str) -> str | None:
    with desk.database.reader() as session:
        (shop,) = people.shops(session)
    return subject_key(shop.subject_salt, customer)


def reply(text: str = OFFER, minutes: float = 10, ref: str = "a1", **more: Any) -> MessageReceived:
    return said(ref, text, at(minutes), role=more.pop("role", "agent"), by=more.pop("by", "agent-1"), **more)


def answer(text: str = YES, minutes: float = 20, ref: str = "m2", **more: Any) -> MessageReceived:
    return said(ref, text, at(minutes), by="u1", **more)


def _told(ref: str, minutes: float) -> dict[str, Any]:
    return {"event_ref": ref, "sent_at": at(minutes), "raw_type": "x"}


def updated(
    minutes: float = 40,
    *,
    ref: str = "",
    order: str = "o1",
    paid: float | None = 30,
    lines: Mapping[str, int] | None = None,
    refunded: int = 0,
    status: str = "paid",
    customer: str = "u1",
    name: str = "",
) -> OrderUpdated:
    """An order's snapshot: `paid` minutes after the question, its lines as SKU -> fen."""
    held = {SAUCE: 990, SALMON: 8800} if lines is None else lines
    return OrderUpdated(
        **_told(name or f"u-{order}-{minutes}", minutes),
        order_ref=order,
        customer_ref=customer,
        status=status,
        paid_fen=sum(held.values()),
        refunded_fen=refunded,
        paid_at=None if paid is None else at(paid),
        lines=tuple(
            OrderLine(line_ref=f"l{number}", sku=sku, title=title_of(sku), paid_fen=fen)
            for number, (sku, fen) in enumerate(held.items())
        ),
    )


def paid(minutes: float = 30, *, order: str = "o1", fen: int = 9790, customer: str = "u1") -> OrderPaid:
    return OrderPaid(**_told(f"p-{order}-{minutes}", minutes), order_ref=order, paid_fen=fen, customer_ref=customer)


def refunded(fen: int, minutes: float = 60, *, order: str = "o1", customer: str = "u1") -> OrderRefunded:
    told = _told(f"r-{order}-{minutes}-{fen}", minutes)
    return OrderRefunded(**told, order_ref=order, refunded_fen=fen, customer_ref=customer)


def row(desk: Desk, id_: str = "card") -> MadeRow:
    with desk.database.reader() as session:
        found = offers.one(session, SHOP, id_)
    assert found is not None
    return found


def run_tasks(desk: Desk) -> int:
    return Tasks(desk.writer, desk.clock, "p1", offer_handlers(desk.writer, desk.libraries, desk.clock)).work()


def sums(desk: Desk, context: str = CONTEXT) -> dict[tuple[str, str], Tally]:
    """Return the sums of a context that hold something, without what counts less with age."""
    with desk.database.reader() as session:
        found = offers.tallies(session, SHOP, context)
    return {key: Tally(round(one.made), round(one.accepted)) for key, one in found.items() if one.made}


@dataclass(frozen=True)
class Counted:
    """What a reader of the log makes of one offer: the newest event of each kind."""

    sent: bool
    price_fen: int
    answer: str | None = None
    by: str | None = None
    fen: int = 0
    order: str | None = None
    back_fen: int = 0
    whole: bool = False


def counted(desk: Desk, *conversations: str) -> dict[str, Counted]:
    """Fold the log: an offer that was taken back, or never sent, is left out."""
    with desk.database.reader() as session:
        refs = [conversation_of(ref) for ref in conversations or ("c1",)]
        log = list(events.of_conversations(session, SHOP, KINDS, refs))
    newest = {(event.suggestion_id, event.kind): event for event in log}
    folded: dict[str, Counted] = {}
    for (id_, kind), sent in newest.items():
        if kind is not EventKind.offer_sent or sent.payload["taken_back"] or id_ is None:
            continue
        said = newest.get((id_, EventKind.offer_answered))
        back = newest.get((id_, EventKind.offer_reversed))
        answered = said if said and said.payload["answer"] != "none" else None
        folded[id_] = Counted(
            sent=True,
            price_fen=sent.n,
            answer=str(answered.payload["answer"]) if answered else None,
            by=str(answered.payload["by"]) if answered and answered.payload["by"] else None,
            fen=answered.n if answered else 0,
            order=str(answered.payload["order_ref"]) if answered and answered.payload["order_ref"] else None,
            back_fen=back.n if back else 0,
            whole=bool(back and back.payload["whole"]),
        )
    return folded
