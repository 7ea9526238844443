"""Keep the sums that offers are chosen by: each outcome once, in its context and over all."""

from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.offer import OfferPolicy
from assist.domain.tally import Tally
from assist.store.queries import offers
from assist.store.queries.offers import EVERYWHERE, MadeRow
from assist.suggest.offers.rank import tallied


def learn_outcome(session: Session, row: MadeRow, come_to: str, policy: OfferPolicy, now: datetime) -> str:
    """Count an offer as accepted ("yes"), not accepted ("no") or not at all (""), instead of as before; return that.

    A first outcome makes older ones count less. A correction takes away what was added, at most all there is.
    """
    if come_to == row.learned:
        return come_to
    for context in sorted({row.context, EVERYWHERE}):
        before = offers.tally_to_change(session, row.shop_id, context, row.offer_id, row.arm, now)
        after = _counted(before, row.learned, come_to, policy)
        offers.save_tally(session, row.shop_id, context, row.offer_id, row.arm, after, now)
    return come_to


def _counted(before: Tally, was: str, come_to: str, policy: OfferPolicy) -> Tally:
    if not was:
        return tallied(before, accepted=come_to == "yes", policy=policy.ranking)
    made = before.made - (not come_to)
    accepted = before.accepted + (come_to == "yes") - (was == "yes")
    return Tally(made=max(0.0, made), accepted=min(max(0.0, accepted), max(0.0, made)))
