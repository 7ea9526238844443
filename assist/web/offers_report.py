"""What did offers come to, for whom a manager asks about, and what is behind each number?"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from assist.domain.library import Library
from assist.domain.offer import RankingPolicy
from assist.domain.tally import Tally
from assist.kpi.measure import measured, read_selling
from assist.kpi.read_offers import read_held
from assist.kpi.records import ACCEPTED, EpisodeRecord, InquiryRecord, OfferRecord, OfferState, Records
from assist.kpi.selling import K18, K18B, K19, K20, K20B, K20C
from assist.store.queries import goods, offers, people, suggestions
from assist.store.queries.events import Logged

from .manager import kpi_out
from .offers_models import OfferBehindOut, OfferRowOut, OffersOut
from .words import in_language

Show = Literal[
    "sent",
    "accepted",
    "by_text",
    "by_order",
    "declined",
    "lapsed",
    "reversed",
    "not_due",
    "offered_again",
    "held",
    "episodes",
    "inquiries",
]
SHOWN_KPIS = (K18, K18B, K20, K20B, K20C, K19)
"""What the page tells, in its order."""


@dataclass(frozen=True)
class Asked:
    """What is asked about: days, and whose offers; "" is everybody's.

    `show`, `offer`, `sku` and `why` pick what is listed; `sku` "" is a script that offers by name, None any.
    """

    start: date | None = None
    end: date | None = None
    agent: str = ""
    team: str = ""
    platform: str = ""
    show: Show = "sent"
    offer: str = ""
    sku: str | None = None
    why: str = ""

    def covers(self, agent_id: str | None, team: str | None, platform: str | None) -> bool:
        wanted = ((self.agent, agent_id), (self.team, team), (self.platform, platform))
        return all(not asked or asked == found for asked, found in wanted)


@dataclass(frozen=True)
class Names:
    """How things are called in the page's language, by id."""

    agents: Mapping[str, str]
    scripts: Mapping[str, str]
    goods: Mapping[str, str]


@dataclass(frozen=True)
class Told:
    """A report with what may be filtered by."""

    out: OffersOut
    platforms: tuple[str, ...]


def offers_report(
    session: Session,
    shop_id: str,
    library: Library,
    asked: Asked,
    *,
    window: tuple[datetime, datetime],
    now: datetime,
    language: str,
    most: int | None,
) -> Told:
    """Measure a window for whom is asked about; at most `most` of what is behind the number, or all."""
    start, end = window
    every = read_selling(session, shop_id, start, end, now=now)
    records = _of(every, asked)
    held = [event for event in read_held(session, shop_id, start, end) if _covers(asked, event)]
    names = _names(session, shop_id, library, records, language)
    behind = sorted(_behind(records, held, asked), key=lambda one: (one.at, one.conversation_id), reverse=True)
    listed = [_named(session, shop_id, one, names) for one in (behind if most is None else behind[:most])]
    out = OffersOut(
        start=start,
        end=end,
        timezone=people.shop(session, shop_id).timezone,
        kpis=[kpi_out(one, library.targets) for one in measured(records, SHOWN_KPIS)],
        scripts=_rows(records.offers, names, offers.tallies(session, shop_id, ""), library.selling.ranking),
        held=dict(Counter(_why(event) for event in held).most_common()),
        offers=listed,
        total=len(behind),
    )
    return Told(out, tuple(sorted({one.platform for one in (*every.turns, *every.offers) if one.platform})))


def _of(records: Records, asked: Asked) -> Records:
    """Return the records of whom is asked about."""
    kept = {
        kind: tuple(one for one in getattr(records, kind) if asked.covers(one.agent_id, one.team, one.platform))
        for kind in Records.model_fields
    }
    return Records(**kept)


def _covers(asked: Asked, event: Logged) -> bool:
    return asked.covers(event.agent_id, event.team, event.platform)


def _names(session: Session, shop_id: str, library: Library, records: Records, language: str) -> Names:
    skus = {sku for one in records.offers for sku in one.skus}
    stocked = goods.of_skus(session, shop_id, sorted(skus)) if skus else []
    return Names(
        agents={agent.id: agent.name for agent in people.agents(session, shop_id)},
        scripts={one.id: in_language(one.title, one.title_en or one.title, language) for one in library.offers},
        goods={
            one.goods.sku: in_language(one.goods.title, one.goods.title_en or one.goods.title, language)
            for one in stocked
        },
    )


def chance_now(tally: Tally, policy: RankingPolicy) -> float:
    """Return how likely an offer is accepted, by the rules' prior and what was learned in all contexts together."""
    return (policy.prior_accepted + tally.accepted) / (policy.prior_offers + tally.made)


