"""How an adapter says no."""


class AuthError(Exception):
    """The request is not proven to come from the platform: 401, nothing stored, no detail told."""


class BadPayload(Exception):
    """Proven, but undecodable or of the wrong shape: 400, the raw request is kept as a dead row."""


class NotSupported(Exception):
    """The platform cannot do this; never silently do something less."""
