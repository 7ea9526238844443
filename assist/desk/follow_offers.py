"""What do new messages say of the offers of their conversation: was one sent, was it answered?"""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from assist.domain.clock import moved
from assist.store.queries import offers

from .libraries import Shelf
from .offer_outcomes import Occasion, bring_up_to_date
from .place import Place
from .settle_offers import offers_around
from .thread import OLDEST_PLAUSIBLE, Thread


def follow_offers(thread: Thread, shelf: Shelf, place: Place) -> Callable[[Session], None] | None:
    """Return what brings offers up to date after new, edited and recalled messages; None where nothing changed.

    To be run after the messages were kept. It gives the same whatever the order in which messages arrive, and changes
    nothing when run again.
    """
    differ = [thread.messages[id_] for id_ in {one.message.id for one in thread.added} | thread.changed]
    if not differ:
        return None
    first = min(message.occurred_at for message in differ)

    def write(session: Session) -> None:
        # A question may have waited for long before it was answered with an offer.
        since = moved(first, -OLDEST_PLAUSIBLE - timedelta(hours=shelf.library.selling.accept_hours))
        here = [row for row in offers.of_conversation(session, place.conversation_id) if row.made_at >= since]
        if not here:
            return
        customers = sorted({row.customer_ref for row in here})
        theirs = [id_ for one in customers for id_ in offers_around(session, place.shop_id, one, first, shelf.library)]
        occasion = Occasion(place.shop_id, shelf.library, place.now, place.cause)
        bring_up_to_date(session, {*(row.suggestion_id for row in here), *theirs}, occasion)

    return write