def _rows(
    made: Sequence[OfferRecord], names: Names, tallies: Mapping[tuple[str, str], Tally], policy: RankingPolicy
) -> list[OfferRowOut]:
    """Return one row for each script and goods, the most often sent first."""
    of: dict[tuple[str, str], list[OfferRecord]] = defaultdict(list)
    for one in made:
        if not one.again:
            of[one.offer_id, one.arm].append(one)
    rows = [_row(key, sent, names, chance_now(tallies.get(key, Tally()), policy)) for key, sent in of.items()]
    return sorted(rows, key=lambda row: (-row.sent, -row.revenue_fen, row.offer_id, row.sku))


def _row(key: tuple[str, str], sent: Sequence[OfferRecord], names: Names, chance: float) -> OfferRowOut:
    offer_id, sku = key
    became = Counter(one.state for one in sent)
    return OfferRowOut(
        offer_id=offer_id,
        title=names.scripts.get(offer_id, offer_id),
        sku=sku,
        goods=names.goods.get(sku, sku),
        sent=len(sent),
        by_text=became[OfferState.by_text],
        by_order=became[OfferState.by_order],
        declined=became[OfferState.declined],
        lapsed=became[OfferState.lapsed],
        reversed=became[OfferState.reversed],
        not_due=became[OfferState.not_due],
        revenue_fen=sum(one.net_fen for one in sent),
        chance=chance,
    )


def _behind(records: Records, held: Iterable[Logged], asked: Asked) -> Iterable[OfferBehindOut]:
    """Return what is behind the number asked for, without names yet."""
    match asked.show:
        case "held":
            return [_held(event) for event in held if asked.why in ("", _why(event))]
        case "episodes":
            return [_episode(one) for one in records.episodes]
        case "inquiries":
            return [_inquiry(one) for one in records.inquiries]
        case show:
            return [_offer(one) for one in records.offers if _LISTED[show](one) and _is_of(one, asked)]


def _is_of(offer: OfferRecord, asked: Asked) -> bool:
    return asked.offer in ("", offer.offer_id) and asked.sku in (None, offer.arm)


def _became(state: OfferState) -> Callable[[OfferRecord], bool]:
    return lambda offer: not offer.again and offer.state is state


_LISTED: dict[str, Callable[[OfferRecord], bool]] = {
    "sent": lambda offer: not offer.again,
    "accepted": lambda offer: not offer.again and offer.state in ACCEPTED,
    "offered_again": lambda offer: offer.again,
    **{state.value: _became(state) for state in OfferState},
}


def _why(event: Logged) -> str:
    return str(event.payload.get("why"))


def _offer(offer: OfferRecord) -> OfferBehindOut:
    return OfferBehindOut(
        at=offer.at,
        conversation_id=offer.conversation_id,
        agent_id=offer.agent_id,
        agent="",
        suggestion_id=offer.suggestion_id,
        offer_id=offer.offer_id,
        title="",
        skus=list(offer.skus),
        text="",
        outcome="offered_again" if offer.again else offer.state.value,
        order_refs=list(offer.order_refs),
        gross_fen=offer.gross_fen,
        net_fen=offer.net_fen,
    )


def _no_offer(at: datetime, conversation_id: str, agent_id: str | None, outcome: str, offer_id: str) -> OfferBehindOut:
    return OfferBehindOut(
        at=at,
        conversation_id=conversation_id,
        agent_id=agent_id,
        agent="",
        suggestion_id=None,
        offer_id=offer_id,
        title="",
        skus=[],
        text="",
        outcome=outcome,
        order_refs=[],
        gross_fen=0,
        net_fen=0,
    )


def _held(event: Logged) -> OfferBehindOut:
    conversation_id = event.conversation_id or ""
    offer_id = str(event.payload.get("offer_id") or "")
    return _no_offer(event.at, conversation_id, event.agent_id, f"held_{_why(event)}", offer_id)


def _episode(one: EpisodeRecord) -> OfferBehindOut:
    outcome = K18.excluded(one) or ("offered" if one.offers else "not_offered")
    return _no_offer(one.at, one.conversation_id, one.agent_id, outcome, "")


def _inquiry(one: InquiryRecord) -> OfferBehindOut:
    outcome = K19.excluded(one) or ("paid" if one.paid else "not_paid")
    return _no_offer(one.at, one.conversation_id, one.agent_id, outcome, "")


def _named(session: Session, shop_id: str, one: OfferBehindOut, names: Names) -> OfferBehindOut:
    """Return it with its names and what the card said. The log holds neither."""
    card = suggestions.one(session, shop_id, one.suggestion_id) if one.suggestion_id else None
    named = {
        "agent": names.agents.get(one.agent_id or "", ""),
        "title": names.scripts.get(one.offer_id, one.offer_id),
        "text": card.suggestion.text if card else "",
    }
    return one.model_copy(update=named)
