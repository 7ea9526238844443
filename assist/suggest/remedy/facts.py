"""What must be known before a rung can be chosen, and is it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from assist.domain.complaint import Ground
from assist.domain.remedy import EvidenceState, Question, Refusal, RefusalWhy, Slot
from assist.domain.remedy_policy import RemedyPolicy

from .checks import refused
from .ladder import depends_on_share
from .rule import Ruled, warm_is_another_rule
from .share import affected
from .thoughts import Thoughts
from .tolerance import Shortage, shortage_of

CHOICES: Mapping[Slot, tuple[str, ...]] = {
    Slot.share: ("none", "tenth", "fifth", "third", "half", "most", "all"),
    Slot.thaw: ("cold", "warm"),
}
"""What a closed question offers. Goods are chosen by their titles; orders, weights and prices have no list."""

_PRICE = frozenset({Ground.price, Ground.price_error})


@dataclass(frozen=True)
class Facts:
    """What is known of a claim. `provisional`: the share is only what is safe to say; a person looks at it."""

    share: Fraction | None = None
    shortage: Shortage | None = None
    missing: Slot | None = None
    provisional: bool = False


def facts_of(ruled: Ruled, policy: RemedyPolicy, thoughts: Thoughts) -> Facts:
    """Return what is known, with the first thing that is missing.

    Thawed goods whose customer was asked and did not say that they are warm are cold: that is the lesser reading.
    """
    if Ground.thawed in ruled.grounds:
        asked = Slot.thaw in ruled.claim.asked
        if thoughts.note("thaw", warm_is_another_rule(ruled, policy) and not asked, asked=asked):
            return Facts(missing=Slot.thaw)
    facts = _weighed(ruled) if ruled.grounds[0] is Ground.short_weight else _shared(ruled)
    thoughts.note(
        "facts",
        facts.missing is None,
        facts.missing or "",
        share=None if facts.share is None else str(facts.share),
        provisional=facts.provisional,
    )
    return facts


def ask_for(slot: Slot, ruled: Ruled, evidence: tuple[EvidenceState, ...], thoughts: Thoughts) -> Question | Refusal:
    """Ask once; what stays unknown then is a person's to judge, because money would depend on it."""
    asked = slot in ruled.claim.asked
    thoughts.note("ask", not asked, "person" if asked else "question", slot=slot)
    if asked:
        return refused(RefusalWhy.unclear, thoughts, to_person=True, slot=slot)
    return Question(slot=slot, choices=CHOICES.get(slot, ()), evidence=evidence, trace=thoughts.trace)


def _weighed(ruled: Ruled) -> Facts:
    shortage = shortage_of(ruled.claim, ruled.line)
    if shortage is not None:
        return Facts(share=shortage.share, shortage=shortage)
    counted = affected(ruled.claim, ruled.line, Ground.missing_item).share
    return Facts(share=counted, missing=Slot.weight if counted is None else None)


def _shared(ruled: Ruled) -> Facts:
    known = affected(ruled.claim, ruled.line, ruled.grounds[0])
    if known.share is not None or not depends_on_share(ruled.ladder):
        return Facts(share=known.share)
    slot = Slot.price if ruled.grounds[0] in _PRICE else Slot.share
    if slot in ruled.claim.asked and known.at_least:
        return Facts(share=known.at_least, provisional=True)
    return Facts(missing=slot)
