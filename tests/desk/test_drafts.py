"""Who may write and publish what, what happens to a draft, and what two people at once cannot do to each other?"""

import json
from pathlib import Path
from typing import Any

import pytest

from assist.content.entries import UnfitBody, read_entry
from assist.desk.drafts import (
    ChangedMeanwhile,
    DraftEnded,
    EditedMeanwhile,
    NotInReview,
    Saving,
    UnknownDraft,
    UnknownEntry,
    discard,
    hand_in,
    publish_draft,
    save_draft,
    send_back,
)
from assist.desk.edit_rights import RIGHTS, Area, NotYourPart, Verb, area_of
from assist.desk.secrets import SecretBox
from assist.desk.setup import Setup, agent_id_of, apply_setup
from assist.domain.draft import Draft, DraftState
from assist.domain.event import EventKind
from assist.domain.library import Entry, EntryKind
from assist.domain.people import AgentRole, Caller
from assist.store.queries import drafts, events, libraries
from tests.conftest import NOW
from tests.desk.shop import AGENT, SHOP, SHRIMP, Desk, article, caller, said

PEOPLE = {"林组长": AgentRole.lead, "陈经理": AgentRole.manager, "老板": AgentRole.admin}
_REWORDED = article("storage-shrimp", [SHRIMP], "活虾请当天吃完，别泡自来水，也别放冷冻。")
REWORDED = read_entry("article", "storage-shrimp", _REWORDED.body)


@pytest.fixture
def shop(either_desk: Desk, tmp_path: Path) -> Desk:
    """The desk with a lead, a manager and an owner."""
    account = {"adapter": "generic", "account": "main", "secrets": {"webhook": ["env:WEBHOOK_SECRET"]}}
    agents = [{"name": name, "role": role.value} for name, role in PEOPLE.items()]
    setup = Setup.model_validate_json(
        json.dumps({"shops": [{"id": SHOP, "name": "店", "accounts": [account], "agents": [{"name": AGENT}, *agents]}]})
    )
    either_desk.writer.submit(apply_setup(setup, SecretBox(tmp_path / "more.key"), NOW)).result()
    return either_desk


def person(name: str) -> Caller:
    if name == AGENT:
        return caller()
    return Caller(shop_id=SHOP, agent_id=agent_id_of(SHOP, name), name=name, role=PEOPLE[name])


LEAD, MANAGER = person("林组长"), person("陈经理")


def saving(entry: Entry | None = REWORDED, **more: Any) -> Saving:
    known = {"kind": "article", "entry_id": "storage-shrimp", "base_number": 1, "body": entry.body if entry else None}
    return Saving.model_validate({**known, **more})


def saved(desk: Desk, by: Caller, wanted: Saving) -> Draft:
    return desk.writer.submit(save_draft(by, wanted, desk.clock())).result()


def published_body(desk: Desk, kind: EntryKind = "article", entry_id: str = "storage-shrimp") -> str | None:
    with desk.database.reader() as session:
        newest = libraries.newest(session, SHOP)
        assert newest is not None
        found = libraries.entries(session, SHOP, newest.number).get((kind, entry_id))
    return found.entry.body if found else None


W, P, NOTHING = {Verb.write}, {Verb.write, Verb.publish}, set[Verb]()


@pytest.mark.parametrize(
    ("area", "agent", "lead", "manager", "admin"),
    [
        pytest.param(Area.articles, W, P, P, P, id="条目"),
        pytest.param(Area.products, W, P, P, P, id="商品"),
        pytest.param(Area.scripts, NOTHING, P, P, P, id="四步话术"),
        pytest.param(Area.lexicon, NOTHING, P, P, P, id="词表"),
        pytest.param(Area.offers, NOTHING, P, P, P, id="推荐"),
        pytest.param(Area.hours, NOTHING, P, P, P, id="工作时间"),
        pytest.param(Area.learned, NOTHING, P, P, P, id="学到的问法"),
        pytest.param(Area.rules, NOTHING, W, P, P, id="钱、红线、承诺、目标"),
        pytest.param(Area.whole, NOTHING, NOTHING, P, P, id="退回到某一版"),
    ],
)
def test_roles_decide_who_writes_and_who_publishes_what(
    area: Area, agent: set[Verb], lead: set[Verb], manager: set[Verb], admin: set[Verb]
) -> None:
    wanted = {AgentRole.agent: agent, AgentRole.lead: lead, AgentRole.manager: manager, AgentRole.admin: admin}

    assert {role: set(RIGHTS[role][area]) for role in AgentRole} == wanted


