"""Practice mode: stored conversations replayed turn by turn. Every call here only reads, whatever its method."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy.orm import Session

from assist.desk.libraries import Shelf
from assist.desk.look_around import Shop
from assist.desk.practice import Faced, Replay, check, face, hardest_first, replay, review
from assist.domain.guard import Checked
from assist.domain.mood import MoodName
from assist.domain.people import Caller
from assist.store.queries import people, practice
from assist.store.queries.practice import Wanted

from .api_models import Count
from .auth import SignedIn
from .front import Front, front_of
from .guard_models import CheckedOut, checked_out
from .practice_models import PracticeAnswerIn, PracticeConversationsOut, PracticeDraftIn, PracticeTurnOut, ReviewOut
from .practice_views import listed, review_out, turn_out
from .words import language_of

router = APIRouter(prefix="/api/v1/practice", tags=["practice"])

PAGE = 30

Number = Annotated[int, Path(ge=1, le=100_000)]


@router.get("/conversations")
def conversations(
    request: Request,
    caller: SignedIn,
    q: Annotated[str, Query(max_length=200)] = "",
    topic: Annotated[str, Query(max_length=80)] = "",
    mood: MoodName | None = None,
    complaints: bool = False,
    offset: Count = 0,
) -> PracticeConversationsOut:
    """Stored conversations to practise with, the hardest first: called supervisors, complaints, dark moods.

    `q` is words of one message, `topic` a category or an intent.
    """
    wanted = Wanted(words=q, topic=topic, mood=mood, complaints=complaints)
    return found(front_of(request), caller, wanted, offset)


@router.get("/conversations/{conversation_id}/turns/{n}")
def turn(request: Request, caller: SignedIn, conversation_id: str, n: Number) -> PracticeTurnOut:
    """Turn `n` (from 1) as it stood before it was answered, and what the newest library suggests for it."""
    front = front_of(request)
    with front.database.reader() as session:
        at = _stand(session, front, caller, conversation_id, n)
        return turn_out(session, at.told, n, at.faced, at.shelf.library, language_of(request), caller, at.shop.timezone)


@router.post("/conversations/{conversation_id}/turns/{n}/check")
def check_draft(
    request: Request, caller: SignedIn, conversation_id: str, n: Number, body: PracticeDraftIn
) -> CheckedOut:
    """What a guard would find in a draft at that turn, by the newest lexicon and policy."""
    front = front_of(request)
    with front.database.reader() as session:
        at = _stand(session, front, caller, conversation_id, n)
        checked = _checked(session, at, caller, body.text)
    return checked_out(body.text, checked, language_of(request))


@router.post("/conversations/{conversation_id}/turns/{n}/answer")
def answer(request: Request, caller: SignedIn, conversation_id: str, n: Number, body: PracticeAnswerIn) -> ReviewOut:
    """Compare an answer with the cards, the guards and what was really answered. It is neither sent nor kept."""
    front = front_of(request)
    with front.database.reader() as session:
        at = _stand(session, front, caller, conversation_id, n)
        checked = _checked(session, at, caller, body.text)
    compared = review(at.faced, body.text, checked, at.shelf)
    return review_out(at.told, n, at.faced, body.text, body.seconds, compared, language_of(request))


def found(front: Front, caller: Caller, wanted: Wanted, offset: int) -> PracticeConversationsOut:
    """Return a page of the list, from `offset` on."""
    with front.database.reader() as session:
        rows = hardest_first(practice.practisable(session, caller.shop_id, wanted))
        here = rows[offset : offset + PAGE]
        asked = practice.first_words(session, [row.id for row in here])
    return PracticeConversationsOut(
        conversations=[listed(row, asked.get(row.id, "")) for row in here],
        more=max(0, len(rows) - offset - len(here)),
    )


@dataclass(frozen=True)
class _Standing:
    """One turn of a replay, decided."""

    told: Replay
    faced: Faced
    shelf: Shelf
    shop: Shop


def _stand(session: Session, front: Front, caller: Caller, conversation_id: str, number: int) -> _Standing:
    shelf = front.libraries.current(caller.shop_id)
    row = people.shop(session, caller.shop_id)
    shop = Shop(row.timezone, row.subject_salt)
    told = replay(session, caller.shop_id, conversation_id)
    return _Standing(told, face(session, told, number, shelf, shop), shelf, shop)


def _checked(session: Session, at: _Standing, caller: Caller, text: str) -> Checked:
    return check(session, at.told, at.faced, text, caller.role, at.shelf, at.shop.timezone)
