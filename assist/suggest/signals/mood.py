"""How does a customer sound? A small model learned from our own texts, with the words that show it."""

from collections.abc import Sequence

from assist.domain.mood import Mood, MoodName, MoodPolicy
from assist.domain.topic import Span

from .mood_sense import MoodSense, mood_sense, score_of
from .mood_text import MOST_CHARACTERS, clauses_of, cries_of, pieces_of, places_of, plain_of
from .mood_words import MoodWord, MoodWords

_LEAST_SHOWN = 1.0
"""A clause shows a mood without a known word of it when it says this much."""
_MOST_WORDS = 8
_CONCEDES = ("虽", "尽管", "although", "though")
_TURNS = ("但", "可是", "不过", " but", "but ", "然而", "结果")
_CONCEDED, _TURNED = 0.5, 1.5
"""虽然 says that what follows counts less, 但是 that it counts more."""


class MoodReader:
    """The model and one library's words, prepared."""

    def __init__(self, policy: MoodPolicy, sense: MoodSense | None = None) -> None:
        self._policy = policy
        self._words = MoodWords(policy)
        self._sense = sense or mood_sense()

    def read(self, text: str) -> Mood:
        """Return how one text sounds; one without letters, or of mere courtesy, is neutral.

        At most 2,000 characters are read.
        """
        plain = plain_of(text)
        clauses = clauses_of(plain)
        if not clauses or self._words.is_courtesy(plain):
            return _NEUTRAL
        words = self._words.find(plain)
        score, praises = self._score(plain, clauses, words)
        name = self._name(score)
        if name is MoodName.neutral:
            return Mood(score=score, name=name)
        shown = _shown(words, clauses, praises, 1 if score > 0 else -1)
        places = places_of(text, plain)
        spans = tuple(Span(start=places[begin], end=places[end - 1] + 1) for begin, end in shown)
        return Mood(score=score, name=name, words=spans)

    def of_turn(self, texts: Sequence[str]) -> Mood:
        """Return how a turn's messages sound together: the darkest counts. Spans are of them joined by line feeds.

        What praises counts only where nothing blames; a turn of neutral messages is the one farthest from 0.
        """
        moods = [self.read(text) for text in texts]
        if not moods:
            return _NEUTRAL
        at = min(range(len(moods)), key=lambda at: (_DARKNESS[moods[at].name], moods[at].score))
        if moods[at].name is MoodName.neutral:
            at = max(range(len(moods)), key=lambda at: (_is_praise(moods[at]), abs(moods[at].score)))
        begin = sum(len(text) + 1 for text in texts[:at])
        spans = tuple(Span(start=begin + word.start, end=begin + word.end) for word in moods[at].words)
        return Mood(score=moods[at].score, name=moods[at].name, words=spans)

    def _score(
        self, plain: str, clauses: Sequence[tuple[int, str]], words: Sequence[MoodWord]
    ) -> tuple[float, list[float]]:
        """Return the score of a text and how much each of its clauses praises."""
        sense, praises, weight, at = self._sense, list[float](), self._policy.word_weight, 0
        cries = cries_of(plain)
        _, stir, rage = sense.told(cries)
        count = len(cries)
        for begin, clause in clauses:
            pieces = pieces_of(clause)
            praised, stirred, raged = sense.told(pieces)
            push, end = 0, begin + len(clause)
            while at < len(words) and words[at].end <= end:
                push += words[at].side * words[at].weight
                at += 1
            praises.append(sense.praise_of(praised, len(pieces), push * weight) * _weight(clause))
            stir, rage, count = stir + stirred, rage + raged, count + len(pieces)
        score = score_of(sum(praises), sense.stir_of(stir, count, weight if words else 0.0), sense.rage_of(rage, count))
        if score < 0 and score > self._policy.angry_to and any(word.angry for word in words):
            score = self._policy.angry_to
        return max(-1.0, min(1.0, score)), praises

    def _name(self, score: float) -> MoodName:
        policy = self._policy
        if score >= policy.happy_from:
            return MoodName.happy
        if score <= policy.angry_to:
            return MoodName.angry
        return MoodName.upset if score <= policy.upset_to else MoodName.neutral


def _weight(clause: str) -> float:
    if clause.startswith(_TURNS):
        return _TURNED
    return _CONCEDED if clause.startswith(_CONCEDES) else 1.0


_NEUTRAL = Mood(score=0.0, name=MoodName.neutral)
_DARKNESS = {MoodName.angry: 0, MoodName.upset: 1, MoodName.neutral: 2, MoodName.happy: 2}


def _is_praise(mood: Mood) -> bool:
    return mood.name is MoodName.happy


def _shown(
    words: Sequence[MoodWord], clauses: Sequence[tuple[int, str]], praises: Sequence[float], side: int
) -> list[tuple[int, int]]:
    """Return where a mood is shown: by words that are known, and by clauses that say it in others."""
    shown = [(word.begin, word.end) for word in words if word.side == side]
    told = [begin for begin, _ in shown]
    for (begin, clause), praise in zip(clauses, praises, strict=True):
        end = begin + len(clause)
        if praise * side >= _LEAST_SHOWN and not (told and any(begin <= start < end for start in told)):
            shown.append((begin, end))
    if not shown:
        _, (begin, clause) = max(zip(praises, clauses, strict=True), key=lambda pair: pair[0] * side)
        shown.append((begin, begin + len(clause)))
    return sorted(shown)[:_MOST_WORDS]


def build_moods(policy: MoodPolicy) -> MoodReader:
    return MoodReader(policy)


__all__ = ["MOST_CHARACTERS", "MoodReader", "build_moods"]