@pytest.mark.parametrize(
    ("kind", "entry_id", "area"),
    [
        ("article", "storage-shrimp", Area.articles),
        ("product", "shrimp", Area.products),
        ("script", "empathy", Area.scripts),
        ("offer", "sauce", Area.offers),
        ("phrasing", "p1", Area.learned),
        ("lexicon", "topics", Area.lexicon),
        ("lexicon", "forbidden", Area.rules),
        ("lexicon", "safety", Area.rules),
        ("policy", "hours", Area.hours),
        ("policy", "remedy", Area.rules),
        ("policy", "guards", Area.rules),
        ("policy", "promises", Area.rules),
        ("policy", "targets", Area.rules),
        ("policy", "answers", Area.rules),
    ],
)
def test_every_entry_is_somebodys_decision(kind: EntryKind, entry_id: str, area: Area) -> None:
    assert area_of(kind, entry_id) is area


def test_a_saved_draft_changes_nothing_that_customers_hear(shop: Desk) -> None:
    before = published_body(shop)

    draft = saved(shop, caller(), saving(note="虾不能泡水"))

    assert (draft.state, draft.revision, draft.base_number, draft.note) == (DraftState.draft, 1, 1, "虾不能泡水")
    assert published_body(shop) == before


def test_half_an_article_is_kept_and_cannot_be_handed_in(shop: Desk) -> None:
    draft = saved(shop, caller(), saving(body='{"title":"活虾"}'))

    assert draft.body == '{"title":"活虾"}'
    with pytest.raises(UnfitBody) as refused:
        shop.writer.submit(hand_in(caller(), draft.id, 1, shop.clock())).result()
    assert {"category", "intent", "asks", "reviewed", "text"} <= {one.field for one in refused.value.problems}


def test_saving_over_what_somebody_else_saved_is_refused_with_both_wordings(shop: Desk) -> None:
    first = saved(shop, caller(), saving())
    theirs = saved(shop, LEAD, saving(body=first.body, revision=1, note="组长改的"))

    with pytest.raises(EditedMeanwhile) as refused:
        saved(shop, caller(), saving(body='{"text":"我的"}', revision=1))

    assert refused.value.theirs == theirs
    assert refused.value.names[theirs.author_id] == "林组长"
    assert refused.value.mine == '{"text":"我的"}'
    kept = saved(shop, caller(), saving(body='{"text":"我的"}', revision=2))
    assert (kept.revision, kept.body) == (3, '{"text":"我的"}')


def test_two_people_who_begin_at_once_do_not_overwrite_each_other(shop: Desk) -> None:
    saved(shop, caller(), saving())

    with pytest.raises(EditedMeanwhile):
        saved(shop, LEAD, saving())


def test_an_agent_hands_in_and_a_lead_publishes_under_the_leads_name_with_the_note(shop: Desk) -> None:
    shop.hear(said("m1", SHRIMP, NOW))
    draft = saved(shop, caller(), saving(note="虾不能泡水"))
    with pytest.raises(NotYourPart):
        shop.writer.submit(publish_draft(caller(), draft.id, 1, shop.clock())).result()
    handed = shop.writer.submit(hand_in(caller(), draft.id, 1, shop.clock())).result()

    done, published = shop.writer.submit(publish_draft(LEAD, draft.id, handed.revision, shop.clock())).result()

    assert (done.state, done.published_number) == (DraftState.published, 2)
    assert published.changed == ("article/storage-shrimp",)
    with shop.database.reader() as session:
        version = libraries.newest(session, SHOP)
        assert version is not None
        authored = libraries.entries(session, SHOP, 2)[("article", "storage-shrimp")]
        logged = events.by_key(session, SHOP, f"library:{SHOP}:2")
    assert (version.number, version.author, version.reason) == (2, "林组长", "虾不能泡水")
    assert (authored.author, authored.entry) == ("林组长", REWORDED)
    assert logged is not None
    assert logged.kind is EventKind.library_published
    assert [card.state for card in shop.cards() if card.suggestion.article_id == "storage-shrimp"] == ["stale"]


def test_a_draft_sent_back_carries_the_reviewers_words(shop: Desk) -> None:
    draft = saved(shop, caller(), saving())
    with pytest.raises(NotInReview):
        shop.writer.submit(send_back(LEAD, draft.id, 1, "再短些", shop.clock())).result()
    handed = shop.writer.submit(hand_in(caller(), draft.id, 1, shop.clock())).result()

    back = shop.writer.submit(send_back(LEAD, draft.id, handed.revision, "再短些", shop.clock())).result()

    assert (back.state, back.review_note, back.reviewer_id) == (DraftState.draft, "再短些", LEAD.agent_id)


def test_a_draft_in_review_that_its_author_changes_has_to_be_handed_in_again(shop: Desk) -> None:
    draft = saved(shop, caller(), saving())
    handed = shop.writer.submit(hand_in(caller(), draft.id, 1, shop.clock())).result()

    changed = saved(shop, caller(), saving(revision=handed.revision, note="又改了"))

    assert changed.state is DraftState.draft


