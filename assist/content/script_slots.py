"""Which slots may the wordings of the four steps hold, and what is filled in them?"""

from collections.abc import Mapping

from assist.domain.remedy import RefusalWhy, StepName
from assist.domain.remedy_policy import RemedyKind

_ALWAYS = frozenset({"item", "customer_name"})

FACT_SLOTS = frozenset({"batch_origin", "batch_harvested", "batch_cold_chain"})
"""What the catalogue's record of the lot shows that was bought: where from, when harvested, how kept on its way. A line
that names one in `needs` is only said where it is known, and need not ask for it again."""

SLOTS: Mapping[StepName, frozenset[str]] = {
    StepName.empathy: _ALWAYS,
    StepName.explanation: _ALWAYS | FACT_SLOTS | {"share", "short_g", "allowed_g", "stated_g", "found_g"},
    StepName.solution: _ALWAYS
    | {"amount", "share", "valid_days", "claim_until", "evidence", "question_options", "no_return"},
    StepName.prevention: _ALWAYS | {"storage_tip"},
}
"""What each step may say. `evidence` is what is still to be shown, `claim_until` when the shop's promise runs out,
`short_g` and its like numbers of grams without their unit."""

OPTIONAL_SLOTS = FACT_SLOTS | {
    *("customer_name", "share", "claim_until", "evidence", "question_options", "no_return", "storage_tip"),
}
"""Filled with "" where there is nothing to say, so that `{% if evidence %}` asks whether something is missing."""

NAMELESS: Mapping[str, str] = {"zh": "商品", "en": "this item"}
"""What `item` says, by language, where it is not known which goods are meant."""

SILENT_SLOTS = frozenset({"no_return"})
"""Asked for, never printed: "yes" where nothing has to be sent back."""

_PAID = frozenset({RemedyKind.coupon, RemedyKind.partial_refund, RemedyKind.full_refund, RemedyKind.reship})
KINDS_OF_SLOT: Mapping[str, frozenset[RemedyKind]] = {
    "amount": _PAID - {RemedyKind.reship},
    "valid_days": frozenset({RemedyKind.coupon}),
    "claim_until": _PAID,
    "no_return": _PAID,
}
"""Slots that only remedies of some kinds fill."""

REFUSAL_SLOTS: Mapping[str, RefusalWhy] = dict.fromkeys(
    ("short_g", "allowed_g", "stated_g", "found_g"), RefusalWhy.within_tolerance
)
"""Slots that only one refusal fills."""

SLOTS_ASKED = frozenset({"question_options"})
"""Slots that only a question fills."""
