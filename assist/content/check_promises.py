"""Do the promise rules allow what the policy gives, no more and no less?"""

from collections.abc import Iterator

from assist.domain.library import Library
from assist.domain.matter import Matter, Owned
from assist.domain.promise import PromiseKind, PromiseRule

from .errors import ContentError
from .policy_figures import REMEDY, Given, Policy, grounds_said
from .quantities import Quantity, quantities_in
from .texts import Files
from .toml_places import Place

FILE = "policy/promises.toml"
_WEEK_OF_WORK = 7 / 5
"""Five working days may take seven."""


def check_promises(library: Library, policy: Policy, files: Files) -> Iterator[ContentError]:
    """Yield where a rule's limit is another than the policy's, and where two policies differ."""
    for matter in library.matters.matters:
        yield from _between_policies(matter, policy)
        for rule in library.promises.rules:
            if rule.kind is matter.promise and not rule.never:
                for key, limit in _limits(rule):
                    yield from _against(rule, key, limit, matter, _given(rule, matter, policy, library), files)


def _between_policies(matter: Matter, policy: Policy) -> Iterator[ContentError]:
    if matter.remedy is not Owned.coupon_life:
        return
    for told in policy.service(matter):
        for given in policy.remedy(matter, (), ()):
            if not told.quantity.same(given.quantity):
                yield _finding(matter, given, told.said, f"{told.path}:{told.line}", told.name, REMEDY, given.line)


def _limits(rule: PromiseRule) -> Iterator[tuple[str, str]]:
    """Yield the keys of a rule's limits that a policy decides too, and what they say."""
    match rule.kind:
        case PromiseKind.return_window | PromiseKind.price:
            if rule.at_most_days is not None:
                yield "at_most_days", f"{rule.at_most_days * 24:g}小时"
            if rule.at_most_hours is not None:
                yield "at_most_hours", f"{rule.at_most_hours:g}小时"
        case PromiseKind.ship_time:
            if rule.same_day_before_minute is not None:
                yield (
                    "same_day_before_minute",
                    f"{rule.same_day_before_minute // 60}:{rule.same_day_before_minute % 60:02}",
                )
        case PromiseKind.refund_time:
            if rule.at_least_hours is not None:
                yield "at_least_hours", f"{rule.at_least_hours:g}小时"
        case _:
            return


def _given(rule: PromiseRule, matter: Matter, policy: Policy, library: Library) -> list[Given]:
    if matter.remedy is Owned.claim_window and library.remedy is not None:
        said = grounds_said(" ".join((*rule.when_said, rule.zh)), library.matters)
        spoilt = () if rule.when_said and said else library.matters.spoilt
        return policy.remedy(matter, rule.categories, (*said, *spoilt))
    return policy.service(matter)


def _against(
    rule: PromiseRule, key: str, limit: str, matter: Matter, given: list[Given], files: Files
) -> Iterator[ContentError]:
    (quantity,) = quantities_in(limit)
    if not given or any(_agree(quantity, one.quantity, rule.kind) for one in given):
        return
    nearest = min(given, key=lambda one: abs(one.quantity.high - quantity.high))
    line = files.line(FILE, Place("rules", rule.id, key))
    yield _finding(matter, nearest, limit, f"{FILE}:{line}", f"{rule.id}.{key}", FILE, line)


def _agree(limit: Quantity, given: Quantity, kind: PromiseKind) -> bool:
    """A rule on when money arrives says the soonest end that may be promised: within what the policy tells."""
    if kind is PromiseKind.refund_time:
        stretch = _WEEK_OF_WORK if given.working else 1
        return given.low <= limit.low <= given.high * stretch
    return limit.same(given)


def _finding(matter: Matter, given: Given, said: str, where: str, name: str, path: str, line: int) -> ContentError:
    message = (
        f"{matter.zh} ({matter.en}): {said!r} in {where} ({name}), "
        f"{given.said!r} in {given.path}:{given.line} ({given.name}); make the two the same"
    )
    return ContentError(path, line, message)