def test_a_draft_in_review_that_a_lead_mends_stays_there_and_stays_its_authors(shop: Desk) -> None:
    draft = saved(shop, caller(), saving())
    handed = shop.writer.submit(hand_in(caller(), draft.id, 1, shop.clock())).result()

    mended = saved(shop, LEAD, saving(revision=handed.revision, note="顺一下"))

    assert (mended.state, mended.author_id) == (DraftState.review, caller().agent_id)


def test_publishing_over_a_newer_version_of_the_entry_is_refused_naming_both(shop: Desk) -> None:
    draft = saved(shop, LEAD, saving())
    theirs = article("storage-shrimp", [SHRIMP], "活虾到家先沥水，冷藏当天吃。")
    shop.publish([theirs], author="陈经理", whole=False)

    with pytest.raises(ChangedMeanwhile) as refused:
        shop.writer.submit(publish_draft(LEAD, draft.id, 1, shop.clock())).result()

    assert (refused.value.draft.base_number, refused.value.now.number, refused.value.now.author) == (1, 2, "陈经理")
    assert refused.value.now.body == theirs.body
    again = saved(shop, LEAD, saving(revision=1, base_number=2))
    _, published = shop.writer.submit(publish_draft(LEAD, draft.id, again.revision, shop.clock())).result()
    assert published.number == 3


def test_a_new_version_of_another_entry_is_in_nobodys_way(shop: Desk) -> None:
    draft = saved(shop, LEAD, saving())
    shop.publish([article("storage-milk", ["牛奶放哪"], "牛奶请放冷藏。")], author="陈经理", whole=False)

    _, published = shop.writer.submit(publish_draft(LEAD, draft.id, 1, shop.clock())).result()

    assert published.number == 3


def test_a_draft_without_a_body_ends_the_entry_and_its_phrasings(shop: Desk) -> None:
    phrasing = Entry(kind="phrasing", entry_id="p1", body='{"id":"p1","article_id":"storage-shrimp","text":"虾咋放"}')
    shop.publish([phrasing], author="陈经理", whole=False)
    draft = saved(shop, LEAD, saving(None, base_number=2, note="不卖虾了"))

    _, published = shop.writer.submit(publish_draft(LEAD, draft.id, 1, shop.clock())).result()

    assert published.ended == ("article/storage-shrimp", "phrasing/p1")
    assert published_body(shop) is None


def test_what_is_not_published_cannot_end(shop: Desk) -> None:
    with pytest.raises(UnknownEntry):
        saved(shop, LEAD, saving(None, entry_id="never-there"))


def test_a_draft_given_up_leaves_what_is_published_and_makes_room_for_another(shop: Desk) -> None:
    draft = saved(shop, caller(), saving())

    gone = shop.writer.submit(discard(caller(), draft.id, 1, shop.clock())).result()

    assert gone.state is DraftState.discarded
    with pytest.raises(DraftEnded):
        shop.writer.submit(publish_draft(LEAD, draft.id, 2, shop.clock())).result()
    with pytest.raises(DraftEnded):
        saved(shop, caller(), saving(revision=2))
    assert saved(shop, caller(), saving()).id != draft.id


def test_an_agent_cannot_give_up_somebody_elses_draft(shop: Desk) -> None:
    draft = saved(shop, LEAD, saving())

    with pytest.raises(NotYourPart):
        shop.writer.submit(discard(caller(), draft.id, 1, shop.clock())).result()


def test_money_is_a_managers_to_publish(shop: Desk) -> None:
    money = saving(kind="policy", entry_id="answers", body='{"min_score":0.5,"max_cards":3}')
    with pytest.raises(NotYourPart):
        saved(shop, caller(), money)
    draft = saved(shop, LEAD, money)

    with pytest.raises(NotYourPart):
        shop.writer.submit(publish_draft(LEAD, draft.id, 1, shop.clock())).result()
    shop.writer.submit(publish_draft(MANAGER, draft.id, 1, shop.clock())).result()

    assert published_body(shop, "policy", "answers") == '{"min_score":0.5,"max_cards":3}'


def test_what_cannot_be_published_leaves_the_draft_as_it_was(shop: Desk) -> None:
    broken = article("storage-shrimp", [SHRIMP], "{{ 1 + 1 }}")
    draft = saved(shop, LEAD, saving(broken))

    with pytest.raises(ValueError, match="not allowed"):
        shop.writer.submit(publish_draft(LEAD, draft.id, 1, shop.clock())).result()

    with shop.database.reader() as session:
        assert drafts.living(session, SHOP, "article", "storage-shrimp") == draft


def test_a_draft_of_another_shop_is_not_there(shop: Desk) -> None:
    draft = saved(shop, caller(), saving())
    outsider = LEAD.model_copy(update={"shop_id": "s2"})

    with pytest.raises(UnknownDraft):
        shop.writer.submit(publish_draft(outsider, draft.id, 1, shop.clock())).result()
