"""Which commitments does the shop's policy not allow, and what may be said instead?"""

from collections.abc import Sequence

from assist.domain.promise import Commitment, Given, PromisePolicy, Violation


def judge(text: str, commitments: Sequence[Commitment], policy: PromisePolicy, given: Given) -> tuple[Violation, ...]:
    """Return the violations in order of place, each with the rule it breaks and a wording in the text's language."""
    return ()
