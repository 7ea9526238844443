"""What may each kind of evidence claim? Each rule is one function that says whether a proof breaks it.

Its docstring gives the law or the reason; `_RULES` is the table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from assist.domain.goods import EvidenceKind, Proof
from assist.suggest.text import fold

from . import evidence_words as words


class Unfit(StrEnum):
    """The rule that keeps a fact from proving anything."""

    unreadable = "unreadable"
    not_yet = "not_yet"
    expired = "expired"
    dated_ahead = "dated_ahead"
    internal = "internal"
    health = "health"
    absolute = "absolute"
    brix = "brix"
    grade = "grade"
    per_order = "per_order"
    label = "label"
    number = "number"
    geographic = "geographic"
    paper = "paper"
    self_declared = "self_declared"
    other_batch = "other_batch"
    batch_unsaid = "batch_unsaid"
    items = "items"
    beyond_items = "beyond_items"
    until = "until"
    too_old = "too_old"
    uncounted = "uncounted"
    period = "period"
    count_unsaid = "count_unsaid"
    date_unsaid = "date_unsaid"
    date_other = "date_other"
    english_missing = "english_missing"


class Limits(NamedTuple):
    """The shop's own numbers and names, as a key to remember by."""

    rating_days: int
    sales_days: int
    inspection_days: int
    protected_origins: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """One proof as the rules read it. `text`, `title` and `items` are folded; `batch` is the one sold now, if known."""

    kind: EvidenceKind
    proof: Proof
    text: str
    title: str
    items: str
    batch: str | None
    endless: bool
    today: date
    limits: Limits

    @property
    def claims(self) -> str:
        """The text without the names of the paper and of who issued it, which claim nothing."""
        return self.text.replace(self.title, " ").replace(fold(self.proof.issuer), " ")

    @property
    def own_batch(self) -> str:
        return (self.proof.batch or "").strip()

    @property
    def number(self) -> str:
        return (self.proof.number or "").strip()

    @property
    def of_a_lot(self) -> bool:
        """Is it a paper of one lot rather than one that holds until a day?"""
        one_lot = words.SELF_DECLARED.search(self.title) or words.QUARANTINE.search(self.title)
        return self.kind is EvidenceKind.inspection or (self.kind is EvidenceKind.certificate and one_lot is not None)

    @property
    def counts(self) -> bool:
        return self.kind in (EvidenceKind.rating, EvidenceKind.sales)


def broken_by(case: Case) -> tuple[Unfit, ...]:
    """Return every rule that a proof breaks, in the order of the table."""
    return tuple(rule for rule, breaks in _RULES if breaks(case))


def _dated_ahead(case: Case) -> bool:
    """A paper or count of tomorrow shows nothing today (广告法 11: quoted data must be true)."""
    return case.proof.on > case.today


def _internal(case: Case) -> bool:
    """Records of goods that came in are kept by law and not pasted (食品安全法 53, 农产品质量安全法 65)."""
    return case.proof.internal or words.GOODS_IN.search(case.title) is not None


def _health(case: Case) -> bool:
    """Ordinary food claims no treatment, prevention or health function (广告法 17, 食品安全法 71, 73)."""
    return words.HEALTH.search(case.text) is not None


def _absolute(case: Case) -> bool:
    """Tests show what was not found of what was looked for, never that there is nothing (广告法 28)."""
    return words.ABSOLUTE.search(case.text) is not None


def _brix(case: Case) -> bool:
    """One figure for sweetness is a promise of quality for every piece (消费者权益保护法 23)."""
    return words.fixes_sweetness(case.text)


def _grade(case: Case) -> bool:
    """特级 and 一级 are grades of a standard; with its number shown they may be said (guideline 2023-6, art. 6)."""
    told = words.STANDARD.search(case.text) or words.STANDARD.search(fold(case.number))
    return words.GRADE.search(case.text) is not None and told is None


def _per_order(case: Case) -> bool:
    """现摘现发 depends on when this order is picked and sent: nobody can show it before there is an order."""
    return words.PER_ORDER.search(case.text) is not None


def _label(case: Case) -> bool:
    """有机 and 绿色食品 without the certificate that names them are false claims (处罚办法 5(4))."""
    return any(
        label.search(case.text) and not (case.kind is EvidenceKind.certificate and label.search(case.title))
        for label in words.LABELS
    )


def _number(case: Case) -> bool:
    """An organic or green-food certificate can only be looked up by its number (处罚办法 5(4))."""
    named = any(label.search(case.title) or label.search(case.text) for label in words.LABELS)
    return case.kind is EvidenceKind.certificate and named and not case.number


def _geographic(case: Case) -> bool:
    """A protected place name needs the right to use it (农产品质量安全法 42; false origin: 处罚办法 5(3))."""
    claimed = words.GEOGRAPHIC.search(case.text) or any(fold(n) in case.text for n in case.limits.protected_origins)
    return bool(claimed) and words.GEOGRAPHIC_PAPER.search(case.title) is None


