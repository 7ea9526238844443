"""Work through what was received: claim lanes, decide each, keep it; set a poisonous message aside."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from assist.domain.clock import Clock
from assist.store.database import Database
from assist.store.queries import inbox, people
from assist.store.queries.inbox import ClaimedLane
from assist.store.writer import Writer

from .dispatch import Handled, Surroundings, handle
from .libraries import Libraries
from .look_around import Shop
from .meters import Meters
from .presence import Presence

logger = logging.getLogger(__name__)

_LANES_AT_ONCE = 16
_LOOK_EVERY_SECONDS = 1.0


def _at_once(_seconds: float) -> None:
    """Go on without a pause."""


@dataclass
class Lanes:
    """The worker over conversations with unhandled rows. One thread per process."""

    database: Database
    writer: Writer
    libraries: Libraries
    presence: Presence
    meters: Meters
    clock: Clock
    owner: str
    pace: Callable[[float], None] = _at_once
    """Called after each lane with the seconds it took, so that the process can put receiving first."""
    _looked_at: float = 0.0

    def work(self) -> int:
        """Handle one batch of lanes; return how many lanes there were, 0 when nothing waits."""
        claimed = self.writer.submit(lambda s: inbox.claim_lanes(s, self.owner, _LANES_AT_ONCE)).result()
        if not claimed:
            self._look_for_libraries()
            return 0
        with self.database.reader() as session:
            self.libraries.refresh(session)
            shops = {shop.id: Shop(shop.timezone, shop.subject_salt) for shop in people.shops(session)}
        kept = [(lane, self._paced(lane, shops)) for lane in claimed]
        for lane, future in kept:
            if future is not None:
                self._settle(lane, future)
        return len(claimed)

    def _look_for_libraries(self) -> None:
        """Another process may have published; searches and cards of this one must not wait for a message."""
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_EVERY_SECONDS:
            self._looked_at = now
            with self.database.reader() as session:
                self.libraries.refresh(session)

    def _paced(self, lane: ClaimedLane, shops: dict[str, Shop]) -> "Future[Handled] | None":
        begun = time.perf_counter()
        future = self._decide(lane, shops)
        self.pace(time.perf_counter() - begun)
        return future

    def _decide(self, lane: ClaimedLane, shops: dict[str, Shop]) -> "Future[Handled] | None":
        """Decide one lane and submit what it leads to; a failure stays with its lane."""
        try:
            around = Surroundings(
                shelf=self.libraries.current(lane.shop_id),
                shop=shops[lane.shop_id],
                now=self.clock(),
                sidebar_open=self.presence.is_open(lane.shop_id),
            )
            with self.database.reader() as session:
                change = handle(session, lane, around)
            return self.writer.submit(change)
        except Exception as error:  # noqa: BLE001 - whatever a message does, the others go on
            self._give_back(lane, error)
        return None

    def _settle(self, lane: ClaimedLane, future: "Future[Handled]") -> None:
        try:
            handled = future.result()
        except Exception as error:  # noqa: BLE001 - as above
            self._give_back(lane, error)
            return
        now = self.clock()
        self.meters.count("assist_questions_total", handled.questions)
        self.meters.count("assist_suggestions_total", handled.suggestions)
        for asked_at in handled.asked_at:
            self.meters.observe("assist_advice_seconds", max(0.0, (now - asked_at).total_seconds()))

    def _give_back(self, lane: ClaimedLane, error: Exception) -> None:
        # Never the error's text: a database error quotes the customer's words.
        logger.error("lane %s of %s failed: %s", lane.lane_id, lane.adapter, type(error).__name__)
        reason = f"{type(error).__name__}"
        self.writer.submit(lambda session: inbox.give_back(session, lane, reason)).result()
