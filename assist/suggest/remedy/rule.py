"""Which rule of the policy is a claim's?"""

from dataclasses import dataclass

from assist.domain.complaint import Ground
from assist.domain.remedy import Claim, ClaimLine
from assist.domain.remedy_policy import ClaimWindow, Ladder, RemedyPolicy, RemedyRule

from .thoughts import Thoughts


@dataclass(frozen=True)
class Ruled:
    """A claim about one line, with the rule that holds for it and the claim's grounds that it names."""

    claim: Claim
    line: ClaimLine
    rule: RemedyRule
    grounds: tuple[Ground, ...]
    ladder: Ladder
    window: ClaimWindow


def rule_of(claim: Claim, line: ClaimLine, policy: RemedyPolicy, thoughts: Thoughts) -> Ruled | None:
    """Return the first rule that fits category and grounds. Only rules that share a ground are worth a thought."""
    for rule in policy.rules:
        grounds = tuple(ground for ground in claim.grounds if ground in rule.grounds)
        if grounds and _considered(rule, line, grounds, thoughts):
            ladder = next(one for one in policy.ladders if one.id == rule.ladder)
            window = next(one for one in policy.windows if one.id == rule.window)
            return Ruled(claim, line, rule, grounds, ladder, window)
    thoughts.note("no_rule", True, "person", category=line.category, grounds=", ".join(claim.grounds))
    return None


def warm_is_another_rule(ruled: Ruled, policy: RemedyPolicy) -> bool:
    """Return whether thawed goods would fall under another rule if they were warm."""
    if Ground.thawed not in ruled.grounds or Ground.thawed_warm in ruled.claim.grounds:
        return False
    if_warm = (rule for rule in policy.rules if Ground.thawed_warm in rule.grounds and _of_category(rule, ruled.line))
    warm = next(if_warm, None)
    return warm is not None and warm.id != ruled.rule.id


def _considered(rule: RemedyRule, line: ClaimLine, grounds: tuple[Ground, ...], thoughts: Thoughts) -> bool:
    fits = _of_category(rule, line)
    return thoughts.note(
        "rule", fits, rule.ladder if fits else "", rule=rule.id, category=line.category, ground=grounds[0]
    )


def _of_category(rule: RemedyRule, line: ClaimLine) -> bool:
    return not rule.categories or line.category in rule.categories
