"""How is it said what a policy leads to, in one case and in all?"""

from collections.abc import Mapping
from dataclasses import dataclass

from assist.domain.remedy_policy import RemedyKind, RemedyPolicy
from assist.suggest.simulate import Outcome, Simulation, Tier

from .remedy_views import yuan
from .words import in_language


@dataclass(frozen=True)
class TierRow:
    """What each policy gave of one kind at one rung; `against` is "" where nothing is compared."""

    rung: str
    kind: RemedyKind
    policy: str
    against: str


def tier_rows(result: Simulation) -> list[TierRow]:
    """Return every rung and kind that either policy gave, in the policy's own order."""
    policy = {(tier.rung, tier.kind): tier for tier in result.policy.tiers}
    against = {(tier.rung, tier.kind): tier for tier in result.against.tiers} if result.against else {}
    return [
        TierRow(
            rung=rung,
            kind=kind,
            policy=_tier_words(policy.get((rung, kind))),
            against=_tier_words(against.get((rung, kind))) if result.against else "",
        )
        for rung, kind in [*policy, *(key for key in against if key not in policy)]
    ]


def _tier_words(tier: Tier | None) -> str:
    return f"{tier.count} · {yuan(tier.amount_fen)}" if tier else "—"


def rung_names(policy: RemedyPolicy, language: str) -> dict[str, str]:
    """Return rung id -> its name."""
    rungs = [rung for ladder in policy.ladders for rung in ladder.rungs]
    return {rung.id: in_language(rung.zh, rung.en, language) for rung in rungs}


def outcome_words(outcome: Outcome, told: Mapping[str, str], rungs: Mapping[str, str]) -> str:
    """Return one line: kind, amount and tier of a remedy; what is asked; or why nothing is offered."""
    match outcome.outcome:
        case "remedy":
            kind = told[f"remedy_kind_{outcome.what}"]
            amount = f" {yuan(outcome.amount_fen)}" if outcome.amount_fen else ""
            return f"{kind}{amount} · {rungs.get(outcome.rung, outcome.rung)}"
        case "question":
            return told["sim_of_question"].format(slot=told[f"sim_slot_{outcome.what}"])
        case _:
            return told["sim_of_refusal"].format(why=told[f"remedy_why_{outcome.what}"])
