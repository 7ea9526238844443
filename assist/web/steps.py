"""What agents do with cards, reported by the sidebar."""

from fastapi import APIRouter, Request

from assist.desk.step import Step, record
from assist.domain.event import EventKind

from .api_models import StepIn, StepOut
from .auth import SignedIn
from .front import front_of

router = APIRouter(prefix="/api/v1", tags=["steps"])


@router.post("/conversations/{conversation_id}/steps")
def step(request: Request, caller: SignedIn, conversation_id: str, body: StepIn) -> StepOut:
    """Record one step; the same `step_id` again is no second step. 409 when the card is stale, 422 `internal_only`
    for handing on a card for agents. A later `rated` corrects an earlier one."""
    front = front_of(request)
    done = Step(
        step_id=body.step_id,
        suggestion_id=body.suggestion_id,
        kind=EventKind.suggestion_rated if body.kind == "rated" else EventKind(body.kind),
        reason=body.reason,
        verdict=body.verdict,
        visible_ms=body.visible_ms,
        distance=body.distance,
    )
    recorded = front.writer.submit(record(caller, conversation_id, done, front.clock())).result()
    return StepOut(new=recorded.new)
