"""May this draft be sent? Asked while an agent types, and what was done about the answer."""

from fastapi import APIRouter, Request

from assist.desk.approve import ReasonMissing
from assist.desk.check_draft import DraftStep, check_draft, record_draft_step

from .api_models import StepOut
from .auth import SignedIn
from .front import front_of
from .guard_models import CheckedOut, DraftIn, DraftStepIn, checked_out
from .words import language_of

router = APIRouter(prefix="/api/v1", tags=["drafts"])


@router.post("/drafts/check")
def check(request: Request, caller: SignedIn, body: DraftIn) -> CheckedOut:
    """Forbidden words and promises in a draft, by the shop's newest lexicon and policy. Nothing is kept.

    Why is told in the language of `?lang=` or the browser, rewrites are in the draft's.
    """
    front = front_of(request)
    shelf = front.libraries.current(caller.shop_id)
    with front.database.reader() as session:
        checked = check_draft(session, caller, body.conversation_id, body.text, shelf, front.clock())
    return checked_out(body.text, checked, language_of(request))


@router.post("/conversations/{conversation_id}/draft-steps")
def draft_step(request: Request, caller: SignedIn, conversation_id: str, body: DraftStepIn) -> StepOut:
    """Record that a rewrite was taken, or why a text is sent all the same; the same `step_id` again is no second."""
    if body.action == "overridden" and body.reason is None:
        raise ReasonMissing("say why it is sent all the same")
    front = front_of(request)
    step = DraftStep(
        step_id=body.step_id,
        rules=tuple(body.rules),
        reason=body.reason if body.action == "overridden" else None,
    )
    shelf = front.libraries.current(caller.shop_id)
    return StepOut(
        new=front.writer.submit(record_draft_step(caller, conversation_id, step, shelf, front.clock())).result()
    )
