"""Complaints decided by hand: a remedy with three choices, one question, and the refusals, as cards carry them."""

from datetime import datetime, timedelta
from typing import Any

from assist.domain.people import AgentRole
from assist.domain.remedy import (
    ClaimClock,
    Decision,
    EvidenceState,
    Option,
    Question,
    Refusal,
    RefusalWhy,
    Remedy,
    RemedyState,
    ScriptStep,
    Slot,
    StepName,
    Trace,
)
from assist.domain.remedy_policy import RemedyKind
from assist.domain.suggestion import CardDetail, Suggestion, SuggestionKind
from assist.web.remedy_models import RemedyStateOut
from tests.conftest import NOW

GOODS = "草莓礼盒 红颜 3斤装"
TRACE = (
    Trace(rule="alarm", held=False, facts={"grounds": ""}),
    Trace(rule="some-unworded-rule", held=True, facts={"share_percent": 10, "paid_fen": 8900, "asked": False}),
)


def steps(solution: str) -> tuple[ScriptStep, ...]:
    told = {
        StepName.empathy: "真的很抱歉，满心期待的草莓到手却有发霉的，换作是我也会很难受。",
        StepName.explanation: "草莓皮薄，路上碰一碰就容易坏，这次确实是我们没有护好。",
        StepName.solution: solution,
        StepName.prevention: "剩下的请先挑出坏果，不洗、垫厨房纸冷藏 0–4℃，建议 2 天内吃完。",
    }
    return tuple(ScriptStep(step=step, text=text, line=f"{step.value}-1") for step, text in told.items())


def a_remedy(now: datetime = NOW, **changes: Any) -> Remedy:
    """Part of the berries is bad: part of the money, a coupon if they would rather, all of it with a lead."""
    told: dict[str, Any] = {
        "rule": "berry-rot",
        "rung": "spoilage-minor",
        "line_ref": "l1",
        "options": (
            Option(kind=RemedyKind.partial_refund, amount_fen=890, up_to_fen=1200),
            Option(kind=RemedyKind.coupon, amount_fen=1335),
            Option(kind=RemedyKind.full_refund, amount_fen=8900, needs=AgentRole.lead),
        ),
        "ready": True,
        "evidence": (
            EvidenceState(item="bad-closeup", needed=2, there=2),
            EvidenceState(item="whole-box", needed=1, there=1),
        ),
        "clock": ClaimClock(
            state="open", until=now + timedelta(hours=2, minutes=13), lead_until=now + timedelta(hours=26)
        ),
        "refund_only": True,
        "trace": TRACE,
        **changes,
    }
    return Remedy(**told)


def a_question() -> Question:
    return Question(slot=Slot.share, choices=("tenth", "most"), trace=TRACE)


def a_refusal(why: RefusalWhy, *, to_person: bool = True) -> Refusal:
    # An alarm stands before every other thought.
    trace = (Trace(rule="alarm", held=True, facts={"grounds": "illness"}),) if why is RefusalWhy.alarm else TRACE
    return Refusal(why=why, to_person=to_person, trace=trace)


def a_detail(decision: Decision, complaint_id: str = "complaint-1", **changes: Any) -> CardDetail:
    """The card of a decision; each option's solution names its own amount."""
    spoken = steps("按坏的比例给您退 8.90元，原路退回，不用寄回。")
    each: tuple[tuple[ScriptStep, ...], ...] = ()
    if isinstance(decision, Remedy) and len(decision.options) == 3:
        each = (
            spoken,
            steps("给您补一张 13.35元 的优惠券，30 天内都能用。"),
            steps("给您全额退款 89.00元，审核后原路退回。"),
        )
    told: dict[str, Any] = {
        "complaint_id": complaint_id,
        "line_key": "l1",
        "line_title": GOODS,
        "decision": decision,
        "steps": spoken,
        "option_steps": each,
        "past_claims": 1,
        "past_refunded_fen": 1250,
        "comparable": (("partial_refund", 9, 650), ("reship", 3, 0)),
        "budget_left_fen": 37400,
        **changes,
    }
    return CardDetail(**told)


def a_suggestion(detail: CardDetail, text: str = "") -> Suggestion:
    question = isinstance(detail.decision, Question)
    return Suggestion(
        kind=SuggestionKind.question if question else SuggestionKind.remedy,
        article_id=f"remedy:{detail.line_key}",
        library_number=1,
        title=detail.line_title,
        text=text or "\n".join(step.text for step in detail.steps),
        score=1.0,
        matched="三分之一发霉",
        source="policy/remedy.toml",
        detail=detail,
    )


def a_state(state: RemedyState, **changes: Any) -> RemedyStateOut:
    told: dict[str, Any] = {
        "id": "r1",
        "state": state.value,
        "kind": "partial_refund",
        "title": "草莓",
        "amount_fen": 890,
        "needs": "lead",
        "automatic": False,
        "requested_by": "小林",
        "requested_at": NOW,
        "approved_by": None,
        "reason": "",
        "error": None,
        "not_before": None,
        "expires_at": None,
        "ended_at": None,
        "may_settle": False,
        "may_withdraw": False,
        **changes,
    }
    return RemedyStateOut(**told)
