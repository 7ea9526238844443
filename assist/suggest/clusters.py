"""Are there more complaints about one thing today than chance explains?

What is expected of a thing on a day is its own rate, times what that weekday is to the whole shop, and more where
everything else is complained of more than usual on that day. The rate is the Gamma-Poisson posterior mean under
Jeffreys' prior, (complaints + 1/2) / days: little history expects more, so that it takes more complaints to be sure.
It is never below the policy's rate for a thing without history. A cluster stays in the history: a thing that was bad
lately has to get worse, not just be bad again, to be told of again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from math import exp, lgamma, log

from assist.domain.remedy_policy import ClusterPolicy

_MILLION = 1_000_000
_HALF = 0.5
# Every weekday was seen twice: one busy Monday is no rule.
_WEEKDAYS_FROM_DAYS = 14


class SubjectKind(StrEnum):
    """What complaints are counted by."""

    product = "product"
    batch = "batch"
    warehouse = "warehouse"


@dataclass(frozen=True, order=True)
class Subject:
    kind: SubjectKind
    name: str


@dataclass(frozen=True)
class Complained:
    """One complaint about one kind of goods. `order` names the order, or the complaint where no order is known."""

    complaint_id: str
    order: str
    day: date
    product: str = ""
    batch: str = ""
    warehouse: str = ""

    def subjects(self) -> tuple[Subject, ...]:
        named = zip(SubjectKind, (self.product, self.batch, self.warehouse), strict=True)
        return tuple(Subject(kind, name) for kind, name in named if name)


@dataclass(frozen=True)
class FoundCluster:
    """Orders that complained of one subject on one day, how many were expected, and how rare so many are by chance."""

    subject: Subject
    day: date
    orders: int
    expected_millionths: int
    tail_millionths: int
    complaint_ids: tuple[str, ...]


@dataclass
class _Counts:
    """Orders by subject: on `day`, and in the days before it. An order counts once, when it first complains.

    Only subjects in `watched` are counted.
    """

    day: date
    watched: Set[Subject]
    today: dict[Subject, dict[str, list[str]]] = field(default_factory=dict[Subject, dict[str, list[str]]])
    before: dict[Subject, int] = field(default_factory=dict[Subject, int])
    since: dict[Subject, date] = field(default_factory=dict[Subject, date])
    products: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    by_weekday: list[int] = field(default_factory=lambda: [0] * 7)
    orders_today: set[str] = field(default_factory=set[str])
    _counted: set[tuple[Subject, str]] = field(default_factory=set[tuple[Subject, str]])
    _orders: set[str] = field(default_factory=set[str])

    def add(self, one: Complained) -> None:
        if one.batch and one.product:
            self.products.setdefault(one.batch, set()).add(one.product)
        if one.day == self.day:
            self.orders_today.add(one.order)
        elif one.order not in self._orders:
            self._orders.add(one.order)
            self.by_weekday[one.day.weekday()] += 1
        for subject in one.subjects():
            if subject in self.watched:
                self._add(subject, one)

    def _add(self, subject: Subject, one: Complained) -> None:
        if one.day == self.day:
            if (subject, one.order) not in self._counted:
                self.today.setdefault(subject, {}).setdefault(one.order, []).append(one.complaint_id)
        elif (subject, one.order) not in self._counted:
            self._counted.add((subject, one.order))
            self.before[subject] = self.before.get(subject, 0) + 1
            self.since[subject] = min(one.day, self.since.get(subject, one.day))


def find_clusters(
    complained: Iterable[Complained], day: date, known_since: date | None, policy: ClusterPolicy
) -> list[FoundCluster]:
    """Return the clusters of `day`, rarest first, from complaints of that day and of the `base_days` before it.

    `known_since` is the day of the shop's first complaint ever: earlier days say nothing. Complaints come oldest
    first. An order counts once for a subject. One burst is told of once: orders that a product's cluster explains
    are not counted for their batch, and those that a batch's explains not for their warehouse.
    """
    first = day - timedelta(days=policy.base_days)
    inside = [one for one in complained if first <= one.day <= day]
    watched = _watched(inside, day, policy.least)
    if not watched:
        return []
    counts = _Counts(day, watched)
    for one in inside:
        counts.add(one)
    base = _Base(counts, (day - max(first, known_since or day)).days, policy)
    return sorted(_judged(counts, base), key=lambda one: (one.tail_millionths, -one.orders, one.subject))


def _judged(counts: _Counts, base: "_Base") -> Iterator[FoundCluster]:
    """Yield clusters of products, then of batches, then of warehouses; what an earlier one explains is left out."""
    explained: set[str] = set()
    for subject in sorted(counts.today, key=lambda one: list(SubjectKind).index(one.kind)):
        if subject.kind is SubjectKind.warehouse and base.days < 1:
            # A shop's first day: everything it has comes from there, and nothing says how much that is.
            continue
        orders = counts.today[subject]
        if subject.kind is not SubjectKind.product:
            orders = {order: ids for order, ids in orders.items() if order not in explained}
        cluster = _judge(subject, orders, base)
        if cluster is not None:
            explained.update(orders)
            yield cluster


def _watched(complained: Sequence[Complained], day: date, least: int) -> set[Subject]:
    """Return what enough orders complain of to be a cluster, and the products of such batches: seldom anything."""
    orders: dict[Subject, set[str]] = {}
    for one in complained:
        for subject in one.subjects() if one.day == day else ():
            orders.setdefault(subject, set()).add(one.order)
    many = {subject for subject, of_subject in orders.items() if len(of_subject) >= least}
    batches = {subject.name for subject in many if subject.kind is SubjectKind.batch}
    named = {one.product for one in complained if one.product and one.batch in batches} if batches else set[str]()
    return many | {Subject(SubjectKind.product, product) for product in named}


@dataclass(frozen=True)
class _Base:
    """What is expected of a subject on the counted day."""

    counts: _Counts
    days: int
    policy: ClusterPolicy

    def expected(self, subject: Subject) -> float:
        usual = self._rate(subject) * self._weekday()
        return usual * self._busy(subject, usual)

    def _busy(self, subject: Subject, usual: float) -> float:
        """Return how much more than usual everything else is complained of, drawn one average day towards 1.

        On a day of many orders, or of great heat, more complaints about each thing are no news about it.
        """
        average = sum(self.counts.by_weekday) / max(1, self.days)
        if not average:
            return 1.0
        others = len(self.counts.orders_today - self.counts.today[subject].keys())
        expected = max(0.0, average * self._weekday() - usual)
        return max(1.0, (others + average) / (expected + average))

    def _rate(self, subject: Subject) -> float:
        match subject.kind:
            case SubjectKind.product:
                return self._own(subject, self.days)
            case SubjectKind.batch:
                return self._of_batch(subject)
            case SubjectKind.warehouse:
                # A new warehouse may take over everything that another one sent.
                return self._own(subject, self.days) if subject in self.counts.before else self._of_shop()

    def _own(self, subject: Subject, days: int) -> float:
        rate = (self.counts.before.get(subject, 0) + _HALF) / max(1, days)
        return max(rate, self.policy.prior_complaints_per_day_millionths / _MILLION)

    def _of_batch(self, subject: Subject) -> float:
        """A new batch may be all that is sold of its products: until it has a history, theirs is expected of it."""
        products = self.counts.products.get(subject.name, set())
        theirs = sum(self._own(Subject(SubjectKind.product, product), self.days) for product in products)
        since = self.counts.since.get(subject)
        own = self._own(subject, (self.counts.day - since).days) if since else 0.0
        return max(theirs, own, self.policy.prior_complaints_per_day_millionths / _MILLION)

    def _of_shop(self) -> float:
        return (sum(self.counts.by_weekday) + _HALF) / max(1, self.days)

    def _weekday(self) -> float:
        """Return how this weekday compares with the average day, drawn one average day towards 1."""
        day, by_weekday = self.counts.day, self.counts.by_weekday
        if self.days < _WEEKDAYS_FROM_DAYS or not sum(by_weekday):
            return 1.0
        average = sum(by_weekday) / self.days
        seen = sum((day - timedelta(days=back)).weekday() == day.weekday() for back in range(1, self.days + 1))
        return (by_weekday[day.weekday()] + average) / (average * (seen + 1))


def _judge(subject: Subject, orders: Mapping[str, list[str]], base: _Base) -> FoundCluster | None:
    policy, count = base.policy, len(orders)
    if count < policy.least:
        return None
    expected = base.expected(subject)
    tail = poisson_tail(count, expected)
    if tail * _MILLION >= policy.tail_millionths:
        return None
    ids = tuple(dict.fromkeys(id_ for of_order in orders.values() for id_ in of_order))
    return FoundCluster(subject, base.counts.day, count, round(expected * _MILLION), round(tail * _MILLION), ids)


def poisson_tail(count: int, expected: float) -> float:
    """Return the chance of `count` or more where `expected` are expected.

    Exact up to rounding: the Poisson tail is the regularised lower incomplete gamma function P(count, expected), by
    its series of positive terms (NIST Digital Library of Mathematical Functions, 8.7.1), so nothing cancels.
    """
    if count <= 0:
        return 1.0
    if expected <= 0:
        return 0.0
    term = exp(count * log(expected) - expected - lgamma(count + 1))
    total, at = term, count
    while term > total * 1e-17 or at < expected:
        at += 1
        term *= expected / at
        total += term
    return min(1.0, total)
