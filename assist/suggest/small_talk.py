"""Is this message only a greeting, a thank-you or a closing? Such a message opens no question."""

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
    return _only_small_talk(plain, *_words(lexicon.phrases, lexicon.particles))


def _only_small_talk(plain: str, phrases: tuple[str, ...], particles: tuple[str, ...]) -> bool:
    """A phrase, then any run of phrases and particles: where can one end?

    Not one regular expression: "好的" is one phrase or a phrase and a particle, and nine times "好的亲亲" kept
    a backtracking one busy for two minutes.
    """
    ends = {0}
    for at in range(len(plain)):
        if at in ends:
            words = (*phrases, *particles, " ") if at else phrases
            ends.update(at + len(word) for word in words if plain.startswith(word, at))
    return len(plain) in ends


@lru_cache(maxsize=8)
def _words(said: tuple[str, ...], after: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(sorted({normalise(phrase) for phrase in said})), tuple(sorted({normalise(one) for one in after}))
