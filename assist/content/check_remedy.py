"""Is the remedy policy whole, fair and in step with the rest of the knowledge base?"""

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from assist.domain.complaint import OWED, SPOILT, Ground
from assist.domain.figures import EntryId
from assist.domain.library import Library
from assist.domain.people import AgentRole
from assist.domain.remedy_policy import (
    ClaimWindow,
    Ladder,
    Payout,
    RemedyKind,
    RemedyPolicy,
    RemedyRule,
    RoleLimit,
    Rung,
    Tolerance,
)

from .check_badges import check_badges
from .errors import ContentError
from .policy_rules import categories_of, ladder_of, reached, worth
from .toml_places import Place, line_of

FILE = "policy/remedy.toml"

Finding = tuple[Place, str]

_PAID_FEN = (1, 100, 500, 2_000, 8_900, 50_000, 1_000_000)
"""Prices at which rungs are compared: minimum and maximum matter at some and not at others."""
_TOLD = re.compile(r"(?P<number>\d+)\s*(?P<unit>小时|天)")


def check_remedy(library: Library, root: Path) -> Iterator[ContentError]:
    """Yield every finding with its line. A library without a remedy policy has none."""
    if library.remedy is None:
        return
    path = root / FILE
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    for place, message in findings_of(library.remedy, library):
        yield ContentError(FILE, line_of(text, place), message)


def findings_of(policy: RemedyPolicy, library: Library) -> Iterator[Finding]:
    """Yield (place, message) for everything that is wrong; what does not exist is named before what follows from it."""
    dangling = [*_ids(policy), *_names(policy, library)]
    yield from dangling
    for ladder in policy.ladders:
        yield from _ladder(ladder, policy)
    for window in policy.windows:
        yield from _window(window, library)
    yield from _limits(policy.limits)
    for tolerance in policy.tolerances:
        yield from _tolerance(tolerance)
    yield from _caps(policy)
    if not dangling:
        yield from _owed(policy)
        yield from _coverage(policy, library)
        yield from _never_reached(policy, library)
        yield from check_badges(policy, library)


def _ids(policy: RemedyPolicy) -> Iterator[Finding]:
    rungs = [rung.id for ladder in policy.ladders for rung in ladder.rungs]
    tables: dict[str, Iterable[str]] = {
        "ladders": (one.id for one in policy.ladders),
        "ladders.rungs": rungs,
        "windows": (one.id for one in policy.windows),
        "evidence": (one.id for one in policy.evidence),
        "rules": (one.id for one in policy.rules),
        "badges": (one.id for one in policy.badges),
        "tolerances": (one.id for one in policy.tolerances),
    }
    for table, ids in tables.items():
        seen: set[str] = set()
        for one in ids:
            if one in seen:
                yield Place(table, one), f"id {one!r} is used twice in [[{table}]]; ids are unique"
            seen.add(one)


def _names(policy: RemedyPolicy, library: Library) -> Iterator[Finding]:
    """Yield every id that names nothing."""
    ladders, windows = {one.id for one in policy.ladders}, {one.id for one in policy.windows}
    items, articles = {one.id for one in policy.evidence}, {one.id for one in library.articles}
    for rule in policy.rules:
        yield from _unknown(Place("rules", rule.id, "ladder"), {rule.ladder}, ladders, "ladders")
        yield from _unknown(Place("rules", rule.id, "window"), {rule.window}, windows, "windows")
        yield from _unknown(Place("rules", rule.id, "evidence"), rule.evidence, items, "evidence")
        if rule.article is not None and rule.article not in articles:
            message = f"no article {rule.article!r} in articles/; name one that is there, or take the line out"
            yield Place("rules", rule.id, "article"), message
    categories = set(categories_of(library))
    for table, entry_id, named in _categories(policy):
        yield from _unknown(Place(table, entry_id, "categories"), named, categories, "categories of topics.toml")


def _categories(policy: RemedyPolicy) -> Iterator[tuple[str, str, Sequence[EntryId]]]:
    for rule in policy.rules:
        yield "rules", rule.id, rule.categories
    for badge in policy.badges:
        yield "badges", badge.id, badge.categories
    for tolerance in policy.tolerances:
        yield "tolerances", tolerance.id, tolerance.categories
    if policy.pay_first is not None:
        yield "pay_first", "", policy.pay_first.categories


def _unknown(place: Place, named: Iterable[str], known: set[str], where: str) -> Iterator[Finding]:
    if missing := sorted(set(named) - known):
        yield place, f"unknown {', '.join(missing)}; the {where} there are: {', '.join(sorted(known))}"


