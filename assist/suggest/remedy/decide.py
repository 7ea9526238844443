"""What should be done about a claim?"""

from assist.domain.complaint import Ground
from assist.domain.remedy import Claim, ClaimClock, ClaimLine, Question, Refusal, RefusalWhy, Remedy
from assist.domain.remedy_policy import RemedyPolicy

from .checks import changed_mind, check_person, line_meant, refused
from .clock import clock_of
from .facts import ask_for, facts_of
from .proposal import evidence_of, left_fen, propose
from .rule import Ruled, rule_of
from .thoughts import Thoughts
from .tolerance import within_tolerance


def decide(claim: Claim, policy: RemedyPolicy) -> Remedy | Question | Refusal:
    """Return what is proposed, the one thing to ask, or why a person must take over, with everything considered.

    The same claim and policy give the same bytes. Amounts are whole fen, rounded up, never above what is left of what
    was paid; a refusal holds none. A policy whose ids name nothing raises StopIteration: `kb check` refuses it.
    """
    thoughts = Thoughts()
    early = check_person(claim, thoughts)
    if early is not None:
        return early
    line = line_meant(claim, thoughts)
    if not isinstance(line, ClaimLine):
        return line
    return changed_mind(claim, line, thoughts) or _about(claim, line, policy, thoughts)


def _about(claim: Claim, line: ClaimLine, policy: RemedyPolicy, thoughts: Thoughts) -> Remedy | Question | Refusal:
    """Decide about one line: its rule, its clock, what is known, and only then how much."""
    ruled = rule_of(claim, line, policy, thoughts)
    if ruled is None:
        return refused(RefusalWhy.no_rule, thoughts, to_person=True, category=line.category)
    clock = clock_of(claim, ruled.window, ruled.grounds[0], thoughts)
    stopped = _stopped(ruled, clock, policy, thoughts)
    if stopped is not None:
        return stopped
    facts = facts_of(ruled, policy, thoughts)
    if facts.missing is not None:
        return ask_for(facts.missing, ruled, evidence_of(ruled, facts, policy), thoughts)
    figures = within_tolerance(facts.shortage, line, policy, thoughts) if facts.shortage else None
    if figures is not None:
        return _within(figures, ruled, policy, thoughts)
    return propose(ruled, facts, clock, policy, thoughts)


def _stopped(ruled: Ruled, clock: ClaimClock, policy: RemedyPolicy, thoughts: Thoughts) -> Refusal | None:
    """Return why a rule that fits leads to no proposal: a parcel left lying, a claim too late, nothing left to give."""
    hours, limit = ruled.claim.uncollected_hours, policy.uncollected.after_hours
    if thoughts.note("uncollected", hours is not None and hours > limit, hours=hours, after_hours=limit):
        return refused(RefusalWhy.uncollected, thoughts, to_person=True, hours=hours)
    if clock.state == "late":
        return refused(RefusalWhy.late, thoughts, to_person=True, window=ruled.window.id)
    if not thoughts.note("left", left_fen(ruled) > 0, line=ruled.line.line_ref):
        return refused(RefusalWhy.nothing_left, thoughts, to_person=True)
    return None


def _within(
    figures: dict[str, str | int | None], ruled: Ruled, policy: RemedyPolicy, thoughts: Thoughts
) -> Remedy | Question | Refusal:
    """Explain a shortage within tolerance, unless something else is wrong as well."""
    others = tuple(ground for ground in ruled.claim.grounds if ground is not Ground.short_weight)
    if others:
        return _about(ruled.claim.model_copy(update={"grounds": others}), ruled.line, policy, thoughts)
    return refused(RefusalWhy.within_tolerance, thoughts, to_person=False, **figures)
