"""A complaint's suggestion, and a remedy that was asked for, as cards show them: named by the shop's policy."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from jinja2 import Environment

from assist.domain.library import Library
from assist.domain.people import AgentRole, Caller
from assist.domain.remedy import (
    ClaimClock,
    EvidenceState,
    Option,
    Question,
    Refusal,
    Remedy,
    RemedyState,
    ScriptStep,
    StepName,
    Trace,
)
from assist.domain.remedy_policy import RemedyKind, RemedyPolicy
from assist.domain.suggestion import CardDetail
from assist.store.queries.remedies import RemedyRow
from assist.store.queries.suggestions import SuggestionRow
from assist.suggest.language import is_english

from .remedy_models import (
    ClockOut,
    ComparableOut,
    EvidenceOut,
    RemedyCardOut,
    RemedyOptionOut,
    RemedyStateOut,
    RemedyStepOut,
)
from .words import in_language, words

# The order on the card is that of cost: the same choice stands in the same place, whichever is proposed.
_KINDS = list(RemedyKind)
_ROLES = list(AgentRole)
# Of a policy that is gone.
_PAST_DAYS = 30


def card_of(
    row: SuggestionRow, library: Library, language: str, caller: Caller, states: Mapping[str, RemedyStateOut]
) -> RemedyCardOut | None:
    """Return what a suggestion's card says beside its text; None where it is not about a complaint."""
    detail = row.suggestion.detail
    return remedy_card_out(detail, library, language, caller, states.get(row.id)) if detail else None


def remedy_card_out(
    detail: CardDetail, library: Library, language: str, caller: Caller, state: RemedyStateOut | None = None
) -> RemedyCardOut:
    """Return what the card says beside its text, for this caller: `asks` depends on who looks."""
    decision = detail.decision
    common = RemedyCardOut(
        outcome=decision.outcome,
        complaint_id=detail.complaint_id,
        line_key=detail.line_key,
        line_title=detail.line_title,
        steps=_steps(detail.steps),
        past_claims=detail.past_claims,
        past_refunded_fen=detail.past_refunded_fen,
        past_days=library.remedy.customers.days if library.remedy else _PAST_DAYS,
        comparable=[ComparableOut(kind=kind, count=count, median_fen=fen) for kind, count, fen in detail.comparable],
        photo_seen_before=detail.photo_seen_before,
        budget_left_fen=detail.budget_left_fen,
        trace=_named(decision.trace, library, language),
        state=state,
    )
    match decision:
        case Remedy():
            return common.model_copy(update=_of_remedy(decision, detail, library.remedy, language, caller))
        case Question():
            return common.model_copy(update=_of_question(decision, detail, library, language))
        case Refusal():
            return common.model_copy(update={"why": decision.why.value, "to_person": decision.to_person})


def remedy_state_out(row: RemedyRow, names: Mapping[str, str], caller: Caller, title: str = "") -> RemedyStateOut:
    """Return a remedy's way so far; `names` are people's by id, `title` the goods it is about where known.

    Nobody is offered a second try of what may have happened already: an unknown outcome has no button.
    """
    theirs = row.requested_by == caller.agent_id or caller.may_manage()
    return RemedyStateOut(
        id=row.id,
        state=row.state.value,
        kind=row.kind.value,
        title=title,
        amount_fen=row.amount_fen,
        needs=row.needs.value,
        automatic=row.automatic,
        requested_by=names.get(row.requested_by, ""),
        requested_at=row.requested_at,
        approved_by=names.get(row.approved_by, "") if row.approved_by else None,
        reason=row.reason,
        error=row.error,
        not_before=row.not_before,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        may_settle=row.state is RemedyState.reserved and not row.automatic,
        may_withdraw=theirs and row.state in (RemedyState.pending_approval, RemedyState.reserved),
    )


def _named(trace: Sequence[Trace], library: Library, language: str) -> list[Trace]:
    """Return what was considered with the library's own ids by name: what the shop wrote is how it reads it."""
    policy = library.remedy
    rows = {
        "category": library.topics.categories,
        "rule": policy.rules if policy else (),
        "missing": policy.evidence if policy else (),
    }
    names = {fact: {one.id: in_language(one.zh, one.en, language) for one in known} for fact, known in rows.items()}
    grounds = {one.ground.value: in_language(one.zh, one.en, language) for one in library.complaints.grounds}
    names |= {"ground": grounds, "grounds": grounds}
    between = words(language)["reason_and"]

    def named(fact: str, value: str | int | bool | None) -> str | int | bool | None:
        known = names.get(fact)
        if known is None or not isinstance(value, str):
            return value
        return _each(value, between, lambda one: known.get(one, one))

    return [one.model_copy(update={"facts": {k: named(k, v) for k, v in one.facts.items()}}) for one in trace]


def _of_remedy(
    decision: Remedy, detail: CardDetail, policy: RemedyPolicy | None, language: str, caller: Caller
) -> dict[str, object]:
    return {
        "options": _options(decision, detail, caller),
        "steps": [],
        "rule": rule_name(policy, decision.rule, language),
        "rung": rung_name(policy, decision.rung, language),
        "ready": decision.ready,
        "evidence": evidence_out(decision.evidence, policy, language),
        "clock": _clock(decision.clock),
        "refund_only": decision.refund_only,
        "pay_first": decision.pay_first,
        "follow_up_hours": decision.follow_up_hours,
        "why_approval": list(decision.why_approval),
    }