def _paper(case: Case) -> bool:
    """产地直采 is shown by the paper of the purchase, not by saying so (电子商务法 17, 处罚办法 5)."""
    if case.kind is not EvidenceKind.origin or words.DIRECT.search(case.text) is None:
        return False
    return words.PAPER.search(case.title) is None


def _self_declared(case: Case) -> bool:
    """承诺达标合格证 is the grower's own declaration (农产品质量安全法 39): neither filed nor told as a test."""
    if not words.SELF_DECLARED.search(f"{case.title}\n{case.text}"):
        return False
    return case.kind is EvidenceKind.inspection or words.TESTED.search(case.claims) is not None


def _other_batch(case: Case) -> bool:
    """What was shown of one lot is not true of another (广告法 11, 28; 农产品质量安全法 44)."""
    return case.batch is not None and bool(case.own_batch) and case.own_batch != case.batch


def _batch_unsaid(case: Case) -> bool:
    """Where it is known which lot is sold, a paper that names none may be about any other."""
    return case.of_a_lot and case.batch is not None and not case.own_batch


def _items(case: Case) -> bool:
    """A report proves the items tested, so it must say which (广告法 11)."""
    return case.kind is EvidenceKind.inspection and not case.items.strip()


def _beyond_items(case: Case) -> bool:
    """A report proves nothing about what was not tested (广告法 28). One that lists nothing breaks `items` alone."""
    return (
        case.kind is EvidenceKind.inspection
        and bool(case.items.strip())
        and not words.ABSOLUTE.search(case.text)
        and words.looks_beyond(case.claims, case.items)
    )


def _until(case: Case) -> bool:
    """A certificate holds until a day; without it nobody knows whether it still does (处罚办法 5(4))."""
    return case.kind is EvidenceKind.certificate and not case.of_a_lot and case.endless


def _too_old(case: Case) -> bool:
    """Old counts are no news of today, nor are papers of lots long sold; the shop says how old is too old."""
    limits = {EvidenceKind.rating: case.limits.rating_days, EvidenceKind.sales: case.limits.sales_days}
    limit = limits.get(case.kind)
    if case.of_a_lot and case.own_batch != case.batch:
        limit = case.limits.inspection_days
    return limit is not None and case.today - case.proof.on > timedelta(days=limit)


def _uncounted(case: Case) -> bool:
    """Ratings and sales are real and counted, or they are invented (电子商务法 17)."""
    return case.counts and not case.proof.count


def _period(case: Case) -> bool:
    """A count without its period says nothing (广告法 11)."""
    return case.counts and (case.proof.since is None or case.proof.since > case.proof.on)


def _count_unsaid(case: Case) -> bool:
    """What is said is what was counted, exactly or rounded down (广告法 11: true and accurate)."""
    return case.counts and bool(case.proof.count) and not words.says_count(case.text, case.proof.count or 0)


def _date_unsaid(case: Case) -> bool:
    """Quoted data is told with its time (广告法 11); 近30天 is another time tomorrow. A report may name its batch."""
    if not (case.counts or case.kind is EvidenceKind.inspection):
        return False
    batch_said = bool(case.own_batch) and fold(case.own_batch) in case.text
    return not batch_said and next(words.dates_in(case.text), None) is None


def _date_other(case: Case) -> bool:
    """The time that is said is the paper's or the count's own (广告法 11: true and accurate)."""
    if not (case.counts or case.kind is EvidenceKind.inspection):
        return False
    first = min(case.proof.since or case.proof.on, case.proof.on)
    text = case.text.replace(fold(case.own_batch), " ") if case.own_batch else case.text
    return not all(words.is_within(named, first, case.proof.on) for named in words.dates_in(text))


_RULES: tuple[tuple[Unfit, Callable[[Case], bool]], ...] = (
    (Unfit.dated_ahead, _dated_ahead),
    (Unfit.internal, _internal),
    (Unfit.health, _health),
    (Unfit.absolute, _absolute),
    (Unfit.brix, _brix),
    (Unfit.grade, _grade),
    (Unfit.per_order, _per_order),
    (Unfit.label, _label),
    (Unfit.number, _number),
    (Unfit.geographic, _geographic),
    (Unfit.paper, _paper),
    (Unfit.self_declared, _self_declared),
    (Unfit.other_batch, _other_batch),
    (Unfit.batch_unsaid, _batch_unsaid),
    (Unfit.items, _items),
    (Unfit.beyond_items, _beyond_items),
    (Unfit.until, _until),
    (Unfit.too_old, _too_old),
    (Unfit.uncounted, _uncounted),
    (Unfit.period, _period),
    (Unfit.count_unsaid, _count_unsaid),
    (Unfit.date_unsaid, _date_unsaid),
    (Unfit.date_other, _date_other),
)
