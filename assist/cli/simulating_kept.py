"""Simulate the claims a shop has kept, read beside a running server."""

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from assist.desk.draft_policy import published_policy
from assist.desk.operate import OperatorError, pick_shop
from assist.desk.simulate_policy import stored_cases
from assist.domain.clock import system_clock
from assist.domain.remedy_policy import RemedyPolicy
from assist.kpi.measure import WindowError, whole_days
from assist.store.queries import complaints, people
from assist.suggest.simulate import Case, Simulation, simulate

from .content import policy_of
from .operator import reading
from .output import fail
from .simulating import Progressed, Wanted, progress


def of_kept(wanted: Wanted) -> tuple[Simulation, int, RemedyPolicy]:
    """Simulate what a shop has kept, under a folder's policy against the published one, or the published one alone."""
    given = policy_of(wanted.policy) if wanted.policy else None
    against = policy_of(wanted.against) if wanted.against else None
    with reading(wanted.config, wanted.database) as database, database.reader() as session:
        try:
            shop = pick_shop(people.shops(session), wanted.shop)
            zone = ZoneInfo(shop.timezone)
            first, last = (day.date() if day else None for day in (wanted.start, wanted.end))
            start, end = whole_days(first, last, zone, system_clock())
        except OperatorError as error:
            fail(str(error), 2)
        except WindowError as error:
            fail(f"--from, --to: {error}", 2)
        published = published_policy(session, shop.id)
        policy = given or published
        if policy is None:
            fail(f"shop {shop.id} has published no remedy policy; name a folder with --policy")
        with progress(complaints.count_stored(session, shop.id, start, end)) as progressed:
            passed_over: list[None] = []
            cases = _readable(stored_cases(session, shop.id, start, end), progressed, passed_over)
            other = against or (published if given else None)
            return simulate(cases, policy, other, zone=zone), len(passed_over), policy


def _readable(cases: Iterable[Case | None], progressed: Progressed, passed_over: list[None]) -> Iterator[Case]:
    for case in cases:
        progressed(1)
        if case is None:
            passed_over.append(None)
        else:
            yield case
