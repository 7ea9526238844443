"""How much too light is it, and do the rules of measure allow for that?"""

from dataclasses import dataclass
from fractions import Fraction

from assist.domain.complaint import Amount
from assist.domain.remedy import Claim, ClaimLine
from assist.domain.remedy_policy import RemedyPolicy, Tolerance, ToleranceStep

from .share import GRAM
from .thoughts import Thoughts


@dataclass(frozen=True)
class Shortage:
    """What was weighed: `stated_g` it should have, `found_g` it has; `line_g` is what the whole line should have."""

    stated_g: Fraction
    found_g: Fraction
    line_g: Fraction

    @property
    def short_g(self) -> Fraction:
        return max(Fraction(0), self.stated_g - self.found_g)

    @property
    def share(self) -> Fraction:
        """The missing share of the line."""
        return min(Fraction(1), self.short_g / self.line_g)


def shortage_of(claim: Claim, line: ClaimLine) -> Shortage | None:
    """Return what was weighed, None while a weight is missing.

    The line's stated weight counts before the customer's word for it, the smaller shortage of two, and of several
    boxes one where the weight found is not more than one box holds.
    """
    found = _grams(claim.found)
    said = _grams(claim.expected)
    if found is None and (short := _grams(claim.bad)) is not None and (line.net_g or said):
        stated = Fraction(line.net_g or said or 0)
        return Shortage(stated, max(Fraction(0), stated - short), stated)
    if found is None or not (line.net_g or said):
        return None
    if line.net_g is None:
        assert said is not None
        return Shortage(said, found, said * line.quantity)
    one_box = Fraction(line.net_g, line.quantity)
    weighed = one_box if found <= one_box else Fraction(line.net_g)
    return Shortage(min(weighed, said or weighed), found, Fraction(line.net_g))


def within_tolerance(
    shortage: Shortage, line: ClaimLine, policy: RemedyPolicy, thoughts: Thoughts
) -> dict[str, str | int | None] | None:
    """Return the figures that explain a shortage the first fitting table allows, None for one that is compensated."""
    table = next((one for one in policy.tolerances if not one.categories or line.category in one.categories), None)
    allowed = _allowed_g(table, shortage.stated_g) if table else Fraction(0)
    facts: dict[str, str | int | None] = {
        "tolerance": table.id if table else None,
        "stated_g": said(shortage.stated_g),
        "found_g": said(shortage.found_g),
        "short_g": said(shortage.short_g),
        "allowed_g": said(allowed),
    }
    within = shortage.short_g <= allowed
    thoughts.note("tolerance", within, "" if within else "missing_share", **facts)
    return facts if within else None


def said(number: Fraction) -> int | str:
    """Return a number as it is told: whole ones as such, others with what thousandths they have."""
    if number.denominator == 1:
        return int(number)
    return f"{float(number):.3f}".rstrip("0").rstrip(".")


def _grams(amount: Amount | None) -> Fraction | None:
    return amount.number if amount is not None and amount.unit == GRAM else None


def _allowed_g(table: Tolerance, stated_g: Fraction) -> Fraction:
    """Return what the step of a weight allows; heavier than all steps is allowed nothing."""
    step = next((one for one in table.steps if one.up_to_g is None or stated_g <= one.up_to_g), None)
    return _of_step(step, stated_g) if step else Fraction(0)


def _of_step(step: ToleranceStep, stated_g: Fraction) -> Fraction:
    if step.allowed_mg is not None:
        return Fraction(step.allowed_mg, 1000)
    return stated_g * Fraction(step.allowed_permille or 0, 1000)
