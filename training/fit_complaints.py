"""Fit what complaints sound like: `python training/fit_complaints.py assist/suggest/signals/complaints.npz`.

One logistic regression an issue, and one for complaining at all, over written pieces, meaning, and what the lexicon
finds. From `training/complaints/*.jsonl` (written for this project), the open severity set, and sentences of
`training/paraphrases` that are no complaint. Prints how our own texts are read that were held out, with five folds:
by the lexicon alone, and by both together as chats are read.
"""

import json
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from assist.cli.content import library_of
from assist.domain.complaint import Complaint, Issue, Severity
from assist.suggest.signals import SignalReader, build_signals
from assist.suggest.signals.learned import BUCKETS, FOUND, MEANING, Likely, features_of, found_of

HERE = Path(__file__).parent
OPEN = HERE.parent / "tests/open/b_severity_authored.jsonl"
NO_COMPLAINT = {
    "zh_fresh": (
        "keep-how-general fridge-days freezer-months can-freeze room-temp-ok leftover-opened wash-before- "
        "store is-it-ripe ripen-how too-ripe-slow wash-how eat-without-washing peel-how thaw-how refreeze "
        "cook-how eat-raw pregnant baby-kids pets organic-cert origin production-date weight-per size-spec "
        "count-per-box season-when restock price-per-jin choose-variety fresh-or-frozen same-day-fresh pick- "
        "good live-shrimp-keep crab-keep durian-ripen deliver-on-day inspect-before-sign delivery-area gift- "
        "box claim-window damage-policy-before photos-needed cold-chain-road"
    ),
    "zh_shop": (
        "ship-when where-parcel arrive-when courier-which courier-choose delivery-area address-change pay- "
        "method price-ask bargain discount-activity coupon-get gift-ask stock origin shelf-life storage "
        "compare recommend packaging invoice refund-how refund-when return-how greeting thanks-bye review-ask "
        "membership points group-buy weather-delay"
    ),
    "en": (
        "payment-methods product-price current-offers delivery-area delivery-time-estimate order-tracking "
        "change-address cancel-order refund-how refund-when greeting thanks goodbye fresh-food-storage shelf- "
        "life-expiry ripeness cooking-how allergens in-stock membership-points gift-card opening-hours"
    ),
}
STRENGTH = 6.0
"""The inverse of the regularisation."""
ASKED = 0.4
"""How much a sentence that only asks counts beside one of the corpus."""


class Text(NamedTuple):
    text: str
    issues: frozenset[Issue]
    severity: str
    own: bool


def main(out: Path) -> None:
    reader = build_signals(library_of(None))
    texts = _texts()
    read = [reader.read_words((one.text,)) for one in texts]
    matrix = _matrix(texts, read)
    labels = np.array([[*(issue in one.issues for issue in Issue), bool(one.issues)] for one in texts])
    weights = np.array([1.0 if one.own else ASKED for one in texts])
    _report(reader, texts, read, _held_out(matrix, labels, weights))
    coefficients = np.zeros((matrix.shape[1], labels.shape[1]))
    constant = np.zeros(labels.shape[1])
    for at in range(labels.shape[1]):
        model = _fitted(matrix, labels[:, at], weights)
        coefficients[:, at], constant[at] = model.coef_[0], model.intercept_[0]
    written, rest = coefficients[:BUCKETS], coefficients[BUCKETS:]
    scale = np.abs(written).max(axis=0) / 127
    found = len(Issue) + len(Severity)
    np.savez_compressed(
        out,
        issues=np.array("\n".join(issue.value for issue in Issue)),
        pieces=np.round(written / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        meaning=(rest[:-found] * MEANING).astype(np.float32),
        found=(rest[-found:] * FOUND).astype(np.float32),
        constant=constant.astype(np.float32),
    )


def _texts() -> list[Text]:
    texts: dict[str, Text] = {}
    for path in (*sorted((HERE / "complaints").glob("*.jsonl")), OPEN):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            texts[row["text"]] = Text(
                row["text"], frozenset(map(Issue, row["issues"])), row["severity"], path is not OPEN
            )
    for name, groups in NO_COMPLAINT.items():
        wanted = set(groups.split())
        for line in (HERE / "paraphrases" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            for text in row["texts"] if row["group"] in wanted else ():
                texts.setdefault(text, Text(text, frozenset(), "none", False))
    return [texts[text] for text in sorted(texts)]


def _matrix(texts: list[Text], read: list[Complaint]) -> sparse.csr_matrix:
    features = [features_of(one.text) for one in texts]
    starts = np.cumsum([0, *(len(buckets) for buckets, _ in features)])
    values = np.concatenate([np.full(len(b), 1 / np.sqrt(max(1, len(b)))) for b, _ in features])
    written = sparse.csr_matrix((values, np.concatenate([b for b, _ in features]), starts), (len(texts), BUCKETS))
    meaning = np.array([point for _, point in features]) * MEANING
    found = np.array([found_of(one) for one in read]) * FOUND
    return sparse.hstack([written, sparse.csr_matrix(meaning), sparse.csr_matrix(found)]).tocsr()


def _fitted(matrix: sparse.csr_matrix, label: np.ndarray, weights: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=300, solver="liblinear").fit(matrix, label, sample_weight=weights)


def _held_out(matrix: sparse.csr_matrix, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    likely = np.zeros(labels.shape)
    for train, test in KFold(5, shuffle=True, random_state=0).split(np.arange(len(labels))):
        for at in range(labels.shape[1]):
            model = _fitted(matrix[train], labels[train, at], weights[train])
            likely[test, at] = model.predict_proba(matrix[test])[:, 1]
    return likely


def _report(reader: SignalReader, texts: list[Text], read: list[Complaint], likely: np.ndarray) -> None:
    """Print how often texts of our own, each held out, are read right."""
    own = [at for at, one in enumerate(texts) if one.own]
    both = [
        reader.sensed((read[at],), (Likely(likely[at][-1], dict(zip(Issue, likely[at], strict=False))),), read[at])
        for at in own
    ]
    for name, readings in (("lexicon", [read[at] for at in own]), ("both", both)):
        pairs = list(zip([texts[at] for at in own], readings, strict=True))
        severity = np.mean([one.severity == found.severity.value for one, found in pairs])
        complains = np.mean([bool(one.issues) == bool(found.issues) for one, found in pairs])
        f1 = [
            2
            * sum(issue in one.issues and issue in found.issues for one, found in pairs)
            / max(1, sum((issue in one.issues) + (issue in found.issues) for one, found in pairs))
            for issue in Issue
        ]
        told = f"severity {severity:.3f}, complaint or not {complains:.3f}, issues macro F1 {np.mean(f1):.3f}"
        print(f"{name}: n {len(pairs)}, {told}")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
