"""Which of several offers is made? The one that is expected to bring most; now and then another that may be better.

Acceptance of an arm in a context is held as a Beta distribution. It starts as what the rules expect, is pulled a
little by how the same arm did in other contexts, and moves with the outcomes in its own; older outcomes count less,
so that it follows when tastes change. An arm is explored as often as it would beat the best known one in a draw of
both (Thompson sampling, two arms at a time), with the spread of both narrowed as in "posterior reshaping" (Chapelle
and Li, An Empirical Evaluation of Thompson Sampling, 2011), the distributions taken as normal. That gives how likely
each arm is to be chosen as a number, without sampling: propensities are exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, hypot, sqrt
from random import Random
from typing import NamedTuple

from assist.domain.offer import RankingPolicy
from assist.domain.tally import Tally

_NOTHING = Tally()
_SUREST = 0.95
"""Rules expect no more than this, however much they weigh."""
_HOPED = 2.0
"""An arm may hope for what it is expected to bring and so many standard deviations more."""
_MOST = 10**12
"""Sums and prices beyond this are no shop's; they count as this, so that nothing overflows."""


@dataclass(frozen=True)
class Arm:
    """Something that may be offered. `gain_fen` is what an acceptance is worth, `weight` as in Candidate."""

    key: tuple[str, str]
    gain_fen: int
    weight: float = 1.0


@dataclass(frozen=True)
class Choice:
    """The arm that was chosen, by its place.

    `chance` is its expected acceptance, `gain_fen` what is expected to come of it, `propensity` how likely it was
    chosen, `explored` whether another had the higher expected gain.
    """

    index: int
    chance: float
    gain_fen: float
    propensity: float
    explored: bool


class _Belief(NamedTuple):
    """Acceptance as it is known: expected, and its standard deviation."""

    chance: float
    spread: float


def choose(
    arms: Sequence[Arm],
    here: Mapping[tuple[str, str], Tally],
    overall: Mapping[tuple[str, str], Tally],
    policy: RankingPolicy,
    seed: int,
) -> Choice:
    """Choose one of at least one arm (ValueError without any); the same arguments choose the same everywhere.

    `here` are the sums in this context, `overall` those over all contexts; an arm in neither is new. Of equal arms the
    first is best. Where no arm is worth anything the likelier is better.
    """
    if not arms:
        raise ValueError("choosing takes at least one arm")
    beliefs = [_belief(arm, here.get(arm.key, _NOTHING), overall.get(arm.key, _NOTHING), policy) for arm in arms]
    worth = [max(-_MOST, min(arm.gain_fen, _MOST)) for arm in arms]
    scale = worth if any(worth) else [1] * len(arms)
    best = max(range(len(arms)), key=lambda at: (beliefs[at].chance * scale[at], beliefs[at].chance, -at))
    shares = _explored_shares(beliefs, scale, best, policy)
    index = _drawn(shares, best, seed)
    chance = beliefs[index].chance
    propensity = shares[index] if index != best else 1 - sum(shares)
    return Choice(index, chance, chance * worth[index], propensity, index != best)


def tallied(before: Tally, *, accepted: bool, policy: RankingPolicy) -> Tally:
    """Return the sums with one more outcome: what was there counts half once `halved_after` more have come."""
    made, taken = _sound(before)
    kept = 0.5 ** (1 / policy.halved_after)
    return Tally(made=made * kept + 1, accepted=taken * kept + accepted)


def _belief(arm: Arm, here: Tally, overall: Tally, policy: RankingPolicy) -> _Belief:
    """Return what is known: the rules' prior, what other contexts tell, and this context's own outcomes, as one Beta.

    Other contexts count as at most `elsewhere_offers`: half of that once they made as many offers as the prior stands
    for. What they hold is what is over all contexts less what is here, at least nothing.
    """
    made_here, taken_here = _sound(here)
    made_overall, taken_overall = _sound(overall)
    made = max(made_overall - made_here, 0.0)
    taken = min(max(taken_overall - taken_here, 0.0), made)
    counted = policy.elsewhere_offers / (made + policy.prior_offers)
    expected = min(max(policy.prior_accepted / policy.prior_offers * arm.weight, 0.0), _SUREST)
    offers = policy.prior_offers + made * counted + made_here
    chance = min((expected * policy.prior_offers + taken * counted + taken_here) / offers, 1.0)
    return _Belief(chance, sqrt(chance * (1 - chance) / (offers + 1)))


def _sound(tally: Tally) -> tuple[float, float]:
    """Return what was made and what of it was taken: never less than nothing, never more than was made."""
    made, taken = tally.made, tally.accepted
    if 0 <= taken <= made <= _MOST:
        return made, taken
    made = min(max(made, 0.0), _MOST)
    return made, min(max(taken, 0.0), made)


def _explored_shares(beliefs: Sequence[_Belief], worth: Sequence[int], best: int, policy: RankingPolicy) -> list[float]:
    """Return how often each arm is made although another is best known, the best's own being 0.

    Nothing for an arm whose hope stays below what the best is expected to bring; together at most `most_explored`.
    """
    top, doubt = beliefs[best].chance * worth[best], beliefs[best].spread * worth[best]
    shares = [0.0] * len(beliefs)
    for at, belief in enumerate(beliefs):
        behind = top - belief.chance * worth[at]
        spread = belief.spread * abs(worth[at])
        if at != best and behind <= _HOPED * spread and (reach := policy.curiosity * hypot(spread, doubt)) > 0:
            # The normal distribution's share beyond, in the form that stays exact far out.
            shares[at] = erfc(behind / reach / sqrt(2)) / 2
    total = sum(shares)
    return [share * policy.most_explored / total for share in shares] if total > policy.most_explored else shares


def _drawn(shares: Sequence[float], best: int, seed: int) -> int:
    """Draw an arm: `shares` for those explored, all that is left for the best."""
    drawn = Random(seed).random()  # noqa: S311 - chance, not a secret
    upto = 0.0
    for at, share in enumerate(shares):
        upto += share
        if drawn < upto:
            return at
    return best
