"""Read one claim from a file, and say in words what was decided about it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import typer
from pydantic import ValidationError

from assist.domain.remedy import Claim, Decision, EvidenceState, Option, Question, Refusal, Remedy, Trace
from assist.domain.remedy_policy import RemedyPolicy
from assist.web.remedy_views import yuan
from assist.web.words import in_language, words

from .output import fail, first_of

_CURE = "see docs/claims.md for what a claim holds"


def read_claim(path: Path) -> Claim:
    """Return the claim of a JSON file; stop with one line that names the file, the place and the cure."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{path}: cannot be read as UTF-8 text ({error}); {_CURE}")
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        fail(f"{path}:{error.lineno}: not JSON: {error.msg} at column {error.colno}; {_CURE}")
    try:
        return Claim.model_validate_json(text)
    except ValidationError as error:
        fail(f"{path}: {first_of(error)}; {_CURE}")


def print_decision(decision: Decision, policy: RemedyPolicy, language: str) -> None:
    """Print what was decided, then every rule that was considered, in its order: + holds, - does not."""
    told = words(language)
    for line in _told(decision, policy, told, language):
        typer.echo(line)
    typer.echo(f"{told['decided_trace']}:")
    for trace in decision.trace:
        leads_to = f" → {trace.leads_to}" if trace.leads_to else ""
        typer.echo(f"  {'+' if trace.held else '-'} {_considered(trace, told)}{leads_to}")


def _told(decision: Decision, policy: RemedyPolicy, told: Mapping[str, str], language: str) -> Iterator[str]:
    match decision:
        case Remedy():
            yield from _remedy(decision, told)
        case Question():
            yield f"{told['decided_question']}: {decision.slot.value}"
            if decision.choices:
                yield f"{told['decided_choices']}: {', '.join(decision.choices)}"
        case Refusal():
            then = told["decided_to_person" if decision.to_person else "decided_explain"]
            why = told[f"remedy_why_{decision.why.value}"]
            yield f"{told['decided_refusal']}: {why} ({decision.why.value}, {then})"
    if not isinstance(decision, Refusal) and decision.evidence:
        yield f"{told['decided_evidence']}:"
        yield from (_evidence(state, policy, language) for state in decision.evidence)


def _remedy(remedy: Remedy, told: Mapping[str, str]) -> Iterator[str]:
    how = [told["decided_ready" if remedy.ready else "decided_not_ready"]]
    how += [told["decided_pay_first"]] if remedy.pay_first else []
    how += [told["decided_no_return"]] if remedy.refund_only else []
    yield f"{told['decided_remedy']} ({remedy.rule}, {remedy.rung}): {'; '.join(how)}"
    for option in remedy.options:
        yield f"  {_option(option, told)}"


def _option(option: Option, told: Mapping[str, str]) -> str:
    amount = yuan(option.amount_fen)
    if option.up_to_fen is not None:
        amount += f" ({told['decided_up_to']} {yuan(option.up_to_fen)})"
    return f"{told[f'remedy_kind_{option.kind.value}']} {amount}; {told['decided_needs']}: {option.needs.value}"


def _evidence(state: EvidenceState, policy: RemedyPolicy, language: str) -> str:
    item = next((one for one in policy.evidence if one.id == state.item), None)
    name = in_language(item.zh, item.en, language) if item else state.item
    return f"  {'+' if state.met else '-'} {name} {state.there}/{state.needed}"


def _considered(trace: Trace, told: Mapping[str, str]) -> str:
    facts = {name: _fact(name, value, told) for name, value in trace.facts.items()}
    return told[f"trace_{trace.rule}"].format_map(facts)


def _fact(name: str, value: str | int | bool | None, told: Mapping[str, str]) -> str:
    if value is None:
        return told["decided_unknown"]
    if isinstance(value, bool):
        return told["decided_yes" if value else "decided_no"]
    return yuan(value) if isinstance(value, int) and name.endswith("_fen") else str(value)
