"""Put the process together: nothing is built on import, everything is made here and passed down."""

from .create import create_app

__all__ = ["create_app"]
