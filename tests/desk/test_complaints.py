"""From what a customer says over several messages to the cards beside the chat, and what is kept of it."""

import itertools
from datetime import datetime, timedelta

import pytest

from assist.contract import Attachment, MessageReceived, OrderLine, OrderUpdated
from assist.desk.approve import RemedyMoved, approve
from assist.desk.request_remedy import Ask, request
from assist.desk.settle_remedy import done_by_hand
from assist.domain.complaint import Ground, Severity
from assist.domain.event import EventKind
from assist.domain.people import AgentRole, Caller
from assist.domain.remedy import Question, Refusal, RefusalWhy, Remedy, Slot, StepName
from assist.domain.remedy_policy import RemedyKind
from assist.domain.suggestion import CardDetail, Suggestion, SuggestionKind
from assist.store.queries import complaints, world
from assist.store.queries.complaints import ComplaintRow, LineRow, complaint_id_of
from assist.store.queries.suggestions import SuggestionRow
from tests.conftest import NOW
from tests.desk.shop import SHOP, Desk, caller, conversation_of, said
from tests.shipped import shipped_entries

STRAWBERRIES = ("1", "丹东草莓 3斤礼盒", 8900)
EGGS = ("2", "散养鲜鸡蛋 30枚", 3990)


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """A shop with everything that is shipped."""
    desk.publish(shipped_entries())
    return desk


def ordered(
    *lines: tuple[str, str, int], ref: str = "D1", customer: str = "customer-1", hours_ago: float = 3
) -> OrderUpdated:
    return OrderUpdated(
        event_ref=f"order-{ref}",
        sent_at=NOW - timedelta(minutes=30),
        raw_type="order",
        order_ref=ref,
        customer_ref=customer,
        status="signed",
        paid_fen=sum(fen for _, _, fen in lines),
        lines=tuple(OrderLine(line_ref=ref, title=title, paid_fen=fen) for ref, title, fen in lines),
        signed_at=NOW - timedelta(hours=hours_ago),
    )


def shown(message: MessageReceived, *kinds: str, sha256: str | None = None) -> MessageReceived:
    attachments = tuple(Attachment(kind=kind, sha256=sha256) for kind in kinds)  # type: ignore[arg-type]
    return message.model_copy(update={"attachments": attachments})


def remedies(desk: Desk, ref: str = "c1") -> list[Suggestion]:
    kinds = (SuggestionKind.remedy, SuggestionKind.question)
    return [one for one in desk.live(ref) if one.kind in kinds]


def detail(card: Suggestion) -> CardDetail:
    assert card.detail is not None
    return card.detail


def kept(desk: Desk, ref: str = "c1", episode: int = 1) -> tuple[ComplaintRow, list[LineRow]]:
    with desk.database.reader() as session:
        found = complaints.complaint_of(session, conversation_of(ref), episode)
    assert found is not None
    return found


def at(minutes: float) -> datetime:
    """Messages of the last hour: what a platform dates later than now is not believed."""
    return NOW - timedelta(hours=1) + timedelta(minutes=minutes)


def test_a_third_of_the_strawberries_leads_to_a_third_of_what_was_paid(shop: Desk) -> None:
    shop.hear(ordered(STRAWBERRIES), said("m1", "草莓打开一看，三分之一都长毛了", at(0), order="D1"))

    card = shop.live()[0]

    decision = detail(card).decision
    assert isinstance(decision, Remedy)
    # 8900 / 3 = 2966.67, up to the fen.
    assert decision.options[0].amount_fen == 2967
    assert not decision.ready
    assert "29.67元" in card.text
    row, lines = kept(shop)
    assert (row.severity, row.state, row.order_ref) == (Severity.partial_spoil, "open", "D1")
    assert [(line.line_ref, line.product, line.category) for line in lines] == [("1", "strawberry", "berries")]


def test_every_card_has_the_four_steps_in_order_and_the_storage_tip_of_the_goods(shop: Desk) -> None:
    shop.hear(ordered(STRAWBERRIES), said("m1", "草莓坏了三分之一", at(0), order="D1"))

    card = detail(shop.live()[0])

    for steps in (card.steps, *card.option_steps):
        assert [step.step for step in steps] == list(StepName)
        assert all(step.text for step in steps)
        assert not any("{{" in step.text for step in steps)
    # The figure of the shipped storage article for strawberries.
    assert "2-3天" in card.steps[-1].text


def test_facts_spread_over_several_turns_come_together(shop: Desk) -> None:
    shop.hear(
        ordered(("1", "精品火龙果 家庭装", 6000)),
        said("m1", "火龙果烂了3个", at(0), order="D1"),
        said("a1", "抱歉，请问一共几个", at(1), role="agent"),
        said("m2", "一共10个", at(2)),
    )

    decision = detail(remedies(shop)[0]).decision

    assert isinstance(decision, Remedy)
    assert decision.options[0].amount_fen == 1800


