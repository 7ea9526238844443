"""Is the guard on every path that can reach a customer? A shop with words and a promise of its own."""

import ast
import json
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import JsonValue

import assist
from assist.contract import MessageEdited, Ref
from assist.desk.check_draft import DraftStep, UnknownRules, check_draft, record_draft_step
from assist.desk.guard_cards import Moment
from assist.desk.guard_text import guard_text, rewritten
from assist.desk.libraries import Shelf
from assist.desk.reply import Guarded, KeyReused, reply
from assist.desk.search import search
from assist.domain.event import EventKind
from assist.domain.guard import Action, Checked
from assist.domain.library import Entry
from assist.domain.promise import Given
from assist.store.queries import outbox, overrides
from tests.conftest import NOW
from tests.desk.shop import SHOP, SHRIMP, Desk, article, caller, conversation_of, policy, replaced, said, small_library

ASKED = "吃了你们的虾能治病吗"


def _entries(**actions: str) -> list[Entry]:
    """The small library with words of its own: 国家级 is blocked, 最鲜美 warned of with a rewrite, 特级 remarked on."""
    groups = [
        {"id": "named", "category": "absolute", "level": "block", "terms": ["国家级"]},
        {"id": "best", "category": "absolute", "level": "block_unless_exempt", "terms": ["最鲜美"], "rewrite": "鲜美"},
        {"id": "grade", "category": "proof", "level": "needs_proof", "terms": ["特级"]},
    ]
    told = {"zh": "不能这样说", "en": "not to be said", "basis": "广告法"}
    forbidden = {"groups": [{**group, **told} for group in groups]}
    rule = {"id": "no-gift", "kind": "gift", "never": True, "zh": "没有赠品", "en": "no gifts", "rewrite": "为您登记"}
    return replaced(
        small_library(),
        Entry(kind="lexicon", entry_id="forbidden", body=json.dumps(forbidden, ensure_ascii=False)),
        policy("promises", {"rules": [rule]}),
        policy("guards", {"rules": actions}),
        article("sold-best", ["你们的虾有多好"], "我们的活虾最鲜美，当天到店。"),
        article("sold-national", [ASKED], "我们的活虾是国家级的。"),
        article("sold-grade", ["虾是什么等级"], "我们的活虾是特级。"),
    )


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.publish(_entries())
    return desk


def shelf_of(desk: Desk) -> Shelf:
    with desk.database.reader() as session:
        desk.libraries.refresh(session)
    return desk.libraries.current(SHOP)


def check(desk: Desk, text: str) -> Checked:
    with desk.database.reader() as session:
        return check_draft(session, caller(), conversation_of(), text, shelf_of(desk), NOW)


def send(desk: Desk, text: str, reason: str | None = None, key: str = "key-00000001") -> bool:
    change = reply(
        caller(),
        conversation_of(),
        text,
        client_key=key,
        suggestion_id=None,
        checked=check(desk, text),
        override_reason=reason,
        now=NOW,
    )
    return desk.writer.submit(change).result().new


def flags(desk: Desk) -> list[tuple[JsonValue, JsonValue, JsonValue]]:
    logged = [one.payload for one in desk.log(EventKind.guard_flag)]
    return [(one["at"], one["action"], one["rules"]) for one in logged]


def test_only_one_place_hands_texts_to_a_platform_and_only_one_queues_them() -> None:
    """Whoever adds a path to a customer finds this test, and puts the guard on it."""
    calls: dict[str, set[str]] = {"send_text": set(), "OutText": set(), "queue": set()}
    root = Path(assist.__file__).parent
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in calls:
                    calls[name].add(path.relative_to(root).as_posix())

    assert calls["send_text"] == calls["OutText"] == {"desk/deliver.py"}
    # announce queues webhooks to the shop's own systems.
    assert calls["queue"] == {"desk/reply.py", "desk/announce.py"}


def test_only_guarded_cards_are_kept() -> None:
    """Every card is made from what `guard_card` let through."""
    source = (Path(assist.__file__).parent / "desk" / "advise.py").read_text(encoding="utf-8")
    made = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "SuggestionRow"
    ]

    assert len(made) == 1
    assert "ranked, flags = _guarded(" in source


