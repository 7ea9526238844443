"""Is this message only a greeting, a thank-you or a closing? Such a message opens no question."""

import re
from functools import lru_cache

from assist.domain.library import SmallTalk

from .text import normalise

_MAX_CHARACTERS = 40


def is_small_talk(text: str, lexicon: SmallTalk) -> bool:
    """Return whether nothing but small talk is said. A text with no letters or digits at all is small talk too."""
    if len(text) > _MAX_CHARACTERS:
        return False
    plain = normalise(text)
    if not plain.replace(" ", ""):
        return True
    return _only_small_talk(lexicon.phrases, lexicon.particles).fullmatch(plain) is not None


@lru_cache(maxsize=8)
def _only_small_talk(said: tuple[str, ...], after: tuple[str, ...]) -> re.Pattern[str]:
    """A run of phrases, each with any particles after it."""
    phrases = sorted({normalise(phrase) for phrase in said}, key=len, reverse=True)
    particles = "|".join(map(re.escape, after))
    if not phrases:
        return re.compile(r"(?!)")
    return re.compile(rf"(?:(?:{'|'.join(map(re.escape, phrases))})(?:{particles}| )*)+")
