"""Fit how moods sound: `python training/fit_moods.py assist/suggest/signals/moods.npz`.

Three logistic regressions over written pieces: praise or blame, either or neither, angry or only blaming. From texts
written for this project alone: `training/moods` (whole texts, and phrases that `made_moods.py` puts together),
`training/complaints`, the open severity set, and what is only asked (the shipped articles, `training/paraphrases`).
Prints how our own whole texts are read that were held out.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from assist.cli.content import library_of
from assist.domain.mood import MoodName
from assist.suggest.signals.mood import MoodReader
from assist.suggest.signals.mood_sense import MoodSense, packed, unpacked
from assist.suggest.signals.mood_text import clauses_of, cries_of, pieces_of, plain_of
from training.fit_complaints import NO_COMPLAINT, OPEN
from training.made_moods import made_reviews

HERE = Path(__file__).parent
MADE = 240_000
KEPT = 50_000
"""So many pieces are shipped, those that weigh most."""
STRENGTH = 6.0
"""The inverse of the regularisation."""
DROPPED = 0.3
"""So many of a text's pieces are left out while fitting, so that its others learn to speak for it."""
CALM = 1.0
"""Most of what is said in chats is neither praise nor blame."""
COUNTS = {"own": 3.0, "made": 1.0, "complaint": 0.5, "asked": 1.0}
"""How much a text of each kind counts."""


class Text(NamedTuple):
    text: str
    mood: str
    kind: str


def main(out: Path) -> None:
    own, others = _own(), _others()
    held = np.random.default_rng(1).random(len(own)) < 0.2
    fitted = _fit([text for text, out_of in zip(own, held, strict=True) if not out_of] + others, made=MADE // 4)
    _report(fitted, [text for text, out_of in zip(own, held, strict=True) if out_of])
    sense = _fit(own + others, made=MADE)
    pieces = sorted(sense.weights)
    np.savez_compressed(
        out,
        pieces=np.array("\n".join(pieces)),
        weights=np.array([unpacked(sense.weights[piece]) for piece in pieces], dtype=np.int8),
        steps=np.array(sense.steps, dtype=np.float32),
        constants=np.array(sense.constants, dtype=np.float32),
    )
    print(f"{len(pieces)} pieces, {out.stat().st_size // 1000} kB")  # noqa: T201


def _own() -> list[Text]:
    texts: dict[str, Text] = {}
    for path in sorted((HERE / "moods").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            texts[row["text"]] = Text(row["text"], row["mood"], "own")
    return [texts[text] for text in sorted(texts)]


def _others() -> list[Text]:
    texts: list[Text] = []
    for path in (*sorted((HERE / "complaints").glob("*.jsonl")), OPEN):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            # A text without an issue may praise as well as ask.
            if row["issues"]:
                texts.append(Text(row["text"], "upset", "complaint"))
    for name, groups in NO_COMPLAINT.items():
        wanted = set(groups.split()) - {"thanks-bye", "thanks"}
        for line in (HERE / "paraphrases" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            texts += [Text(text, "neutral", "asked") for text in row["texts"] if row["group"] in wanted]
    for article in library_of(None).articles:
        texts += [Text(ask, "neutral", "asked") for ask in article.asks]
    return texts


def pieces_in(text: str) -> list[str]:
    """Return all a text is fitted by: the pieces of its clauses, and its cries."""
    plain = plain_of(text)
    return [*(piece for _, clause in clauses_of(plain) for piece in pieces_of(clause)), *cries_of(plain)]


def _fit(texts: list[Text], *, made: int) -> MoodSense:
    texts = [*texts, *(Text(text, mood, "made") for text, mood in made_reviews(made, 7))]
    vectors = CountVectorizer(analyzer=pieces_in, min_df=3, binary=True)
    matrix = vectors.fit_transform([one.text for one in texts]).astype(np.float64).tocsr()
    lengths = np.array([max(1, len(set(pieces_in(one.text)))) for one in texts])
    matrix.data *= np.random.default_rng(0).random(len(matrix.data)) > DROPPED
    matrix = (sparse.diags(1 / np.sqrt(lengths * (1 - DROPPED))) @ matrix).tocsr()
    mood = np.array([one.mood for one in texts])
    kind = np.array([one.kind for one in texts])
    counts = np.array([COUNTS[one.kind] for one in texts])
    stirred = mood != "neutral"
    # Three characters of a review (可以, 很快) are an answer in a chat.
    short = np.array([len(one.text) <= 4 for one in texts])
    few = np.where(kind == "made", np.where(short, 0.0, 0.05), 1.0)
    heads = [
        _fitted(matrix, mood == "happy", counts * stirred),
        _fitted(matrix, stirred, counts * few, CALM),
        _fitted(matrix, mood == "angry", counts * few * np.isin(mood, ("upset", "angry"))),
    ]
    names = vectors.get_feature_names_out()
    fitted = np.array([head.coef_[0] for head in heads])
    steps = np.abs(fitted).max(axis=1) / 127
    whole = np.round(fitted / steps[:, None]).astype(int)
    kept = np.argsort(-np.abs(whole * np.array([[1.0], [0.5], [0.5]])).max(axis=0), kind="stable")[:KEPT]
    weights = {str(names[at]): packed(*whole[:, at].tolist()) for at in kept}
    one, two, three = (float(step) for step in steps)
    first, second, third = (float(head.intercept_[0]) for head in heads)
    return MoodSense(weights, (one, two, three), (first, second, third))


def _fitted(matrix: sparse.csr_matrix, label: np.ndarray, counts: np.ndarray, other: float = 1.0) -> LogisticRegression:
    """Both labels weigh the same together, or the other one so many times as much."""
    shares = np.where(label, counts / counts[label].sum(), other * counts / counts[~label].sum())
    counts = shares * (counts > 0).sum() / (1 + other)
    used = counts > 0
    model = LogisticRegression(C=STRENGTH, max_iter=200, solver="liblinear")
    return model.fit(matrix[used], label[used], sample_weight=counts[used])


def _report(sense: MoodSense, held: list[Text]) -> None:
    reader = MoodReader(library_of(None).moods, sense)
    read = [reader.read(one.text) for one in held]
    named = Counter((one.mood, mood.name.value) for one, mood in zip(held, read, strict=True))
    sided = [
        (one.mood == "happy") == (mood.score > 0) for one, mood in zip(held, read, strict=True) if one.mood != "neutral"
    ]
    print(f"held out: praise or blame {np.mean(sided):.3f} (n {len(sided)})")  # noqa: T201
    for mood in MoodName:
        row = {other.value: named[mood.value, other.value] for other in MoodName}
        print(f"  {mood.value} (n {sum(row.values())}) read as {row}")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
