"""What a model of whole sentences must offer to be used beside the word table. None is needed."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class SentenceModel(Protocol):
    """Lays texts out so that those of like meaning lie close, whatever their words."""

    def points(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 a text, all of one dimension."""
        ...
