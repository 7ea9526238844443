"""What an agent sees of a remedy: the card in every state, and never more than the case allows."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assist.content.files import read_tree
from assist.content.library import build_library
from assist.domain.complaint import Ground, Severity, Want
from assist.domain.library import Library
from assist.domain.people import AgentRole, Caller
from assist.domain.remedy import (
    ChoiceWords,
    ClaimClock,
    Decision,
    EvidenceState,
    Option,
    RefusalWhy,
    RemedyState,
    Slot,
    StepName,
    Trace,
)
from assist.domain.remedy_policy import Evidence, RemedyKind
from assist.domain.suggestion import Arm, CardDetail
from assist.store.queries.suggestions import SuggestionRow
from assist.web.card_views import suggestion_out
from assist.web.remedy_models import RemedyStateOut
from assist.web.remedy_views import card_of, plain_yuan, trace_line, yuan
from assist.web.views import cards_html
from assist.web.words import LANGUAGES, words
from tests.conftest import NOW
from tests.money import a_policy
from tests.trees import small_tree

from .remedy_cases import a_detail, a_question, a_refusal, a_remedy, a_state, a_suggestion, steps

AGENT = Caller(shop_id="s1", agent_id="a1", name="小林", role=AgentRole.agent)
LEAD = Caller(shop_id="s1", agent_id="a2", name="王主管", role=AgentRole.lead)
EVIDENCE = (
    Evidence(id="bad-closeup", zh="坏果特写", en="a close-up", counts="image", number=2, basis="own"),
    Evidence(id="whole-box", zh="整箱照片", en="the whole box", counts="image", basis="own"),
)
CHOICES = (
    ChoiceWords(id="tenth", slot=Slot.share, zh="不到一成", en="less than a tenth"),
    ChoiceWords(id="most", slot=Slot.share, zh="一半以上", en="more than half"),
)
EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    entries, _ = read_tree(small_tree(tmp_path_factory.mktemp("cards") / "kb"))
    built = build_library("s1", 7, entries)
    return built.model_copy(update={"remedy": a_policy(evidence=EVIDENCE), "choices": CHOICES})


def shown(
    library: Library,
    decision: Decision,
    *,
    caller: Caller = AGENT,
    language: str = "zh",
    state: RemedyStateOut | None = None,
    text: str = "",
    **detail: Any,
) -> str:
    return html_of(a_detail(decision, **detail), library, caller=caller, language=language, state=state, text=text)


def html_of(
    detail: CardDetail,
    library: Library,
    *,
    caller: Caller = AGENT,
    language: str = "zh",
    state: RemedyStateOut | None = None,
    text: str = "",
) -> str:
    row = SuggestionRow(
        id="s1",
        shop_id="s1",
        conversation_id="c1",
        turn_id="t1",
        arm=Arm.shown,
        state="live",
        rank=0,
        category="berries",
        created_at=NOW,
        suggestion=a_suggestion(detail, text),
    )
    remedy = card_of(row, library, language, caller, {"s1": state} if state else {})
    return cards_html([suggestion_out(row, library, NOW.date(), remedy=remedy)], language)


def texts(html: str) -> str:
    """What is read of a card: its text, with every run of blanks one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def test_choices_stand_in_order_of_cost_and_the_proposed_one_is_chosen(library: Library) -> None:
    html = shown(library, a_remedy())

    kinds = re.findall(r'<input type="radio"[^>]*data-kind="(\w+)"([^>]*)>', html)
    assert [kind for kind, _ in kinds] == ["coupon", "partial_refund", "full_refund"]
    assert [kind for kind, rest in kinds if "checked" in rest] == ["partial_refund"]
    assert '<strong class="amount">¥8.90</strong>' in html


def test_every_choice_brings_its_own_steps_and_only_the_chosen_ones_are_seen(library: Library) -> None:
    html = shown(library, a_remedy())

    lists = re.findall(r'<ol class="steps" data-option="(\d)"[^>]*?( hidden)?>(.*?)</ol>', html, re.DOTALL)
    assert [(place, bool(hidden)) for place, hidden, _ in lists] == [("0", False), ("1", True), ("2", True)]
    assert all(list(re.findall(r'data-step="(\w+)"', inside)) == list(StepName) for _, _, inside in lists)
    assert ["8.90元" in lists[0][2], "13.35元" in lists[1][2], "89.00元" in lists[2][2]] == [True, True, True]


