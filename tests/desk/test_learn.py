"""What is learned from real verdicts, published, taken back, and never done twice?"""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.content.library import build_library
from assist.desk.learn import (
    Lessons,
    UnknownProposal,
    consider,
    decide,
    keep_lessons,
    learned,
    newest_library,
    observe,
)
from assist.desk.publish import Published, UnknownVersion, roll_back
from assist.desk.step import Step, record
from assist.domain.event import DismissReason, EventKind
from assist.domain.library import Library
from assist.store.queries import libraries
from assist.store.queries.suggestions import SuggestionRow
from assist.suggest.learn import Considered, How, Observed, propose
from assist.suggest.learnable import LeftOut
from tests.conftest import NOW
from tests.desk.shop import (
    SHOP,
    SHRIMP_ANSWER,
    Desk,
    article,
    caller,
    conversation_of,
    edited,
    recalled,
    replaced,
    said,
)
from tests.desk.shop import small_library as small_entries
from tests.suggest.lessons import CUTOFF, MILK, SHRIMP, seen, small_library

QUESTION = "活虾买多了怎么保存才好"
EVER = NOW - timedelta(days=30)
SOON = NOW + timedelta(days=1)


def _observed(desk: Desk) -> list[Observed]:
    with desk.database.reader() as session:
        return observe(session, SHOP, EVER, SOON)


def _library(desk: Desk) -> Library:
    with desk.database.reader() as session:
        library = newest_library(session, SHOP)
    assert library is not None
    return library


def _considered(desk: Desk) -> Considered:
    with desk.database.reader() as session:
        return consider(session, _library(desk), EVER, SOON)


def _keep(desk: Desk, lessons: Lessons, author: str = "王姐") -> Published:
    return desk.writer.submit(keep_lessons(SHOP, lessons, author=author, now=NOW)).result()


def _back(desk: Desk, number: int) -> Published:
    return desk.writer.submit(roll_back(SHOP, number, author="王姐", now=NOW)).result()


def _digest(desk: Desk) -> str:
    with desk.database.reader() as session:
        newest = libraries.newest(session, SHOP)
    assert newest is not None
    return newest.digest


def _shrimp_card(desk: Desk, ref: str = "c1") -> SuggestionRow:
    return next(card for card in desk.cards(ref) if card.suggestion.article_id == "storage-shrimp")


def _dismiss(desk: Desk, card: SuggestionRow, reason: DismissReason, ref: str = "c1") -> None:
    step = Step(step_id=f"x-{card.id}", suggestion_id=card.id, kind=EventKind.dismissed, reason=reason)
    desk.writer.submit(record(caller(), conversation_of(ref), step, desk.clock())).result()


def _ask(desk: Desk, text: str = QUESTION, ref: str = "c1", order: str = "") -> None:
    desk.hear(said("m1", text, NOW - timedelta(minutes=5), conversation=ref, order=order))


def _answer(desk: Desk, text: str = SHRIMP_ANSWER, ref: str = "c1", at_seconds: float = 60) -> None:
    at = NOW - timedelta(minutes=5) + timedelta(seconds=at_seconds)
    desk.hear(said(f"r{at_seconds}", text, at, role="agent", conversation=ref))


def test_an_answer_sent_from_a_card_is_observed_with_its_question(either_desk: Desk) -> None:
    _ask(either_desk)
    either_desk.step(EventKind.inserted, _shrimp_card(either_desk))
    _answer(either_desk)

    (one,) = _observed(either_desk)

    assert (one.text, one.article_id, one.how, one.edited) == (QUESTION, "storage-shrimp", How.clicked, False)
    assert one.conversation_id == conversation_of("c1")
    assert one.agent_id is not None


def test_the_kind_of_an_adoption_is_observed(desk: Desk) -> None:
    _ask(desk, ref="typed")
    _answer(desk, ref="typed")
    _ask(desk, ref="changed")
    _answer(desk, SHRIMP_ANSWER.replace("1-3天", "1-2天"), ref="changed")
    # Both arrived before anything was decided: nobody can have seen the card.
    at = NOW - timedelta(minutes=5)
    desk.receive(said("m1", QUESTION, at, conversation="unseen"))
    desk.receive(said("m2", SHRIMP_ANSWER, at + timedelta(seconds=9), role="agent", conversation="unseen"))
    desk.work()

    found = {one.conversation_id: (one.how, one.edited) for one in _observed(desk)}

    assert found == {
        conversation_of("typed"): (How.matched, False),
        conversation_of("changed"): (How.matched, True),
        conversation_of("unseen"): (How.unseen, False),
    }


