"""Decide what to suggest for one turn."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue
from sqlalchemy.orm import Session

from assist.content.english import said
from assist.content.wording import word
from assist.domain.chat import Turn
from assist.domain.event import Event, EventKind
from assist.domain.guard import GuardedAt
from assist.domain.ids import id_of
from assist.domain.library import Article, SafetyRule
from assist.domain.offer import HoldWhy
from assist.domain.suggestion import Arm, Situation, Suggestion, SuggestionKind
from assist.domain.topic import Topic
from assist.store.queries import offers, suggestions, tasks
from assist.store.queries.offers import MadeRow
from assist.store.queries.suggestions import SuggestionRow
from assist.suggest.context import Asked
from assist.suggest.engine import Found
from assist.suggest.features import EVIDENCE
from assist.suggest.language import is_english

from .advise_remedy import Complained
from .guard_cards import Moment, guard_card
from .guard_log import flag_of, guard_event
from .libraries import Shelf
from .look_at_offers import OfferWorld
from .offer_beside import NOTHING, Beside, offer_beside
from .offer_tasks import OFFER_ENDS
from .place import Place
from .still_sold import still_sold

logger = logging.getLogger(__name__)

# The intent of what is said to a shop and is none of its business.
_OFF_TOPIC = "other"
_SAFETY = "food_safety"
# Where only some intents may be suggested, so many answers are looked through for them.
_LOOKED_THROUGH = 20


@dataclass(frozen=True)
class Advice:
    """What a decision keeps: rows new or changed, ids gone stale, the facts of the log, and the topic."""

    rows: tuple[SuggestionRow, ...]
    stale: tuple[str, ...]
    events: tuple[Event, ...]
    topic: Topic | None = None
    """What the turn is about, None for small talk."""

    complained: Complained | None = None
    made: tuple[MadeRow, ...] = ()
    held: tuple[str, HoldWhy | None] | None = None
    """The turn's id, and why an offer is held back in it; None where nothing was decided about offers."""

    @property
    def changed(self) -> bool:
        return bool(self.rows or self.stale)

    def keep(self, session: Session) -> None:
        """Keep the cards, and what was complained of. Goods that were sold out meanwhile are offered no more."""
        gone = {row.id for row in self.rows if row.suggestion.offer and not still_sold(session, row, row.created_at)}
        suggestions.save(session, [row for row in self.rows if row.id not in gone])
        offers.save(session, [row for row in self.made if row.suggestion_id not in gone])
        for row in self.rows:
            _plan_end(session, row)
        if self.held is not None:
            offers.hold_offer(session, *self.held)
        suggestions.make_stale(session, self.stale)
        if self.complained is not None:
            self.complained.keep(session)


def _plan_end(session: Session, row: SuggestionRow) -> None:
    """Look at a turn again when something that its offer says ends: a promotion, a proof."""
    ends_at = row.suggestion.offer.ends_at if row.suggestion.offer else None
    if ends_at is not None and row.state == "live":
        tasks.plan(session, tasks.NewTask(row.shop_id, OFFER_ENDS, row.conversation_id, ends_at))


def suggest(situation: Situation, shelf: Shelf) -> list[Suggestion]:
    """Return at most the policy's number of answers, best first; nothing below its threshold."""
    titles = [line.title for line in situation.order.lines] if situation.order else []
    asked = shelf.listener.understand(situation.text, situation.earlier, titles)
    if asked is None:
        return []
    policy = shelf.library.answers
    # A question without a name is about what was spoken of: what is dead stays dead.
    heard = " ".join((*situation.earlier[-1:], asked.text)) if asked.about else asked.text
    if rules := shelf.listener.limits(heard):
        found = _allowed(shelf, asked, rules)
    else:
        found = shelf.engine.find(asked.text, about=asked.about, limit=policy.max_cards, min_score=policy.min_score)
    if not rules and found and _is_none_of_ours(situation.text, found[0], shelf):
        return []
    return [_worded(one, situation, shelf) for one in found]


def _allowed(shelf: Shelf, asked: Asked, rules: Sequence[SafetyRule]) -> list[Found]:
    """Return what may be said where harm is spoken of: the rules' own articles first, unless another is likely."""
    policy = shelf.library.answers
    intents = {intent for intent in rules[0].intents if all(intent in rule.intents for rule in rules)}
    found = shelf.engine.find(asked.text, about=asked.about, limit=_LOOKED_THROUGH)
    allowed = [one for one in found if shelf.articles[one.article_id].intent in intents]
    near = [one for one in allowed if one.score >= policy.min_score]
    # What is nowhere near anything of ours is not ours: a pet's death.
    silent = not near and bool(allowed) and allowed[0].score >= policy.min_score / 2
    first = [
        rule.article for rule in rules if rule.article in shelf.articles and (silent or not rule.rather_than_silence)
    ]
    known = {one.article_id: one for one in found}
    forced = [_raised(known.get(one), shelf.articles[one], policy.min_score) for one in first if one]
    if near and near[0].score >= policy.likely_score:
        return near[: policy.max_cards]
    return [*forced, *(one for one in near if one.article_id not in first)][: policy.max_cards]


