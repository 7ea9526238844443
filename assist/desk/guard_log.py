"""What the log says of a guard: which rules, where it looked and what came of it, never the words."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assist.domain.event import Event, EventKind
from assist.domain.guard import Finding, GuardedAt, GuardKind
from assist.domain.people import Caller
from assist.domain.value import Value
from assist.store.queries import events, overrides
from assist.store.queries.overrides import OverrideRow

from .libraries import Shelf
from .place import Place


class Flag(Value):
    """Which rules some findings are of, each once."""

    rules: tuple[str, ...]
    categories: tuple[str, ...]
    guards: tuple[GuardKind, ...]


def flag_of(findings: Sequence[Finding]) -> Flag:
    return Flag(
        rules=tuple(dict.fromkeys(one.rule for one in findings)),
        categories=tuple(dict.fromkeys(one.category for one in findings)),
        guards=tuple(dict.fromkeys(one.guard for one in findings)),
    )


def flag_of_rules(rules: Sequence[str], shelf: Shelf) -> Flag:
    """Return the flag of rules that a client names; ids that this shop does not know are left out."""
    groups = {rule: shelf.term_groups[rule].category.value for rule in rules if rule in shelf.term_groups}
    promised = {rule: shelf.promise_rules[rule].kind.value for rule in rules if rule in shelf.promise_rules}
    return Flag(
        rules=tuple(dict.fromkeys(rule for rule in rules if rule in groups or rule in promised)),
        categories=tuple(dict.fromkeys([*groups.values(), *promised.values()])),
        guards=(*([GuardKind.forbidden] if groups else ()), *([GuardKind.promise] if promised else ())),
    )


def guard_event(place: Place, at: GuardedAt, action: str, flag: Flag, *, key: str) -> Event:
    """Return one fact. `action` is what came of it: dropped, fixed, overridden, blocked or slipped."""
    return Event(
        key=key,
        shop_id=place.shop_id,
        kind=EventKind.guard_flag,
        at=place.now,
        conversation_id=place.conversation_id,
        platform=place.platform,
        payload={
            "at": at.value,
            "action": action,
            "rules": list(flag.rules),
            "categories": list(flag.categories),
            "guards": [guard.value for guard in flag.guards],
        },
    )


def by(event: Event, caller: Caller) -> Event:
    """Return the event with who did it, as they stand now."""
    standing = {"agent_id": caller.agent_id, "level": caller.level.value if caller.level else None, "team": caller.team}
    return event.model_copy(update=standing)


def keep_override(session: Session, caller: Caller, place: Place, flag: Flag, reason: str) -> bool:
    """Keep why somebody sends what a guard warns of; False when the same cause was kept before."""
    event = guard_event(place, GuardedAt.draft, "overridden", flag, key=f"guard:{caller.agent_id}:{place.cause}")
    if not events.append_once(session, by(event, caller)):
        return False
    row = OverrideRow(
        id=event.key,
        shop_id=caller.shop_id,
        conversation_id=place.conversation_id,
        agent_id=caller.agent_id,
        rules=flag.rules,
        reason=reason,
        at=place.now,
    )
    return overrides.save(session, row)


def was_overridden(kept: Sequence[OverrideRow], agent_id: str | None, rules: Sequence[str]) -> bool:
    """Did the agent give a reason for all these rules?"""
    given = {rule for row in kept if row.agent_id == agent_id for rule in row.rules}
    return given.issuperset(rules)
