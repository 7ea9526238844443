"""What offers came to, as the API and the page for managers tell it."""

from datetime import datetime

from pydantic import JsonValue

from .api_models import KpiOut, Out


class OfferRowOut(Out):
    """What became of one script with one of the goods. `sku` is "" for a script that offers by name.

    `chance` is how likely the next one is accepted, by what was learned in all contexts so far.
    """

    offer_id: str
    title: str
    sku: str
    goods: str
    sent: int
    by_text: int
    by_order: int
    declined: int
    lapsed: int
    reversed: int
    not_due: int
    revenue_fen: int
    chance: float


class OfferBehindOut(Out):
    """One thing behind a number: an offer, one that was held back, an episode, or a customer who inquired.

    `outcome` is what became of an offer (by_order, by_text, declined, lapsed, reversed, not_due; offered_again where
    the same was said before), held_ and why, offered or not_offered, paid or not_paid, or why it does not count.
    `text` is what the card said; "" where there is none any more. `suggestion_id` names its events. `gross_fen` was
    paid for what was offered, 0 where no amount is known; `net_fen` is left of it after what went back.
    """

    at: datetime
    conversation_id: str
    agent_id: str | None
    agent: str
    suggestion_id: str | None
    offer_id: str
    title: str
    skus: list[str]
    text: str
    outcome: str
    order_refs: list[str]
    gross_fen: int
    net_fen: int


class OffersOut(Out):
    """Offers of whole days of the shop's zone. `offers` are those behind what was asked for, newest first.

    `total` is how many there are of them: more than a page holds are in the CSV. `held` counts turns by why nothing was
    offered.
    """

    start: datetime
    end: datetime
    timezone: str
    kpis: list[KpiOut]
    scripts: list[OfferRowOut]
    held: dict[str, int]
    offers: list[OfferBehindOut]
    total: int


class OfferEventOut(Out):
    """One line of the log about an offer: ids and numbers, never text."""

    kind: str
    at: datetime
    conversation_id: str | None
    turn_id: str | None
    agent_id: str | None
    n: int
    payload: dict[str, JsonValue]


class OfferEventsOut(Out):
    suggestion_id: str
    events: list[OfferEventOut]
