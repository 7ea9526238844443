"""May this fact prove an offer today, and what may be claimed by it?"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from pydantic import ValidationError

from assist.domain.goods import Batch, EvidenceKind, FactName, GoodsFact, Proof, Stocked
from assist.domain.offer import EvidencePolicy
from assist.suggest.text import fold

from .evidence_rules import Case, Limits, Unfit, broken_by

_DEFAULT = EvidencePolicy()


@dataclass(frozen=True)
class Proven:
    """What proves an offer. `fact_id` resolves to a fact of the catalogue, or to the script's own (`offer:ID`).

    `until` is the last day it holds, in the zone that the time asked about is given in.
    """

    fact_id: str
    kind: EvidenceKind
    text: str
    source: str
    on: date | None = None
    stated_at: datetime | None = None
    until: date | None = None


def proven(
    stocked: Stocked,
    kinds: Sequence[EvidenceKind],
    at: datetime,
    today: date,
    *,
    english: bool = False,
    policy: EvidencePolicy = _DEFAULT,
) -> Proven | None:
    """Return what the first usable fact of `kinds` proves, or None: no evidence, no card.

    In English only what has English words of its own proves anything.
    """
    for kind in kinds:
        fact = stocked.facts.get(kind.value)
        if fact is None:
            continue
        proof, broken = _read(stocked, kind, fact, at, today, english, policy)
        if proof is None or broken:
            continue
        return Proven(
            fact_id=fact.id,
            kind=kind,
            text=(proof.text_en or "") if english else proof.text,
            source=_source(proof, english=english),
            on=proof.on,
            stated_at=fact.stated_at,
            until=_last_day(fact, at),
        )
    return None


def findings(
    stocked: Stocked, at: datetime, today: date, *, english: bool = False, policy: EvidencePolicy = _DEFAULT
) -> list[tuple[str, Unfit]]:
    """Return each evidence fact of the goods that may not be used, by name, with every rule it breaks."""
    return [
        (kind.value, rule)
        for kind in EvidenceKind
        if (fact := stocked.facts.get(kind.value)) is not None
        for rule in _read(stocked, kind, fact, at, today, english, policy)[1]
    ]


def _read(
    stocked: Stocked,
    kind: EvidenceKind,
    fact: GoodsFact,
    at: datetime,
    today: date,
    english: bool,
    policy: EvidencePolicy,
) -> tuple[Proof | None, tuple[Unfit, ...]]:
    """Return a fact as a proof, and the rules it breaks."""
    batch = _current_batch(stocked, at)
    limits = Limits(policy.rating_days, policy.sales_days, policy.inspection_days, policy.protected_origins)
    proof, broken = _judged(kind, json.dumps(fact.value), batch, fact.valid_until is None, today, english, limits)
    if proof is None or fact.holds(at):
        return proof, broken
    ended = fact.valid_until is not None and fact.valid_until <= at
    return proof, (Unfit.expired if ended else Unfit.not_yet, *broken)


# Every situation weighs the same few facts again: reading one takes 0.2 ms, remembering it a hundredth of that.
@lru_cache(maxsize=8192)
def _judged(
    kind: EvidenceKind, value: str, batch: str | None, endless: bool, today: date, english: bool, limits: Limits
) -> tuple[Proof | None, tuple[Unfit, ...]]:
    try:
        proof = Proof.model_validate_json(value)
    except ValidationError:
        return None, (Unfit.unreadable,)
    text = proof.text_en if english else proof.text
    if not text:
        return proof, (Unfit.english_missing,)
    case = Case(
        kind=kind,
        proof=proof,
        text=fold(text),
        title=fold(proof.title),
        items=fold("\n".join(proof.items)),
        batch=batch,
        endless=endless,
        today=today,
        limits=limits,
    )
    return proof, broken_by(case)


def _current_batch(stocked: Stocked, at: datetime) -> str | None:
    """Return the lot that is sold now, while its fact holds and can be read."""
    fact = stocked.facts.get(FactName.batch.value)
    if fact is None or not fact.holds(at):
        return None
    return _batch_named(json.dumps(fact.value))


@lru_cache(maxsize=4096)
def _batch_named(value: str) -> str | None:
    try:
        return Batch.model_validate_json(value).batch.strip()
    except ValidationError:
        return None


def _source(proof: Proof, *, english: bool) -> str:
    """Return where it comes from: 《检测报告》（某某检测所，2026-11-10）."""
    if english:
        return f"{proof.title} ({proof.issuer}, {proof.on.isoformat()})"
    title = proof.title if proof.title.startswith("《") else f"《{proof.title}》"
    return f"{title}（{proof.issuer}，{proof.on.isoformat()}）"


def _last_day(fact: GoodsFact, at: datetime) -> date | None:
    if fact.valid_until is None:
        return None
    return (fact.valid_until - timedelta(microseconds=1)).astimezone(at.tzinfo).date()
