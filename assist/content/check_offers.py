"""Is every offer true, provable and fit to be said? One place a finding, each with its cure."""

import re
from collections.abc import Iterator
from pathlib import Path

from assist.domain.figures import Fact
from assist.domain.goods import EvidenceKind
from assist.domain.library import RUNTIME_SLOTS, Library
from assist.domain.offer import GOODS_SLOTS, OFFER_SLOTS, Offer, OfferRole

from .check_characters import character_findings
from .check_english import english_figures_in
from .check_selling import selling_findings
from .english import HAN
from .errors import ContentError
from .figures_said import figures_in
from .texts import SELLING, Files, wordings_of
from .wording import WordingError, slots_of

Finding = tuple[str, str, str]
"""(offer id, key, message)"""

PROOF = "proof"

_DATE_OR_BATCH = re.compile(r"\d{4}|批|日|月|号")
_PERIOD = re.compile(r"\d{4}|[年月周天日季]")
_COUNT = re.compile(r"\d")


def check_offers(library: Library, root: Path) -> Iterator[ContentError]:
    """Yield everything that keeps an offer, or the policy of offers, from being published."""
    files = Files(root)
    for offer_id, key, message in _of_each(library):
        yield ContentError(files.offer_file(offer_id), files.offer_line(offer_id, key), f"{offer_id}: {message}")
    for place, message in selling_findings(library):
        yield ContentError(SELLING, files.line(SELLING, place), message)


def offer_findings(library: Library) -> Iterator[Finding]:
    """Yield what is wrong with each offer of a library, and with its policy as that of an offer named `selling`."""
    yield from _of_each(library)
    for place, message in selling_findings(library):
        yield "selling", place.key, message


def _of_each(library: Library) -> Iterator[Finding]:
    for offer in library.offers:
        for key, message in _findings(offer, library):
            yield offer.id, key, message


def _findings(offer: Offer, library: Library) -> Iterator[tuple[str, str]]:
    yield from character_findings(offer)
    yield from _labels(offer, library)
    yield from _goods(offer, library)
    yield from _days(offer)
    yield from _wording(offer)
    yield from _evidence(offer)


def _labels(offer: Offer, library: Library) -> Iterator[tuple[str, str]]:
    """Only known products, categories and intents, and somewhere to fit."""
    known = {
        "products": {product.id for product in library.products},
        "categories": {label.id for label in library.topics.categories},
        "intents": {label.id for label in library.topics.intents},
    }
    where = {"products": "products/*.toml", "categories": "lexicon/topics.toml", "intents": "lexicon/topics.toml"}
    for key, ids in known.items():
        if strange := sorted(set(getattr(offer, key)) - ids):
            yield key, f"unknown {key} {strange}; use known ones, see {where[key]}"
    if not (offer.products or offer.categories or offer.intents or offer.pairs):
        yield "products", "offered to nobody; name products, categories or intents it goes with, or set pairs = true"
    if offer.pairs and not (offer.kind or offer.skus) and (offer.products or offer.categories):
        yield "pairs", "any goods that orders show go with anything; leave products and categories out, or name a kind"
    if offer.role is OfferRole.instead and not offer.products:
        yield "products", "nothing it stands in for; name the products that may be out of stock"


def _goods(offer: Offer, library: Library) -> Iterator[tuple[str, str]]:
    """Goods that a catalogue can have, a season that is known."""
    kinds = {product.id for product in library.products} | {kind.id for kind in library.selling.kinds}
    where = f"use the id of a product (products/*.toml) or of a kind ({SELLING})"
    if offer.kind and offer.kind not in kinds:
        yield "kind", f"unknown kind {offer.kind!r}; {where}"
    if strange := sorted(set(offer.bundle) - kinds):
        yield "bundle", f"unknown kinds {strange}; {where}"
    if offer.kind in offer.bundle or len(set(offer.bundle)) < len(offer.bundle):
        yield "bundle", "the same goods twice; name each kind once, the leading one as `kind`"
    if offer.role is OfferRole.bundle and not (offer.bundle and (offer.kind or offer.skus)):
        yield "bundle", "a set of one; name the leading goods as `kind` and what comes with it as `bundle`"
    if offer.season and offer.season not in {season.id for season in library.selling.seasons}:
        yield "season", f"unknown season {offer.season!r}; write it under [[seasons]] of {SELLING}"
    if not (_from_catalogue(offer) or offer.evidence.fact):
        yield (
            "kind",
            "nothing proves it; name the `kind` or `skus` of goods in the catalogue, or give the evidence a `fact`",
        )


