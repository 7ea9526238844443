"""Which commitments does the shop's policy not allow, and what may be said instead?"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from assist.domain.promise import Commitment, Given, PromiseKind, PromisePolicy, PromiseRule, Violation
from assist.suggest.text import fold

from .rewrite import Written, rewritten, written

_HALT = re.compile(r"[。！!？?；;\n]")
_EVERYTHING = 100
_DENIED_BEFORE = re.compile(
    r"(?:不支持|不能|不可以|不享受|不适用|不提供|不接受|不参加|没有(?!任何|什么)|不是|并非|暂无|\bno\b|\bnot\b|n't\b|\bcannot\b|\bnever\b)"
    r"[^,，。]{0,14}\Z"
)
_DENIED_WITHIN = 24


def judge(text: str, commitments: Sequence[Commitment], policy: PromisePolicy, given: Given) -> tuple[Violation, ...]:
    """Return the violations in order of place, each with the rule it breaks and a wording in the text's language.

    A commitment breaks one rule at most: the first of the file. Of rules that set the same kind of limit the most
    specific one counts (its words are said, then its goods are named), and of several the most generous.
    """
    return tuple(_violations(text, commitments, policy, given))


def _violations(
    text: str, commitments: Sequence[Commitment], policy: PromisePolicy, given: Given
) -> Iterator[Violation]:
    covered: dict[str, int] = {}
    draft: Written | None = None
    for one in commitments:
        rules = [rule for rule in policy.rules if rule.kind is one.kind and _applies(rule, one, text, given)]
        if not rules or _stood_by(rules, one, text):
            continue
        broken = next((rule for rule in _competing(rules) if _breaks(rule, one, given)), None)
        # A rewrite of the same rule may have taken these words with it.
        if broken is not None and one.words.start >= covered.get(broken.id, 0):
            draft = draft or written(text)
            until = min(
                (other.words.start for other in commitments if other.words.start >= one.words.end), default=len(text)
            )
            words, rewrite = rewritten(draft, one, broken, given, until)
            covered[broken.id] = words.end
            yield Violation(rule=broken.id, commitment=one, words=words, rewrite=rewrite)


def _applies(rule: PromiseRule, one: Commitment, text: str, given: Given) -> bool:
    if rule.categories and not set(rule.categories) & set(given.categories):
        return False
    if not rule.when_said:
        return True
    sentence = fold(_sentence(text, one))
    return any(_is_said(fold(word), sentence) for word in rule.when_said)


def _is_said(word: str, sentence: str) -> bool:
    """Is a word said, and not only denied: 生鲜不支持7天无理由退货?"""
    at = sentence.find(word)
    while at >= 0:
        if not _DENIED_BEFORE.search(sentence, max(0, at - _DENIED_WITHIN), at):
            return True
        at = sentence.find(word, at + 1)
    return False


def _sentence(text: str, one: Commitment) -> str:
    begin = max((halt.end() for halt in _HALT.finditer(text, 0, one.words.start)), default=0)
    end = _HALT.search(text, one.words.end)
    return text[begin : end.start() if end else len(text)]


def _stood_by(rules: Sequence[PromiseRule], one: Commitment, text: str) -> bool:
    """Do the words stand in a wording that the shop stands by?"""
    for wording in (wording for rule in rules for wording in rule.allowed):
        at = text.find(wording)
        while at >= 0:
            if at < one.words.end and one.words.start < at + len(wording):
                return True
            at = text.find(wording, at + 1)
    return False


def _competing(rules: Sequence[PromiseRule]) -> list[PromiseRule]:
    """Return the rules that count, in the file's order: for what goods or words limit a length, the most specific."""
    lengths = [rule for rule in rules if _length(rule) is not None]
    if not lengths:
        return list(rules)
    narrowest = max(_narrowness(rule) for rule in lengths)
    generous = max((rule for rule in lengths if _narrowness(rule) == narrowest), key=lambda rule: _length(rule) or 0)
    return [rule for rule in rules if _length(rule) is None or rule is generous]


def _narrowness(rule: PromiseRule) -> tuple[bool, bool]:
    return bool(rule.when_said), bool(rule.categories)


def _length(rule: PromiseRule) -> float | None:
    """Return a rule's longest time in hours."""
    return rule.at_most_hours if rule.at_most_days is None else rule.at_most_days * 24


def _breaks(rule: PromiseRule, one: Commitment, given: Given) -> bool:
    return any(broken(rule, one, given) for broken in _BREAKS)


def _ever(rule: PromiseRule, one: Commitment, _given: Given) -> bool:
    return rule.never or (rule.never_certain and one.certain)


def _exact(rule: PromiseRule, one: Commitment, _given: Given) -> bool:
    """A clock time that is no range; "by ten" is as easily missed as "at ten"."""
    return rule.never_exact and one.due is not None and one.due.at_minute is not None and one.due.from_minute is None


def _longer(rule: PromiseRule, one: Commitment, _given: Given) -> bool:
    most = _length(rule)
    return most is not None and one.days is not None and one.days * 24 > most


def _sooner(rule: PromiseRule, one: Commitment, given: Given) -> bool:
    hours = _hours(one, given)
    return rule.at_least_hours is not None and hours is not None and hours < rule.at_least_hours


def _hours(one: Commitment, given: Given) -> float | None:
    """Return the hours from now to the latest moment that keeps the promise; None where no time was said."""
    due = one.due
    if due is None:
        return None
    if due.within is not None:
        return due.within.total_seconds() / 3600
    if due.days_on is None and due.at_minute is None:
        return None
    now = _now(given)
    clock = due.at_minute if due.at_minute is not None and due.from_minute is None else 1440
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(days=due.days_on or 0, minutes=clock) - now).total_seconds() / 3600


def _now(given: Given) -> datetime:
    return given.now.astimezone(ZoneInfo(given.timezone))


def _too_late_today(rule: PromiseRule, one: Commitment, given: Given) -> bool:
    before, due = rule.same_day_before_minute, one.due
    if before is None or due is None or due.days_on != 0:
        return False
    now = _now(given)
    return now.hour * 60 + now.minute >= before


def _multiplied(rule: PromiseRule, one: Commitment, _given: Given) -> bool:
    return rule.at_most_percent is not None and one.percent is not None and one.percent > rule.at_most_percent


def _above_limit(rule: PromiseRule, one: Commitment, given: Given) -> bool:
    if not rule.within_agent_limit:
        return False
    if one.kind is PromiseKind.full_refund:
        granted = given.granted_fen is not None and given.paid_fen is not None and given.granted_fen >= given.paid_fen
        return not (given.full_refund_granted or granted)
    amount = amount_of(one, given)
    if given.agent_limit_fen is None or amount is None:
        return False
    whole = given.paid_fen if given.full_refund_granted else None
    return amount > max(given.agent_limit_fen, given.granted_fen or 0, whole or 0)


def amount_of(one: Commitment, given: Given) -> int | None:
    """Return the amount promised in fen; a share is worked out on what was paid, rounded up, where that is known."""
    if one.amount_fen is not None:
        return one.amount_fen
    if one.percent is None or given.paid_fen is None:
        return None
    return -(-one.percent * given.paid_fen // _EVERYTHING)


def _outlasts(rule: PromiseRule, one: Commitment, given: Given) -> bool:
    known: Mapping[str, float] = given.shelf_life_days
    return rule.within_shelf_life and bool(known) and one.days is not None and one.days > max(known.values())


_BREAKS: tuple[Callable[[PromiseRule, Commitment, Given], bool], ...] = (
    *(_ever, _exact, _longer, _sooner, _too_late_today, _multiplied, _above_limit, _outlasts),
)
