"""May it be paid first and looked into afterwards? Only where waiting costs more than being wrong once."""

from collections.abc import Sequence

from assist.domain.remedy import ClaimClock
from assist.domain.remedy_policy import PayFirst, RemedyPolicy

from .ladder import Offer
from .limits import pay_first_left_fen
from .rule import Ruled
from .thoughts import Thoughts


def paying_first(
    ruled: Ruled, policy: RemedyPolicy, clock: ClaimClock, offers: Sequence[Offer], *, doubted: bool, thoughts: Thoughts
) -> PayFirst | None:
    """Return the pay-first policy where all of it holds for a claim whose evidence is not there yet, else None."""
    pay_first = policy.pay_first
    if pay_first is None:
        return None
    fits = {
        "goods": ruled.line.category in pay_first.categories,
        "wrong": not set(ruled.grounds).isdisjoint(pay_first.grounds),
        "dear": ruled.line.paid_fen >= pay_first.line_from_fen,
        "within_cap": all(offer.amount_fen <= pay_first_left_fen(ruled.claim, pay_first) for offer in offers),
        "low_risk": ruled.claim.claimant.claims + 1 < policy.customers.high_risk_claims,
        "new_photos": not ruled.claim.claimant.photo_seen_before,
        "in_time": clock.state == "open",
        "certain": not doubted,
    }
    holds = all(fits.values())
    thoughts.note("pay_first", holds, "ready" if holds else "", **fits)
    return pay_first if holds else None
