"""Which of the four steps does an answer to somebody who complains take, in whatever order?"""

import re
from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process

from assist.domain.policy import AdoptionPolicy
from assist.domain.remedy import StepName

from .adoption import telling

_HALT = re.compile(r"[，。！？；：,.!?;:\n]+")
_SLOT = re.compile(r"\{\{.*?\}\}")
_MIN_TELLING_CHARACTERS = 4


def steps_said(text: str, wordings: Mapping[StepName, Iterable[str]], policy: AdoptionPolicy) -> frozenset[StepName]:
    """Return the steps of which some part of the text says a part of a wording, nearly in the same words.

    Blanks of wordings are left out. A part that two steps say alike counts for both.
    """
    said = set(_parts(text, policy))
    if not said:
        return frozenset()
    known = {step: sorted({part for one in lines for part in _parts(one, policy)}) for step, lines in wordings.items()}
    found: set[StepName] = set()
    for part in said:
        nearest = {step: _nearest(part, parts) for step, parts in known.items()}
        best = max(nearest.values(), default=0.0)
        found |= {step for step, near in nearest.items() if near == best and near >= policy.edited_ratio}
    return frozenset(found)


def _parts(text: str, policy: AdoptionPolicy) -> list[str]:
    parts = (telling(part, policy) for part in _HALT.split(_SLOT.sub(" ", text)))
    return [part for part in parts if len(part) >= _MIN_TELLING_CHARACTERS]


def _nearest(part: str, wordings: list[str]) -> float:
    found = process.extractOne(part, wordings, scorer=fuzz.ratio)
    return found[1] if found else 0.0
