"""How a row of `tests/cases/remedies` is read: the base claim, what a row changes of it, and what is compared."""

import json
import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from assist.domain.remedy import Claim, Option, Question, Refusal, Remedy
from assist.domain.remedy_policy import Execution, Ladder, Payout, RemedyPolicy, Rung

Decide = Callable[..., Remedy | Question | Refusal]

CASES = Path(__file__).parents[1] / "cases" / "remedies"
COMPLAINED = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
LINE: dict[str, Any] = {
    "line_ref": "L1",
    "title": "红颜草莓",
    "category": "berries",
    "quantity": 1,
    "paid_fen": 5980,
    "refunded_fen": 0,
}
UNKNOWN = "unknown"

_ROW = frozenset({"id", "why", "claim", "expect", "execution"})


def rows() -> list[dict[str, Any]]:
    """Return every row of the table, in the order of files and rows."""
    return [row for path in sorted(CASES.glob("*.toml")) for row in tomllib.loads(path.read_text())["cases"]]


def claim_of(changes: dict[str, Any]) -> Claim:
    """Return the base claim with a row's changes."""
    told = dict(changes)
    line = told.pop("line", {})
    lines = [_line(one) for one in told.pop("lines", [{} if line == UNKNOWN else line])]
    delivered_hours_ago = told.pop("delivered_hours_ago", 3)
    now = COMPLAINED + timedelta(hours=told.pop("now_hours_later", 0))
    for name in ("bad", "expected", "found"):
        if name in told:
            number, unit = told[name].split(" ", 1)
            told[name] = {"number": number, "unit": unit}
    if "share" in told:
        told["share"] = _share(told["share"])
    document = {
        "grounds": ["rotten"],
        "severity": "partial_spoil",
        "line": None if line == UNKNOWN else _line(line),
        "lines": lines,
        "order_ref": "O1",
        "order_paid_fen": sum(one["paid_fen"] for one in lines),
        "order_refunded_fen": sum(one["refunded_fen"] for one in lines),
        "delivered_at": None if delivered_hours_ago == UNKNOWN else _ago(delivered_hours_ago),
        "complained_at": COMPLAINED.isoformat(),
        "now": now.isoformat(),
        **{name: None if value == UNKNOWN else value for name, value in told.items()},
    }
    return Claim.model_validate_json(json.dumps(document))


def policy_of(policy: RemedyPolicy, row: dict[str, Any]) -> RemedyPolicy:
    """Return the policy with the kinds a row switches on for the program itself."""
    return policy.model_copy(update={"execution": Execution(**dict.fromkeys(row.get("execution", []), True))})


def unknown_keys(row: dict[str, Any]) -> set[str]:
    return set(row) - _ROW


def seen(decision: Remedy | Question | Refusal, expected: dict[str, Any]) -> dict[str, Any]:
    """Return of a decision what a row's `expect` names; KeyError for what no such decision has."""
    told = _TOLD[type(decision)](decision)
    return {name: _like(told[name], value) for name, value in expected.items()}


def _like(told: Any, value: Any) -> Any:
    """Return of options and facts only the keys that are compared."""
    if isinstance(value, dict):
        return {name: told[name] for name in value}
    if isinstance(value, list) and value and isinstance(value[0], dict) and len(value) == len(told):
        return [_like(one, wanted) for one, wanted in zip(told, value, strict=True)]
    return told


def _remedy(remedy: Remedy) -> dict[str, Any]:
    return {
        "outcome": remedy.outcome,
        "rule": remedy.rule,
        "rung": remedy.rung,
        "ready": remedy.ready,
        "pay_first": remedy.pay_first,
        "refund_only": remedy.refund_only,
        "follow_up_hours": remedy.follow_up_hours,
        "line_ref": remedy.line_ref,
        "clock": remedy.clock.state,
        "why_approval": list(remedy.why_approval),
        "evidence_missing": [state.item for state in remedy.evidence if not state.met],
        "options": [_option(option) for option in remedy.options],
        **_option(remedy.options[0]),
    }


def _option(option: Option) -> dict[str, Any]:
    return {**option.model_dump(mode="json"), "up_to_fen": option.up_to_fen or 0}


def _question(question: Question) -> dict[str, Any]:
    missing = [state.item for state in question.evidence if not state.met]
    return {
        "outcome": question.outcome,
        "slot": question.slot.value,
        "choices": list(question.choices),
        "evidence_missing": missing,
    }


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {
        "outcome": refusal.outcome,
        "why": refusal.why.value,
        "to_person": refusal.to_person,
        "facts": dict(refusal.facts),
    }


_TOLD: dict[type, Any] = {Remedy: _remedy, Question: _question, Refusal: _refusal}


def _line(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: None if value == UNKNOWN else value for name, value in {**LINE, **changes}.items()}


def _share(told: str) -> dict[str, Any]:
    fraction, _, per = told.partition(" ")
    bad, total = fraction.split("/")
    return {"bad": int(bad), "total": int(total), "per": per or "order"}


def _ago(hours: float) -> str:
    # Exact to the second, so that an edge of a window is the edge.
    return (COMPLAINED - timedelta(seconds=int(Fraction(str(hours)) * 3600))).isoformat()


def remedy(decision: Remedy | Question | Refusal) -> Remedy:
    assert isinstance(decision, Remedy), decision
    return decision


def question(decision: Remedy | Question | Refusal) -> Question:
    assert isinstance(decision, Question), decision
    return decision


def refusal(decision: Remedy | Question | Refusal) -> Refusal:
    assert isinstance(decision, Refusal), decision
    return decision


def with_rung(policy: RemedyPolicy, ladder: str, *payouts: Payout) -> RemedyPolicy:
    """Return the policy with one ladder that pays this, whatever the share."""
    rung = Rung(id="only", zh="一级", en="Only", includes_lower_edge=True, payouts=payouts, basis="own")
    ladders = tuple(
        Ladder(id=one.id, rungs=(rung,), needs_share=one.needs_share) if one.id == ladder else one
        for one in policy.ladders
    )
    return policy.model_copy(update={"ladders": ladders})