def test_one_question_at_a_time_and_never_one_already_asked(shop: Desk) -> None:
    shop.hear(ordered(STRAWBERRIES), said("m1", "草莓坏了", at(0), order="D1"))
    first = [detail(one).decision for one in remedies(shop)]
    assert [one.slot for one in first if isinstance(one, Question)] == [Slot.share]
    question = next(row for row in shop.cards() if row.suggestion.kind is SuggestionKind.question)
    shop.step(EventKind.inserted, question)

    shop.hear(said("a1", question.suggestion.text, at(1), role="agent"), said("m2", "说不清楚", at(2)))

    later = detail(remedies(shop)[0]).decision
    assert isinstance(later, Refusal)
    assert (later.why, later.to_person) == (RefusalWhy.unclear, True)


@pytest.mark.parametrize(
    ("answer", "amount_fen"),
    [
        # 8900 fen: a tenth, a fifth, a third up to the fen, half and all are the whole.
        ("一成左右", 890),
        ("两成左右吧", 1780),
        ("三分之一左右", 2967),
        ("一半左右", 8900),
        ("全部", 8900),
    ],
)
def test_the_choice_taken_fills_what_was_asked(shop: Desk, answer: str, amount_fen: int) -> None:
    shop.hear(ordered(STRAWBERRIES), said("m1", "草莓坏了", at(0), order="D1"))
    question = next(row for row in shop.cards() if row.suggestion.kind is SuggestionKind.question)
    shop.step(EventKind.inserted, question)

    shop.hear(said("a1", question.suggestion.text, at(1), role="agent"), said("m2", answer, at(2)))

    decision = detail(remedies(shop)[0]).decision
    assert isinstance(decision, Remedy)
    assert decision.options[0].amount_fen == amount_fen


def test_two_kinds_of_goods_in_one_turn_are_two_claims(shop: Desk) -> None:
    shop.hear(ordered(STRAWBERRIES, EGGS), said("m1", "草莓烂了一半，鸡蛋也碎了3个", at(0), order="D1"))

    decisions = [detail(one).decision for one in remedies(shop)]

    amounts = {one.line_ref: one.options[0].amount_fen for one in decisions if isinstance(one, Remedy)}
    # Half is all of it: 8900. 3 of 30 eggs: 399.
    assert amounts == {"1": 8900, "2": 399}


def test_illness_goes_to_a_person_with_no_amount_anywhere(shop: Desk) -> None:
    shop.hear(ordered(STRAWBERRIES), said("m1", "草莓坏了一半，孩子吃了上吐下泻", at(0), order="D1"))

    first = shop.live()[0]

    decision = detail(first).decision
    assert isinstance(decision, Refusal)
    assert (decision.why, decision.to_person) == (RefusalWhy.alarm, True)
    assert not any(isinstance(detail(one).decision, Remedy) for one in remedies(shop))
    assert "元" not in first.text


def test_m12_another_customers_order_is_neither_paid_nor_told(shop: Desk) -> None:
    shop.hear(ordered(STRAWBERRIES, customer="somebody-else"), said("m1", "草莓烂了三分之一，退钱", at(0), order="D1"))

    card = remedies(shop)[0]

    decision = detail(card).decision
    assert isinstance(decision, Refusal)
    assert decision.why is RefusalWhy.not_their_order
    said_of_it = card.model_dump_json()
    assert "丹东" not in said_of_it
    assert "8900" not in said_of_it
    with shop.database.reader() as session:
        assert world.order_of_customer(session, SHOP, "D1", "customer-1") is None


def test_a_photo_that_came_with_another_claim_is_flagged(shop: Desk) -> None:
    hashed = "a" * 64
    shop.hear(
        ordered(STRAWBERRIES),
        shown(said("m1", "草莓烂了三分之一", at(0), order="D1"), "image", sha256=hashed),
        ordered(STRAWBERRIES, ref="D2", customer="customer-2"),
        shown(
            said("m1", "草莓烂了三分之一", at(5), by="customer-2", conversation="c2", order="D2"),
            "image",
            sha256=hashed,
        ),
    )

    before, after = detail(remedies(shop, "c1")[0]), detail(remedies(shop, "c2")[0])

    assert not before.photo_seen_before
    assert after.photo_seen_before
    assert isinstance(after.decision, Remedy)
    assert "photo_seen_before" in after.decision.why_approval


def test_photos_are_counted_over_the_whole_episode(shop: Desk) -> None:
    shop.hear(
        ordered(STRAWBERRIES),
        said("m1", "草莓烂了三分之一", at(0), order="D1"),
        said("a1", "麻烦拍照", at(1), role="agent"),
        shown(said("m2", "", at(2)), "image", "image"),
    )

    decision = detail(remedies(shop)[0]).decision

    assert isinstance(decision, Remedy)
    assert decision.ready


