"""Is every offer true, provable and fit to be said? One place a finding, each with its cure."""

import re
from collections.abc import Iterator
from pathlib import Path

from assist.domain.library import RUNTIME_SLOTS, Library
from assist.domain.offer import EvidenceKind, Offer

from .check_characters import character_findings
from .check_english import english_figures_in
from .english import HAN
from .errors import ContentError
from .figures_said import figures_in
from .texts import Files
from .wording import WordingError, slots_of

Finding = tuple[str, str, str]
"""(offer id, key, message)"""

PROOF = "proof"

_DATE_OR_BATCH = re.compile(r"\d{4}|批|日|月|号")
_PERIOD = re.compile(r"\d{4}|[年月周天日季]")
_COUNT = re.compile(r"\d")


def check_offers(library: Library, root: Path) -> Iterator[ContentError]:
    """Yield everything that keeps an offer from being published."""
    files = Files(root)
    for offer_id, key, message in offer_findings(library):
        yield ContentError(files.offer_file(offer_id), files.offer_line(offer_id, key), f"{offer_id}: {message}")


def offer_findings(library: Library) -> Iterator[Finding]:
    """Yield what is wrong with each offer of a library."""
    for offer in library.offers:
        for key, message in _findings(offer, library):
            yield offer.id, key, message


def _findings(offer: Offer, library: Library) -> Iterator[tuple[str, str]]:
    yield from character_findings(offer)
    yield from _labels(offer, library)
    yield from _days(offer)
    yield from _wording(offer)
    yield from _evidence(offer)


def _labels(offer: Offer, library: Library) -> Iterator[tuple[str, str]]:
    known = {
        "products": {product.id for product in library.products},
        "categories": {label.id for label in library.topics.categories},
        "intents": {label.id for label in library.topics.intents},
    }
    where = {"products": "products/*.toml", "categories": "lexicon/topics.toml", "intents": "lexicon/topics.toml"}
    for key, ids in known.items():
        if strange := sorted(set(getattr(offer, key)) - ids):
            yield key, f"unknown {key} {strange}; use known ones, see {where[key]}"
    if not (offer.products or offer.categories or offer.intents):
        yield "products", "offered to nobody; name products, categories or intents it goes with"


def _days(offer: Offer) -> Iterator[tuple[str, str]]:
    if offer.valid_from and offer.valid_until and offer.valid_until < offer.valid_from:
        yield "valid_until", f"ends on {offer.valid_until}, before it begins on {offer.valid_from}; set a later day"
    ends = offer.evidence.fact.valid_until
    if ends is None:
        return
    if offer.valid_until is not None and ends < offer.valid_until:
        yield "valid_until", f"its evidence holds until {ends} only; end the offer by then or renew the evidence"


def _wording(offer: Offer) -> Iterator[tuple[str, str]]:
    known = frozenset({PROOF, *offer.facts}) | RUNTIME_SLOTS
    texts = {key: getattr(offer, key) for key in ("feature", "advantage", "benefit", "say", "say_en")}
    used: set[str] = set()
    for key, text in {**texts, "text": offer.evidence.text}.items():
        if not text:
            continue
        try:
            slots = slots_of(text)
        except WordingError as error:
            yield key, str(error)
            continue
        used |= slots
        if strange := sorted(slots - known):
            yield key, f"unknown slots {strange}; known: {sorted(known)}"
        if figures := (english_figures_in(text) if key == "say_en" else figures_in(text)):
            cure = "declare each as a fact with its source and write its {{ slot }}"
            yield key, f"figures without a source: {', '.join(figures)}; {cure}"
    if unused := sorted(offer.facts.keys() - used):
        yield "facts", f"facts not used in any text: {', '.join(unused)}"
    if offer.say_en and HAN.search(offer.say_en):
        yield "say_en", "Chinese in the English text; say it in English"


def _evidence(offer: Offer) -> Iterator[tuple[str, str]]:
    """Only what the law lets a shop prove: whose paper, which batch, which period, how many."""
    evidence = offer.evidence
    if "{{" not in evidence.text or PROOF not in _slots(evidence.text):
        yield "text", "the evidence does not show its proof; write {{ proof }} where its value goes"
    told = f"{evidence.text} {evidence.fact.value} {evidence.fact.source.title}"
    if evidence.fact.source.year == "n.d.":
        yield "source", "evidence without a year cannot be checked; set source.year to that of the paper or count"
    match evidence.kind:
        case EvidenceKind.certificate if evidence.fact.valid_until is None:
            yield "valid_until", "a certificate ends; set evidence.fact.valid_until to its last day"
        case EvidenceKind.inspection if not _DATE_OR_BATCH.search(told):
            yield "value", "an inspection is of one batch; say its date or batch, and which items were tested"
        case EvidenceKind.sales | EvidenceKind.rating if not (_PERIOD.search(told) and _COUNT.search(told)):
            yield "value", "nothing is counted; say how many and in which period (2026年3月本店售出1200份)"
        case _:
            pass


def _slots(text: str) -> frozenset[str]:
    try:
        return slots_of(text)
    except WordingError:
        return frozenset()