def test_a_card_with_a_word_that_has_a_rewrite_is_shown_rewritten(shop: Desk) -> None:
    shop.hear(said("m1", "你们的虾有多好", NOW))

    assert shop.live()[0].text == "我们的活虾鲜美，当天到店。"
    assert flags(shop) == [("card", "fixed", ["best"])]


def test_a_card_that_must_not_be_said_is_never_made(shop: Desk) -> None:
    shop.hear(said("m1", ASKED, NOW))

    assert all("国家级" not in card.suggestion.text for card in shop.cards())
    assert ("card", "dropped", ["named"]) in flags(shop)


def test_what_is_only_remarked_on_is_shown_as_it_is(shop: Desk) -> None:
    shop.hear(said("m1", "虾是什么等级", NOW))

    assert shop.live()[0].text == "我们的活虾是特级。"
    assert flags(shop) == []


def test_the_agents_search_hands_out_nothing_that_must_not_be_said(shop: Desk) -> None:
    hits = search(shelf_of(shop), "虾", 20, Moment(NOW, "Asia/Shanghai", None))

    texts = {hit.article.id: hit.text for hit in hits}
    assert "sold-national" not in texts
    assert texts["sold-best"] == "我们的活虾鲜美，当天到店。"
    assert texts["sold-grade"] == "我们的活虾是特级。"


def test_a_draft_is_told_the_words_the_reason_and_the_rewrite(shop: Desk) -> None:
    shop.hear(said("m1", SHRIMP, NOW))

    checked = check(shop, "亲，我们的虾最鲜美，特级的")

    assert [(one.rule, one.action, one.words.start, one.words.end) for one in checked.findings] == [
        ("best", Action.warn, 6, 9),
        ("grade", Action.note, 10, 12),
    ]
    assert checked.action is Action.warn
    assert rewritten("亲，我们的虾最鲜美，特级的", checked) == "亲，我们的虾鲜美，特级的"


def test_a_blocked_text_is_not_queued_whatever_the_reason(shop: Desk) -> None:
    shop.hear(said("m1", SHRIMP, NOW))

    with pytest.raises(Guarded) as refused:
        send(shop, "我们是国家级的", reason="顾客问的")

    assert refused.value.checked.action is Action.block
    with shop.database.reader() as session:
        assert outbox.not_shown_back(session, conversation_of(), NOW - timedelta(hours=1)) == []


def test_a_text_that_is_warned_of_needs_a_reason_which_is_kept(shop: Desk) -> None:
    shop.hear(said("m1", SHRIMP, NOW))

    with pytest.raises(Guarded):
        send(shop, "我们的虾最鲜美")
    assert send(shop, "我们的虾最鲜美", reason="本店历来的说法")

    with shop.database.reader() as session:
        (kept,) = overrides.between(session, conversation_of(), NOW, NOW)
    assert (kept.rules, kept.reason, kept.agent_id) == (("best",), "本店历来的说法", caller().agent_id)
    assert flags(shop) == [("draft", "overridden", ["best"])]


def test_a_remark_needs_no_reason(shop: Desk) -> None:
    shop.hear(said("m1", SHRIMP, NOW))

    assert send(shop, "我们的虾是特级的")
    assert flags(shop) == []


def test_the_same_text_under_the_same_key_is_not_checked_again(shop: Desk) -> None:
    shop.hear(said("m1", SHRIMP, NOW))
    assert send(shop, "我们的虾鲜美")

    shop.publish(replaced(_entries(), policy("guards", {"rules": {"best": "block"}})))

    assert not send(shop, "我们的虾鲜美")


def test_what_was_written_on_the_platform_itself_is_found_afterwards(shop: Desk) -> None:
    shop.hear(said("m1", SHRIMP, NOW), said("m2", "我们是国家级的，最鲜美", NOW + timedelta(seconds=20), role="agent"))

    (flag,) = shop.log(EventKind.guard_flag)
    assert flags(shop) == [("sent", "slipped", ["named", "best"])]
    assert flag.message_id is not None
    assert flag.payload["guards"] == ["forbidden"]


