"""The rows of who knocks: sign-ins that failed, so that guessing gets slow."""

from datetime import datetime

from sqlmodel import Field

from .tables import Row
from .types import UtcTime


class SignInTry(Row, table=True):
    """How often signing in failed for one subject (a name, or an address) since it last succeeded."""

    subject: str = Field(primary_key=True)
    failures: int = 0
    last_at: datetime = Field(sa_type=UtcTime)