def _from_catalogue(offer: Offer) -> bool:
    """Are goods of the catalogue offered: those it names, or for a script of pairs any that orders show?"""
    return bool(offer.kind or offer.skus or offer.pairs)


def _days(offer: Offer) -> Iterator[tuple[str, str]]:
    if offer.valid_from and offer.valid_until and offer.valid_until < offer.valid_from:
        yield "valid_until", f"ends on {offer.valid_until}, before it begins on {offer.valid_from}; set a later day"
    ends = offer.evidence.fact.valid_until if offer.evidence.fact else None
    if ends is None:
        return
    if offer.valid_until is not None and ends < offer.valid_until:
        yield "valid_until", f"its evidence holds until {ends} only; end the offer by then or renew the evidence"


def _wording(offer: Offer) -> Iterator[tuple[str, str]]:
    known = OFFER_SLOTS | offer.facts.keys() | RUNTIME_SLOTS
    used: set[str] = set()
    for key, text in wordings_of(offer).items():
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
    if hidden := sorted(offer.facts.keys() & OFFER_SLOTS):
        yield "facts", f"{', '.join(hidden)} is filled from the catalogue; give the fact another name"
    if offer.say_en and HAN.search(offer.say_en):
        yield "say_en", "Chinese in the English text; say it in English"
    yield from _fillable(offer, used)


def _fillable(offer: Offer, used: set[str]) -> Iterator[tuple[str, str]]:
    """Slots that nothing could ever fill."""
    if not _from_catalogue(offer) and (empty := sorted(used & GOODS_SLOTS)):
        yield "kind", f"{empty} come from the catalogue; name the `kind` or the `skus` that are offered"
    if "asked" in used and not (offer.products or offer.categories or offer.pairs):
        yield "products", "{{ asked }} is what is spoken of; name products or categories, or leave it out"


def _evidence(offer: Offer) -> Iterator[tuple[str, str]]:
    evidence = offer.evidence
    if "{{" not in evidence.text or PROOF not in _slots(evidence.text):
        yield "evidence.text", "the evidence does not show its proof; write {{ proof }} where its value goes"
    if evidence.fact is not None:
        yield from _own_fact(offer, evidence.fact)
    if evidence.fact is not None and evidence.or_kinds:
        yield "evidence.or_kinds", "its own fact is all its evidence; leave or_kinds out, or the fact"
    if len({evidence.kind, *evidence.or_kinds}) <= len(evidence.or_kinds):
        yield "evidence.or_kinds", f"the same evidence twice; name each kind once, {evidence.kind} is looked for first"


def _own_fact(offer: Offer, fact: Fact) -> Iterator[tuple[str, str]]:
    """Only what the law lets a shop prove: whose paper, which batch, which period, how many."""
    told = f"{offer.evidence.text} {fact.value} {fact.source.title}"
    if fact.source.year == "n.d.":
        yield (
            "evidence.source",
            "evidence without a year cannot be checked; set source.year to that of the paper or count",
        )
    match offer.evidence.kind:
        case EvidenceKind.certificate if fact.valid_until is None:
            yield "evidence.valid_until", "a certificate ends; set evidence.fact.valid_until to its last day"
        case EvidenceKind.inspection if not _DATE_OR_BATCH.search(told):
            yield "evidence.value", "an inspection is of one batch; say its date or batch, and which items were tested"
        case EvidenceKind.sales | EvidenceKind.rating if not (_PERIOD.search(told) and _COUNT.search(told)):
            yield "evidence.value", "nothing is counted; say how many and in which period (2026年3月本店售出1200份)"
        case _:
            pass


def _slots(text: str) -> frozenset[str]:
    try:
        return slots_of(text)
    except WordingError:
        return frozenset()
