"""What a shop decides about answers, adoption, learning and its service: thresholds and weights, as values."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from .figures import Fact, Line, SlotName
from .value import Value


class AnswerWeights(Value):
    """What each kind of evidence adds to an article's strength.

    All are 0 to 1, by rarity where something is shared, or a cosine; labels are log-probabilities.

    The defaults are an unfitted finder's: everything counts the same.
    """

    nearest_ask: float = 1.0
    """Characters, words and names shared with the nearest ask, over those of both."""
    covered: float = 1.0
    """The share of the question that an ask holds."""
    filled: float = 1.0
    """The share of an ask that the question holds."""
    pairs: float = 1.0
    """As `nearest_ask`, of words and of characters side by side: what is said in the same order."""
    centre: float = 1.0
    """The cosine with the middle of all asks."""
    same_ask: float = 1.0
    """The customer says what an ask says already."""
    wording: float = 1.0
    """Edit likeness with the nearest ask."""
    sound: float = 1.0
    """The same by sound: homophones are equal."""
    part: float = 1.0
    """Edit likeness of the shorter with a part of the longer."""
    meaning: float = 1.0
    """Closeness in meaning to the nearest ask."""
    meaning_centre: float = 1.0
    """Closeness in meaning to the middle of all asks."""
    answer_words: float = 1.0
    """The share of the question's words that the answer holds."""
    answer_meaning: float = 1.0
    """Closeness in meaning to the answer."""
    intent: float = 1.0
    """Log-probability of the article's intent, given the question."""
    category: float = 1.0
    """Log-probability of the article's category, given the question."""
    right_product: float = 1.0
    """The article is about the product the question names."""
    right_category: float = 1.0
    """The article is about that product's category; half where only an ask mentions the product."""
    unasked_product: float = -1.0
    """The article is about one product, the question about none."""
    unasked_category: float = -1.0
    """The article is about one category, which nothing in the question says: 1 less that category's probability."""
    other_product: float = -4.0
    """The article is about another product than the one spoken of before; the question itself names none."""
    dismissed: float = -8.0
    """Its answer was dismissed as wrong for nearly this question."""
    sentence: float = 0.0
    """Closeness to the nearest ask in a sentence model's eyes, 0 without one."""
    sentence_answer: float = 0.0
    """The same to the answer."""


class AnswerConfidence(Value):
    """How sure the first answer is: the logistic of `bias` plus each weight times what its name says of it.

    A later answer is less sure by `exp(following * the strength it lacks)`.
    """

    bias: float = 0.0
    strength: float = 1.0
    lead: float = 0.0
    """How much stronger it is than the second, at most 10."""
    close: float = 0.0
    """How near the second is: exp(-lead)."""
    nearest_ask: float = 0.0
    covered: float = 0.0
    filled: float = 0.0
    meaning: float = 0.0
    meaning_centre: float = 0.0
    wording: float = 0.0
    known: float = 0.0
    """The share of the question, by rarity, that any ask holds."""
    length: float = 0.0
    """The logarithm of 1 and the question's terms."""
    sentence_bias: float = 0.0
    """Added to `bias` where a sentence model is used: it makes every strength larger."""
    following: Annotated[float, Field(ge=0)] = 1.0


class AnswerPolicy(Value):
    """When an answer is worth a card. Scores are the finder's, 0 to 1."""

    min_score: Annotated[float, Field(ge=0, le=1)]
    likely_score: Annotated[float, Field(ge=0, le=1)] = 0.5
    """From here on the sidebar says that an answer is likely right, from `sure_score` on that it surely is."""
    sure_score: Annotated[float, Field(ge=0, le=1)] = 0.8
    off_topic_score: Annotated[float, Field(ge=0, le=1)] = 1.0
    """A turn whose topic is `other`, as sure as this, gets no card unless it is surely answered."""
    unclear_score: Annotated[float, Field(ge=0, le=1)] = 0.0
    """A turn whose topic is less clear than this gets a card only for a likely answer."""
    auto_score: Annotated[float, Field(ge=0, le=1)] = 1.0
    """From here on an answer may be given without an agent, where everything else allows it."""
    max_cards: Annotated[int, Field(ge=1, le=9)]
    weights: AnswerWeights = AnswerWeights()
    confidence: AnswerConfidence = AnswerConfidence()


class AdoptionPolicy(Value):
    """When a sent text counts as having come from a suggestion. Ratios are rapidfuzz's, 0 to 100."""

    as_is_ratio: Annotated[float, Field(ge=0, le=100)]
    edited_ratio: Annotated[float, Field(ge=0, le=100)]
    partial_ratio: Annotated[float, Field(ge=0, le=100)]
    partial_min_length: Annotated[int, Field(ge=1)]
    boilerplate: tuple[Line, ...]


class LearningPolicy(Value):
    """What makes a customer's question a phrasing of the article whose answer was used for it.

    An adoption adds its kind's weight, once a conversation; a dismissal as wrong counts one. Confidence is a lower
    bound of the adopted share, 0 to 1.
    """

    window_days: Annotated[int, Field(ge=1)] = 365
    """How far back the log is read."""
    min_characters: Annotated[int, Field(ge=1)] = 4
    """Shorter questions are fragments."""
    max_characters: Annotated[int, Field(ge=1, le=200)] = 60
    clicked: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Weight of an adoption whose card was clicked."""
    matched: Annotated[float, Field(ge=0, le=1)] = 0.8
    """Weight of one whose card was there, but only the text sent says so."""
    unseen: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Weight of one whose card nobody can have seen: the agent wrote the same without it."""
    edited: Annotated[float, Field(ge=0, le=1)] = 0.5
    """What is left of the weight when the answer was changed before it was sent."""
    min_confidence: Annotated[float, Field(ge=0, le=1)] = 0.15
    """Below it nothing is proposed."""
    min_share: Annotated[float, Field(gt=0.5, le=1)] = 0.8
    """Where answers of several articles were used for one question, the share that one of them needs."""
    min_wrong: Annotated[int, Field(ge=1)] = 2
    """So many dismissals as wrong, and no adoption, speak against an article."""
    min_corrected: Annotated[int, Field(ge=1)] = 2
    """So many turns of one wording, corrected to one topic, make it an example to propose."""
    automatic_confidence: Annotated[float, Field(ge=0, le=1)] = 0.9
    automatic_conversations: Annotated[int, Field(ge=1)] = 40
    automatic_agents: Annotated[int, Field(ge=1)] = 2
    pointing: tuple[Line, ...] = ()
    """Openings that point at something said before: such a question says too little alone."""


class ServicePolicy(Value):
    """What this shop promises, as facts with an owner: delivery hours, claim windows, thresholds."""

    facts: Mapping[SlotName, Fact]


class ReviewPolicy(Value):
    """When content has to be looked at again. What is due is said, never refused."""

    review_after_days: Annotated[int, Field(ge=1)] = 365
    """An article that nobody has reviewed for longer is due."""
    stale_source_years: Annotated[int, Field(ge=1)] = 10
    """A figure whose source is older is stale; sources without a year are not judged."""