def test_handling_a_sent_text_twice_logs_it_once(shop: Desk) -> None:
    told = said("m2", "最鲜美", NOW + timedelta(seconds=20), role="agent")

    shop.hear(said("m1", SHRIMP, NOW), told, told)

    assert len(shop.log(EventKind.guard_flag)) == 1


def test_a_text_sent_for_a_reason_counts_as_overridden(shop: Desk) -> None:
    shop.hear(said("m1", SHRIMP, NOW))
    step = DraftStep(step_id="step-00000001", rules=("best",), reason="顾客引用的原话")
    shop.writer.submit(record_draft_step(caller(), conversation_of(), step, shelf_of(shop), NOW)).result()

    shop.hear(said("m2", "我们的虾最鲜美", NOW + timedelta(seconds=20), role="agent"))

    assert flags(shop) == [("draft", "overridden", ["best"]), ("sent", "overridden", ["best"])]


def test_an_edit_that_brings_in_a_forbidden_word_is_found(shop: Desk) -> None:
    shop.hear(said("m1", SHRIMP, NOW), said("m2", "我们的虾鲜美", NOW + timedelta(seconds=20), role="agent"))
    edit = MessageEdited(
        event_ref="edit-1",
        sent_at=NOW + timedelta(seconds=40),
        raw_type="edit",
        ref=Ref(conversation_ref="c1"),
        message_ref="m2",
        text="我们的虾最鲜美",
    )

    shop.hear(edit)

    assert flags(shop) == [("sent", "slipped", ["best"])]


def test_a_customer_may_say_what_they_like(shop: Desk) -> None:
    shop.hear(said("m1", "你们不是国家级的吗，最鲜美的", NOW))

    assert [flag for flag in flags(shop) if flag[0] == "sent"] == []


def test_a_taken_rewrite_is_logged_once(shop: Desk) -> None:
    shop.hear(said("m1", SHRIMP, NOW))
    step = DraftStep(step_id="step-00000001", rules=("best", "no-such-rule"))
    change = record_draft_step(caller(), conversation_of(), step, shelf_of(shop), NOW)

    assert [shop.writer.submit(change).result() for _ in range(2)] == [True, False]
    assert flags(shop) == [("draft", "fixed", ["best"])]


@pytest.mark.parametrize("action", ["let", "note", "warn", "block"])
def test_a_shop_decides_what_happens_about_a_rule(shop: Desk, action: str) -> None:
    shop.publish(_entries(best=action))
    given = Given(now=NOW, timezone="Asia/Shanghai")

    checked = guard_text("我们的虾最鲜美", shelf_of(shop), NOW, "Asia/Shanghai", lambda: given)

    assert checked.action is Action(action)


def test_what_is_said_behind_the_first_two_thousand_characters_is_found_too(shop: Desk) -> None:
    long = "好的，马上为您查。" * 260

    checked = guard_text(f"{long}我们的虾最鲜美", shelf_of(shop), NOW, "Asia/Shanghai", _nothing)

    (finding,) = checked.findings
    assert (finding.words.start, finding.words.end) == (len(long) + 4, len(long) + 7)


def test_the_same_step_id_for_something_else_is_refused(shop: Desk) -> None:
    shop.hear(said("m1", SHRIMP, NOW))
    first = DraftStep(step_id="step-00000001", rules=("best",), reason="顾客问的")
    shop.writer.submit(record_draft_step(caller(), conversation_of(), first, shelf_of(shop), NOW)).result()

    for other in (first.model_copy(update={"reason": "别的原因"}), first.model_copy(update={"rules": ("grade",)})):
        with pytest.raises(KeyReused):
            shop.writer.submit(record_draft_step(caller(), conversation_of(), other, shelf_of(shop), NOW)).result()

    assert len(flags(shop)) == 1


def test_a_step_about_no_rule_of_ours_is_refused(shop: Desk) -> None:
    shop.hear(said("m1", SHRIMP, NOW))
    step = DraftStep(step_id="step-00000001", rules=("no-such-rule",))

    with pytest.raises(UnknownRules):
        shop.writer.submit(record_draft_step(caller(), conversation_of(), step, shelf_of(shop), NOW)).result()


def _nothing() -> Given:
    return Given(now=NOW, timezone="Asia/Shanghai")
