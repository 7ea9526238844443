"""Which wording of each of the four steps fits a decision?"""

from collections.abc import Sequence, Set
from typing import Literal

from assist.domain.complaint import ALARMS, SPOILT, Ground
from assist.domain.figures import EntryId
from assist.domain.remedy import (
    Claim,
    Decision,
    Question,
    Refusal,
    RefusalWhy,
    Remedy,
    ScriptLine,
    ScriptStep,
    Slot,
    StepName,
)
from assist.domain.remedy_policy import RemedyKind
from assist.domain.value import Value

Mood = Literal["neutral", "upset", "angry"]


class NoFittingLine(LookupError):
    """A step of a decision that no wording fits; the message says which one to write."""


class _Case(Value):
    """What wordings are chosen by."""

    category: EntryId | None
    grounds: tuple[Ground, ...]
    claim: Claim
    mood: Mood
    facts: frozenset[str]
    kind: RemedyKind | None = None
    refusal: RefusalWhy | None = None
    slot: Slot | None = None

    @property
    def decided(self) -> str:
        return self.kind or self.refusal or self.slot or ""


def compose(
    decision: Decision,
    claim: Claim,
    lines: Sequence[ScriptLine],
    *,
    option: int = 0,
    mood: Mood = "neutral",
    facts: Set[str] = frozenset(),
    language: Literal["zh", "en"] = "zh",
) -> tuple[ScriptStep, ...]:
    """Return the four steps in order; a question has those that wordings exist for, always with what it asks.

    The wording that names most of the case is taken, those that name as much take turns by `claim.seed`. Slots stay
    open. Raises NoFittingLine, and IndexError for an option that a remedy does not have.
    """
    case = _case(decision, claim, option, mood, frozenset(facts))
    steps = [(step, _choose(step, case, lines)) for step in StepName]
    for step, line in steps:
        if line is None and (case.slot is None or step is StepName.solution):
            raise NoFittingLine(
                f"no line for the step {step.value} of {case.decided} with {', '.join(case.grounds) or 'no ground'} "
                f"in {case.category or 'unknown goods'}; write one into templates_kb/scripts/{step.value}.toml"
            )
    return tuple(
        ScriptStep(step=step, text=line.text_en if language == "en" else line.text, line=line.id)
        for step, line in steps
        if line is not None
    )


def _case(decision: Decision, claim: Claim, option: int, mood: Mood, facts: frozenset[str]) -> _Case:
    lines = (claim.line,) if claim.line else claim.lines
    categories = {line.category for line in lines}
    kind = refusal = slot = None
    match decision:
        case Remedy():
            if not 0 <= option < len(decision.options):
                raise IndexError(f"option {option} of a remedy with {len(decision.options)}")
            kind = decision.options[option].kind
        case Refusal():
            refusal = decision.why
        case Question():
            slot = decision.slot
    return _Case(
        category=categories.pop() if len(categories) == 1 else None,
        grounds=_spoken_of(claim.grounds),
        claim=claim,
        mood=mood,
        facts=facts,
        kind=kind,
        refusal=refusal,
        slot=slot,
    )


def _spoken_of(grounds: Sequence[Ground]) -> tuple[Ground, ...]:
    """Return the grounds to speak of: an alarm alone, else what is spoilt, else all. Late beside rotten is no topic."""
    for weighty in (ALARMS, SPOILT):
        if found := tuple(ground for ground in grounds if ground in weighty):
            return found
    return tuple(grounds)


def _choose(step: StepName, case: _Case, lines: Sequence[ScriptLine]) -> ScriptLine | None:
    fitting = [(_named(line), line) for line in lines if line.step is step and _fits(line, case)]
    if not fitting:
        return None
    most = max(named for named, _ in fitting)
    variants = sorted((line for named, line in fitting if named == most), key=lambda line: line.id)
    return variants[case.claim.seed % len(variants)]


def _fits(line: ScriptLine, case: _Case) -> bool:
    """Return whether every list of a wording holds the case."""
    return (
        _holds(line.categories, case.category)
        and (not line.grounds or not set(line.grounds).isdisjoint(case.grounds))
        and _holds(line.severities, case.claim.severity)
        and _holds(line.kinds, case.kind)
        and _holds(line.refusals, case.refusal)
        and _holds(line.slots, case.slot)
        and _holds(line.mood, case.mood)
        and case.facts.issuperset(line.needs)
        and _says_what_is_decided(line, case)
    )


def _says_what_is_decided(line: ScriptLine, case: _Case) -> bool:
    """A solution must be meant for its decision, and beside an alarm nothing may be said that was not written for one.

    A wording made for any complaint would offer or admit something.
    """
    if line.step is StepName.solution or case.refusal is RefusalWhy.alarm:
        return bool(line.kinds or line.refusals or line.slots)
    return True


def _holds(named: Sequence[str], one: str | None) -> bool:
    return not named or one in named


def _named(line: ScriptLine) -> tuple[int, bool]:
    """Return how much of the case a wording names; of two that name as much, the one that names the decision."""
    lists = (
        *(line.categories, line.grounds, line.severities, line.kinds),
        *(line.refusals, line.slots, line.mood, line.needs),
    )
    return sum(bool(one) for one in lists), bool(line.kinds or line.refusals or line.slots)
