"""What must not be sent as it stands: terms with their reasons, what a shop does about each, and what was found."""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from .figures import EntryId, Line
from .topic import Span
from .value import Value


class Level(StrEnum):
    """How a term stands by law and platform rules; what a shop does about it is its policy's `Action`."""

    block = "block"
    block_unless_exempt = "block_unless_exempt"
    needs_proof = "needs_proof"
    policy_check = "policy_check"
    fine = "fine"
    """Ordinary language that circulates as forbidden; kept so that nobody adds it again."""


class Action(StrEnum):
    """What happens to a text: `block` is not sent, `warn` only with a reason, `note` is remarked on, `let` passes."""

    let = "let"
    note = "note"
    warn = "warn"
    block = "block"


STRICTEST_LAST = (Action.let, Action.note, Action.warn, Action.block)
"""The order of actions: the last one found in a text is what happens to all of it."""


class Category(StrEnum):
    """What kind of harm a term does."""

    absolute = "absolute"
    medical = "medical"
    safety = "safety"
    contact = "contact"
    induce = "induce"
    abuse = "abuse"
    promise = "promise"
    waiver = "waiver"
    state_name = "state_name"
    belittle = "belittle"
    proof = "proof"
    price = "price"
    ordinary = "ordinary"


class Disguise(StrEnum):
    """How a term was written; several may be at work, the furthest from the plain form is named."""

    plain = "plain"
    folded = "folded"
    """Width, script, case, invisible characters, spaces, punctuation, repeats."""
    look_alike = "look_alike"
    """Other characters of the same look, emoji, digits, split characters."""
    pinyin = "pinyin"
    initials = "initials"
    sound = "sound"
    """Other characters of the same sound."""


def no_twice(table: str, ids: Iterable[str]) -> None:
    """Raise ValueError where an id stands twice: the second would take the place of the first, unnoticed."""
    if twice := sorted(id_ for id_, times in Counter(ids).items() if times > 1):
        raise ValueError(f"ids used twice in [[{table}]]: {', '.join(twice)}; each needs its own")


class TermGroup(Value):
    """Terms that are wrong for one reason. `rewrite` stands for any of them, "" leaves the term out; `rewrites` are of
    single terms; without either a person has to find other words.
    """

    id: EntryId
    category: Category
    level: Level
    zh: Line
    en: Line
    basis: Line
    basis_en: Line = ""
    terms: Annotated[tuple[Line, ...], Field(min_length=1)]
    exempt: tuple[Line, ...] = ()
    """Innocent contexts: a term within one of these is no hit (最佳食用期)."""
    rewrite: str | None = None
    rewrite_en: str | None = None
    rewrites: Mapping[Line, str] = {}

    @model_validator(mode="after")
    def rewrite_own_terms(self) -> Self:
        if strange := sorted(set(self.rewrites) - set(self.terms)):
            raise ValueError(f"rewrites of {self.id} for what is none of its terms: {', '.join(strange)}")
        return self


class ForbiddenLexicon(Value):
    """All terms, and how they are disguised. `innocent` are words that only look or sound like a term.

    `look_alikes`: each character (or emoji, or digit) with what it stands for. `splits`: a character taken apart, with
    the whole (`亻言` for 信).
    """

    groups: tuple[TermGroup, ...] = ()
    innocent: tuple[Line, ...] = ()
    look_alikes: Mapping[Line, Line] = {}
    splits: Mapping[Line, Line] = {}

    @model_validator(mode="after")
    def name_each_once(self) -> Self:
        no_twice("groups", (group.id for group in self.groups))
        return self


_ACTIONS = {
    Level.block: Action.block,
    Level.block_unless_exempt: Action.warn,
    Level.needs_proof: Action.note,
    Level.policy_check: Action.warn,
    Level.fine: Action.let,
}


class GuardPolicy(Value):
    """What this shop does about what its guards find, by level, or by a term group's or promise rule's own id."""

    actions: Mapping[Level, Action] = {}
    """What differs from the defaults: a level that is not named keeps its own."""
    rules: Mapping[EntryId, Action] = {}

    def action_for(self, rule: EntryId, level: Level) -> Action:
        return self.rules.get(rule, self.actions.get(level, _ACTIONS[level]))


class Hit(Value):
    """A term found in a text: `text[words.start:words.end]` is how it was written."""

    term: str
    group: EntryId
    disguise: Disguise
    words: Span


class GuardKind(StrEnum):
    forbidden = "forbidden"
    promise = "promise"


class Finding(Value):
    """One thing wrong with a text. Why is for whoever writes, in both languages; `rewrite` is for the customer, in the
    text's own, and replaces `words`; None: there is none.
    """

    guard: GuardKind
    rule: EntryId
    category: str
    action: Action
    words: Span
    term: str
    reason: str
    reason_en: str
    basis: str
    basis_en: str
    rewrite: str | None = None
    library_number: int


class Checked(Value):
    """A text's findings in order of place, none within another, and what happens to it."""

    findings: tuple[Finding, ...] = ()
    covered: tuple[Finding, ...] = ()
    """Found too, where a stricter or longer finding stands: counted, not shown."""

    @property
    def action(self) -> Action:
        return max((one.action for one in self.findings), key=STRICTEST_LAST.index, default=Action.let)


class GuardedAt(StrEnum):
    """Where a guard looked: each path that can reach a customer."""

    draft = "draft"
    card = "card"
    reply = "reply"
    bot = "bot"
    sent = "sent"
    """Written on the platform itself: found after it was sent."""
