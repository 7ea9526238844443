"""What was promised to customers, due first, and what became of it: by one key each."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from assist.desk.end_promise import end_promise
from assist.domain.promise import PromiseState
from assist.store.queries import promises
from assist.store.queries.promises import ListedPromise

from .auth import SignedIn
from .front import front_of
from .promise_models import Ending, Listed, PromiseOut, PromisesOut

router = APIRouter(prefix="/api/v1", tags=["promises"])


@router.get("/promises")
def listed(
    request: Request,
    caller: SignedIn,
    state: Listed = Listed.open,
    mine: Annotated[bool, Query(description="only those the caller gave")] = False,
) -> PromisesOut:
    """The shop's promises that are still to be kept, or were missed, due first; at most 200."""
    agent_id = caller.agent_id if mine else None
    with front_of(request).database.reader() as session:
        found = promises.listed(session, caller.shop_id, PromiseState(state), agent_id=agent_id)
    return PromisesOut(promises=[promise_out(one) for one in found])


@router.post("/promises/{promise_id}/{ending}")
def ended(
    request: Request, caller: SignedIn, promise_id: Annotated[str, Path(max_length=64)], ending: Ending
) -> PromiseOut:
    """Say that a promise was kept, missed, or none at all; the same again changes nothing.

    A missed one may be kept after all, which is `late`. 409 when something else was said of it, or its message was
    taken back.
    """
    front = front_of(request)
    change = end_promise(caller, promise_id, PromiseState(ending), front.clock())
    row = front.writer.submit(change).result()
    with front.database.reader() as session:
        found = promises.one_listed(session, caller.shop_id, row.id)
    assert found is not None
    return promise_out(found)


def promise_out(one: ListedPromise) -> PromiseOut:
    row = one.row
    return PromiseOut(
        id=row.id,
        conversation_id=row.conversation_id,
        customer_name=one.customer_name,
        kind=row.kind.value,
        words=one.words,
        promised_at=row.promised_at,
        due_at=row.due_at,
        state=row.state.value,
        late=row.late,
        agent_id=row.agent_id,
    )
