"""What was considered on the way to a decision, in the order of thought."""

from dataclasses import dataclass, field

from assist.domain.remedy import Trace


@dataclass(frozen=True)
class Thoughts:
    """The rules considered so far; it only grows, and lives as long as one decision takes."""

    _noted: list[Trace] = field(default_factory=list[Trace])

    def note(self, rule: str, held: bool, leads_to: str = "", /, **facts: str | int | bool | None) -> bool:
        """Keep that a rule was considered, and return whether it held."""
        # Made of what code says: validating two dozen of them was a fifth of a decision.
        self._noted.append(Trace.model_construct(rule=rule, held=held, facts=facts, leads_to=leads_to))
        return held

    @property
    def trace(self) -> tuple[Trace, ...]:
        return tuple(self._noted)
