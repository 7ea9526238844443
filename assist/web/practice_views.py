"""A practised turn and its review as the API and the page show them: masked, and with cards that nobody can act on."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assist.desk.practice import Faced, Replay, Review
from assist.domain.chat import Message, Sidecar
from assist.domain.library import Library
from assist.domain.mood import MoodName
from assist.domain.people import Caller
from assist.store.queries.chats import TurnRow
from assist.store.queries.practice import PracticeRow
from assist.store.queries.suggestions import SuggestionRow
from assist.suggest.adoption import Adoption
from assist.suggest.mask import mask, mask_name

from . import remedy_views
from .alert_models import MoodOut
from .api_models import MessageOut, TopicOut
from .card_models import WaitOut
from .card_views import suggestion_out
from .care import CareOut, FeltOut
from .guard_models import checked_out
from .order_strip import strip_of
from .practice_models import PracticeConversationOut, PracticeTurnOut, ReviewOut, StepSaidOut, UsedOut
from .remedy_models import RemedyCardOut
from .topics import topic_out
from .views import cards_html, care_html, message_out, pages
from .words import words

_MOST_BEFORE = 50
_MOST_ASKED = 120


def listed(row: PracticeRow, asked: str) -> PracticeConversationOut:
    """Return a stored conversation as the list shows it."""
    name = (row.customer_name or "").strip()
    text = " ".join(mask(asked).split())
    if len(name) > 1:
        text = text.replace(name, mask_name(name))
    return PracticeConversationOut(
        id=row.id,
        adapter=row.adapter,
        customer_name=mask_name(name) or None,
        last_at=row.last_at,
        goes_on=row.goes_on,
        turns=row.turns,
        asked=text if len(text) <= _MOST_ASKED else f"{text[:_MOST_ASKED]}…",
        alerts=row.alerts,
        complains=row.severity is not None,
        mood=row.mood,
    )


def turn_out(
    session: Session,
    told: Replay,
    number: int,
    faced: Faced,
    library: Library,
    language: str,
    caller: Caller,
    zone: str,
) -> PracticeTurnOut:
    """Return a turn with its cards, also as the sidebar's HTML."""
    day = faced.turn.last_at.astimezone(ZoneInfo(zone)).date()
    cards = [
        suggestion_out(
            row,
            library,
            day,
            conversation=told.conversation,
            remedy=_remedy(row, library, language, caller),
            language=language,
        ).model_copy(update={"matched": _masked(row)})
        for row in faced.cards
    ]
    strip = strip_of(session, told.conversation)
    care = CareOut(mood=_felt(told, faced))
    return PracticeTurnOut(
        conversation_id=f"practice-{told.conversation.id}",
        turn=number,
        turns=len(told.turns),
        customer_name=told.conversation.customer_name,
        adapter=told.conversation.adapter,
        episode=faced.turn.episode,
        started_at=faced.turn.started_at,
        last_at=faced.turn.last_at,
        before=_messages(told, told.before(number)[-_MOST_BEFORE:]),
        said=_messages(told, faced.said),
        order=strip.order,
        strip_html=pages().get_template("order_strip.html").render(strip=strip, t=words(language)),
        wait=WaitOut(warn_seconds=library.risks.wait_warn_seconds, alarm_seconds=library.risks.wait_alarm_seconds),
        complains=faced.complains,
        topic=_topic(session, told, faced, library, language),
        suggestions=cards,
        html=cards_html(cards, language),
        care=care,
        care_html=care_html(care, language),
    )


def review_out(
    told: Replay, number: int, faced: Faced, text: str, seconds: float, compared: Review, language: str
) -> ReviewOut:
    """Return a review, also as the page's HTML."""
    cards = {row.id: row for row in faced.cards}
    then = compared.steps_then
    shown = ReviewOut(
        turn=number,
        seconds=seconds,
        then_seconds=faced.waited_seconds,
        then=_messages(told, faced.replies),
        used=_used(compared.used, cards),
        used_then=_used(compared.used_then, cards),
        cards=len(cards),
        checked=checked_out(text, compared.checked, language),
        steps=[
            StepSaidOut(step=step.value, said=said, said_then=then[step] if then is not None else None)
            for step, said in (compared.steps or {}).items()
        ],
        html="",
    )
    html = pages().get_template("practice_review.html")
    last = number == len(told.turns)
    return shown.model_copy(update={"html": html.render(review=shown, last=last, t=words(language), lang=language)})


def _remedy(row: SuggestionRow, library: Library, language: str, caller: Caller) -> RemedyCardOut | None:
    """Return what a complaint's card says beside its text: to be read, not to be asked for."""
    card = remedy_views.card_of(row, library, language, caller, {})
    return card.model_copy(update={"may_ask": False}) if card else None


def _masked(row: SuggestionRow) -> str:
    """A complaint's card was found by the customer's own words."""
    return mask(row.suggestion.matched) if row.suggestion.detail else row.suggestion.matched


def _messages(told: Replay, messages: Sequence[Message]) -> list[MessageOut]:
    return [message_out(told.masked(one)) for one in messages]


def _topic(session: Session, told: Replay, faced: Faced, library: Library, language: str) -> TopicOut | None:
    row = TurnRow(faced.turn, Sidecar.ok, sidebar_open=True, topic=faced.topic)
    topic = topic_out(session, told.conversation.shop_id, row, library, language)
    # Where its words stand counts in texts that are not masked.
    return topic.model_copy(update={"words": []}) if topic else None


def _felt(told: Replay, faced: Faced) -> FeltOut | None:
    if not faced.moods:
        return None
    turn, last = faced.moods[-1]
    text = "\n".join(told.messages[id_].text for id_ in turn.message_ids)
    masked = "\n".join(told.masked(told.messages[id_]).text for id_ in turn.message_ids)
    words = (text[word.start : word.end] for word in last.words)
    return FeltOut(
        score=last.score,
        name=last.name,
        # A word can reach into a telephone number.
        words=[word for word in words if word in masked],
        turns=[_mood_out(one.id, one.started_at, mood.score, mood.name) for one, mood in faced.moods],
        soothed=None,
    )


def _mood_out(turn_id: str, at: datetime, score: float, name: MoodName) -> MoodOut:
    return MoodOut(turn_id=turn_id, at=at, score=score, name=name)


def _used(found: Adoption | None, cards: dict[str, SuggestionRow]) -> UsedOut | None:
    if found is None:
        return None
    return UsedOut(
        suggestion_id=found.suggestion_id,
        kind=cards[found.suggestion_id].suggestion.kind.value,
        title=cards[found.suggestion_id].suggestion.title,
        use=found.use.value,
        similarity=found.similarity,
        numbers_changed=found.numbers_changed,
    )
