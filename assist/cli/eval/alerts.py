"""How often would a supervisor be called? Recorded chats are read message by message, as they are when they come in."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from assist.cli.bench.figures import Share, share_of
from assist.cli.content import library_of
from assist.cli.output import fail, print_json
from assist.cli.replaying import ReplayError, read_sessions
from assist.domain.library import Library
from assist.domain.mood import AlertReason
from assist.domain.value import Value
from assist.suggest.alert import AlertReader, build_alerts
from assist.suggest.signals import build_signals
from assist.suggest.signals.mood import MoodReader, build_moods

_CUSTOMERS = frozenset({"customer", "user"})


class AlertsReport(Value):
    """How many sessions call somebody at least once, and in how many each reason was found; red flags by their rule."""

    sessions: int
    fired: Share
    reasons: Mapping[str, Share]
    red_flags: Mapping[str, Share]
    fired_ids: tuple[str, ...]


def run_alerts(sessions: Path, directory: Path | None, *, as_json: bool) -> None:
    """Read every session and print how many would have called a supervisor, and why."""
    library = library_of(directory)
    try:
        told = read_sessions(sessions)
    except ReplayError as error:
        fail(str(error))
    if not told:
        fail(f'{sessions}:1: no sessions; write one {{"session_id": "1", "turns": [...]}} a line')
    report = measure(told, library)
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        _print(report)


def measure(sessions: Sequence[Mapping[str, Any]], library: Library) -> AlertsReport:
    """Count the sessions with any alert. The cooldown plays no part: recorded chats need no times."""
    moods, reader = build_moods(library.moods), build_alerts(library.alerts, build_signals(library))
    found = {str(one["session_id"]): list(_reasons(one, reader, moods, library)) for one in sessions}
    whys = Counter(why for reasons in found.values() for why in {one.why.value for one in reasons})
    rules = Counter(rule for reasons in found.values() for rule in {one.rule for one in reasons if _is_red(one)})
    fired = tuple(id_ for id_, reasons in found.items() if reasons)
    return AlertsReport(
        sessions=len(found),
        fired=share_of([bool(reasons) for reasons in found.values()]),
        reasons={why: _of(count, len(found)) for why, count in sorted(whys.items())},
        red_flags={rule: _of(count, len(found)) for rule, count in sorted(rules.items())},
        fired_ids=fired,
    )


def _is_red(reason: AlertReason) -> bool:
    return reason.why.value == "red_flag"


def _of(count: int, n: int) -> Share:
    return share_of([at < count for at in range(n)])


def _reasons(
    session: Mapping[str, Any], reader: AlertReader, moods: MoodReader, library: Library
) -> Iterator[AlertReason]:
    """Yield the reasons found at each of the customer's messages."""
    texts = [str(turn["text"]) for turn in session["turns"] if turn["role"] in _CUSTOMERS]
    read = [moods.read(text) for text in texts]
    most = library.alerts.window_messages
    for end in range(1, len(texts) + 1):
        begin = max(0, end - most)
        yield from reader.read(texts[begin:end], read[begin:end])


def _print(report: AlertsReport) -> None:
    table = Table("sessions that call a supervisor", "n", "share (95 %)")
    rows = [("any", report.fired), *report.reasons.items(), *((f"· {k}", v) for k, v in report.red_flags.items())]
    for name, share in rows:
        low, high = share.interval
        table.add_row(name, str(share.n), f"{share.share:.3f} [{low:.3f}, {high:.3f}]")
    Console(soft_wrap=True).print(table)
