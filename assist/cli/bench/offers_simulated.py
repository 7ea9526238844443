"""How much of the best offer's reward does ranking reach on a simulated shop? Beside rules, random, greedy and others.

12 contexts x 6 arms, 5,000 offers, each in a context drawn evenly. An arm has one price, 5-60 yuan, and in every
context an acceptance rate of its own, drawn once from Beta(2, 18). In every fourth seed all rates are drawn anew once,
at offer 2,501. The reward is the price where the offer is accepted. Measured over offers 4,001-5,000: what a policy
got over what the arm with the highest true expected gain would have got. `expected` counts rate x price of what was
chosen; `realised` the rewards themselves, the best arm's under the same draws.

Ours runs with the product's own `choose` and `tallied` and the shipped settings; those were found on seeds 1000-3399,
not on those reported. It starts from the prior the rates come from, as does every policy here that has a prior.
Outcomes arrive at once, but for the line that says otherwise: in a shop they take up to a day.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from statistics import median
from typing import Protocol

from rich.console import Console
from rich.table import Table

from assist.domain.offer import RankingPolicy
from assist.domain.tally import Tally
from assist.domain.value import Value
from assist.suggest.offers.rank import Arm, choose, tallied

OFFERS, MEASURED_FROM, DRIFT_AT = 5_000, 4_000, 2_500
_CONTEXTS, _ARMS = 12, 6
_LATE = 200
_RATE = (2.0, 18.0)


class Shares(Value):
    """What a policy got over what the best arm would have got: in seeds that stay, in those that drift, in all."""

    stationary: float | None
    drifting: float | None
    pooled: float


class SimulatedRow(Value):
    """One policy. `least` and `middle` are over single seeds, of the expected share.

    `explored` is the share of all offers that were not the best the policy knew; None where it knows none.
    """

    policy: str
    seeds: int
    expected: Shares
    realised: Shares
    least: float
    middle: float
    explored: float | None


@dataclass(frozen=True)
class Shop:
    """A simulated shop: its arms' prices in fen, the rates before and after the drift by context and arm."""

    seed: int
    prices: tuple[int, ...]
    before: tuple[tuple[float, ...], ...]
    after: tuple[tuple[float, ...], ...]

    def gains(self, offer: int, context: int) -> list[float]:
        """Return what each arm is truly expected to bring."""
        rates = self.before if offer < DRIFT_AT else self.after
        return [rate * price for rate, price in zip(rates[context], self.prices, strict=True)]


class Ranking(Protocol):
    """A way to choose. `choose` returns the arm, and whether it explores: None where it knows no best."""

    def choose(self, context: int, seed: int) -> tuple[int, bool | None]: ...

    def learn(self, context: int, arm: int, *, accepted: bool) -> None: ...


class _Ours:
    """The product's own, with sums as the database keeps them: of each context, and over all."""

    def __init__(self, shop: Shop) -> None:
        self._policy = RankingPolicy()
        self._arms = [Arm(("offer", str(at)), price) for at, price in enumerate(shop.prices)]
        self._here: list[dict[tuple[str, str], Tally]] = [{} for _ in range(_CONTEXTS)]
        self._overall: dict[tuple[str, str], Tally] = {}

    def choose(self, context: int, seed: int) -> tuple[int, bool | None]:
        choice = choose(self._arms, self._here[context], self._overall, self._policy, seed)
        return choice.index, choice.explored

    def learn(self, context: int, arm: int, *, accepted: bool) -> None:
        key = self._arms[arm].key
        for sums in (self._here[context], self._overall):
            sums[key] = tallied(sums.get(key, Tally()), accepted=accepted, policy=self._policy)


