"""What happens to cards and libraries when content changes?"""

from datetime import timedelta

import pytest

from assist.content.library import LibraryError, build_library
from assist.content.wording import WordingError
from assist.desk.libraries import Libraries, shelf_of
from assist.desk.publish import digest_of
from assist.domain.complaint import ComplaintLexicon
from assist.domain.event import EventKind
from assist.domain.library import Entry, Safety, SmallTalk, Synonyms, Topics
from assist.domain.policy import AnswerPolicy, AnswerWeights
from assist.store.queries import events, inbox, libraries
from assist.store.queries.libraries import Authored, Key
from tests.conftest import NOW
from tests.desk.shop import (
    MILK,
    SHOP,
    SHRIMP,
    SHRIMP_REWORDED,
    Desk,
    article,
    conversation_of,
    policy,
    replaced,
    said,
    small_library,
)

REWORDED = "活虾请当天吃完，别泡自来水，也别放冷冻。"


def _newest(desk: Desk) -> tuple[int, dict[Key, Authored]]:
    with desk.database.reader() as session:
        version = libraries.newest(session, SHOP)
        assert version is not None
        return version.number, libraries.entries(session, SHOP, version.number)


@pytest.fixture
def asked(either_desk: Desk) -> Desk:
    """Two open questions with a card each, and one that was answered."""
    either_desk.hear(
        said("m1", SHRIMP, NOW, conversation="shrimp"),
        said("m1", MILK, NOW, conversation="milk"),
        said("m1", SHRIMP, NOW, conversation="answered"),
        said("m2", "当天吃最好", NOW, conversation="answered", role="agent"),
    )
    return either_desk


def test_publishing_what_is_published_makes_no_new_number(either_desk: Desk) -> None:
    published = either_desk.publish(list(reversed(small_library())))

    assert (published.number, published.changed, published.ended) == (1, (), ())
    assert _newest(either_desk)[0] == 1


def test_a_changed_article_is_a_new_number_with_that_entry(either_desk: Desk) -> None:
    published = either_desk.publish(replaced(small_library(), SHRIMP_REWORDED))

    assert (published.number, published.changed, published.ended) == (2, ("article/storage-shrimp",), ())
    number, entries = _newest(either_desk)
    assert number == 2
    assert entries[("article", "storage-shrimp")].entry == SHRIMP_REWORDED
    with either_desk.database.reader() as session:
        before = libraries.entries(session, SHOP, 1)
    assert before[("article", "storage-shrimp")].entry != SHRIMP_REWORDED


def test_an_article_whose_file_is_gone_ends(desk: Desk) -> None:
    rest = [entry for entry in small_library() if entry.entry_id != "storage-milk"]

    published = desk.publish(rest)

    assert published.ended == ("article/storage-milk",)
    assert ("article", "storage-milk") not in _newest(desk)[1]


def test_a_part_of_an_authors_entries_ends_nothing(desk: Desk) -> None:
    published = desk.publish([SHRIMP_REWORDED], author="小林", whole=False)

    assert (published.changed, published.ended) == (("article/storage-shrimp",), ())
    assert ("article", "storage-milk") in _newest(desk)[1]


def test_a_changed_article_makes_its_live_cards_stale_and_no_others(asked: Desk) -> None:
    asked.publish(replaced(small_library(), SHRIMP_REWORDED))

    assert [card.state for card in asked.cards("shrimp")] == ["stale"]
    assert [card.state for card in asked.cards("milk")] == ["live"]


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(policy("answers", {"min_score": 0.61, "max_cards": 2}), id="政策"),
        pytest.param(
            Entry(
                kind="product",
                entry_id="shrimp",
                body='{"id":"shrimp","name":"虾","name_en":"shrimp","category":"live_seafood"}',
            ),
            id="商品",
        ),
    ],
)
def test_a_changed_policy_or_product_makes_every_live_card_stale(asked: Desk, entry: Entry) -> None:
    asked.publish(replaced(small_library(), entry))

    assert asked.live("shrimp") == asked.live("milk") == []


