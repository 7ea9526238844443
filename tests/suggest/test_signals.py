"""What is read of a complaint: cases whose expectations were written from the words."""

import tomllib
from pathlib import Path

import pytest

from assist.domain.complaint import Complaint, Share
from assist.domain.library import Library
from assist.suggest.signals import SignalReader, build_signals

CASES = Path(__file__).parent.parent / "cases" / "complaints"


@pytest.fixture(scope="session")
def signals(library: Library) -> SignalReader:
    return build_signals(library)


def cases() -> list[object]:
    found: list[object] = []
    for path in sorted(CASES.glob("*.toml")):
        for number, case in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["cases"]):
            found.append(pytest.param(case, id=f"{path.stem}-{number}: {' / '.join(case['says'])}"))
    return found


def said(share: Share | None) -> str:
    return f"{share.bad}/{share.total}" if share else ""


def ratio(share: str) -> float | None:
    top, _, low = share.partition("/")
    return int(top) / int(low) if low else None


def view(found: Complaint, case: dict[str, object]) -> dict[str, object]:
    """What was found, of what a case speaks of."""
    damages = [d for d in found.damages if d.products]
    first = next((d for d in found.damages if d.expected or d.bad), None)
    everything: dict[str, object] = {
        "says": case["says"],
        "severity": found.severity.value,
        "issues": {issue.value for issue in found.issues},
        "grounds": {ground.value for ground in found.grounds},
        "share": ratio(said(found.share)),
        "doubtful": found.doubtful_total,
        "stored": found.after_storage,
        "still_cold": getattr(found, "still_cold", None),
        "wants": [want.value for want in found.wants],
        "bad": [str(first.bad.number), first.bad.unit] if first and first.bad else None,
        "expected": str(first.expected.number) if first and first.expected else None,
        "found": str(first.found.number) if first and first.found else None,
        "damages": [(d.products[0], ratio(said(d.share))) for d in damages],
    }
    return {key: everything[key] for key in case}


def wanted(case: dict[str, object]) -> dict[str, object]:
    shaped = dict(case)
    for key in ("issues", "grounds"):
        if key in shaped:
            shaped[key] = set(shaped[key])  # type: ignore[call-overload]
    if "share" in shaped:
        shaped["share"] = ratio(str(shaped["share"]))
    if "damages" in shaped:
        shaped["damages"] = [(d["product"], ratio(d["share"])) for d in shaped["damages"]]  # type: ignore[attr-defined]
    return shaped


@pytest.mark.parametrize("case", cases())
def test_a_complaint_is_read_as_its_words_say(signals: SignalReader, case: dict[str, object]) -> None:
    found = signals.read(case["says"])  # type: ignore[arg-type]

    assert view(found, case) == wanted(case)
