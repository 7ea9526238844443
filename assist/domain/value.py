"""What every value that crosses a boundary has in common."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen, strict pydantic model: unknown fields are refused, numbers are never guessed from text."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
