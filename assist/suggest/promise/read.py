"""What does a text commit the shop to?"""

from datetime import datetime
from functools import lru_cache
from itertools import chain
from zoneinfo import ZoneInfo

from assist.domain.promise import Commitment

from .amends import amends_in
from .clauses import cut
from .goods import goods_in
from .scene import Found, Scene
from .terms import terms_in
from .timed import timed_in


def read_commitments(text: str, now: datetime, timezone: str) -> tuple[Commitment, ...]:
    """Return the commitments in order of place; `now` tells how far off a named day is.

    Negations, questions, conditions and quotations of the customer are none. Of a kind said twice in one clause only
    the first counts. Only the first 2,000 characters are read.
    """
    draft = cut(text)
    found: list[Found] = []
    today = now.astimezone(_zone(timezone))
    for clause in draft.clauses:
        scene = Scene(clause, today)
        found += chain(timed_in(scene), amends_in(scene), goods_in(scene), terms_in(scene))
    found.sort(key=lambda one: (one.begin, one.end))
    return tuple(
        Commitment(
            kind=one.kind,
            words=draft.span(one.begin, one.end),
            due=one.due,
            amount_fen=one.amount_fen,
            percent=one.percent,
            days=one.days,
            certain=one.certain,
        )
        for one in found
    )


@lru_cache(maxsize=64)
def _zone(timezone: str) -> ZoneInfo:
    return ZoneInfo(timezone)
