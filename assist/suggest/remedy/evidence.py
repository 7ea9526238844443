"""What is asked for as evidence, and how much of it is there? Nobody judges a picture: things are counted."""

from collections.abc import Sequence

from assist.domain.remedy import Claim, EvidenceState
from assist.domain.remedy_policy import Evidence, RemedyPolicy, RemedyRule


def checklist(
    rule: RemedyRule, policy: RemedyPolicy, claim: Claim, *, share_known: bool, weight_known: bool
) -> tuple[EvidenceState, ...]:
    """Return a rule's items in its order. A photo counts for one item only; the complaint itself is a statement."""
    wanted = [one for item in rule.evidence for one in policy.evidence if one.id == item]
    left = {
        "image": claim.images,
        "video": claim.videos,
        "share": _many(wanted) if share_known else 0,
        "weight": _many(wanted) if weight_known else 0,
        "statement": _many(wanted) if claim.grounds else 0,
    }
    states: list[EvidenceState] = []
    for item in wanted:
        there = min(item.number, left[item.counts])
        left[item.counts] -= there
        states.append(EvidenceState(item=item.id, needed=item.number, there=there))
    return tuple(states)


def complete(states: Sequence[EvidenceState]) -> bool:
    return all(state.met for state in states)


def _many(wanted: Sequence[Evidence]) -> int:
    """Return more than all items together need: what is known once is known for each of them."""
    return sum(item.number for item in wanted)
