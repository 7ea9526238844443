"""Fit the finder's weights and confidence, and print them with what they achieve on questions they were not fitted on.

    python training/fit_answers.py tests/open [FOLDER ...]

Folders hold sets of the common format (`NAME.kb.jsonl`, `NAME.queries.jsonl`). The rest is the shipped knowledge base:
each ask is held out once, in five folds, and asked of the others. The numbers go by hand into
`templates_kb/policy/answers.toml`. Every fold is judged with numbers fitted without it.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assist.cli.eval.retrieval import calibration_error
from assist.content.check import check_tree
from assist.content.files import shipped_directory
from assist.domain.policy import AnswerConfidence
from assist.domain.share import wilson
from assist.suggest.engine import certainty
from assist.suggest.features import EVIDENCE
from training.questions import (
    FOLDS,
    Asked,
    held_out_asks,
    known_phrasings,
    of_set,
    questions_elsewhere,
    removed_articles,
)

Floats = NDArray[np.float64]
HEAD = [name for name in AnswerConfidence.model_fields if name not in ("following", "sentence_bias")]
# Set by hand: nothing that is fitted on shows what they are worth. An ask that a person wrote wins.
BY_HAND = {"same_ask": 6.0, "other_product": -4.0, "dismissed": -8.0, "sentence": 0.0, "sentence_answer": 0.0}
FITTED = [column for column, name in enumerate(EVIDENCE) if name not in BY_HAND]
MAY_BE_NEGATIVE = [EVIDENCE.index("unasked_product"), EVIDENCE.index("unasked_category")]
# How much the questions of a source count altogether beside the others.
BASE_SHARE = {"held out": 3.0, "known": 1.0}
SET_SHARE = 1.0
SET_SHARES = {"a_zh_ecom_authored": 1.5, "a_zh_ecom": 1.5}
# In the traffic assumed of a shop, of 15 questions 10 have an article, 3 lost theirs and 2 are about something else.
OUTSIDE_SHARE = {"removed": 0.3, "elsewhere": 0.2}
SHOWN_SHARE = 0.9
PRECISION = 0.95
FALSE_ANSWERS = 0.02
FOLLOWING = 0.25


def main(folders: Sequence[Path]) -> None:
    library = check_tree(shipped_directory()).library
    assert library is not None
    base = {"held out": list(held_out_asks(library)), "known": list(known_phrasings(library))}
    sets = {
        path.name.removesuffix(".kb.jsonl"): list(of_set(library, path.parent, path.name.removesuffix(".kb.jsonl")))
        for folder in folders
        for path in sorted(folder.glob("a_*.kb.jsonl"))
    }
    outside = {"removed": list(removed_articles(library)), "elsewhere": list(questions_elsewhere(library))}
    shares = {**BASE_SHARE, **{name: SET_SHARES.get(name, SET_SHARE) for name in sets}}
    learned = {**base, **sets}
    weights = fit_folds(learned, shares)
    say("[weights]", *(f"{name} = {value:.2f}" for name, value in zip(EVIDENCE, weights[-1], strict=True)))
    for name, rows in learned.items():
        say(f"# {name}: {hits([one for one in rows if one.answered], weights)}")
    judged = {**learned, **outside}
    del judged["known"]
    heads = fit_heads(judged, weights)
    say("[confidence]", *(f"{name} = {value:.2f}" for name, value in zip(HEAD, heads[-1], strict=True)))
    say(f"following = {FOLLOWING}")
    tell_confidence(judged, weights, heads)


def say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def fit_folds(sources: dict[str, list[Asked]], shares: dict[str, float]) -> list[Floats]:
    """Return the weights of each left-out fold, and last those of all questions."""
    usable = [(one, shares[name] / len(rows)) for name, rows in sources.items() for one in rows if one.right.any()]
    kept = [[row for row in usable if row[0].fold != fold] for fold in range(FOLDS)]
    return [fit_weights(rows) for rows in (*kept, usable)]


def fit_weights(rows: Sequence[tuple[Asked, float]]) -> Floats:
    """Maximise the likelihood of the right articles among the candidates (softmax), by Newton's method.

    Likenesses may not count against an article: the asks of one article differ on purpose, which would teach that a
    shared phrase speaks against it.
    """
    problem = Softmax(rows)
    free = np.zeros(len(EVIDENCE), dtype=bool)
    free[MAY_BE_NEGATIVE] = True
    fitted = np.isin(np.arange(len(EVIDENCE)), FITTED)
    by_hand = np.array([BY_HAND.get(name, 0.0) for name in EVIDENCE])
    weights = np.where(fitted, 0.1, by_hand * problem.scale)
    loss, slope, curve = problem.at(weights)
    for _ in range(100):
        moving = fitted & (free | (weights > 0) | (slope < 0))
        step = np.zeros(len(EVIDENCE))
        step[moving] = np.linalg.solve(curve[np.ix_(moving, moving)], slope[moving])
        for halvings in range(12):
            tried = weights - step / 2**halvings
            tried = np.where(free | ~fitted, tried, np.maximum(tried, 0))
            new_loss, new_slope, new_curve = problem.at(tried)
            if new_loss < loss - 1e-7:
                weights, loss, slope, curve = tried, new_loss, new_slope, new_curve
                break
        else:
            break
    return weights / problem.scale


class Softmax:
    """The loss of all questions at once: evidence padded to the longest list of candidates."""

    def __init__(self, rows: Sequence[tuple[Asked, float]]) -> None:
        longest = max(len(one.evidence) for one, _ in rows)
        self.evidence = np.zeros((len(rows), longest, len(EVIDENCE)))
        self.shown = np.zeros((len(rows), longest), dtype=bool)
        self.right = np.zeros((len(rows), longest), dtype=bool)
        for at, (one, _) in enumerate(rows):
            many = len(one.evidence)
            self.evidence[at, :many] = one.evidence
            self.shown[at, :many] = ~one.wrong_product | one.right
            self.right[at, :many] = one.right
        self.share = np.array([share for _, share in rows])
        self.share /= self.share.sum()
        self.scale = np.maximum(self.evidence[self.shown].std(axis=0), 1e-2)
        self.evidence /= self.scale

    def at(self, weights: Floats) -> tuple[float, Floats, Floats]:
        """Return the loss with its first and second derivatives; a small ridge keeps like columns together."""
        strengths = np.where(self.shown, self.evidence @ weights, -1e9)
        chances = np.exp(strengths - strengths.max(axis=1, keepdims=True))
        among_right = chances * self.right
        total, of_right = chances.sum(axis=1), among_right.sum(axis=1)
        chances /= total[:, None]
        among_right /= of_right[:, None]
        loss = float(self.share @ np.log(total / of_right)) + RIDGE * float(weights @ weights) / 2
        mean = np.einsum("nk,nkd->nd", chances, self.evidence)
        slope = self.share @ (mean - np.einsum("nk,nkd->nd", among_right, self.evidence)) + RIDGE * weights
        spread = np.einsum("nk,nkd,nke->de", chances * self.share[:, None], self.evidence, self.evidence, optimize=True)
        curve = spread - np.einsum("n,nd,ne->de", self.share, mean, mean, optimize=True)
        return loss, slope, curve + RIDGE * np.eye(len(weights))


RIDGE = 3e-3


def hits(rows: Sequence[Asked], weights: Sequence[Floats]) -> str:
    """Say how often a right article comes first, and among three, with 95 % intervals."""
    ranks = [right_rank(one, weights[one.fold]) for one in rows]
    first, three = sum(rank == 0 for rank in ranks), sum(rank < 3 for rank in ranks)
    return f"n {len(ranks)}, hit@1 {interval(first, len(ranks))}, hit@3 {interval(three, len(ranks))}"


def interval(count: int, total: int) -> str:
    low, high = wilson(count, total)
    return f"{count / (total or 1):.3f} ({low:.3f}-{high:.3f})"


def strengths_of(one: Asked, weights: Floats) -> Floats:
    return one.evidence @ weights - 50.0 * one.wrong_product


def right_rank(one: Asked, weights: Floats) -> int:
    if not one.right.any():
        return sys.maxsize
    order = np.argsort(-strengths_of(one, weights), kind="stable")
    return int(np.flatnonzero(one.right[order])[0])


def told(one: Asked, weights: Floats) -> tuple[float, ...]:
    strengths = strengths_of(one, weights)
    order = np.argsort(-strengths, kind="stable")
    alike = one.evidence @ weights
    rival = float(np.delete(alike, order[0]).max()) if len(alike) > 1 else None
    return certainty(float(strengths[order[0]]), rival, one.evidence[order[0]], one.known, one.terms)


def fit_heads(sources: dict[str, list[Asked]], weights: Sequence[Floats]) -> list[Floats]:
    """Return the confidence of each left-out fold, and last that of all questions."""
    asked = [one for rows in sources.values() for one in rows]
    share = np.concatenate(
        [np.full(len(rows), OUTSIDE_SHARE.get(name, 1.0) / len(rows)) for name, rows in sources.items()]
    )
    rows = np.array([told(one, weights[one.fold]) for one in asked])
    right = np.array([right_rank(one, weights[one.fold]) == 0 for one in asked], dtype=float)
    fold = np.array([one.fold for one in asked])
    kept = [*(fold != left_out for left_out in range(FOLDS)), np.full(len(fold), True)]
    return [fit_logistic(rows[chosen], right[chosen], share[chosen]) for chosen in kept]


def fit_logistic(rows: Floats, right: Floats, share: Floats) -> Floats:
    weights = np.zeros(rows.shape[1])
    share = share / share.sum()
    for _ in range(40):
        chance = 1 / (1 + np.exp(-rows @ weights))
        curve = (rows * (share * chance * (1 - chance))[:, None]).T @ rows + 1e-5 * np.eye(len(weights))
        weights -= np.linalg.solve(curve, rows.T @ (share * (chance - right)) + 1e-5 * weights)
    return weights


def tell_confidence(sources: dict[str, list[Asked]], weights: Sequence[Floats], heads: Sequence[Floats]) -> None:
    """Print what the confidence is worth: its calibration, and how much may be answered alone."""
    chances: dict[str, Floats] = {}
    correct: dict[str, NDArray[np.bool_]] = {}
    for name, rows in sources.items():
        odds = np.array([heads[one.fold] @ told(one, weights[one.fold]) for one in rows])
        chances[name] = 1 / (1 + np.exp(-odds))
        correct[name] = np.array([right_rank(one, weights[one.fold]) == 0 for one in rows])
    pooled = np.concatenate([values for name, values in chances.items() if name not in OUTSIDE_SHARE])
    came = np.concatenate([values for name, values in correct.items() if name not in OUTSIDE_SHARE])
    error = calibration_error(pooled.tolist(), came.tolist())
    say(f"# calibration error over all sets: {error:.4f} (n {len(pooled)}, ten bins)")
    for name, rows in sources.items():
        error = calibration_error(chances[name].tolist(), correct[name].tolist())
        say(f"# calibration error, {name}: {error:.4f} (n {len(rows)})")
    found = np.array(
        [
            float(chances["held out"][at] * np.exp(FOLLOWING * lag(one, weights[one.fold])))
            for at, one in enumerate(sources["held out"])
            if right_rank(one, weights[one.fold]) < 3
        ]
    )
    say(f"# min_score {np.quantile(found, 1 - SHOWN_SHARE):.3f} shows {SHOWN_SHARE:.0%} of the right in three")
    given = {name: rows for name, rows in sources.items() if any(not one.answered for one in rows)}
    given = {name: rows for name, rows in given.items() if name not in OUTSIDE_SHARE}
    for name in given:
        others = [other for other in given if other != name]
        least = threshold(others, given, chances, correct)
        found_alone = alone([name], given, chances, correct, least)
        say(f"# alone, {name}: from {least:.3f}, fixed on the other sets: {found_alone}")
    least = threshold(list(given), given, chances, correct)
    say(f"# auto_score {least:.3f}, fixed on all sets: {alone(list(given), given, chances, correct, least)}")


def threshold(
    names: Sequence[str],
    sources: dict[str, list[Asked]],
    chances: dict[str, Floats],
    correct: dict[str, NDArray[np.bool_]],
) -> float:
    """Return the least confidence that answers at 95 % precision, and at most 2 % of what has no answer."""
    sure = np.concatenate([chances[name] for name in names])
    right = np.concatenate([correct[name] for name in names])
    answered = np.array([one.answered for name in names for one in sources[name]])
    for least in np.arange(0.3, 1.0, 0.005).tolist():
        chosen = sure >= least
        if chosen.any() and right[chosen].mean() >= PRECISION and chosen[~answered].mean() <= FALSE_ANSWERS:
            return least
    return 1.0


def lag(one: Asked, weights: Floats) -> float:
    strengths = strengths_of(one, weights)
    return float(strengths[one.right].max() - strengths.max())


def alone(
    names: Sequence[str],
    sources: dict[str, list[Asked]],
    chances: dict[str, Floats],
    correct: dict[str, NDArray[np.bool_]],
    least: float,
) -> str:
    """Say the precision, the coverage of what has an answer, and the share answered of what has none."""
    sure = np.concatenate([chances[name] for name in names]) >= least
    right = np.concatenate([correct[name] for name in names])
    answered = np.array([one.answered for name in names for one in sources[name]])
    precise = interval(int(right[sure].sum()), int(sure.sum()))
    covered = interval(int((right & sure)[answered].sum()), int(answered.sum()))
    false = interval(int(sure[~answered].sum()), int((~answered).sum()))
    return f"precision {precise}, coverage {covered}, false answers {false}"


if __name__ == "__main__":
    main([Path(one) for one in sys.argv[1:]])
