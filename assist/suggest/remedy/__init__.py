"""What should be done about a claim? `decide` reads top to bottom; the other files each answer one of its questions."""

from .checks import DECLINED
from .decide import decide

__all__ = ["DECLINED", "decide"]
