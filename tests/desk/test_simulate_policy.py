"""Does a simulation run beside everything else, one at a time for a shop, and say how it ended?"""

import time
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from assist.desk.simulate_policy import Asked, Job, JobState, SimulationRunning, Simulations, Window
from assist.domain.remedy_policy import RemedyPolicy
from assist.store import remedy_tables
from assist.store.queries import complaints
from assist.store.tables import table_of
from tests.conftest import NOW
from tests.desk.shop import SHOP, Desk
from tests.store.claims import complaint_row, keep_conversation, line_row
from tests.suggest.small_policy import small_policy


def keep(desk: Desk, count: int) -> None:
    def change(session: Session) -> None:
        for at in range(count):
            keep_conversation(session, f"c{at}")
            row = complaint_row(f"c{at}")
            complaints.save_complaint(session, row, [line_row(row)])

    desk.writer.submit(change).result()


def asked(draft: RemedyPolicy, *, shop_id: str = SHOP) -> Asked:
    window = Window(NOW - timedelta(days=7), NOW + timedelta(days=1), ZoneInfo("Asia/Shanghai"))
    return Asked(shop_id=shop_id, text="", days=7, draft=draft, published=small_policy(), window=window)


def ended(job: Job) -> Job:
    for _ in range(1000):
        if job.state is not JobState.running:
            return job
        time.sleep(0.01)
    raise AssertionError("the simulation did not end")


def test_kept_claims_are_decided_again_and_counted(either_desk: Desk) -> None:
    keep(either_desk, 3)

    job = ended(Simulations().start(either_desk.database, asked(small_policy(minimum_refund_fen=2000))))

    assert (job.state, job.done, job.of, job.passed_over) == (JobState.done, 3, 3, 0)
    assert job.result is not None
    assert job.result.comparison is not None
    assert (job.result.policy.cost_fen, job.result.comparison.better) == (6000, 3)


def test_a_claim_of_an_older_program_is_passed_over(desk: Desk) -> None:
    keep(desk, 2)
    lines = table_of(remedy_tables.ComplaintLine)
    broken = update(lines).where(lines.c.complaint_id == complaints.complaint_id_of("c0", 1)).values(claim='{"old":1}')
    desk.writer.submit(lambda session: session.execute(broken) and None).result()

    job = ended(Simulations().start(desk.database, asked(small_policy())))

    assert job.result is not None
    assert (job.state, job.passed_over, job.result.cases) == (JobState.done, 1, 1)


def test_a_shop_waits_for_its_last_simulation_and_others_do_not(desk: Desk) -> None:
    keep(desk, 300)
    simulations = Simulations()
    first = simulations.start(desk.database, asked(small_policy()))

    with pytest.raises(SimulationRunning, match="wait"):
        simulations.start(desk.database, asked(small_policy()))
    other = simulations.start(desk.database, asked(small_policy(), shop_id="s2"))

    assert ended(first).state is ended(other).state is JobState.done
    assert ended(simulations.start(desk.database, asked(small_policy()))).state is JobState.done


def test_a_simulation_that_breaks_says_so(desk: Desk) -> None:
    """A rule of a ladder that is not there: `kb check` refuses it, and nothing hangs if it comes through."""
    keep(desk, 1)
    draft = small_policy()
    dangling = draft.model_copy(
        update={"rules": tuple(rule.model_copy(update={"ladder": "nowhere"}) for rule in draft.rules)}
    )

    job = ended(Simulations().start(desk.database, asked(dangling)))

    assert (job.state, job.result) == (JobState.failed, None)


def test_another_shop_does_not_see_a_simulation_and_old_ones_are_forgotten(desk: Desk) -> None:
    simulations = Simulations()
    jobs = [ended(simulations.start(desk.database, asked(small_policy()))) for _ in range(17)]

    assert simulations.job("s2", jobs[-1].id) is None
    assert simulations.job(SHOP, jobs[-1].id) is jobs[-1]
    assert simulations.job(SHOP, jobs[0].id) is None