def _ladder(ladder: Ladder, policy: RemedyPolicy) -> Iterator[Finding]:
    yield from _edges(ladder)
    for lower, upper in pairwise(ladder.rungs):
        if _falls(lower, upper, policy.minimum_refund_fen):
            message = f"pays less than {lower.id} although more is bad; give at least as much"
            yield Place("ladders.rungs", upper.id, "payouts"), message
    for rung in ladder.rungs:
        yield from _payouts(rung, ladder)


def _edges(ladder: Ladder) -> Iterator[Finding]:
    """Every share has one rung; a share on an edge has the lower one, unless the upper includes it."""
    expected = 0
    for rung in ladder.rungs:
        place = Place("ladders.rungs", rung.id, "above_percent" if rung.above_percent else "")
        if rung.above_percent > expected:
            yield place, f"a gap in {ladder.id}: {expected}-{rung.above_percent} % has no rung; begin at {expected}"
        elif rung.above_percent < expected:
            yield place, f"an overlap in {ladder.id}: the rung before reaches {expected} %; begin there"
        if rung.to_percent <= rung.above_percent:
            message = f"ends at {rung.to_percent} %, where it begins; raise to_percent"
            yield Place("ladders.rungs", rung.id, "to_percent"), message
        expected = max(expected, rung.to_percent)
    if expected < 100:
        last = ladder.rungs[-1].id
        yield (
            Place("ladders.rungs", last, "to_percent"),
            f"a gap in {ladder.id}: nothing above {expected} %; end at 100",
        )


def _falls(lower: Rung, upper: Rung, minimum_fen: int) -> bool:
    """Does what is proposed first drop from one rung to the next, at any price?"""
    edge = Fraction(upper.above_percent, 100)
    before, after = lower.payouts[0], upper.payouts[0]
    return any(worth(after, edge, paid, minimum_fen) < worth(before, edge, paid, minimum_fen) for paid in _PAID_FEN)


def _payouts(rung: Rung, ladder: Ladder) -> Iterator[Finding]:
    place = Place("ladders.rungs", rung.id, "payouts")
    for payout in rung.payouts:
        yield from ((place, message) for message in _payout(payout))
    if not ladder.needs_share and any(payout.by == "share" for payout in rung.payouts):
        yield place, f"pays by share, which {ladder.id} never asks for; take needs_share = false out of it"
    kinds = [payout.kind for payout in rung.payouts]
    if len(set(kinds)) < len(kinds):
        yield place, "offers one kind twice; a kind is a choice, so keep one of each"


def _payout(payout: Payout) -> Iterator[str]:
    if (payout.kind is RemedyKind.explanation) != (payout.by == "none"):
        yield f"{payout.kind} by {payout.by}: an explanation costs nothing (by = none), everything else something"
    if payout.by == "percent" and not payout.percent:
        yield f"{payout.kind} by percent without one; write percent"
    if payout.by != "percent" and (payout.percent or payout.percent_to is not None):
        yield f"{payout.kind} by {payout.by} uses no percent; take it out, or write by = percent"
    if payout.percent_to is not None and payout.percent_to < payout.percent:
        yield f"percent_to {payout.percent_to} is below percent {payout.percent}; it is how far an agent may go up"
    if payout.at_most_fen is not None and payout.at_most_fen < payout.at_least_fen:
        yield f"at most {payout.at_most_fen} fen and at least {payout.at_least_fen}; raise at_most_fen"
    if payout.kind is RemedyKind.full_refund and payout.by != "all":
        yield "a full refund is all of it; write by = all, or partial_refund"


def _window(window: ClaimWindow, library: Library) -> Iterator[Finding]:
    for shorter, longer in (("contact_hours", "hours"), ("hours", "lead_hours"), ("contact_hours", "lead_hours")):
        first: int | None = getattr(window, shorter)
        second: int | None = getattr(window, longer)
        if first is not None and second is not None and first > second:
            message = f"{shorter} {first} is longer than {longer} {second}; order them contact, hours, lead"
            yield Place("windows", window.id, shorter), message
    if window.hours is None and (window.lead_hours or window.contact_hours):
        yield Place("windows", window.id), "without hours there is no window; take the other hours out, or write hours"
    for key, fact_name, hours in (
        ("told_as", window.told_as, window.hours),
        ("contact_told_as", window.contact_told_as, window.contact_hours),
    ):
        if fact_name is not None:
            message = _told_otherwise(fact_name, hours, library)
            yield from ((Place("windows", window.id, key), one) for one in message)


