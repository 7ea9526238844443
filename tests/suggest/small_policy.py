"""A remedy policy small enough to work out by hand: the damaged share is refunded, a late parcel gets a coupon."""

from typing import Any

from assist.domain.complaint import Ground
from assist.domain.remedy_policy import RemedyPolicy


def small_policy(*, late_percent: int = 10, share_at_most_fen: int | None = None, **changes: Any) -> RemedyPolicy:
    """Agents give up to 50 yuan, leads all; 100 yuan a day; nothing is paid first."""
    own = {"basis": "own"}
    share = {"kind": "partial_refund", "by": "share", "at_most_fen": share_at_most_fen}
    whole = {"kind": "full_refund", "by": "all"}
    coupon = {"kind": "coupon", "by": "percent", "percent": late_percent}
    told: dict[str, Any] = {
        "ladders": [
            {
                "id": "spoilage",
                "rungs": [
                    {"id": "some", "zh": "部分", "en": "Some", "to_percent": 50, "payouts": [share], **own},
                    {"id": "most", "zh": "大半", "en": "Most", "above_percent": 50, "payouts": [whole], **own},
                ],
            },
            {
                "id": "late",
                "needs_share": False,
                "rungs": [{"id": "late", "zh": "晚到", "en": "Late", "payouts": [coupon], **own}],
            },
        ],
        "rules": [
            {"id": "rot", "zh": "腐烂", "en": "Rot", "grounds": [Ground.rotten], "ladder": "spoilage", "window": "day"},
            {"id": "late", "zh": "晚到", "en": "Late", "grounds": [Ground.late], "ladder": "late", "window": "day"},
        ],
        "windows": [{"id": "day", "hours": 24, **own}],
        "evidence": [],
        "limits": [
            {"role": "agent", "percent_of_order": 100, "at_most_fen": 5000, **own},
            {"role": "lead", "percent_of_order": 100, **own},
            {"role": "manager", "percent_of_order": 100, **own},
        ],
        "customers": {
            "claims": 9,
            "refunded_fen": 10**9,
            "daily_fen": 10**9,
            "high_risk_claims": 9,
            **own,
        },
        "budget": {"daily_fen": 10_000, **own},
        "price_error": {"compensation_percent": 0, "at_most_fen": 0, **own},
        "approval": own,
        "clusters": own,
        "minimum_refund_fen": 0,
        "coupon_valid_days": 30,
        **own,
        **changes,
    }
    for rule in told["rules"]:
        rule.setdefault("basis", "own")
    return RemedyPolicy.model_validate(told, strict=False)
