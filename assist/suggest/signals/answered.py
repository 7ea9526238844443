"""Which choice of a closed question did the customer take? Read from what they wrote after it was asked."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from assist.domain.remedy import ChoiceWords, Slot
from assist.suggest.text import normalise

SHARES: Mapping[str, Fraction] = {
    "none": Fraction(0),
    "tenth": Fraction(1, 10),
    "fifth": Fraction(1, 5),
    "third": Fraction(1, 3),
    "half": Fraction(1, 2),
    "all": Fraction(1),
}
"""What the choices of a share come to. "most" comes to nothing exact: a person looks at it."""

WARM = "warm"


def answered(slot: Slot, replies: Iterable[str], words: Sequence[ChoiceWords]) -> str | None:
    """Return the id of the choice taken last, or None; of two that fit one reply, the longer wording is meant.

    A reply that says a choice and more ("一半左右吧") takes it; one that denies it is not looked into.
    """
    said = [(normalise(text), one.id) for one in words if one.slot is slot for text in (one.zh, one.en)]
    taken: str | None = None
    for reply in replies:
        plain = normalise(reply)
        fitting = [(len(text), choice) for text, choice in said if text and text in plain]
        if fitting:
            taken = max(fitting)[1]
    return taken