def _raised(found: Found | None, article: Article, least: float) -> Found:
    if found is None:
        return Found(article.id, least, article.title, (0.0,) * len(EVIDENCE), False)
    return replace(found, score=max(found.score, least))


def _is_none_of_ours(text: str, first: Found, shelf: Shelf) -> bool:
    """Is a doubtful answer to something that no shop of ours is asked? What may be about safety always is ours."""
    policy = shelf.library.answers
    if first.score >= policy.sure_score or shelf.articles[first.article_id].intent == _SAFETY:
        return False
    topic = shelf.topics.read(text)
    if topic.intent == _OFF_TOPIC:
        return topic.score >= policy.off_topic_score
    return topic.score < policy.unclear_score and first.score < policy.likely_score


def advise(
    turn: Turn,
    situation: Situation,
    shelf: Shelf,
    before: Sequence[SuggestionRow],
    place: Place,
    timezone: str,
    complained: Complained | None = None,
    world: OfferWorld | None = None,
) -> Advice:
    """Decide a turn anew. Cards still right keep their id and their time; the others go stale.

    A turn that is answered already is decided too, as shadow: counted, never displayed.
    """
    arm = Arm.shown if turn.answered_at is None else Arm.shadow
    kept = {row.id: row for row in before}
    rows: list[SuggestionRow] = []
    moment = Moment(place.now, timezone, situation.order)
    ranked, flags = _guarded(_ranked(turn, situation, shelf, complained), turn, shelf, moment, place)
    beside = _unless_put_away(_beside(turn, ranked, shelf, moment, complained, world), turn, before)
    if world is not None and beside.card is not None and not beside.holdout:
        ranked = [*ranked, (world.topic.category, beside.card)]
    for rank, (category, suggestion) in enumerate(ranked):
        known = kept.get(_suggestion_id(turn.id, suggestion))
        row = SuggestionRow(
            id=_suggestion_id(turn.id, suggestion),
            shop_id=place.shop_id,
            conversation_id=place.conversation_id,
            turn_id=turn.id,
            arm=known.arm if known else arm,
            state=_state(known, turn),
            rank=rank,
            category=category,
            created_at=known.created_at if known else place.now,
            suggestion=suggestion,
        )
        rows.append(row)
    chosen = {row.id for row in rows}
    made = _made(beside, turn, world, place) if world is not None else None
    is_new = made is not None and made.suggestion_id not in kept
    return Advice(
        rows=tuple(row for row in rows if kept.get(row.id) != row),
        stale=tuple(row.id for row in before if row.id not in chosen and row.state == "live" and not stands(row, turn)),
        events=(
            *(_computed(row, turn, place) for row in rows if row.id not in kept),
            *((complained.event(place.cause),) if complained else ()),
            *flags,
            *_offer_events(beside, made if is_new else None, turn, place),
        ),
        topic=None if turn.small_talk else _topic(situation, shelf),
        complained=complained,
        made=(made,) if made is not None and is_new else (),
        held=(turn.id, beside.held) if turn.answered_at is None else None,
    )


def stands(row: SuggestionRow, turn: Turn) -> bool:
    """May a card still be used although its question was answered? An offer comes after the answer."""
    return row.suggestion.offer is not None and row.state == "live" and turn.human_at is not None


def _beside(
    turn: Turn,
    ranked: Sequence[tuple[str, Suggestion]],
    shelf: Shelf,
    moment: Moment,
    complained: Complained | None,
    world: OfferWorld | None,
) -> Beside:
    """Return what is offered beside the answers; nothing where the turn is answered already."""
    if world is None or turn.small_talk or turn.answered_at is not None:
        return NOTHING
    answers = [one for _, one in ranked if one.kind is SuggestionKind.answer]
    told = replace(world, complaint=world.complaint or complained is not None)
    try:
        return offer_beside(turn, answers, told, shelf, moment, shelf.library.number)
    except Exception as error:  # noqa: BLE001 - a bug in selling must never cost the answer
        logger.error("offering beside turn %s failed: %s", turn.id, type(error).__name__)
        return NOTHING


def _unless_put_away(beside: Beside, turn: Turn, before: Sequence[SuggestionRow]) -> Beside:
    """An agent who put this turn's offer away wants none: another is not made in its place."""
    put_away = {row.id for row in before if row.suggestion.offer and row.state == "dismissed"}
    if beside.card is None or not put_away or _suggestion_id(turn.id, beside.card) in put_away:
        return beside
    return NOTHING


def _made(beside: Beside, turn: Turn, world: OfferWorld, place: Place) -> MadeRow | None:
    card = beside.card
    if card is None or card.offer is None:
        return None
    return MadeRow(
        suggestion_id=_suggestion_id(turn.id, card),
        shop_id=place.shop_id,
        conversation_id=place.conversation_id,
        turn_id=turn.id,
        episode=turn.episode,
        adapter=world.adapter,
        customer_ref=world.customer_ref,
        subject_key=world.subject_key,
        offer_id=card.article_id,
        arm=card.offer.arm,
        skus=tuple(one.sku for one in card.offer.goods),
        context=card.offer.context,
        chance=card.offer.chance,
        propensity=card.offer.propensity,
        explored=card.offer.explored,
        holdout=beside.holdout,
        made_at=place.now,
    )


