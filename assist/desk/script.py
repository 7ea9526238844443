"""Word the four steps of a decision: choose the lines, fill what they leave open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from assist.content.script_slots import FACT_SLOTS, NAMELESS, OPTIONAL_SLOTS
from assist.content.wording import slots_of, word
from assist.domain.complaint import Ground
from assist.domain.library import Library
from assist.domain.mood import MoodName
from assist.domain.remedy import Claim, Decision, Question, Refusal, Remedy, ScriptStep, Slot
from assist.domain.remedy_policy import RemedyKind
from assist.suggest.script import Mood, compose

from .batch_told import BatchTold
from .libraries import Shelf
from .storage_tip import storage_tip


@dataclass(frozen=True)
class Spoken:
    """How a decision is said: in which language, to whom, in which zone their clock runs, to how upset a customer."""

    english: bool
    timezone: str
    customer_name: str | None
    mood: Mood = "neutral"


def worded_steps(
    decision: Decision,
    claim: Claim,
    shelf: Shelf,
    spoken: Spoken,
    *,
    option: int = 0,
    batch: BatchTold | None = None,
) -> tuple[ScriptStep, ...]:
    """Return the four steps for one option of a remedy, or for a question or refusal.

    What nothing is known of is left out; only an amount that is not known would stay open, for a person to fill.
    `batch` is the record of the lot that was bought; a step that tells of it names its fact.
    """
    told: dict[str, str] = batch.slots(english=spoken.english) if batch else {}
    tip = storage_tip(shelf, *_goods(claim), english=spoken.english) if _keeps(decision, claim, option) else None
    steps = compose(
        decision,
        claim,
        shelf.library.scripts,
        option=option,
        mood=spoken.mood,
        facts=frozenset({"storage_tip"} if tip else ()) | told.keys(),
        language="en" if spoken.english else "zh",
    )
    known = _known_slots(decision, claim, shelf.library, spoken, option)
    slots = dict.fromkeys(OPTIONAL_SLOTS, "") | known | told | ({"storage_tip": tip} if tip else {})
    return tuple(_filled(step, slots, batch) for step in steps)


def _filled(step: ScriptStep, slots: Mapping[str, str], batch: BatchTold | None) -> ScriptStep:
    tells = batch is not None and any(slots[name] for name in slots_of(step.text) & FACT_SLOTS)
    facts = (batch.fact_id,) if batch is not None and tells else ()
    return step.model_copy(update={"text": word(step.text, slots).text, "facts": facts})


_SPOKEN_AS: Mapping[MoodName, Mood] = {MoodName.upset: "upset", MoodName.angry: "angry"}


def mood_for(shelf: Shelf, texts: Sequence[str]) -> Mood:
    """Return how upset the customer is by what they said last; whoever is happy is spoken to as anybody is."""
    last = texts[-shelf.library.alerts.window_messages :]
    return _SPOKEN_AS.get(shelf.moods.of_turn(last).name, "neutral")


_SOMETHING_LEFT = frozenset({RemedyKind.explanation, RemedyKind.coupon, RemedyKind.partial_refund})
_NOT_THERE = frozenset({Ground.not_received, Ground.wrong_item})


def _keeps(decision: Decision, claim: Claim, option: int) -> bool:
    """Is there anything left that is worth keeping? Not where all of it goes back, nor where it never came."""
    if not isinstance(decision, Remedy) or not _NOT_THERE.isdisjoint(claim.grounds):
        return False
    return decision.options[option].kind in _SOMETHING_LEFT and decision.options[0].kind in _SOMETHING_LEFT


def money(fen: int, *, english: bool) -> str:
    """Return an amount as it is said: 8.90元, ¥8.90."""
    yuan = f"{fen // 100}.{fen % 100:02d}"
    return f"¥{yuan}" if english else f"{yuan}元"


def _known_slots(decision: Decision, claim: Claim, library: Library, spoken: Spoken, option: int) -> dict[str, str]:
    """Return what can be said of a case, by slot."""
    english = spoken.english
    known: dict[str, str | None] = {
        "item": _item(claim, library, english=english),
        "customer_name": spoken.customer_name,
        "share": _share(claim, english=english),
    }
    if library.remedy is not None:
        days = library.remedy.coupon_valid_days
        known["valid_days"] = f"{days} days" if english else f"{days}天"
    match decision:
        case Remedy():
            known["amount"] = money(decision.options[option].amount_fen, english=english)
            known["claim_until"] = _moment(decision.clock.until, spoken)
            known["evidence"] = _missing(decision, library, english=english) if not decision.ready else None
            known["no_return"] = "yes" if decision.refund_only else None
        case Question():
            known["question_options"] = _choices(decision, library, english=english)
            known["evidence"] = _missing(decision, library, english=english)
        case Refusal():
            known |= {name: str(value) for name, value in decision.facts.items() if value is not None}
    return {name: value for name, value in known.items() if value}


def _goods(claim: Claim) -> tuple[str | None, str | None]:
    return (claim.line.product, claim.line.category) if claim.line else (None, None)


def _item(claim: Claim, library: Library, *, english: bool) -> str:
    """Return what the goods are called: by their product's name, which is shorter than a line's title."""
    if claim.line is None:
        return NAMELESS["en" if english else "zh"]
    product = next((one for one in library.products if one.id == claim.line.product), None)
    if product is None:
        return claim.line.title
    return product.name_en if english else product.name


def _share(claim: Claim, *, english: bool) -> str | None:
    if claim.share is None:
        return None
    exact = claim.share.fraction * 100
    percent = f"{round(exact)}%"
    if exact.denominator == 1:
        return percent
    return f"about {percent}" if english else f"约{percent}"


def _moment(at: datetime | None, spoken: Spoken) -> str | None:
    if at is None:
        return None
    there = at.astimezone(ZoneInfo(spoken.timezone))
    return (
        f"{there:%H:%M on} {there.day} {there:%b}" if spoken.english else f"{there.month}月{there.day}日{there:%H:%M}"
    )


def _missing(decision: Remedy | Question, library: Library, *, english: bool) -> str | None:
    """Return what is still to be shown, as one phrase."""
    if library.remedy is None:
        return None
    # The question itself asks how many there are.
    asked = "share" if isinstance(decision, Question) else ""
    items = {one.id: one.en if english else one.zh for one in library.remedy.evidence if one.counts != asked}
    missing = [items[state.item] for state in decision.evidence if not state.met and state.item in items]
    return (", ".join(missing) if english else "、".join(missing)) or None


def _choices(question: Question, library: Library, *, english: bool) -> str | None:
    """Return the choices of a question; goods are called by their titles."""
    said = {one.id: one.en if english else one.zh for one in library.choices if one.slot is question.slot}
    named = [said.get(choice, choice if question.slot is Slot.goods else "") for choice in question.choices]
    return (" / ".join(filter(None, named)) if english else "、".join(filter(None, named))) or None
