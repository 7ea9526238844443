"""Fit what a sentence model adds: two weights and the bias, everything else as it stands in `answers.toml`.

    python training/fit_sentences.py FOLDER ...

Needs `fresh-assist[semantic]`; every text is laid out once. Prints the three numbers, and what the folds achieve.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import training.fit_answers as fit
from assist.app.sentence_model import load_sentence_model
from assist.content.check import check_tree
from assist.content.files import shipped_directory
from assist.suggest.features import EVIDENCE
from training.questions import FOLDS, Asked, held_out_asks, of_set

ADDED = ("sentence", "sentence_answer")


class Once:
    """Lays each text out once: folds ask the same again."""

    def __init__(self) -> None:
        self._model = load_sentence_model()
        self._known: dict[str, NDArray[np.float32]] = {}

    def points(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known |= dict(zip(new, self._model.points(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def main(folders: Sequence[Path]) -> None:
    library = check_tree(shipped_directory()).library
    assert library is not None
    weights = library.answers.weights
    fit.BY_HAND.clear()
    fit.BY_HAND.update({name: getattr(weights, name) for name in EVIDENCE if name not in ADDED})
    fit.FITTED[:] = [EVIDENCE.index(name) for name in ADDED]
    model = Once()
    sources = {"held out": list(held_out_asks(library, model))}
    for path in sorted(path for folder in folders for path in folder.glob("a_*.kb.jsonl")):
        name = path.name.removesuffix(".kb.jsonl")
        sources[name] = list(of_set(library, path.parent, name, model))
    folds = fit.fit_folds(sources, {name: fit.SET_SHARES.get(name, 1.0) for name in sources})
    fit.say(*(f"{name} = {folds[-1][EVIDENCE.index(name)]:.2f}" for name in ADDED))
    head = np.array([getattr(library.answers.confidence, name) for name in fit.HEAD])
    fit.say(f"sentence_bias = {bias_of(sources, folds, head):.2f}")
    for name, rows in sources.items():
        fit.say(f"# {name}: {fit.hits([one for one in rows if one.answered], folds)}")


def bias_of(sources: dict[str, list[Asked]], folds: Sequence[fit.Floats], head: fit.Floats) -> float:
    """Return what makes the mean confidence the share that is right, by bisection."""
    rows = [one for asked in sources.values() for one in asked]
    odds = np.array([head @ np.array(fit.told(one, folds[one.fold])) for one in rows])
    right = np.mean([fit.right_rank(one, folds[one.fold]) == 0 for one in rows])
    low, high = -10.0, 10.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if np.mean(1 / (1 + np.exp(-odds - middle))) > right else (middle, high)
    return (low + high) / 2


if __name__ == "__main__":
    assert FOLDS
    main([Path(one) for one in sys.argv[1:]])