def test_a_reply_that_was_taken_back_or_reworded_is_no_adoption(desk: Desk) -> None:
    for ref in ("back", "reworded"):
        _ask(desk, ref=ref)
        _answer(desk, ref=ref)
    later = NOW - timedelta(minutes=2)
    desk.hear(
        recalled("r60", later, conversation="back"), edited("r60", "我帮您问问仓库", later, conversation="reworded")
    )

    assert _observed(desk) == []


def test_only_dismissals_as_wrong_are_observed_with_what_had_been_said_by_then(desk: Desk) -> None:
    for ref, reason in (("wrong", DismissReason.wrong), ("tone", DismissReason.tone)):
        _ask(desk, ref=ref)
        _dismiss(desk, _shrimp_card(desk, ref), reason, ref)
    desk.clock.move(seconds=30)
    desk.hear(said("m9", "还想问牛奶能放几天", NOW - timedelta(minutes=4), conversation="wrong"))

    (one,) = _observed(desk)

    assert (one.text, one.how, one.article_id) == (QUESTION, How.wrong, "storage-shrimp")


def test_a_question_with_the_customers_name_or_order_in_it_is_personal(desk: Desk) -> None:
    _ask(desk, "订单ab77的活虾怎么保存", order="AB77")
    _answer(desk)

    considered = _considered(desk)

    assert considered.proposals == ()
    assert considered.left_out == {LeftOut.personal: 1}


@pytest.fixture
def taught(either_desk: Desk) -> Desk:
    """Two conversations in which the shrimp's answer was used for the same question."""
    for ref in ("c1", "c2"):
        _ask(either_desk, ref=ref)
        _answer(either_desk, ref=ref)
    return either_desk


def test_an_applied_proposal_is_part_of_the_next_library_and_not_proposed_again(taught: Desk) -> None:
    (proposal,) = _considered(taught).proposals

    published = _keep(taught, decide([proposal], _library(taught), apply=[proposal.id[:6]]))

    assert (published.number, published.changed, published.ended) == (2, (f"phrasing/{proposal.id}",), ())
    (phrasing,) = _library(taught).phrasings
    assert (phrasing.text, phrasing.article_id, phrasing.right, phrasing.times) == (QUESTION, "storage-shrimp", True, 2)
    assert _considered(taught) == Considered(proposals=(), left_out={LeftOut.known: 1})
    with taught.database.reader() as session:
        authored = libraries.entries(session, SHOP, 2)
    assert authored[("phrasing", proposal.id)].author == "王姐"


def test_applying_the_same_again_makes_no_new_number(taught: Desk) -> None:
    proposals = _considered(taught).proposals
    lessons = decide(proposals, _library(taught), apply=[one.id for one in proposals])
    _keep(taught, lessons)

    again = _keep(taught, lessons)
    later = decide(_considered(taught).proposals, _library(taught), apply=[one.id for one in proposals])

    assert (again.number, again.changed, again.ended) == (2, (), ())
    assert later == Lessons()


def test_rolling_back_gives_the_same_library_under_a_new_number(taught: Desk) -> None:
    before, digest = _library(taught), _digest(taught)
    proposals = _considered(taught).proposals
    _keep(taught, decide(proposals, before, apply=[one.id for one in proposals]))

    published = _back(taught, 1)

    assert (published.number, published.changed) == (3, ())
    assert published.ended == tuple(f"phrasing/{one.id}" for one in proposals)
    assert _digest(taught) == digest
    assert _library(taught) == before.model_copy(update={"number": 3})
    assert _back(taught, 1).number == 3, "it is as it was: no further number"
    assert _considered(taught).proposals == proposals, "and what was taken back may be proposed again"


def test_rolling_back_brings_articles_back_too_and_files_go_on_owning_them(desk: Desk) -> None:
    desk.publish(replaced(small_entries(), article("storage-shrimp", ["活虾怎么保存"], "活虾请当天吃完。")))

    _back(desk, 1)

    with desk.database.reader() as session:
        now, then = libraries.entries(session, SHOP, 3), libraries.entries(session, SHOP, 1)
    assert now == then


def test_there_is_no_rolling_back_to_a_number_that_never_was(desk: Desk) -> None:
    with pytest.raises(UnknownVersion, match="no library version 9"):
        _back(desk, 9)


def test_files_neither_end_nor_overwrite_what_was_learned(taught: Desk) -> None:
    proposals = _considered(taught).proposals
    _keep(taught, decide(proposals, _library(taught), apply=[one.id for one in proposals]))

    published = taught.publish(small_entries())

    assert (published.number, published.ended, published.conflicts) == (2, (), ())
    assert len(_library(taught).phrasings) == 1


