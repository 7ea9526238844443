"""Say what became of a promise: kept, missed, or that it was none."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.people import Caller
from assist.domain.promise import PromiseState
from assist.store.queries import promises
from assist.store.queries.promises import PromiseRow
from assist.store.writer import Change

from .promise_log import log_promise
from .promise_tasks import cancel_promise

_FROM: Mapping[PromiseState, tuple[PromiseState, ...]] = {
    PromiseState.kept: (PromiseState.open, PromiseState.missed),
    PromiseState.missed: (PromiseState.open,),
    PromiseState.dismissed: (PromiseState.open, PromiseState.missed),
}
"""What may still be said of a promise, by what was said or happened before: a late one may be made good."""


class UnknownPromise(Exception):
    """No such promise in this shop."""


class PromiseEnded(Exception):
    """Something else was said of the promise already, or its message was taken back."""


def end_promise(caller: Caller, promise_id: str, state: PromiseState, now: datetime) -> Change[PromiseRow]:
    """Return the change by which a person says what became of a promise; saying the same again changes nothing.

    Kept after it was due is `late`. Anybody of the shop may say it: colleagues keep each other's promises. Raises
    UnknownPromise or PromiseEnded.
    """

    def keep(session: Session) -> PromiseRow:
        before = promises.one(session, caller.shop_id, promise_id)
        if before is None:
            raise UnknownPromise(f"no promise {promise_id!r}")
        late = state is PromiseState.kept and now > before.due_at
        values = {"ended_at": now, "ended_by": caller.agent_id, "late": late}
        ended = promises.move(session, before, _FROM[state], state, **values)
        if ended is None:
            return _as_it_is(session, caller, promise_id, state)
        cancel_promise(session, ended)
        # A missed one that came back open, as its message did, may end a second time.
        log_promise(session, ended, now, now, caller=caller, again=now.isoformat())
        return ended

    return keep


def _as_it_is(session: Session, caller: Caller, promise_id: str, state: PromiseState) -> PromiseRow:
    """Return the row where it says so already, and refuse where it says something else."""
    row = promises.one(session, caller.shop_id, promise_id)
    assert row is not None
    if row.state is state:
        return row
    if row.ended_by is None:
        raise PromiseEnded("its message was taken back or changed; there is nothing left to keep")
    raise PromiseEnded(f"it was marked {row.state.value!r} already; nothing was changed")
