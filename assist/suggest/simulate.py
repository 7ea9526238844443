"""What would a remedy policy have cost on these claims, and whom would it have served better or worse than another?

Every case is decided again, and counted as if each customer had taken what was proposed first: who would have
accepted what is unknown and cannot be replayed. Budgets run down accordingly, day by day, under each policy for itself.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, tzinfo
from heapq import heappush, heappushpop

from assist.domain.people import AgentRole
from assist.domain.remedy import Claim, Decision, Option, Question, Refusal, Remedy
from assist.domain.remedy_policy import RemedyKind, RemedyPolicy
from assist.domain.value import Value

from .remedy import decide

MOST_SHOWN = 20
"""How many cases of each sort are named; all are counted."""

_MONEY = (RemedyKind.partial_refund, RemedyKind.full_refund)
_COSTS = (*_MONEY, RemedyKind.coupon)


class Case(Value):
    """One claim to decide again."""

    id: str
    claim: Claim
    conversation_id: str = ""


class Outcome(Value):
    """What one policy leads to in one case. `what`: the remedy's kind, the question's slot, or why it is refused."""

    outcome: str
    what: str
    rung: str = ""
    amount_fen: int = 0
    needs: AgentRole = AgentRole.agent
    settled: bool = True
    """False while a question is open or a person has to decide: what the customer gets is not known."""


class Tier(Value):
    """How often a rung was proposed with one kind of remedy first, and what that comes to."""

    rung: str
    kind: RemedyKind
    count: int
    amount_fen: int


class DayCost(Value):
    """One of the shop's own days. `over_fen` is what lies above the day's budget."""

    day: date
    cases: int
    cost_fen: int
    approvals: int
    over_fen: int


class Side(Value):
    """What one policy leads to. The cost is money and coupons at face value; goods sent again are counted apart."""

    remedies: int
    ready: int
    """Remedies whose evidence is complete."""
    questions: dict[str, int]
    refusals: dict[str, int]
    to_person: int
    approvals: dict[str, int]
    """Remedies that a lead or a manager has to approve, by role."""
    why_approval: dict[str, int]
    pay_first: int
    cost_fen: int
    money_fen: int
    coupon_fen: int
    reship_fen: int
    budget_daily_fen: int
    days_over: int
    tiers: tuple[Tier, ...]
    days: tuple[DayCost, ...]


class Difference(Value):
    """One case that two policies decide differently. `by_fen` is how much more the first of them gives."""

    id: str
    conversation_id: str
    day: date
    policy: Outcome
    against: Outcome
    by_fen: int


class Comparison(Value):
    """Who is better or worse off under a policy than under the one it is compared with.

    Only cases that both settle are compared in fen; `otherwise` are those whose kind or course differs and of which
    that cannot be said, such as a coupon in place of as much money, or a question in place of a remedy.
    """

    better: int
    worse: int
    same: int
    otherwise: int
    better_fen: int
    worse_fen: int
    most_better: tuple[Difference, ...]
    most_worse: tuple[Difference, ...]
    some_otherwise: tuple[Difference, ...]


class Simulation(Value):
    """What `policy` leads to, and beside it what `against` does, where there is one."""

    cases: int
    policy: Side
    against: Side | None = None
    comparison: Comparison | None = None


def simulate(
    cases: Iterable[Case], policy: RemedyPolicy, against: RemedyPolicy | None = None, *, zone: tzinfo
) -> Simulation:
    """Decide every case under one policy, or two; days are those of `zone`. Cases are read one at a time.

    Cases of one day are best given in order of time: what is left of the day's budget is theirs in that order.
    """
    first = _Tally(policy)
    second = _Tally(against) if against else None
    differences = _Differences()
    for case in cases:
        day = case.claim.now.astimezone(zone).date()
        outcome = first.add(case.claim, day)
        if second is not None:
            differences.add(case, day, outcome, second.add(case.claim, day))
    return Simulation(
        cases=sum(day.cases for day in first.days.values()),
        policy=first.side(),
        against=second.side() if second else None,
        comparison=differences.comparison() if second else None,
    )


@dataclass
class _Day:
    cases: int = 0
    cost_fen: int = 0
    pay_first_fen: int = 0
    approvals: int = 0


@dataclass
class _Tally:
    """One policy's decisions, added up."""

    policy: RemedyPolicy
    remedies: int = 0
    ready: int = 0
    to_person: int = 0
    pay_first: int = 0
    questions: Counter[str] = field(default_factory=Counter[str])
    refusals: Counter[str] = field(default_factory=Counter[str])
    approvals: Counter[str] = field(default_factory=Counter[str])
    why_approval: Counter[str] = field(default_factory=Counter[str])
    fen: Counter[RemedyKind] = field(default_factory=Counter[RemedyKind])
    tiers: Counter[tuple[str, RemedyKind]] = field(default_factory=Counter[tuple[str, RemedyKind]])
    tier_fen: Counter[tuple[str, RemedyKind]] = field(default_factory=Counter[tuple[str, RemedyKind]])
    days: dict[date, _Day] = field(default_factory=dict[date, _Day])

    def add(self, claim: Claim, day: date) -> Outcome:
        """Decide a claim with what earlier ones have left of the day's budgets."""
        of_day = self.days.setdefault(day, _Day())
        of_day.cases += 1
        left: dict[str, int] = {"budget_left_fen": max(0, self.policy.budget.daily_fen - of_day.cost_fen)}
        if self.policy.pay_first is not None:
            left["pay_first_left_fen"] = max(0, self.policy.pay_first.daily_fen - of_day.pay_first_fen)
        decision = decide(claim.model_copy(update=left), self.policy)
        match decision:
            case Remedy():
                self._remedy(decision, of_day)
            case Question():
                self.questions[decision.slot.value] += 1
            case Refusal():
                self.refusals[decision.why.value] += 1
                self.to_person += decision.to_person
        return outcome_of(decision)

    def _remedy(self, remedy: Remedy, of_day: _Day) -> None:
        option = remedy.options[0]
        self.remedies += 1
        self.ready += remedy.ready
        self.pay_first += remedy.pay_first
        self.fen[option.kind] += option.amount_fen
        self.tiers[remedy.rung, option.kind] += 1
        self.tier_fen[remedy.rung, option.kind] += option.amount_fen
        of_day.cost_fen += _cost_fen(option)
        if remedy.pay_first:
            of_day.pay_first_fen += _cost_fen(option)
        if option.needs is not AgentRole.agent:
            self.approvals[option.needs.value] += 1
            self.why_approval.update(remedy.why_approval)
            of_day.approvals += 1

    def side(self) -> Side:
        days = tuple(self._days())
        return Side(
            remedies=self.remedies,
            ready=self.ready,
            questions=dict(self.questions.most_common()),
            refusals=dict(self.refusals.most_common()),
            to_person=self.to_person,
            approvals=dict(self.approvals.most_common()),
            why_approval=dict(self.why_approval.most_common()),
            pay_first=self.pay_first,
            cost_fen=sum(self.fen[kind] for kind in _COSTS),
            money_fen=sum(self.fen[kind] for kind in _MONEY),
            coupon_fen=self.fen[RemedyKind.coupon],
            reship_fen=self.fen[RemedyKind.reship],
            budget_daily_fen=self.policy.budget.daily_fen,
            days_over=sum(day.over_fen > 0 for day in days),
            tiers=tuple(self._tiers()),
            days=days,
        )

    def _days(self) -> Iterator[DayCost]:
        budget_fen = self.policy.budget.daily_fen
        for day, one in sorted(self.days.items()):
            over_fen = max(0, one.cost_fen - budget_fen)
            yield DayCost(day=day, cases=one.cases, cost_fen=one.cost_fen, approvals=one.approvals, over_fen=over_fen)

    def _tiers(self) -> Iterator[Tier]:
        """Yield tiers in the policy's own order of ladders and rungs."""
        rungs = [rung.id for ladder in self.policy.ladders for rung in ladder.rungs]
        kinds = list(RemedyKind)

        def place(key: tuple[str, RemedyKind]) -> tuple[int, str, int]:
            return (rungs.index(key[0]) if key[0] in rungs else len(rungs), key[0], kinds.index(key[1]))

        for key in sorted(self.tiers, key=place):
            yield Tier(rung=key[0], kind=key[1], count=self.tiers[key], amount_fen=self.tier_fen[key])