class _Counting:
    """What the peers have in common: whole counts for each context and arm, for ever."""

    def __init__(self, shop: Shop) -> None:
        self._prices = shop.prices
        self._made = [[0] * _ARMS for _ in range(_CONTEXTS)]
        self._taken = [[0] * _ARMS for _ in range(_CONTEXTS)]

    def learn(self, context: int, arm: int, *, accepted: bool) -> None:
        self._made[context][arm] += 1
        self._taken[context][arm] += accepted

    def _best(self, context: int) -> int:
        """Return the arm with the highest expected gain, starting from the prior."""
        known = zip(self._prices, self._made[context], self._taken[context], strict=True)
        return _first_highest([price * (_RATE[0] + taken) / (sum(_RATE) + made) for price, made, taken in known])


class _Rules(_Counting):
    """What a shop without learning does: the highest price x prior, which is alike for all."""

    def choose(self, context: int, seed: int) -> tuple[int, bool | None]:
        return _first_highest(self._prices), False


class _Random(_Counting):
    def choose(self, context: int, seed: int) -> tuple[int, bool | None]:
        return _draws(seed).randrange(_ARMS), None


class _GreedyMean(_Counting):
    """The highest mean reward so far, each arm tried once first."""

    def choose(self, context: int, seed: int) -> tuple[int, bool | None]:
        made, taken = self._made[context], self._taken[context]
        if 0 in made:
            return made.index(0), False
        return _first_highest([self._prices[at] * taken[at] / made[at] for at in range(_ARMS)]), False


class _GreedyPrior(_Counting):
    def choose(self, context: int, seed: int) -> tuple[int, bool | None]:
        return self._best(context), False


class _EpsilonGreedy(_Counting):
    def choose(self, context: int, seed: int) -> tuple[int, bool | None]:
        drawn, best = _draws(seed), self._best(context)
        arm = drawn.randrange(_ARMS) if drawn.random() < 0.1 else best
        return arm, arm != best


class _Thompson(_Counting):
    """Thompson sampling as in the textbook: nothing discounted, no bound."""

    def choose(self, context: int, seed: int) -> tuple[int, bool | None]:
        drawn, made, taken = _draws(seed), self._made[context], self._taken[context]
        arm = _first_highest(
            [
                self._prices[at] * drawn.betavariate(_RATE[0] + taken[at], _RATE[1] + made[at] - taken[at])
                for at in range(_ARMS)
            ]
        )
        return arm, arm != self._best(context)


_POLICIES: tuple[tuple[str, Callable[[Shop], Ranking], int], ...] = (
    ("fresh-assist", _Ours, 0),
    (f"fresh-assist, outcomes {_LATE} offers late", _Ours, _LATE),
    ("Thompson sampling, undiscounted", _Thompson, 0),
    ("epsilon-greedy, 10 %, from the prior", _EpsilonGreedy, 0),
    ("greedy, from the prior", _GreedyPrior, 0),
    ("greedy, mean so far", _GreedyMean, 0),
    ("fixed rules: highest price x prior", _Rules, 0),
    ("random", _Random, 0),
)


def simulated(seeds: Sequence[int] = tuple(range(20))) -> list[SimulatedRow]:
    """Run every policy on the shop of every seed; at least one seed. About half a minute for twenty."""
    shops = [_shop(seed) for seed in seeds]
    return [_row(name, [_run(shop, make(shop), late) for shop in shops]) for name, make, late in _POLICIES]


def show_simulated(rows: Sequence[SimulatedRow]) -> None:
    """Print the table."""
    title = f"模拟店铺 / a simulated shop: reward over offers {MEASURED_FROM + 1:,}-{OFFERS:,} over the best arm's"
    table = Table(title=title, title_justify="left")
    for name in ("policy", "expected", "stays", "drifts", "least", "median", "realised", "stays", "drifts", "explored"):
        table.add_column(name, overflow="fold", justify="left" if name == "policy" else "right")
    for row in rows:
        figures = (
            *(row.expected.pooled, row.expected.stationary, row.expected.drifting, row.least, row.middle),
            *(row.realised.pooled, row.realised.stationary, row.realised.drifting),
        )
        explored = "—" if row.explored is None else f"{row.explored:.1%}"
        table.add_row(row.policy, *("—" if one is None else f"{one:.3f}" for one in figures), explored)
    console = Console(soft_wrap=True)
    console.print(table)
    if rows:
        console.print(
            f"{rows[0].seeds} seeds, every fourth drifts once; {_CONTEXTS} contexts x {_ARMS} arms, rates Beta(2, 18), "
            "5-60 yuan; least and median over single seeds, of expected"
        )