def _offer_events(beside: Beside, made: MadeRow | None, turn: Turn, place: Place) -> list[Event]:
    """Return the facts of the log: an offer was held back, or decided and not shown, for uplift to be measured by."""
    if beside.held is not None:
        why = beside.held.value
        return [_offer_event(EventKind.offer_held, f"offer_held:{turn.id}:{why}", turn, place, {"why": why})]
    if made is None or not made.holdout:
        return []
    told: dict[str, JsonValue] = {"arm": "holdout", "kind": "offer", "article_id": made.offer_id}
    told |= {"skus": list(made.skus), "context": made.context}
    event = _offer_event(EventKind.suggestion_computed, f"computed:{made.suggestion_id}", turn, place, told)
    return [event.model_copy(update={"suggestion_id": made.suggestion_id, "subject_key": made.subject_key})]


def _offer_event(kind: EventKind, key: str, turn: Turn, place: Place, payload: Mapping[str, JsonValue]) -> Event:
    return Event(
        key=key,
        shop_id=place.shop_id,
        kind=kind,
        at=place.now,
        conversation_id=place.conversation_id,
        episode=turn.episode,
        turn_id=turn.id,
        platform=place.platform,
        payload=payload,
    )


def _ranked(
    turn: Turn, situation: Situation, shelf: Shelf, complained: Complained | None
) -> list[tuple[str, Suggestion]]:
    """Return everything to show with its category: a complaint's cards first in the turns that add to it."""
    answers = [] if turn.small_talk else suggest(situation, shelf)
    answered = [(shelf.articles[one.article_id].category, one) for one in answers]
    if complained is None:
        return answered
    return [*complained.cards, *answered] if complained.leads else [*answered, *complained.cards]


def _guarded(
    ranked: Sequence[tuple[str, Suggestion]], turn: Turn, shelf: Shelf, moment: Moment, place: Place
) -> tuple[list[tuple[str, Suggestion]], list[Event]]:
    """Return what may be shown, with rewrites where a guard warns, and a fact for each card it found fault with."""
    shown: list[tuple[str, Suggestion]] = []
    flags: list[Event] = []
    for category, suggestion in ranked:
        guarded = guard_card(suggestion, shelf, moment)
        if guarded.card is not None:
            shown.append((category, guarded.card))
        if guarded.findings:
            key = f"guard:{turn.id}:{suggestion.article_id}:{shelf.library.number}"
            action = "dropped" if guarded.card is None else "fixed"
            flags.append(guard_event(place, GuardedAt.card, action, flag_of(guarded.findings), key=key))
    return shown, flags


def _topic(situation: Situation, shelf: Shelf) -> Topic:
    """Return what a turn is about, by what was said up to it: an order may be told later than the words."""
    asked = shelf.listener.understand(situation.text, situation.earlier, ())
    return shelf.topics.read(situation.text, about=asked.about if asked else ())


def _state(known: SuggestionRow | None, turn: Turn) -> str:
    if known is not None and known.state == "dismissed":
        return "dismissed"
    return "live" if turn.answered_at is None else "stale"


def _worded(found: Found, situation: Situation, shelf: Shelf) -> Suggestion:
    article = shelf.articles[found.article_id]
    told = said(article, english=is_english(situation.text))
    worded = word(told.text, {**told.facts, **_runtime_slots(situation)})
    return Suggestion(
        kind=SuggestionKind.answer,
        article_id=article.id,
        library_number=shelf.library.number,
        title=told.title,
        text=worded.text,
        missing=worded.missing,
        score=found.score,
        matched=found.matched,
        reasons=found.reasons,
        source=told.source,
        internal=article.internal,
    )


def _runtime_slots(situation: Situation) -> Mapping[str, str]:
    known = {
        "customer_name": situation.customer_name,
        "agent_name": situation.agent_name,
        "order_ref": situation.order.order_ref if situation.order else None,
    }
    return {name: value for name, value in known.items() if value}


def _suggestion_id(turn_id: str, suggestion: Suggestion) -> str:
    """The same answer in the same words for the same turn is the same card."""
    return id_of("suggestion", turn_id, suggestion.kind.value, suggestion.article_id, suggestion.text)


def _computed(row: SuggestionRow, turn: Turn, place: Place) -> Event:
    return Event(
        key=f"computed:{row.id}",
        shop_id=row.shop_id,
        kind=EventKind.suggestion_computed,
        at=place.now,
        conversation_id=row.conversation_id,
        episode=turn.episode,
        turn_id=turn.id,
        suggestion_id=row.id,
        platform=place.platform,
        category=row.category,
        payload={
            "arm": row.arm.value,
            "kind": row.suggestion.kind.value,
            "rank": row.rank,
            "score": row.suggestion.score,
            "article_id": row.suggestion.article_id,
            "library_number": row.suggestion.library_number,
            **({"skus": [one.sku for one in row.suggestion.offer.goods]} if row.suggestion.offer else {}),
        },
    )
