"""What a shop wants to reach, and when it is there to do so."""

from datetime import date, time
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from .figures import Line
from .people import Level
from .value import Value


class Target(Value):
    """What one KPI shall be: `at_least` or `at_most` a value in the KPI's own unit; for one level, or for all."""

    kpi: Annotated[str, Field(pattern=r"^K[0-9]{1,2}[a-z]?$")]
    rule: Literal["at_least", "at_most"] = "at_least"
    value: Annotated[float, Field(ge=0)]
    level: Level | None = None
    source: Line


class TargetPolicy(Value):
    """The targets; one KPI has at most one a level, and one for all levels."""

    targets: tuple[Target, ...] = ()

    @model_validator(mode="after")
    def name_each_once(self) -> Self:
        named = [(target.kpi, target.level) for target in self.targets]
        if len(set(named)) < len(named):
            raise ValueError("a KPI has two targets for the same level; keep one")
        return self


class Shift(Value):
    """When people answer on some days of the week, 1 is Monday; `until` 00:00 is midnight."""

    days: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1)]
    start: time
    until: time

    @field_validator("start", "until", mode="before")
    @classmethod
    def read_time(cls, value: object) -> object:
        return time.fromisoformat(value) if isinstance(value, str) else value


class HoursPolicy(Value):
    """When the shop's people are there, in its own zone."""

    shifts: tuple[Shift, ...] = ()
    closed: tuple[date, ...] = ()
    """Days off, public holidays among them."""
    open_all_the_same: tuple[date, ...] = ()
    """Days worked although the week says otherwise (调休)."""

    @field_validator("closed", "open_all_the_same", mode="before")
    @classmethod
    def read_iso_dates(cls, value: object) -> object:
        if not isinstance(value, list | tuple):
            return value
        return tuple(date.fromisoformat(one) if isinstance(one, str) else one for one in value)
