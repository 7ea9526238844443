"""May a card be shown as it is? Its words are read as a draft's are, before anybody sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assist.domain.chat import Order
from assist.domain.guard import Action, Checked, Finding
from assist.domain.people import AgentRole
from assist.domain.remedy import ScriptStep
from assist.domain.remedy_policy import RemedyKind
from assist.domain.suggestion import Suggestion

from .given import given_by, proposed_by
from .guard_text import guard_text, rewritten
from .libraries import Shelf


@dataclass(frozen=True)
class Moment:
    """When a card is made, where, and for which order."""

    at: datetime
    timezone: str
    order: Order | None


@dataclass(frozen=True)
class GuardedCard:
    """A card as it may be shown, or None; and what was found worse than worth a remark."""

    card: Suggestion | None
    findings: tuple[Finding, ...]


def guard_card(card: Suggestion, shelf: Shelf, moment: Moment) -> GuardedCard:
    """Return the card with every finding rewritten. What has no rewrite is left out: a step of a script, or the card.

    What a remedy card proposes it may promise, whoever has to agree to it: asking comes before saying.
    """
    if card.internal:
        return GuardedCard(card, ())
    if card.detail is None:
        checked = _check(card.text, (), shelf, moment)
        text = _said_instead(card.text, checked)
        kept = None if text is None else card.model_copy(update={"text": text})
        return GuardedCard(kept if checked.findings else card, _acted_on(checked))
    found: list[Finding] = []
    steps, *options = [
        _guarded_steps(each, card, shelf, moment, found) for each in (card.detail.steps, *card.detail.option_steps)
    ]
    if not found:
        return GuardedCard(card, ())
    detail = card.detail.model_copy(update={"steps": steps, "option_steps": tuple(options)})
    text = "\n".join(step.text for step in steps)
    return GuardedCard(card.model_copy(update={"detail": detail, "text": text}), tuple(found))


def guard_text_alone(text: str, shelf: Shelf, moment: Moment) -> str | None:
    """Return a text of the library as it may be said, by whoever may give least; None where it may not."""
    return _said_instead(text, _check(text, (), shelf, moment))


def _said_instead(text: str, checked: Checked) -> str | None:
    """Return the text with rewrites where a guard warns or blocks, as it was where it only remarks; None where one of
    those findings has no rewrite."""
    acted_on = _acted_on(checked)
    if any(one.rewrite is None for one in acted_on):
        return None
    return rewritten(text, Checked(findings=acted_on))


def _guarded_steps(
    steps: Sequence[ScriptStep], card: Suggestion, shelf: Shelf, moment: Moment, found: list[Finding]
) -> tuple[ScriptStep, ...]:
    kept: list[ScriptStep] = []
    for step in steps:
        checked = _check(step.text, proposed_by(card), shelf, moment)
        found += _acted_on(checked)
        text = _said_instead(step.text, checked)
        if text is not None:
            kept.append(step if text == step.text else step.model_copy(update={"text": text}))
    return tuple(kept)


def _check(text: str, proposed: Sequence[tuple[RemedyKind, int]], shelf: Shelf, moment: Moment) -> Checked:
    return guard_text(
        text,
        shelf,
        moment.at,
        moment.timezone,
        lambda: given_by(shelf, moment.order, proposed, AgentRole.agent, moment.at, moment.timezone),
    )


def _acted_on(checked: Checked) -> tuple[Finding, ...]:
    return tuple(one for one in checked.findings if one.action in (Action.warn, Action.block))