def test_where_the_policy_leaves_room_the_amount_has_a_field_within_it(library: Library) -> None:
    html = shown(library, a_remedy())

    assert re.findall(r'value="(\S+)" data-from="(\d+)" data-to="(\d+)"', html) == [("8.90", "890", "1200")]
    assert "¥8.90 到 ¥12.00 之间" in html


@pytest.mark.parametrize(("caller", "asking"), [(AGENT, ["full_refund"]), (LEAD, [])], ids=["agent", "lead"])
def test_what_the_caller_may_not_grant_goes_to_approval(library: Library, caller: Caller, asking: list[str]) -> None:
    html = shown(library, a_remedy(), caller=caller)

    assert re.findall(r'data-kind="(\w+)"[^>]*data-asks="yes"', html) == asking
    assert texts(html).count("需审批") == len(asking)


def test_over_the_limit_the_button_submits_for_approval(library: Library) -> None:
    full = Option(kind=RemedyKind.full_refund, amount_fen=8900, needs=AgentRole.lead)
    html = shown(library, a_remedy(options=(full,), why_approval=("over_amount", "some-new-limit")))

    assert re.search(r'data-money="open"[^>]*>提交审批<', html)
    assert "需审批的原因：超过客服可批的金额、some-new-limit" in texts(html)
    assert "需审批" not in shown(library, a_remedy(options=(full,), why_approval=("over_amount",)), caller=LEAD)


def test_evidence_is_counted_and_only_what_is_missing_is_asked_for(library: Library) -> None:
    some = (
        EvidenceState(item="bad-closeup", needed=2, there=3),
        EvidenceState(item="whole-box", needed=1, there=0),
    )
    told = texts(shown(library, a_remedy(ready=False, evidence=some)))

    assert "坏果特写 2/2 已有" in told
    assert "整箱照片 0/1 还差" in told
    assert "只数张数，不看图" in told
    assert "麻烦您再发一下：整箱照片，" in told


def test_nothing_is_asked_for_where_it_is_paid_first(library: Library) -> None:
    missing = (EvidenceState(item="whole-box", needed=1, there=0),)
    told = texts(shown(library, a_remedy(pay_first=True, follow_up_hours=48, evidence=missing)))

    assert "麻烦您再发一下" not in told
    assert "先赔后查：先赔付，48 小时内跟进" in told


def test_before_the_evidence_is_there_an_agent_asks_a_lead(library: Library) -> None:
    """`grant.terms_of`: what is given before the evidence is there takes a lead."""
    html = shown(library, a_remedy(ready=False))

    assert re.findall(r'data-kind="(\w+)"[^>]*data-asks="yes"', html) == ["coupon", "partial_refund", "full_refund"]
    assert "凭证没齐，现在登记要主管审批" in html


def test_the_clock_carries_its_moments_and_no_minutes(library: Library) -> None:
    """The browser counts down: minutes in the markup would draw the card anew with every piece of news."""
    until = NOW + timedelta(hours=2)
    html = shown(library, a_remedy(clock=ClaimClock(state="open", until=until)))

    assert f'data-until="{until.isoformat(timespec="seconds")}"' in html
    assert "在本店时限内" in html


def test_past_claims_and_cases_alike_are_counts(library: Library) -> None:
    told = texts(shown(library, a_remedy()))

    # Seven days is what the policy looks back; one claim before makes this the second.
    assert "近 7 天第 2 次反馈，此前共退 ¥12.50" in told
    assert "近 90 天同类 12 例：部分退款 9、中位 ¥6.50；补发 3" in told
    assert "今日预算还剩 ¥374.00" in told
    assert "补偿策略第 1 版" in told


def test_a_first_claim_and_an_empty_budget_are_said(library: Library) -> None:
    told = texts(shown(library, a_remedy(), past_claims=0, past_refunded_fen=0, comparable=(), budget_left_fen=0))

    assert "近 7 天首次反馈" in told
    assert "今日预算已用完" in told
    assert "同类" not in told


def test_a_photo_seen_before_is_flagged_without_accusing(library: Library) -> None:
    assert "不要指责" in shown(library, a_remedy(), photo_seen_before=True)
    assert "不要指责" not in shown(library, a_remedy())


