"""Keep what a person decides about goods that go together, and take back at once what was offered by it."""

from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.event import Event, EventKind
from assist.domain.goods import PairState
from assist.domain.people import Caller
from assist.store.queries import events, goods, pairs
from assist.store.writer import Change

from .edit_rights import Area, Verb, require
from .goods_facts import UnfitFact, UnknownGoods
from .stale_offers import withdraw


def judge_pair(caller: Caller, sku: str, with_sku: str, state: PairState, now: datetime) -> Change[None]:
    """Return the change that allows a pair, refuses it, or leaves it to the figures. Raises NotYourPart or UnfitFact.

    The change raises UnknownGoods. Live offers of what goes with it are decided again.
    """
    require(caller.role, Verb.write, Area.offers)
    if sku == with_sku:
        raise UnfitFact("with_sku", "goods do not go with themselves; name two")

    def keep(session: Session) -> None:
        known = {one.goods.sku for one in goods.of_skus(session, caller.shop_id, (sku, with_sku))}
        # A decision about goods that are gone can still be taken back.
        if state is not PairState.mined and (missing := {sku, with_sku} - known):
            raise UnknownGoods(f"no goods {', '.join(sorted(missing))}; import them first, at /kb/goods/import")
        pairs.judge(session, caller.shop_id, sku, with_sku, state, caller.agent_id, now)
        withdraw(session, caller.shop_id, [with_sku], now)
        logged = Event(
            key=f"pair_judged:{caller.shop_id}:{sku}:{with_sku}:{now.isoformat()}",
            shop_id=caller.shop_id,
            kind=EventKind.pair_judged,
            at=now,
            agent_id=caller.agent_id,
            level=caller.level.value if caller.level else None,
            team=caller.team,
            payload={"sku": sku, "with_sku": with_sku, "state": state.value},
        )
        events.append(session, [logged])

    return keep