def test_a_turn_about_something_else_shows_its_answers_first(shop: Desk) -> None:
    shop.hear(
        ordered(STRAWBERRIES),
        said("m1", "草莓烂了三分之一", at(0), order="D1"),
        said("a1", "马上处理", at(1), role="agent"),
        said("m2", "剩下的草莓怎么保存", at(2)),
    )

    kinds = [one.kind for one in shop.live()]

    assert kinds[0] is SuggestionKind.answer
    assert SuggestionKind.remedy in kinds


def test_what_is_no_complaint_leaves_nothing_behind(shop: Desk) -> None:
    shop.hear(ordered(STRAWBERRIES), said("m1", "草莓收到了，没有一个坏的，很甜", at(0), order="D1"))

    assert not remedies(shop)
    with shop.database.reader() as session:
        assert complaints.complaint(session, SHOP, complaint_id_of(conversation_of(), 1)) is None
    assert not shop.log(EventKind.complaint_opened, EventKind.complaint_changed)


def test_events_tell_ids_and_kinds_but_no_words(shop: Desk) -> None:
    shop.hear(ordered(STRAWBERRIES), said("m1", "草莓烂了三分之一", at(0), order="D1"))

    opened = shop.log(EventKind.complaint_opened)

    assert len(opened) == 1
    assert opened[0].payload["outcomes"] == ["remedy"]
    assert "草莓" not in opened[0].model_dump_json()


def test_i3_the_same_complaint_is_kept_whatever_order_its_messages_come_in(shop: Desk) -> None:
    told = [
        said("m1", "火龙果烂了3个", at(0), order="D1", conversation="{}"),
        said("a1", "一共几个呢", at(1), role="agent", conversation="{}"),
        shown(said("m2", "一共10个", at(2), conversation="{}"), "image"),
    ]
    shop.hear(ordered(("1", "精品火龙果 家庭装", 6000)))
    seen: set[str] = set()
    for number, order in enumerate(itertools.permutations(told)):
        ref = f"p{number}"
        for event in order:
            renamed = event.model_copy(
                update={
                    "event_ref": f"{event.event_ref}-{ref}",
                    "ref": event.ref.model_copy(update={"conversation_ref": ref}),
                }
            )
            shop.hear(renamed)
        row, lines = kept(shop, ref)
        claims = [
            line.claim.model_copy(
                update={"complaint_id": "", "seed": 0, "claimant": line.claim.claimant.model_copy(update={"claims": 0})}
            )
            for line in lines
        ]
        seen.add(f"{row.severity} {row.opened_at} {row.updated_at} {[claim.model_dump_json() for claim in claims]}")

    assert len(seen) == 1


def test_a_dead_crab_is_a_claim_of_its_own_ground(shop: Desk) -> None:
    shop.hear(ordered(("1", "大闸蟹 8只装", 19800), hours_ago=1), said("m1", "螃蟹8只死了2只", at(0), order="D1"))

    _, lines = kept(shop)

    assert lines[0].claim.grounds == (Ground.dead,)
    assert isinstance(lines[0].decision, Remedy)
    # 2 of 8: 19800 / 4.
    assert lines[0].decision.options[0].amount_fen == 4950


def test_nobody_asks_whether_it_is_still_cold_after_that_was_said(shop: Desk) -> None:
    shop.hear(
        ordered(("1", "黑虎虾仁 250g×4盒", 12000)),
        said("m1", "虾仁化了但是还是冰的", at(0), order="D1"),
    )

    decisions = [detail(one).decision for one in remedies(shop)]

    assert decisions
    assert not [one for one in decisions if isinstance(one, Question) and one.slot is Slot.thaw]


def test_whether_thawed_goods_are_cold_is_asked_where_nobody_said(shop: Desk) -> None:
    shop.hear(
        ordered(("1", "黑虎虾仁 250g×4盒", 12000)),
        said("m1", "虾仁化了", at(0), order="D1"),
    )

    slots = [one.slot for one in (detail(card).decision for card in remedies(shop)) if isinstance(one, Question)]

    assert slots == [Slot.thaw]


def test_nobody_asks_how_many_leaked_after_that_was_said(shop: Desk) -> None:
    shop.hear(
        ordered(("1", "鲜牛奶 250ml", 6000)),
        said("m1", "6盒牛奶漏了2盒", at(0), order="D1"),
    )

    decision = detail(remedies(shop)[0]).decision

    # A third of the dairy line, as its rule counts what leaked: 6000 / 3.
    assert isinstance(decision, Remedy)
    assert decision.options[0].amount_fen == 2000


