"""What does a reading come to, once it is known what is probably complained of as well?"""

from collections.abc import Mapping, Sequence

from assist.domain.complaint import WORST_FIRST, Complaint, Damage, Ground, GroundWords, Issue, SenseBars, Severity

from .learned import Likely

GROUND_OF: Mapping[Issue, Ground] = {
    Issue.spoilage: Ground.rotten,
    Issue.bruised_crushed: Ground.crushed,
    Issue.packaging_or_spill: Ground.packaging,
    Issue.late: Ground.late,
    Issue.not_received: Ground.not_received,
    Issue.missing_or_short_weight: Ground.missing_item,
    Issue.wrong_item: Ground.wrong_item,
    Issue.not_as_described: Ground.not_as_described,
    Issue.quality_taste_size: Ground.taste,
    Issue.hygiene_foreign_safety: Ground.foreign_body,
    Issue.price: Ground.price,
    Issue.service_or_refund_handling: Ground.service,
}
"""The plainest ground of each issue: what exactly is wrong is not known."""

_HARMS = frozenset({Issue.spoilage, Issue.bruised_crushed, Issue.packaging_or_spill})
"""Where words say what is wrong, only they make it worse."""


def with_sense(
    whole: Complaint,
    read: Sequence[Complaint],
    likely: Sequence[Likely],
    bars: SenseBars,
    rows: Mapping[Ground, GroundWords],
) -> Complaint:
    """Return the reading of all texts, with what each of them probably complains of beside what its words say.

    `read` is what the words of each text say. Nothing is added to how much is affected. A complaint
    that harms no goods and alarms nobody is let go where no text sounds like one.
    """
    quiet = whole.severity is Severity.no_damage and not whole.alarms
    if quiet and all(one.anything < bars.nothing for one in likely):
        return Complaint(wants=whole.wants)
    added = [issue for pair in zip(read, likely, strict=True) for issue in _added(*pair, bars)]
    new = [issue for issue in dict.fromkeys(added) if issue not in whole.issues]
    if not new:
        return whole
    damages = [_damage(issue, rows) for issue in new]
    severities = [whole.severity, *(damage.severity for damage in damages)]
    harmed = whole.severity not in (Severity.none, Severity.no_damage)
    severity = whole.severity if harmed else min(severities, key=WORST_FIRST.index)
    return whole.model_copy(
        update={"issues": (*whole.issues, *new), "severity": severity, "damages": (*whole.damages, *damages)}
    )


def _added(read: Complaint, likely: Likely, bars: SenseBars) -> list[Issue]:
    """Return the issues a text sounds like: at least the likeliest, where it complains and no word says of what."""
    if not read.issues:
        if likely.anything < bars.anything:
            return []
        bar = min(bars.issue, max(bars.likeliest, *likely.issues.values()))
        return [issue for issue, one in likely.issues.items() if one >= bar]
    return [issue for issue, one in likely.issues.items() if one >= bars.beside and issue not in _HARMS]


def _damage(issue: Issue, rows: Mapping[Ground, GroundWords]) -> Damage:
    ground = GROUND_OF[issue]
    row = rows.get(ground)
    return Damage(grounds=(ground,), severity=row.severity if row else Severity.no_damage)