def test_open_turns_are_decided_again_from_the_new_library(asked: Desk) -> None:
    asked.publish(replaced(small_library(), SHRIMP_REWORDED))

    while asked.tasks.work():
        pass

    (shrimp,), (milk,) = asked.live("shrimp"), asked.live("milk")
    assert (shrimp.text, shrimp.library_number) == (REWORDED, 2)
    assert milk.article_id == "storage-milk"
    assert asked.live("answered") == []


def test_deciding_again_keeps_the_id_of_a_card_that_is_still_right(asked: Desk) -> None:
    (before,) = asked.cards("milk")
    asked.publish(replaced(small_library(), SHRIMP_REWORDED))

    asked.tasks.work()

    (after,) = asked.cards("milk")
    assert (after.id, after.created_at, after.state) == (before.id, before.created_at, "live")


def test_a_conversation_that_is_being_handled_is_decided_again_after(asked: Desk) -> None:
    held = conversation_of("shrimp")
    assert asked.writer.submit(lambda session: inbox.claim_lane(session, "another worker", SHOP, held)).result()
    asked.publish(replaced(small_library(), SHRIMP_REWORDED))

    for _ in range(5):
        asked.tasks.work()
        asked.clock.move(seconds=1)
    asked.writer.submit(lambda session: inbox.free_lane(session, held)).result()
    asked.clock.move(minutes=1)
    while asked.tasks.work():
        pass

    assert [card.text for card in asked.live("shrimp")] == [REWORDED]


def test_a_new_question_is_answered_from_the_new_library(desk: Desk) -> None:
    desk.publish(replaced(small_library(), SHRIMP_REWORDED))

    desk.hear(said("m1", SHRIMP, NOW))

    assert [card.text for card in desk.live()] == [REWORDED]


def test_a_persons_wording_is_never_overwritten_by_a_file(either_desk: Desk) -> None:
    theirs = article("storage-shrimp", [SHRIMP], "店长写的：活虾现杀现吃。")
    either_desk.publish([theirs], author="经理", whole=False)

    published = either_desk.publish(replaced(small_library(), SHRIMP_REWORDED))

    assert (published.number, published.conflicts) == (2, ("article/storage-shrimp",))
    assert _newest(either_desk)[1][("article", "storage-shrimp")] == Authored(theirs, "经理")


def test_a_conflict_holds_up_no_other_file(desk: Desk) -> None:
    theirs = article("storage-shrimp", [SHRIMP], "店长写的：活虾现杀现吃。")
    milk = article("storage-milk", [MILK], "开封后请尽快喝完。")
    desk.publish([theirs], author="经理", whole=False)

    published = desk.publish(replaced(small_library(), SHRIMP_REWORDED, milk))

    assert (published.changed, published.conflicts) == (("article/storage-milk",), ("article/storage-shrimp",))


def test_a_persons_entry_does_not_end_because_no_file_has_it(desk: Desk) -> None:
    desk.publish([article("storage-crab", ["大闸蟹怎么保存"], "放冷藏。")], author="经理", whole=False)

    published = desk.publish(small_library())

    assert published.ended == ()
    assert ("article", "storage-crab") in _newest(desk)[1]


DANGLING = Entry(
    kind="article",
    entry_id="storage-shrimp",
    body=SHRIMP_REWORDED.body.replace('"facts": {}', '"facts": {"fridge": {"use": "nobody.fridge"}}'),
)


