"""What content is made of: ids, lines, and figures that may be told, each with its source."""

from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from .value import Value

EntryId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$")]
SlotName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Line = Annotated[str, Field(min_length=1, max_length=200)]


def read_day(value: object) -> object:
    """Return the day that an ISO text says; what is no text as it is. Raises what pydantic calls `date_parsing`."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError as error:
        raise PydanticCustomError("date_parsing", "this is no day; write one such as 2026-03-01") from error


def read_clock(value: object) -> object:
    """Return the time that an ISO text says; what is no text as it is. Raises what pydantic calls `time_parsing`."""
    try:
        return time.fromisoformat(value) if isinstance(value, str) else value
    except ValueError as error:
        raise PydanticCustomError("time_parsing", "this is no time; write one such as 08:00") from error


class Source(Value):
    """Where a figure comes from. `year` is the year of issue, or "n.d." where the source states none.

    Without English of its own, a name is looked up in the library's `English`.
    """

    title: Line
    title_en: Line | None = None
    issuer: Line
    issuer_en: Line | None = None
    year: Annotated[int, Field(ge=1900, le=2100)] | Literal["n.d."]


class Fact(Value):
    """A figure that may be told to a customer, with its unit in the text and its source beside it.

    `value_en` says it in English; number and unit need none, a library's `English` knows the units.
    """

    value: Line
    value_en: Line | None = None
    source: Source
    approximate: bool = False
    valid_until: date | None = None
    """The last day it holds, where it ends."""

    @field_validator("valid_until", mode="before")
    @classmethod
    def read_iso_date(cls, value: object) -> object:
        return read_day(value)


class FactUse(Value):
    """A figure that another entry owns: `use = "shrimp.fridge"` reads that product's fact."""

    use: Annotated[str, Field(pattern=r"^[a-z0-9_-]+\.[a-z][a-z0-9_]*$")]
