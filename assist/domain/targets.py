"""What a shop wants to reach, and when it is there to do so."""

from datetime import date, time
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from .figures import Line, read_clock, read_day
from .people import Level
from .value import Value

Day = Annotated[date, BeforeValidator(read_day)]


class Target(Value):
    """What one KPI shall be: `at_least` or `at_most` a value in the KPI's own unit; for one level, or for all."""

    kpi: Annotated[str, Field(pattern=r"^[KT][0-9]{1,2}[a-z]?$")]
    rule: Literal["at_least", "at_most"] = "at_least"
    value: Annotated[float, Field(ge=0)]
    level: Level | None = None
    source: Line

    def met_by(self, value: float) -> bool:
        return value >= self.value if self.rule == "at_least" else value <= self.value


class TargetPolicy(Value):
    """The targets; one KPI has at most one a level, and one for all levels."""

    targets: tuple[Target, ...] = ()

    @model_validator(mode="after")
    def name_each_once(self) -> Self:
        named = [(target.kpi, target.level) for target in self.targets]
        if len(set(named)) < len(named):
            raise ValueError("a KPI has two targets for the same level; keep one")
        return self

    def target_for(self, kpi: str, level: str | None = None) -> Target | None:
        """Return a KPI's target for one level, else that for everybody."""
        found = {target.level: target for target in self.targets if target.kpi == kpi}
        return next((one for one in found.values() if one.level is not None and one.level == level), found.get(None))


class Shift(Value):
    """When people answer on some days of the week, 1 is Monday; `until` 00:00 is midnight."""

    days: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1)]
    start: time
    until: time

    @field_validator("start", "until", mode="before")
    @classmethod
    def read_time(cls, value: object) -> object:
        return read_clock(value)


class HoursPolicy(Value):
    """When the shop's people are there, in its own zone."""

    shifts: tuple[Shift, ...] = ()
    closed: tuple[Day, ...] = ()
    """Days off, public holidays among them."""
    open_all_the_same: tuple[Day, ...] = ()
    """Days worked although the week says otherwise (调休)."""
