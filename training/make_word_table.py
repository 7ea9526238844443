"""Which words mean alike to a customer? Second of two steps: train the word table and write it.

    python training/make_word_table.py STARTS.npz assist/suggest/words.npz

Words start where a general language model has them (`embed_words.py`) and are moved until sentences of one group lie
together and apart from other groups: the groups are ours, `paraphrases/*.jsonl`. A sentence lies at the weighted sum
of its words; the loss is the multi-positive InfoNCE of Khosla et al. (Supervised Contrastive Learning, 2020); plain
numpy, one seed, about two minutes. It is told no question that answers are measured on, the shipped base's own least
of all: what is held out of the base must be new to the table too.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assist.suggest.reading import split
from assist.suggest.text import normalise
from assist.suggest.words import DIMENSIONS, WordTable

Floats = NDArray[np.float32]

STEPS = 700
GROUPS_A_STEP = 192
SENTENCES_A_GROUP = 3
TEMPERATURE = 0.07
RATE = 0.004
WEIGHT_RATE = 0.03
# How many words of a sentence are left out each time it is seen: no word may carry a group alone.
DROPPED = 0.3
# The usual smoothing of word weights by frequency (Arora et al., 2017).
SMOOTHING = 1e-4


@dataclass
class Table:
    """What is trained: where words lie, and the logarithm of how much they tell."""

    points: Floats
    weights: Floats


def main(starts: Path, target: Path) -> None:
    stored = np.load(starts)
    words = str(stored["words"]).split("\n")
    table = started(stored["starts"].astype(np.float32), stored["frequency"])
    reader = WordTable({word: at for at, word in enumerate(words)}, np.zeros((0, 0), np.int8), np.zeros(0), {}, ())
    train(table, [[rows_of(text, reader) for text in group] for group in groups()])
    lengths = np.linalg.norm(table.points, axis=1, keepdims=True)
    np.savez_compressed(
        target,
        words=stored["words"],
        directions=np.round(table.points / lengths * 127).astype(np.int8),
        weights=(np.exp(table.weights) * lengths[:, 0]).astype(np.float16),
        syllables=stored["syllables"],
        sounds=stored["sounds"],
    )


def groups() -> list[list[str]]:
    found: list[list[str]] = []
    for path in sorted((Path(__file__).parent / "paraphrases").glob("*.jsonl")):
        found += [json.loads(line)["texts"] for line in path.read_text("utf-8").splitlines() if line.strip()]
    return found


def rows_of(text: str, reader: WordTable) -> list[int]:
    return reader.rows(split(normalise(text))[1])


def started(starts: Floats, frequency: NDArray[np.float64]) -> Table:
    """Turn the model's vectors to their main directions, as many as the table has."""
    centred = starts - starts.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    points = centred @ axes[:, ::-1][:, :DIMENSIONS]
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return Table(points.astype(np.float32), np.log(SMOOTHING / (SMOOTHING + frequency)).astype(np.float32))


def train(table: Table, grouped: Sequence[Sequence[list[int]]]) -> None:
    """Move the table's words, in place."""
    chance = np.random.default_rng(0)
    told = [[rows for rows in group if rows] for group in grouped]
    told = [group for group in told if len(group) > 1]
    points, weights = Adam(table.points), Adam(table.weights)
    for step in range(STEPS):
        sentences, labels = drawn(told, chance)
        gradient_of_points, gradient_of_weights, touched = gradients(table, sentences, labels)
        left = 1 - step / STEPS
        points.move(gradient_of_points, touched, RATE * left)
        weights.move(gradient_of_weights, touched, WEIGHT_RATE * left)


def drawn(
    told: Sequence[Sequence[list[int]]], chance: np.random.Generator
) -> tuple[list[list[int]], NDArray[np.int64]]:
    sentences: list[list[int]] = []
    labels: list[int] = []
    for group in chance.permutation(len(told))[:GROUPS_A_STEP].tolist():
        for at in chance.permutation(len(told[group]))[:SENTENCES_A_GROUP].tolist():
            kept = [row for row in told[group][at] if chance.random() > DROPPED]
            sentences.append(kept or told[group][at])
            labels.append(group)
    return sentences, np.array(labels)


def gradients(
    table: Table, sentences: Sequence[list[int]], labels: NDArray[np.int64]
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Return the loss's gradients for points and weights, and which rows they touch."""
    rows = np.concatenate([np.array(sentence) for sentence in sentences])
    of = np.repeat(np.arange(len(sentences)), [len(sentence) for sentence in sentences])
    told = np.exp(table.weights[rows])
    summed = np.zeros((len(sentences), DIMENSIONS), dtype=np.float32)
    np.add.at(summed, of, told[:, None] * table.points[rows])
    lengths = np.linalg.norm(summed, axis=1, keepdims=True) + 1e-6
    lie = summed / lengths
    likeness = lie @ lie.T / TEMPERATURE
    np.fill_diagonal(likeness, -1e9)
    together = labels[:, None] == labels[None]
    np.fill_diagonal(together, False)
    chances = np.exp(likeness - likeness.max(axis=1, keepdims=True))
    among_own = chances * together
    pull = among_own / (among_own.sum(axis=1, keepdims=True) + 1e-12)
    push = chances / chances.sum(axis=1, keepdims=True)
    slope = (push - pull) * together.any(axis=1)[:, None] / len(sentences)
    moved = (slope + slope.T) / TEMPERATURE @ lie
    back = ((moved - (moved * lie).sum(axis=1, keepdims=True) * lie) / lengths)[of]
    of_points = np.zeros_like(table.points)
    np.add.at(of_points, rows, told[:, None] * back)
    of_weights = np.zeros_like(table.weights)
    np.add.at(of_weights, rows, (back * table.points[rows]).sum(axis=1) * told)
    return of_points, of_weights, np.unique(rows)


class Adam:
    """Adam (Kingma and Ba, 2015) on the rows that a step touches."""

    def __init__(self, values: Floats) -> None:
        self.values = values
        self.mean = np.zeros_like(values)
        self.square = np.zeros_like(values)

    def move(self, gradient: Floats, touched: NDArray[np.int64], rate: float) -> None:
        self.mean[touched] = 0.9 * self.mean[touched] + 0.1 * gradient[touched]
        self.square[touched] = 0.99 * self.square[touched] + 0.01 * gradient[touched] ** 2
        self.values[touched] -= rate * self.mean[touched] / (np.sqrt(self.square[touched]) + 1e-7)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
