"""Which forbidden terms does a text hold, however they are written?"""

from .guard import Guard, build_guard

__all__ = ["Guard", "build_guard"]
