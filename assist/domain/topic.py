"""What a turn is about: which goods, what the customer wants, how sure that is, and the words that say so."""

from typing import Annotated

from pydantic import Field

from .figures import EntryId
from .value import Value

GENERAL = "general"
"""The category when no goods are named."""
OTHER = "other"
"""The intent when nothing speaks for any."""


class Span(Value):
    """Some words of a text, as they stand in it: `text[start:end]`."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]


class Topic(Value):
    """One category and one intent. `score` (0 to 1) is how sure both are; `words` are the evidence, in order."""

    category: EntryId
    intent: EntryId
    score: Annotated[float, Field(ge=0, le=1)]
    words: tuple[Span, ...] = ()