@dataclass(frozen=True)
class _Run:
    """What one policy got in one shop over the measured offers, in fen, beside the best arm's."""

    drifts: bool
    expected: float
    best_expected: float
    realised: int
    best_realised: int
    explored: float | None


def _draws(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - a reproducible draw


def _drifts(seed: int) -> bool:
    return seed % 4 == 3


def _shop(seed: int) -> Shop:
    drawn = _draws(seed)
    prices = tuple(drawn.randint(500, 6_000) for _ in range(_ARMS))
    before, after = _rates(drawn), _rates(drawn)
    return Shop(seed, prices, before, after if _drifts(seed) else before)


def _rates(drawn: Random) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(drawn.betavariate(*_RATE) for _ in range(_ARMS)) for _ in range(_CONTEXTS))


def _run(shop: Shop, ranking: Ranking, late: int) -> _Run:
    """Make the offers one after the other; an outcome is learned once `late` more offers were made."""
    drawn = _draws(shop.seed + 10**6)
    waiting: deque[tuple[int, int, bool]] = deque()
    expected, best_expected, realised, best_realised = 0.0, 0.0, 0, 0
    explored: list[bool | None] = []
    for offer in range(OFFERS):
        context, luck = drawn.randrange(_CONTEXTS), drawn.random()
        gains = shop.gains(offer, context)
        arm, exploring = ranking.choose(context, shop.seed * OFFERS + offer)
        explored.append(exploring)
        waiting.append((context, arm, _accepted(shop, gains, arm, luck)))
        if len(waiting) > late:
            learned_context, learned_arm, accepted = waiting.popleft()
            ranking.learn(learned_context, learned_arm, accepted=accepted)
        if offer >= MEASURED_FROM:
            best = _first_highest(gains)
            expected, best_expected = expected + gains[arm], best_expected + gains[best]
            realised += shop.prices[arm] * _accepted(shop, gains, arm, luck)
            best_realised += shop.prices[best] * _accepted(shop, gains, best, luck)
    share = None if None in explored else sum(map(bool, explored)) / OFFERS
    return _Run(_drifts(shop.seed), expected, best_expected, realised, best_realised, share)


def _accepted(shop: Shop, gains: Sequence[float], arm: int, luck: float) -> bool:
    """Is the arm accepted under this draw? One draw serves all arms: where one is accepted, likelier ones are too."""
    return luck * shop.prices[arm] < gains[arm]


def _row(policy: str, runs: Sequence[_Run]) -> SimulatedRow:
    single = [run.expected / run.best_expected for run in runs]
    explored = [run.explored for run in runs if run.explored is not None]
    return SimulatedRow(
        policy=policy,
        seeds=len(runs),
        expected=_shares(runs, lambda run: (run.expected, run.best_expected)),
        realised=_shares(runs, lambda run: (run.realised, run.best_realised)),
        least=round(min(single), 4),
        middle=round(median(single), 4),
        explored=round(sum(explored) / len(explored), 4) if explored else None,
    )


def _shares(runs: Sequence[_Run], of: Callable[[_Run], tuple[float, float]]) -> Shares:
    def share(chosen: Sequence[_Run]) -> float | None:
        got = [of(run) for run in chosen]
        best = sum(most for _, most in got)
        return round(sum(one for one, _ in got) / best, 4) if best else None

    stays, drifts = [run for run in runs if not run.drifts], [run for run in runs if run.drifts]
    return Shares(stationary=share(stays), drifting=share(drifts), pooled=share(runs) or 0.0)


def _first_highest(gains: Sequence[float]) -> int:
    return max(range(len(gains)), key=gains.__getitem__)
