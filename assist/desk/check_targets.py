"""Can every target be reached at all? Each names a KPI there is, and a share is at most the whole."""

from collections.abc import Iterator
from pathlib import Path

from assist.content.errors import ContentError
from assist.content.said import Said
from assist.content.texts import Files
from assist.domain.targets import Target, TargetPolicy
from assist.kpi.definitions import KPIS, TO_COME, Unit

FILE = "policy/targets.toml"

_UNITS = {**TO_COME, **{one.id: one.unit for one in KPIS}}


def check_targets(targets: TargetPolicy, root: Path | None) -> Iterator[ContentError]:
    """Yield what is wrong with a shop's targets, each on the line of its KPI."""
    lines = Files(root).text(FILE).splitlines()
    for target in targets.targets:
        for message in _of(target):
            setting = f'kpi = "{target.kpi}"'
            line = next((number for number, one in enumerate(lines, 1) if one.strip().startswith(setting)), 1)
            yield ContentError(FILE, line, message)


def _of(target: Target) -> Iterator[str]:
    if target.kpi not in _UNITS:
        known = ", ".join(sorted(_UNITS, key=lambda one: (int(one[1:].rstrip("abc")), one)))
        yield Said("unknown_kpi", "unknown KPI {kpi}; known: {known}", kpi=target.kpi, known=known)
    elif _UNITS[target.kpi] is Unit.share and target.value > 1:
        template = "{kpi} is a share, {value} is more than all of it; write 0.8 for 80 %"
        yield Said("share_above_all", template, kpi=target.kpi, value=f"{target.value:g}", percent=_percent(target))


def _percent(target: Target) -> str:
    return f"{target.value * 100:g} %"
