"""Which questions are proposed as phrasings, which speak against an article, and which are nobody's business?"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.domain.library import Library, Phrasing
from assist.suggest.learn import Considered, How, Observed, Proposal, ProposalState, propose, settle
from assist.suggest.learnable import Doubt, LeftOut

from .lessons import CUTOFF, MILK, SHRIMP, seen, small_library

ASKED = "晚上拍的啥时候给发"


def _only(considered: Considered) -> Proposal:
    (proposal,) = considered.proposals
    return proposal


def _left_out(*observed: Observed, library: Library | None = None) -> dict[LeftOut, int]:
    considered = propose(observed, library or small_library())
    assert considered.proposals == ()
    return dict(considered.left_out)


def _applied(considered: Considered, **more: object) -> Phrasing:
    phrasing = settle(_only(considered), small_library())
    assert phrasing is not None
    return phrasing.model_copy(update=more)


def test_a_question_whose_answer_was_used_is_proposed_for_review() -> None:
    proposal = _only(propose([seen(ASKED)], small_library()))

    assert (proposal.article_id, proposal.text, proposal.state) == (CUTOFF, ASKED, ProposalState.review)
    assert (proposal.adopted, proposal.agents, proposal.dismissed_wrong, proposal.elsewhere) == (1, 1, 0, 0)
    # Wilson's lower bound at 95 % of 1 out of 1.
    assert proposal.confidence == pytest.approx(0.2065, abs=1e-4)


def test_confidence_is_the_lower_bound_of_the_adopted_share() -> None:
    used = [seen(ASKED) for _ in range(8)]
    wrong = [seen(ASKED, how=How.wrong) for _ in range(2)]

    proposal = _only(propose([*used, *wrong], small_library()))

    # Wilson's interval of 8 out of 10 is 0.490 to 0.943.
    assert proposal.confidence == pytest.approx(0.4902, abs=1e-4)


@pytest.mark.parametrize(
    ("how", "edited", "conversations", "proposed"),
    [
        pytest.param(How.clicked, False, 1, True, id="点过卡片"),
        pytest.param(How.matched, False, 1, True, id="没点，发的就是它"),
        pytest.param(How.unseen, False, 1, False, id="没见到卡片，一次"),
        pytest.param(How.unseen, False, 2, True, id="没见到卡片，两次"),
        pytest.param(How.clicked, True, 1, False, id="改过再发，一次"),
        pytest.param(How.clicked, True, 2, True, id="改过再发，两次"),
    ],
)
def test_an_adoption_weighs_by_its_kind(how: How, edited: bool, conversations: int, proposed: bool) -> None:
    observed = [seen(ASKED, how=how, edited=edited) for _ in range(conversations)]

    considered = propose(observed, small_library())

    assert bool(considered.proposals) is proposed
    assert dict(considered.left_out) == ({} if proposed else {LeftOut.weak: 1})


def test_a_conversation_counts_once_with_its_best_adoption() -> None:
    observed = [
        seen(ASKED, conversation="c1", edited=True),
        seen(ASKED, conversation="c1"),
        seen(ASKED, conversation="c1", how=How.unseen),
    ]

    proposal = _only(propose(observed, small_library()))

    assert (proposal.adopted, proposal.confidence) == (1, pytest.approx(0.2065, abs=1e-4))


def test_wordings_that_differ_in_width_case_script_or_marks_are_one_and_the_most_used_stands() -> None:
    observed = [seen("ＶＩＰ截單几点？"), seen("vip截单几点"), seen("VIP 截单几点！"), seen("vip截单几点")]

    proposal = _only(propose(observed, small_library()))

    assert (proposal.text, proposal.adopted) == ("vip截单几点", 4)


def test_several_messages_become_one_line_without_hidden_characters() -> None:
    assert _only(propose([seen("晚上拍的\n啥时候\u200b给发\x1b")], small_library())).text == "晚上拍的 啥时候给发"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("好的谢谢", LeftOut.small_talk, id="寒暄"),
        pytest.param("👍👍", LeftOut.small_talk, id="表情"),
        pytest.param("多久", LeftOut.fragment, id="半句话"),
        pytest.param("2 3?", LeftOut.fragment, id="只有数字"),
        pytest.param("几点" * 31, LeftOut.too_long, id="太长"),
        pytest.param("13812345678", LeftOut.personal, id="只有手机号"),
        pytest.param("打我13812345678问几点发", LeftOut.personal, id="手机号"),
        pytest.param("送到张江路100弄5号楼301室几点能到", LeftOut.personal, id="地址"),
        pytest.param("订单2026112100012345几点发", LeftOut.personal, id="订单号"),
        pytest.param("尾号880 1234的几点发", LeftOut.personal, id="分开写的号"),
        pytest.param("https://shop.example.com/o/8 这个几点发", LeftOut.personal, id="链接"),
        pytest.param("我叫王小明几点发我的", LeftOut.personal, id="自报姓名"),
        pytest.param("收件人：王小明 几点发", LeftOut.personal, id="收件人"),
        pytest.param("My name is Wang, when do you ship", LeftOut.personal, id="a name"),
        pytest.param("几点之前下单，今天发货？", LeftOut.known, id="就是已有问法"),
    ],
)
def test_what_cannot_stand_alone_is_left_out(text: str, why: LeftOut) -> None:
    assert _left_out(seen(text)) == {why: 1}


@pytest.mark.parametrize(
    "names",
    [pytest.param(("王小明",), id="顾客的名字"), pytest.param(("D1001",), id="订单号")],
)
def test_the_customers_own_name_and_order_are_personal(names: tuple[str, ...]) -> None:
    assert _left_out(seen("王小明的d1001几点发", names=names)) == {LeftOut.personal: 1}


@pytest.mark.parametrize("text", ["你们电话是多少", "手机号码怎么改", "收件人写错了怎么办", "我是新客有优惠吗"])
def test_a_question_about_such_things_is_not_personal(text: str) -> None:
    assert _only(propose([seen(text)], small_library())).text == text


def test_what_was_asked_of_an_article_that_is_gone_is_left_out() -> None:
    assert _left_out(seen(ASKED, "storage-crab")) == {LeftOut.no_article: 1}


@pytest.mark.parametrize(
    ("cutoff", "milk", "proposed"),
    [
        pytest.param(1, 1, [], id="一比一"),
        pytest.param(3, 1, [], id="四分之三"),
        pytest.param(4, 1, [CUTOFF], id="八成"),
    ],
)
def test_one_question_has_one_article(cutoff: int, milk: int, proposed: list[str]) -> None:
    observed = [seen(ASKED) for _ in range(cutoff)] + [seen(ASKED, MILK) for _ in range(milk)]

    considered = propose(observed, small_library())

    assert [one.article_id for one in considered.proposals] == proposed
    assert considered.left_out[LeftOut.conflict] == 2 - len(proposed)
    assert [one.elsewhere for one in considered.proposals] == [milk] * len(proposed)


def test_an_ask_of_another_article_is_a_conflict_however_often_it_was_used() -> None:
    assert _left_out(*(seen("活虾怎么保存") for _ in range(9))) == {LeftOut.conflict: 1}


def test_dismissed_as_wrong_twice_and_never_used_speaks_against() -> None:
    proposal = _only(propose([seen(ASKED, how=How.wrong), seen(ASKED, how=How.wrong)], small_library()))

    assert (proposal.state, proposal.dismissed_wrong, proposal.adopted) == (ProposalState.against, 2, 0)


@pytest.mark.parametrize(
    "observed",
    [
        pytest.param([seen(ASKED, how=How.wrong)], id="只有一次"),
        pytest.param([seen(ASKED, how=How.wrong, conversation="c") for _ in range(3)], id="同一次会话"),
        pytest.param([seen(ASKED, how=How.wrong), seen(ASKED, how=How.wrong), seen(ASKED)], id="也用过"),
        pytest.param([seen(ASKED, how=How.wrong), seen(ASKED)], id="一比一"),
    ],
)
def test_mixed_or_little_evidence_proposes_nothing(observed: list[Observed]) -> None:
    assert _left_out(*observed) == {LeftOut.weak: 1}


def test_put_away_as_wrong_and_sent_all_the_same_was_used() -> None:
    observed = [
        seen(ASKED, how=How.wrong, conversation="c1", turn="t1"),
        seen(ASKED, how=How.matched, conversation="c1", turn="t1"),
    ]

    proposal = _only(propose(observed, small_library()))

    assert (proposal.adopted, proposal.dismissed_wrong) == (1, 0)


def _often(text: str, article_id: str = CUTOFF, times: int = 40, agents: int = 2) -> list[Observed]:
    return [seen(text, article_id, agent=f"a{at % agents}") for at in range(times)]


@pytest.mark.parametrize(
    ("observed", "state", "doubts"),
    [
        pytest.param(_often(ASKED), ProposalState.automatic, (), id="四十次、两个人"),
        pytest.param(_often(ASKED, times=39), ProposalState.review, (), id="三十九次"),
        pytest.param(_often(ASKED, agents=1), ProposalState.review, (), id="只有一个人"),
        pytest.param(
            [*_often(ASKED), *(seen(ASKED, how=How.wrong) for _ in range(2))], ProposalState.review, (), id="有人说不对"
        ),
        pytest.param(_often("那明天发吗"), ProposalState.review, (Doubt.points_back,), id="指着上文"),
        pytest.param(_often("it can ship today?"), ProposalState.review, (Doubt.points_back,), id="points back"),
        pytest.param(_often("items ship today?"), ProposalState.automatic, (), id="no pointing word"),
        pytest.param(_often("搁几天不会坏", SHRIMP), ProposalState.review, (Doubt.names_no_product,), id="没说商品"),
        pytest.param(_often("虾搁几天不会坏", SHRIMP), ProposalState.automatic, (), id="说了商品"),
    ],
)
def test_only_much_clear_evidence_of_several_agents_is_automatic(
    observed: list[Observed], state: ProposalState, doubts: tuple[Doubt, ...]
) -> None:
    proposal = _only(propose(observed, small_library()))

    assert (proposal.state, proposal.doubts) == (state, doubts)


def test_what_was_applied_is_known() -> None:
    considered = propose([seen(ASKED)], small_library())

    assert _left_out(seen(ASKED), library=small_library(_applied(considered))) == {LeftOut.known: 1}


def test_a_rejected_phrasing_comes_back_when_its_evidence_has_doubled() -> None:
    considered = propose([seen(ASKED) for _ in range(3)], small_library())
    library = small_library(rejected=(_applied(considered, rejected=True),))

    assert _left_out(*(seen(ASKED) for _ in range(5)), library=library) == {LeftOut.rejected: 1}
    again = _only(propose([seen(ASKED) for _ in range(6)], library))
    assert (again.state, again.id) == (ProposalState.review, _only(considered).id)


def test_a_rejected_counterexample_comes_back_when_its_evidence_has_doubled() -> None:
    considered = propose([seen(ASKED, how=How.wrong) for _ in range(2)], small_library())
    library = small_library(rejected=(_applied(considered, rejected=True),))

    assert _left_out(*(seen(ASKED, how=How.wrong) for _ in range(3)), library=library) == {LeftOut.rejected: 1}
    again = propose([seen(ASKED, how=How.wrong) for _ in range(4)], library)
    assert _only(again).state is ProposalState.against


STANDS = Phrasing(id="p1", article_id=CUTOFF, text=ASKED, times=3)


@pytest.mark.parametrize(
    ("observed", "state"),
    [
        pytest.param(
            [seen(ASKED), *(seen(ASKED, how=How.wrong) for _ in range(3))], ProposalState.retract, id="多说不对"
        ),
        pytest.param([seen(ASKED, how=How.wrong) for _ in range(2)], ProposalState.against, id="只说不对"),
        pytest.param([seen(ASKED, MILK) for _ in range(3)], ProposalState.retract, id="改用别的条目"),
    ],
)
def test_an_applied_phrasing_that_agents_contradict_is_to_be_taken_back(
    observed: list[Observed], state: ProposalState
) -> None:
    proposals = propose(observed, small_library(STANDS)).proposals

    assert [(one.state, one.text) for one in proposals if one.id == "p1"] == [(state, ASKED)]


def test_an_applied_phrasing_that_became_another_articles_ask_is_to_be_taken_back() -> None:
    taken = Phrasing(id="p1", article_id=CUTOFF, text="活虾怎么保存？")

    assert _only(propose([], small_library(taken))).state is ProposalState.retract


def test_an_applied_phrasing_nobody_contradicts_stays() -> None:
    assert propose([], small_library(STANDS)) == Considered(proposals=(), left_out={})
    assert _left_out(seen(ASKED), seen(ASKED, how=How.wrong), library=small_library(STANDS)) == {LeftOut.known: 1}


def test_a_counterexample_that_agents_use_after_all_becomes_a_phrasing() -> None:
    against = Phrasing(id="p1", article_id=CUTOFF, text=ASKED, right=False, times=2)

    proposal = _only(propose([seen(ASKED) for _ in range(60)], small_library(against)))

    assert (proposal.state, proposal.id) == (ProposalState.review, "p1"), "never automatic"
    assert settle(proposal, small_library(against)) == Phrasing(id="p1", article_id=CUTOFF, text=ASKED, times=60)


def test_a_person_who_lets_a_phrasing_stand_is_not_asked_again_for_the_same_evidence() -> None:
    wrong = [seen(ASKED, how=How.wrong) for _ in range(2)]
    kept = settle(_only(propose(wrong, small_library(STANDS))), small_library(STANDS), rejected=True)

    assert kept is not None
    assert kept == STANDS.model_copy(update={"despite": 2})
    more = [*wrong, seen(ASKED, how=How.wrong)]
    assert _left_out(*more, library=small_library(kept)) == {LeftOut.known: 1}
    assert _only(propose([*more, seen(ASKED, how=How.wrong)], small_library(kept))).state is ProposalState.against


_observed = st.builds(
    seen,
    st.sampled_from([ASKED, "虾搁几天不会坏", "那明天发吗", "好的", "活虾怎么保存", "打我13812345678问几点发"]),
    st.sampled_from([CUTOFF, MILK, SHRIMP, "gone"]),
    st.sampled_from(How),
    st.sampled_from([f"c{number}" for number in range(6)]),
    turn=st.sampled_from([f"t{number}" for number in range(9)]),
    agent=st.sampled_from(["小林", "阿珍"]),
    edited=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_observed, max_size=30), st.integers(0, 2**32))
def test_the_order_of_what_was_observed_never_matters(observed: list[Observed], seed: int) -> None:
    shuffled = random.Random(seed).sample(observed, len(observed))

    assert propose(shuffled, small_library()) == propose(observed, small_library())


@settings(max_examples=150, deadline=None)
@given(st.lists(_observed, max_size=30))
def test_nothing_personal_is_ever_proposed(observed: list[Observed]) -> None:
    proposals = propose(observed, small_library(min_confidence=0.0, min_wrong=1)).proposals

    assert all("1381" not in one.text and "［" not in one.text for one in proposals)