def _of_question(decision: Question, detail: CardDetail, library: Library, language: str) -> dict[str, object]:
    """Return a question with its choices in the customer's language; steps that leave them out are given them."""
    spoken = " ".join(step.text for step in detail.steps)
    english = is_english(spoken)
    said = {one.id: one.en if english else one.zh for one in library.choices if one.slot is decision.slot}
    choices = [said.get(choice, choice) for choice in decision.choices]
    told = _steps(detail.steps)
    if any(choice not in spoken for choice in choices):
        added = f" ({' / '.join(choices)})" if english else f"（{'、'.join(choices)}）"
        told = [
            step.model_copy(update={"text": step.text + added}) if step.step == StepName.solution else step
            for step in told
        ]
    return {
        "slot": decision.slot.value,
        "choices": choices,
        "steps": told,
        "evidence": evidence_out(decision.evidence, library.remedy, language),
    }


def _options(decision: Remedy, detail: CardDetail, caller: Caller) -> list[RemedyOptionOut]:
    steps = detail.option_steps or (detail.steps,)
    found = [
        RemedyOptionOut(
            place=place,
            kind=option.kind.value,
            amount_fen=option.amount_fen,
            up_to_fen=option.up_to_fen if (option.up_to_fen or 0) > option.amount_fen else None,
            needs=option.needs.value,
            asks=_asks(option, caller, ready=decision.ready),
            automatic=option.automatic,
            steps=_steps(steps[place] if place < len(steps) else detail.steps),
        )
        for place, option in enumerate(decision.options)
    ]
    return sorted(found, key=lambda one: (_KINDS.index(RemedyKind(one.kind)), one.amount_fen))


def _asks(option: Option, caller: Caller, *, ready: bool) -> bool:
    """Return whether somebody else must approve: what is given before the evidence is there takes a lead."""
    needs = option.needs if ready else max(option.needs, AgentRole.lead, key=_ROLES.index)
    return _ROLES.index(caller.role) < _ROLES.index(needs)


def _steps(steps: tuple[ScriptStep, ...]) -> list[RemedyStepOut]:
    return [RemedyStepOut(step=one.step.value, text=one.text) for one in steps if one.text.strip()]


def evidence_out(states: tuple[EvidenceState, ...], policy: RemedyPolicy | None, language: str) -> list[EvidenceOut]:
    known = {one.id: in_language(one.zh, one.en, language) for one in policy.evidence} if policy else {}
    return [
        EvidenceOut(
            item=one.item,
            name=known.get(one.item, one.item),
            needed=one.needed,
            there=min(one.there, one.needed),
            met=one.met,
        )
        for one in states
    ]


def _clock(clock: ClaimClock) -> ClockOut:
    return ClockOut(
        state=clock.state, contact_until=clock.contact_until, until=clock.until, lead_until=clock.lead_until
    )


def rule_name(policy: RemedyPolicy | None, rule_id: str, language: str) -> str:
    """Return a rule's name; its id where the policy that knew it is gone."""
    rules = policy.rules if policy else ()
    return next((in_language(one.zh, one.en, language) for one in rules if one.id == rule_id), rule_id)


def rung_name(policy: RemedyPolicy | None, rung_id: str, language: str) -> str:
    rungs = [rung for ladder in policy.ladders for rung in ladder.rungs] if policy else []
    return next((in_language(one.zh, one.en, language) for one in rungs if one.id == rung_id), rung_id)


def yuan(fen: int) -> str:
    """Return an amount as people read it: 890 is ¥8.90. Exact, whatever its size."""
    return f"¥{fen // 100:,}.{fen % 100:02d}"


def plain_yuan(fen: int) -> str:
    """Return an amount as a field holds it: 890 is 8.90."""
    return f"{fen // 100}.{fen % 100:02d}"


def trace_line(trace: Trace, said: str | None, told: Mapping[str, str], families: Mapping[str, str]) -> str:
    """Return one considered rule by its words; one without is its id and what it looked at.

    `families` says under which keys of the words a fact's values are named, such as `remedy_kind_`; `fact` is where
    yes, no and unknown are.
    """
    facts = {name: _fact(name, value, told, families) for name, value in trace.facts.items()}
    if said is None:
        listed = "; ".join(f"{name} {value}" for name, value in facts.items())
        return f"{trace.rule}: {listed}" if listed else trace.rule
    for name, value in facts.items():
        said = said.replace(f"{{{name}}}", value)
    return said


def _fact(name: str, value: str | int | bool | None, told: Mapping[str, str], families: Mapping[str, str]) -> str:
    if value is None or value in ("", "-"):
        return told[families["fact"] + "unknown"]
    if isinstance(value, bool):
        return told[families["fact"] + ("yes" if value else "no")]
    if isinstance(value, int):
        return yuan(value) if name.endswith("fen") else str(value)
    family = families.get(name)
    return _each(value, told["reason_and"], lambda one: told.get(f"{family}{one}", one)) if family else value


def _each(value: str, between: str, name: Callable[[str], str]) -> str:
    """Return each id of a list of ids by its name."""
    return between.join(name(one) for one in value.split(", "))


def when(at: datetime) -> str:
    """Return a moment for a `datetime` attribute; the browser words it in its own zone."""
    return at.isoformat(timespec="seconds")


def teach(pages: Environment) -> None:
    """Give the pages what they word figures with."""
    filters = {"yuan": yuan, "plain_yuan": plain_yuan, "when": when, "trace_line": trace_line}
    cast(Any, pages).filters.update(filters)
