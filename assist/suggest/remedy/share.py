"""Which share of a line is affected? Exact, and unknown rather than guessed where two readings differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from assist.domain.complaint import Amount, Ground, Severity
from assist.domain.remedy import Claim, ClaimLine

GRAM = "g"

_PACKS = frozenset("箱盒袋包份件筐提瓶罐板篮桶捆扎")
"""Measure words of what is sold as one; all others count pieces."""

_WHOLE = Fraction(1)


@dataclass(frozen=True)
class Affected:
    """The affected share of a line, None where it is not known; `at_least` is then what is safe to say of it."""

    share: Fraction | None = None
    at_least: Fraction | None = None


def affected(claim: Claim, line: ClaimLine, ground: Ground) -> Affected:
    """Return the share a claim's figures come to: what is said as a share first, then counts, then "everything"."""
    doubted = claim.doubtful_total and (claim.share is None or claim.share.fraction == _WHOLE)
    if claim.share is not None and not doubted:
        return _as_said(claim.share.fraction, line, of_one_box=claim.share.per == "box")
    if (bad := _missing(claim, line) if ground is Ground.missing_item else claim.bad) is not None:
        return _counted(bad, line, claim.expected)
    if claim.severity is Severity.total_spoil and not doubted:
        return Affected(_WHOLE)
    return Affected()


def _as_said(fraction: Fraction, line: ClaimLine, *, of_one_box: bool) -> Affected:
    """Of several boxes a share of one says only that at least this one is affected."""
    if of_one_box and line.quantity > 1:
        return Affected(at_least=fraction / line.quantity)
    return Affected(fraction)


def _counted(bad: Amount, line: ClaimLine, expected: Amount | None) -> Affected:
    """Return a number of pieces, packs or grams as a share, where all ways to read it agree."""
    said = expected.number if expected is not None and expected.unit == bad.unit else None
    wholes = set(_wholes(bad, line))
    # Bought as one and counted in packs by the customer: the packs are inside of it.
    if said is not None and said > 1 and bad.unit in _PACKS and line.quantity == 1 and line.packs is None:
        wholes = {said}
    readings = {bad.number / whole for whole in wholes if bad.number <= whole}
    # Where the order says nothing, the customer's word for how many there should be is all there is.
    if not readings and said and line.quantity == 1 and line.pieces is None and bad.number <= said:
        readings = {bad.number / said}
    if len(readings) == 1:
        return Affected(readings.pop())
    return Affected(at_least=min(readings, default=None))


def _wholes(bad: Amount, line: ClaimLine) -> Iterator[Fraction]:
    """Yield what a number may be counted out of: one box may be a piece of the line, or one of the boxes bought."""
    if bad.unit == GRAM:
        if line.net_g is not None:
            yield Fraction(line.net_g)
        return
    if bad.unit in _PACKS and line.packs is not None:
        yield Fraction(line.packs)
        return
    if line.pieces is not None:
        yield Fraction(line.pieces)
    if bad.unit in _PACKS:
        yield Fraction(line.quantity)


def _missing(claim: Claim, line: ClaimLine) -> Amount | None:
    """Return how many are missing: what should have been there less what is, else as said."""
    if claim.found is None:
        return claim.bad
    due = {claim.expected.number} if claim.expected is not None else set(_wholes(claim.found, line))
    if len(due) != 1 or (claim.expected is not None and claim.expected.unit != claim.found.unit):
        return claim.bad
    return Amount(number=max(Fraction(0), due.pop() - claim.found.number), unit=claim.found.unit)