@pytest.mark.parametrize(
    ("spoken", "choices"),
    [
        ("请问大概坏了多少？", ["不到一成", "一半以上"]),
        ("Roughly how much of it is bad?", ["less than a tenth", "more than half"]),
    ],
    ids=["zh", "en"],
)
def test_a_question_lists_its_choices_as_the_customer_reads_them(
    library: Library, spoken: str, choices: list[str]
) -> None:
    told = tuple(step.model_copy(update={"text": spoken}) for step in steps("") if step.step is StepName.solution)
    html = shown(library, a_question(), steps=told)

    assert re.findall(r"<li>([^<]+)</li>", html.split('class="choices"')[1].split("</ul>")[0]) == choices
    (inserted,) = re.findall(r'class="use"[^>]*data-text="([^"]*)"', html)
    assert inserted.startswith(spoken)
    assert all(choice in inserted for choice in choices)


def test_a_question_that_names_its_choices_is_not_given_them_twice(library: Library) -> None:
    html = shown(library, a_question(), steps=steps("大概坏了多少：不到一成、一半以上？")[2:3])

    assert 'data-text="大概坏了多少：不到一成、一半以上？"' in html


def test_a_question_offers_no_money_and_asks_for_no_evidence(library: Library) -> None:
    question = a_question().model_copy(update={"evidence": (EvidenceState(item="whole-box", needed=1, there=0),)})
    html = shown(library, question, steps=steps("坏了多少？"))

    assert "data-money" not in html
    assert "麻烦您再发一下" not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_alarm_is_for_a_person_and_names_no_amount(library: Library, language: str) -> None:
    care = steps("我马上请主管联系您，请先保留商品和包装。")
    html = shown(library, a_refusal(RefusalWhy.alarm), language=language, steps=care)

    assert words(language)["remedy_why_alarm"] in html
    assert 'class="card remedy refusal alarm to-person"' in html
    assert not re.search(r"[¥￥]|data-money|radiogroup", html)


def test_the_alarm_says_it_in_these_words() -> None:
    assert words("zh")["remedy_why_alarm"] == "转人工/主管处理，先别谈赔付"


def test_a_late_claim_is_a_leads_to_judge_and_a_change_of_mind_is_explained(library: Library) -> None:
    late = shown(library, a_refusal(RefusalWhy.late), steps=steps("我请主管看一下。"))
    changed = shown(
        library, a_refusal(RefusalWhy.change_of_mind, to_person=False), steps=steps("鲜活易腐不支持无理由退。")
    )

    assert "过了本店时限，请主管看" in late
    assert "to-person" in late
    assert "to-person" not in changed
    assert "不是质量问题，解释即可" in changed


@pytest.mark.parametrize(
    ("state", "more", "buttons", "said"),
    [
        (RemedyState.pending_approval, {"may_withdraw": True}, ["withdraw"], "主管可以批"),
        (
            RemedyState.reserved,
            {"may_settle": True, "may_withdraw": True},
            ["done", "withdraw"],
            "请在平台退款后点“已处理”",
        ),
        (RemedyState.reserved, {"automatic": True, "may_withdraw": True}, ["withdraw"], "已批准，等待执行"),
        (RemedyState.executing, {"automatic": True}, [], "执行中"),
        (RemedyState.unknown, {"automatic": True}, [], "结果未知·正在向平台核对"),
        (RemedyState.executed, {"ended_at": NOW}, [], "已完成"),
        (RemedyState.failed, {"error": "more_than_refundable"}, ["open", "cancel"], "超过平台可退的金额"),
        (RemedyState.failed, {"error": "平台自己的话"}, ["open", "cancel"], "平台自己的话"),
        (RemedyState.rejected, {"reason": "照片看不清", "approved_by": "王主管"}, ["open", "cancel"], "照片看不清"),
        (RemedyState.withdrawn, {}, ["open", "cancel"], "已撤回"),
        (RemedyState.expired, {}, ["open", "cancel"], "审批超时"),
    ],
    ids=lambda value: value.value if isinstance(value, RemedyState) else "",
)
def test_each_state_says_where_it_stands_and_offers_only_what_may_be_done(
    library: Library, state: RemedyState, more: dict[str, Any], buttons: list[str], said: str
) -> None:
    """What is on its way, or may have happened, can never be asked for a second time."""
    html = shown(library, a_remedy(), state=a_state(state, **more))

    assert re.findall(r'data-money="(\w+)"', html) == buttons
    assert said in texts(html)


def test_what_was_asked_for_is_what_the_card_says(library: Library) -> None:
    asked = a_state(RemedyState.pending_approval, kind="coupon", amount_fen=1400)
    html = shown(library, a_remedy(), state=asked)

    assert '<strong class="amount">¥14.00</strong>' in html
    assert "radiogroup" not in html
    assert re.findall(r'class="steps" data-option="(\d)"', html) == ["1"]