def test_goods_that_are_not_in_the_order_are_never_paid_from_it(shop: Desk) -> None:
    shop.hear(ordered(("1", "红富士苹果 5斤", 3990)), said("m1", "草莓烂了一半", at(0), order="D1"))

    decision = detail(remedies(shop)[0]).decision

    assert isinstance(decision, Question)
    assert decision.slot is Slot.order


@pytest.mark.parametrize("text", ["6盒牛奶少了1盒", "买了6盒牛奶只收到5盒"])
def test_one_missing_pack_of_six_is_a_sixth(shop: Desk, text: str) -> None:
    shop.hear(ordered(("1", "低温鲜牛奶 6盒", 6600)), said("m1", text, at(0), order="D1"))

    decision = detail(remedies(shop)[0]).decision

    assert isinstance(decision, Remedy)
    assert decision.options[0].amount_fen == 1100


def test_where_all_of_it_goes_back_nobody_is_told_how_to_keep_the_rest(shop: Desk) -> None:
    shop.hear(ordered(STRAWBERRIES), said("m1", "草莓全烂了", at(0), order="D1"))

    card = detail(shop.live()[0])

    assert all("2-3天" not in step.text for steps in card.option_steps for step in steps)


@pytest.mark.parametrize(
    "text",
    [
        "草莓烂了一半，吃完肚子有点不舒服，赔钱",
        "草莓烂了一半，我吃了胃难受",
        "草莓烂了一半，孩子吃了有点发烧",
        "牛奶喝了恶心",
    ],
)
def test_feeling_ill_is_an_alarm_however_mildly_it_is_said(shop: Desk, text: str) -> None:
    shop.hear(ordered(STRAWBERRIES), said("m1", text, at(0), order="D1"))

    decision = detail(remedies(shop)[0]).decision

    assert isinstance(decision, Refusal)
    assert decision.why is RefusalWhy.alarm


def test_an_order_kept_while_its_chat_was_being_decided_is_looked_at_again(shop: Desk) -> None:
    shop.receive(said("m1", "草莓坏了三分之一", at(0), order="D1"))
    shop.receive(ordered(STRAWBERRIES))
    shop.work()
    shop.clock.move(seconds=5)
    while shop.tasks.work():
        pass

    assert isinstance(detail(remedies(shop)[0]).decision, Remedy)


@pytest.mark.parametrize("text", ["大闸蟹怎么看是不是活的", "大闸蟹到货是活的还是死的", "可以开发票吗，公司抬头"])
def test_a_question_is_no_complaint(shop: Desk, text: str) -> None:
    shop.hear(ordered(("1", "大闸蟹 8只装", 19800)), said("m1", text, at(0), order="D1"))

    assert not remedies(shop)


def asked_for(shop: Desk, caller: Caller, card: SuggestionRow, kind: RemedyKind) -> str:
    wish = Ask(suggestion_id=card.id, kind=kind, step_id="ask-for-it-1")
    policy = shop.libraries.current(SHOP).library.remedy
    return shop.writer.submit(request(caller, wish, policy, shop.clock())).result().remedy_id


def test_more_that_is_complained_of_after_it_was_settled_goes_to_a_person(shop: Desk) -> None:
    shop.hear(ordered(STRAWBERRIES), shown(said("m1", "草莓坏了两成", at(0), order="D1"), "image", "image"))
    card = next(row for row in shop.cards() if row.suggestion.kind is SuggestionKind.remedy)
    remedy_id = asked_for(shop, caller(), card, RemedyKind.partial_refund)
    shop.clock.now = at(10)
    shop.writer.submit(done_by_hand(caller(), remedy_id, "", at(10))).result()
    shop.clock.now = NOW
    shop.hear(said("a1", "已经给您退款了", at(11), role="agent"), said("m2", "又发现一半都烂了，再退我", at(20)))

    decision = detail(remedies(shop)[0]).decision

    assert isinstance(decision, Refusal)
    assert decision.to_person
    assert kept(shop)[0].state == "settled"


def test_what_the_customer_took_back_is_no_longer_granted(shop: Desk) -> None:
    shop.hear(ordered(STRAWBERRIES), said("m1", "草莓坏了一半", at(0), order="D1"))
    card = next(row for row in shop.cards() if row.suggestion.kind is SuggestionKind.remedy)
    remedy_id = asked_for(shop, caller(), card, RemedyKind.full_refund)
    shop.hear(said("a1", "好的，我去申请", at(5), role="agent"), said("m2", "算了，不用赔了", at(6)))
    manager = caller().model_copy(update={"agent_id": "somebody-else", "role": AgentRole.manager})
    policy = shop.libraries.current(SHOP).library.remedy

    granting = shop.writer.submit(approve(manager, remedy_id, 8900, "", policy, shop.clock()))

    with pytest.raises(RemedyMoved, match="nothing is wanted"):
        granting.result()