def test_a_phrasing_ends_with_its_article(taught: Desk) -> None:
    proposals = _considered(taught).proposals
    _keep(taught, decide(proposals, _library(taught), apply=[one.id for one in proposals]))

    published = taught.publish([entry for entry in small_entries() if entry.entry_id != "storage-shrimp"])

    assert published.ended == ("article/storage-shrimp", f"phrasing/{proposals[0].id}")


def test_a_rejected_proposal_stays_away_and_an_applied_one_can_be_turned_down(taught: Desk) -> None:
    (proposal,) = _considered(taught).proposals
    _keep(taught, decide([proposal], _library(taught), reject=[proposal.id]))

    assert _considered(taught) == Considered(proposals=(), left_out={LeftOut.rejected: 1})
    assert (_library(taught).phrasings, len(_library(taught).rejected)) == ((), 1)
    with pytest.raises(UnknownProposal, match="rejected"):
        decide((), _library(taught), apply=[proposal.id])

    _back(taught, 1)
    _keep(taught, decide([proposal], _library(taught), apply=[proposal.id]))
    _keep(taught, decide((), _library(taught), reject=[proposal.id]))

    assert (_library(taught).phrasings, len(_library(taught).rejected)) == ((), 1)


@pytest.mark.parametrize("id_", ["", "nosuch", "zz"])
def test_an_id_that_names_nothing_is_refused(id_: str) -> None:
    with pytest.raises(UnknownProposal):
        decide((), small_library(), apply=[id_])


def test_a_beginning_that_names_two_is_refused() -> None:
    proposals = propose([seen("晚上拍的啥时候给发"), seen("虾搁几天不会坏", SHRIMP)], small_library()).proposals
    alike = [one.model_copy(update={"id": f"ab{number}"}) for number, one in enumerate(proposals)]

    with pytest.raises(UnknownProposal, match="more than one"):
        decide(alike, small_library(), apply=["ab"])


def test_only_what_is_sure_enough_is_applied_automatically() -> None:
    sure = [seen("晚上拍的啥时候给发", agent=f"a{number % 2}") for number in range(40)]
    proposals = propose([*sure, seen("虾搁几天不会坏", SHRIMP)], small_library()).proposals

    lessons = decide(proposals, small_library(), automatic=True)

    assert [one.text for one in lessons.kept] == ["晚上拍的啥时候给发"]


_observations = st.lists(
    st.builds(
        seen,
        st.sampled_from(["晚上拍的啥时候给发", "虾搁几天不会坏", "那明天发吗", "活虾怎么保存", "奶喝不完咋办"]),
        st.sampled_from([CUTOFF, MILK, SHRIMP]),
        st.sampled_from(How),
        st.sampled_from([f"c{number}" for number in range(6)]),
        turn=st.sampled_from([f"t{number}" for number in range(9)]),
        edited=st.booleans(),
    ),
    max_size=40,
)
"""What the agents of a random shop did."""


@settings(max_examples=150, deadline=None)
@given(_observations, _observations, st.data())
def test_what_was_decided_is_settled(before: list[Observed], after: list[Observed], data: st.DataObject) -> None:
    """Whatever is applied or rejected, now or after more was observed: the same evidence proposes nothing again."""
    library = small_library()
    observed: list[Observed] = []
    for more in (before, after):
        observed += more
        proposals = propose(observed, library).proposals
        accepted = {one.id for one in proposals if data.draw(st.booleans())}
        refused = {one.id for one in proposals} - accepted
        library = learned(library, decide(proposals, library, apply=sorted(accepted), reject=sorted(refused)))

        assert propose(observed, library).proposals == ()


@settings(max_examples=100, deadline=None)
@given(_observations)
def test_deciding_twice_is_deciding_once(observed: list[Observed]) -> None:
    library = small_library()
    proposals = propose(observed, library).proposals
    lessons = decide(proposals, library, apply=[one.id for one in proposals])

    once = learned(library, lessons)

    assert learned(once, lessons) == once


def test_what_learned_says_is_what_publishing_builds(taught: Desk) -> None:
    library = _library(taught)
    lessons = decide(_considered(taught).proposals, library, apply=[one.id for one in _considered(taught).proposals])
    _keep(taught, lessons)

    with taught.database.reader() as session:
        entries = [authored.entry for authored in libraries.entries(session, SHOP, 2).values()]
    assert build_library(SHOP, library.number, entries) == learned(library, lessons)
