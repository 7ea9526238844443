"""`assist replay`: send recorded chats through the signed hook and say what came of it."""

from pathlib import Path
from typing import Annotated

import typer


def replay(
    file: Annotated[Path, typer.Argument(help="JSONL: {session_id, turns: [{role, text}]}")],
    url: Annotated[str, typer.Option(help="where the sidecar runs, e.g. http://127.0.0.1:8700")],
    account: Annotated[str, typer.Option(help="account of the generic adapter")],
    secret: Annotated[str, typer.Option(help="its webhook secret, whsec_…")],
    speed: Annotated[float, typer.Option(min=0, help="times real time (5 s a turn); 0 is as fast as possible")] = 0.0,
    times: Annotated[int, typer.Option(min=1, help="send everything this often")] = 1,
    shuffle: Annotated[int | None, typer.Option(help="shuffle all messages by this seed")] = None,
    token: Annotated[str | None, typer.Option(help="a Bearer token, to read the sidecar's counters from afar")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
) -> None:
    """Send recorded chats; a second send of the same file on the same day is all duplicates."""
    import asyncio

    from assist.cli.output import fail, note, print_json
    from assist.cli.replaying import Replay, ReplayError, read_sessions, run_replay

    try:
        sessions = read_sessions(file)
        plan = Replay(url.rstrip("/"), account, secret, speed, times, shuffle, token)
        result = asyncio.run(run_replay(plan, sessions))
    except ReplayError as error:
        fail(str(error))
    except ValueError as error:
        fail(f"--secret: {error}", 2)
    if as_json:
        print_json(result.model_dump())
    else:
        for name, value in result.model_dump().items():
            typer.echo(f"{name:24} {value}")
    if result.errors:
        fail(f"{result.errors} posts were not accepted")
    note("done")


COMMAND = replay
