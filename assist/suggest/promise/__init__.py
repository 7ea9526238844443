"""What does a text promise, may it, and until when is it to be kept?"""

from .due import due_at
from .judge import judge
from .read import read_commitments

__all__ = ["due_at", "judge", "read_commitments"]