def outcome_of(decision: Decision) -> Outcome:
    """Return what a decision means for the customer, if they take what is proposed first."""
    match decision:
        case Remedy():
            option = decision.options[0]
            return Outcome(
                outcome=decision.outcome,
                what=option.kind.value,
                rung=decision.rung,
                amount_fen=option.amount_fen,
                needs=option.needs,
            )
        case Question():
            return Outcome(outcome=decision.outcome, what=decision.slot.value, settled=False)
        case Refusal():
            return Outcome(outcome=decision.outcome, what=decision.why.value, settled=not decision.to_person)


@dataclass
class _Differences:
    """Cases decided differently: counted, and of each sort the largest kept."""

    better: int = 0
    worse: int = 0
    same: int = 0
    otherwise: int = 0
    better_fen: int = 0
    worse_fen: int = 0
    _most_better: list[tuple[int, int, Difference]] = field(default_factory=list[tuple[int, int, Difference]])
    _most_worse: list[tuple[int, int, Difference]] = field(default_factory=list[tuple[int, int, Difference]])
    _otherwise: list[Difference] = field(default_factory=list[Difference])

    def add(self, case: Case, day: date, policy: Outcome, against: Outcome) -> None:
        by_fen = policy.amount_fen - against.amount_fen
        if policy == against or (policy.settled and against.settled and not by_fen and policy.what == against.what):
            self.same += 1
            return
        one = Difference(
            id=case.id, conversation_id=case.conversation_id, day=day, policy=policy, against=against, by_fen=by_fen
        )
        if not (policy.settled and against.settled) or not by_fen:
            self.otherwise += 1
            if len(self._otherwise) < MOST_SHOWN:
                self._otherwise.append(one)
        elif by_fen > 0:
            self.better += 1
            self.better_fen += by_fen
            _keep_largest(self._most_better, by_fen, self.better, one)
        else:
            self.worse += 1
            self.worse_fen -= by_fen
            _keep_largest(self._most_worse, -by_fen, self.worse, one)

    def comparison(self) -> Comparison:
        return Comparison(
            better=self.better,
            worse=self.worse,
            same=self.same,
            otherwise=self.otherwise,
            better_fen=self.better_fen,
            worse_fen=self.worse_fen,
            most_better=_largest_first(self._most_better),
            most_worse=_largest_first(self._most_worse),
            some_otherwise=tuple(self._otherwise),
        )


def _keep_largest(kept: list[tuple[int, int, Difference]], by_fen: int, number: int, one: Difference) -> None:
    """Keep the largest differences, earlier ones before later ones that are as large."""
    push = heappush if len(kept) < MOST_SHOWN else heappushpop
    push(kept, (by_fen, -number, one))


def _largest_first(kept: list[tuple[int, int, Difference]]) -> tuple[Difference, ...]:
    return tuple(one for _, _, one in sorted(kept, key=lambda item: (-item[0], -item[1])))


def _cost_fen(option: Option) -> int:
    return option.amount_fen if option.kind in _COSTS else 0
