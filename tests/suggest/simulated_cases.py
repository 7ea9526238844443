"""Made-up claims by the thousand: every category and ground of a policy, over some weeks, from a seed."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from assist.domain.complaint import Amount, Ground, Severity, Share, Want
from assist.domain.remedy import Claim, Claimant, ClaimLine
from assist.domain.remedy_policy import RemedyPolicy
from assist.suggest.simulate import Case

START = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
_SEVERITY = {
    Ground.rotten: Severity.partial_spoil,
    Ground.dead: Severity.partial_spoil,
    Ground.crushed: Severity.physical_damage,
    Ground.broken: Severity.physical_damage,
    Ground.leaking: Severity.packaging,
}


def made_cases(policy: RemedyPolicy, count: int, *, seed: int = 7, days: int = 28) -> Iterator[Case]:
    """Yield cases in order of time, evenly over the days."""
    draw = random.Random(seed)
    fits = [
        (category, ground)
        for rule in policy.rules
        for category in (rule.categories or ("berry",))
        for ground in rule.grounds
    ]
    for at in range(count):
        category, ground = draw.choice(fits)
        now = START + timedelta(seconds=at * days * 86_400 / count)
        yield Case(id=f"case-{at}", conversation_id=f"c-{at}", claim=_claim(draw, category, ground, now))


def _claim(draw: random.Random, category: str, ground: Ground, now: datetime) -> Claim:
    total = draw.choice((6, 10, 12, 30))
    paid_fen = draw.choice((990, 2990, 3990, 8800, 29_900, 68_000))
    line = ClaimLine(
        line_ref="l1",
        title=category,
        category=category,
        product=f"{category}-1",
        pieces=total,
        net_g=draw.choice((500, 1000, 2500)),
        paid_fen=paid_fen,
    )
    share = Share(bad=draw.randint(1, total), total=total) if draw.random() < 0.8 else None
    short = ground is Ground.short_weight
    return Claim(
        grounds=(ground,),
        severity=_SEVERITY.get(ground, Severity.no_damage),
        share=None if short else share,
        expected=Amount(number=Fraction(1000), unit="g") if short else None,
        found=Amount(number=Fraction(draw.randint(700, 1000)), unit="g") if short else None,
        wants=tuple(draw.sample([Want.money, Want.coupon, Want.reship], draw.randint(0, 1))),
        line=line,
        lines=(line,),
        order_ref="o1",
        order_paid_fen=paid_fen + draw.choice((0, 5000)),
        delivered_at=now - timedelta(hours=draw.choice((1, 5, 20, 40, 100))),
        complained_at=now,
        now=now,
        images=draw.randint(0, 3),
        videos=draw.randint(0, 1),
        claimant=Claimant(claims=draw.choice((0, 0, 0, 1, 4))),
    )