@pytest.mark.parametrize(
    ("entries", "error"),
    [
        pytest.param([e for e in small_library() if e.entry_id != "answers"], LibraryError, id="少一份政策"),
        pytest.param(replaced(small_library(), DANGLING), LibraryError, id="引用不存在的数字"),
        pytest.param(
            replaced(small_library(), article("storage-shrimp", [SHRIMP], "{% for a in b %}")),
            WordingError,
            id="坏模板",
        ),
    ],
)
def test_what_is_not_a_library_is_refused_whole(
    either_desk: Desk, entries: list[Entry], error: type[Exception]
) -> None:
    before = _newest(either_desk)
    good_and_bad = replaced(entries, article("storage-milk", [MILK], "开封后请尽快喝完。"))

    with pytest.raises(error):
        either_desk.publish(good_and_bad)

    assert _newest(either_desk) == before
    either_desk.hear(said("m1", SHRIMP, NOW))
    assert [card.library_number for card in either_desk.live()] == [1]


def test_publishing_is_logged_by_number_and_digest(desk: Desk) -> None:
    after = replaced(small_library(), SHRIMP_REWORDED)
    desk.publish(after)

    with desk.database.reader() as session:
        first, second = events.in_window(session, SHOP, [EventKind.library_published], NOW, NOW + timedelta(days=1))
    assert (first.payload["number"], second.payload["number"], second.n) == (1, 2, 1)
    assert second.payload["digest"] == digest_of(after)


def test_a_version_that_cannot_be_loaded_leaves_the_old_one_in_place(desk: Desk) -> None:
    shelves = Libraries()
    with desk.database.reader() as session:
        assert shelves.refresh(session) == [SHOP]
    # Written by a later program than this one: not what this one calls a library.
    later = Entry(kind="policy", entry_id="answers", body='{"thresholds": "per shop"}')
    version = libraries.Version(SHOP, 2, "files", "from the future", "d", NOW)
    desk.writer.submit(lambda session: libraries.add_version(session, version, [later], [], {})).result()

    with desk.database.reader() as session:
        assert shelves.refresh(session) == []
        assert shelves.refresh(session) == []

    assert shelves.current(SHOP).library.number == 1
    assert "version 2" in shelves.errors[SHOP]


def test_before_the_first_publishing_chats_are_kept_without_cards() -> None:
    shelf = Libraries().current("a shop that never published")

    assert shelf.library.number == 0
    assert shelf.engine.find(SHRIMP) == []


def test_a_shelf_takes_over_what_its_changed_parts_are_not_read_by(desk: Desk) -> None:
    desk.libraries = Libraries()
    with desk.database.reader() as session:
        desk.libraries.refresh(session)
    before = desk.libraries.current(SHOP)
    desk.publish([policy("reviews", {"review_after_days": 30})], author="老板", whole=False)

    with desk.database.reader() as session:
        desk.libraries.refresh(session)

    after = desk.libraries.current(SHOP)
    assert after.library.reviews.review_after_days == 30
    assert after.topics is before.topics
    assert after.engine.number == after.library.number == 2
    assert after.engine.find(SHRIMP) == before.engine.find(SHRIMP)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("synonyms", Synonyms(rows=())),
        ("small_talk", SmallTalk(phrases=(SHRIMP,), particles=())),
        ("safety", Safety()),
        ("complaints", ComplaintLexicon()),
        ("topics", Topics(categories=(), intents=())),
        ("articles", ()),
        ("answers", AnswerPolicy(min_score=0.1, max_cards=1, weights=AnswerWeights(covered=9.0))),
    ],
)
def test_a_shelf_built_beside_another_reads_as_one_built_alone(name: str, other: object) -> None:
    whole = build_library(SHOP, 1, small_library())
    changed = whole.model_copy(update={name: other})

    beside, alone = shelf_of(changed, None, shelf_of(whole)), shelf_of(changed)

    for question in (SHRIMP, MILK, "虾坏了，臭了", "你好", "牛奶酸了怎么赔", "huoxia"):
        assert beside.engine.find(question) == alone.engine.find(question)
        assert beside.topics.read(question) == alone.topics.read(question)
        assert beside.typed.looked_for(question) == alone.typed.looked_for(question)
        assert beside.listener.understand(question, (), ()) == alone.listener.understand(question, (), ())