def test_a_remedy_whose_card_is_gone_stays_in_sight() -> None:
    html = cards_html([], "zh", [a_state(RemedyState.reserved, may_settle=True)])

    assert 'data-id="remedy-r1"' in html
    assert "草莓" in html
    assert re.findall(r'data-money="(\w+)"', html) == ["done"]
    # Without a rank it is no suggestion: no key inserts it, and nobody counts whether it was seen.
    assert "data-rank" not in html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "decision", [a_remedy(), a_question(), a_refusal(RefusalWhy.alarm)], ids=lambda one: one.outcome
)
def test_markup_anywhere_stays_text(library: Library, language: str, decision: Decision) -> None:
    spoken = tuple(step.model_copy(update={"text": f"{EVIL} {{{{ <b>x</b> }}}}"}) for step in steps(""))
    evil = a_state(RemedyState.rejected, reason=EVIL, title=EVIL, requested_by=EVIL, approved_by=EVIL)
    rule = Trace(rule="new", held=True, facts={"said": EVIL})
    html = shown(
        library,
        decision.model_copy(update={"trace": (rule,)}),
        language=language,
        state=evil,
        text=EVIL,
        steps=spoken,
        option_steps=(spoken,) * 3,
        line_title=EVIL,
    )

    assert not re.search(r"<(img|b>x)", html)
    assert not re.search(r"\sstyle=|\son\w+=\"", html)
    assert "&lt;img src=x" in html


def test_a_rule_that_was_considered_is_told_in_words_and_one_without_by_its_id() -> None:
    trace = Trace(
        rule="some-rule", held=True, facts={"paid_fen": 8900, "asked": False, "share": None, "kind": "coupon", "n": 3}
    )
    told, families = words("zh"), {"fact": "remedy_fact_", "kind": "remedy_kind_"}

    assert trace_line(trace, None, told, families) == "some-rule: paid_fen ¥89.00; asked 否; share —; kind 优惠券; n 3"
    assert trace_line(trace, "{kind}：实付 {paid_fen}", told, families) == "优惠券：实付 ¥89.00"


def test_why_names_what_the_shop_wrote_as_the_shop_wrote_it(library: Library) -> None:
    trace = (Trace(rule="rule", held=True, facts={"rule": "rot", "category": "berries", "ground": "rotten, unheard"}),)
    names = {one.ground: one.zh for one in library.complaints.grounds}
    html = shown(library, a_remedy(trace=trace))

    # Rule and category by name, a ground the lexicon knows by its words, one it does not know by its id.
    assert f"规则 腐烂：商品类别 浆果，问题 {names[Ground.rotten]}、unheard" in texts(html)


@pytest.mark.parametrize(
    ("fen", "read", "typed"),
    [(890, "¥8.90", "8.90"), (5, "¥0.05", "0.05"), (123456789, "¥1,234,567.89", "1234567.89"), (100, "¥1.00", "1.00")],
)
def test_amounts_are_exact(fen: int, read: str, typed: str) -> None:
    assert (yuan(fen), plain_yuan(fen)) == (read, typed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_state_step_and_refusal_has_words(language: str) -> None:
    told = words(language)

    assert all(told[f"remedy_kind_{kind.value}"] for kind in RemedyKind)
    assert all(told[f"remedy_state_{state.value}"] for state in RemedyState)
    assert all(told[f"remedy_step_{step.value}"] for step in StepName)
    assert all(told[f"remedy_why_{why.value}"] for why in RefusalWhy)
    assert all(told[f"remedy_role_{role.value}"] for role in AgentRole)
    assert all(told[f"remedy_severity_{severity.value}"] for severity in Severity)
    assert all(told[f"remedy_slot_{slot.value}"] for slot in Slot)
    assert all(told[f"remedy_want_{want.value}"] for want in Want)


def test_every_ceiling_the_program_knows_has_words() -> None:
    source = (Path(__file__).parents[2] / "assist/suggest/remedy/limits.py").read_text()
    rules = set(re.findall(r'Ceiling\(\s*"(\w+)"', source)) | set(re.findall(r': "(\w+)"', source))

    assert {"over_percent", "over_amount", "budget", "lead_window"} <= rules
    assert {f"remedy_limit_{rule}" for rule in rules} <= words("zh").keys()
