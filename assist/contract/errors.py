"""How an adapter says no."""

from datetime import datetime


class AuthError(Exception):
    """The request is not proven to come from the platform: 401, nothing stored, no detail told."""


class BadPayload(Exception):
    """Proven, but undecodable or of the wrong shape: 400, the raw request is kept as a dead row.

    `signed_at` is the signature's own time, where the scheme has one: outside ±300 s nothing is kept.
    """

    def __init__(self, reason: str, signed_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.signed_at = signed_at


class NotSupported(Exception):
    """The platform cannot do this; never silently do something less."""