def _told_otherwise(fact_name: str, hours: int | None, library: Library) -> Iterator[str]:
    """Yield what customers are told where it is not what the policy grants."""
    fact = library.service.facts.get(fact_name)
    if fact is None:
        yield f"no figure {fact_name!r} in policy/service.toml; name one that is there, or take the line out"
    elif match := _TOLD.search(fact.value):
        told = int(match["number"]) * (24 if match["unit"] == "天" else 1)
        if told != hours:
            yield f"customers are told {fact.value} ({fact_name} in policy/service.toml), but it is {hours} hours here"


def _limits(limits: Sequence[RoleLimit]) -> Iterator[Finding]:
    roles = list(AgentRole)
    for role in (AgentRole.agent, AgentRole.lead):
        if role not in {limit.role for limit in limits}:
            yield Place("limits"), f"no limit for {role}: add [[limits]] with role = {role.value!r}"
    for limit in limits:
        if sum(other.role is limit.role for other in limits) > 1:
            yield _of_role(limit.role), f"two limits for {limit.role}; keep one"
            return
    in_order = sorted(limits, key=lambda one: roles.index(one.role))
    for lower, higher in pairwise(in_order):
        less = higher.percent_of_order < lower.percent_of_order
        if less or _cap(higher.at_most_fen) < _cap(lower.at_most_fen):
            yield _of_role(higher.role), f"{higher.role} may grant less than {lower.role}; raise the limit"


def _of_role(role: AgentRole) -> Place:
    """Limits have no ids: their role names them."""
    return Place("limits", role.value, "role")


def _cap(fen: int | None) -> float:
    return float("inf") if fen is None else fen


def _tolerance(tolerance: Tolerance) -> Iterator[Finding]:
    ends = [float("inf") if step.up_to_g is None else step.up_to_g for step in tolerance.steps]
    if any(later <= earlier for earlier, later in pairwise(ends)):
        message = "steps go from light to heavy, and one without up_to_g stands last"
        yield Place("tolerances", tolerance.id, "steps"), message


def _caps(policy: RemedyPolicy) -> Iterator[Finding]:
    """A single amount above the cap of a day could never be paid on its own."""
    first = policy.pay_first
    if first is not None and first.at_most_fen > first.daily_fen:
        yield Place("pay_first", "", "at_most_fen"), "one payment may be more than the whole day's; lower at_most_fen"
    if first is not None and first.daily_fen > policy.budget.daily_fen:
        message = (
            f"more than the shop's day has ({policy.budget.daily_fen} fen in [budget]); lower one or raise the other"
        )
        yield Place("pay_first", "", "daily_fen"), message


def _owed(policy: RemedyPolicy) -> Iterator[Finding]:
    """Where money is owed, it is what is offered first: a coupon or kind words do not replace it."""
    for rule in policy.rules:
        owed = [ground.value for ground in rule.grounds if ground in OWED]
        for rung in ladder_of(policy, rule).rungs if owed else ():
            first = rung.payouts[0].kind
            if first in (RemedyKind.coupon, RemedyKind.explanation):
                message = (
                    f"{first} is proposed first where money is owed ({', '.join(owed)} in rule {rule.id}); "
                    "put a refund or reship before it"
                )
                yield Place("ladders.rungs", rung.id, "payouts"), message


def _coverage(policy: RemedyPolicy, library: Library) -> Iterator[Finding]:
    """Every kind of goods, unknown ones too, has a rule for everything that spoils."""
    for ground in sorted(SPOILT):
        without = [
            name or "unknown goods" for name in (*categories_of(library), None) if not reached(policy, name, ground)
        ]
        if without:
            message = f"no rule for {ground.value} of {', '.join(without)}; add one, last of all one without categories"
            yield Place("rules"), message


def _never_reached(policy: RemedyPolicy, library: Library) -> Iterator[Finding]:
    for rule in policy.rules:
        if not any(_first(policy, rule, name, ground) for name in _named(rule, library) for ground in rule.grounds):
            message = "never reached: rules above it take all its goods and grounds; move it up or take it out"
            yield Place("rules", rule.id), message


def _first(policy: RemedyPolicy, rule: RemedyRule, category: EntryId | None, ground: Ground) -> bool:
    return reached(policy, category, ground) is rule


def _named(rule: RemedyRule, library: Library) -> Sequence[EntryId | None]:
    return rule.categories or (*categories_of(library), None)
