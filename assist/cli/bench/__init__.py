"""`assist bench`: figures, with the peer in the same run where there is one."""

from typing import Annotated

import typer

app = typer.Typer(help="性能测量 / benchmarks", no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Benchmarks print medians and percentiles of this run, on this machine."""


@app.command()
def ingest(
    seconds: Annotated[float, typer.Option(min=1, help="how long each part runs")] = 10.0,
    connections: Annotated[int, typer.Option(min=1)] = 64,
    rate: Annotated[float, typer.Option(min=1, help="posts per second of the open loop")] = 500.0,
    database: Annotated[str | None, typer.Option(help="a PostgreSQL URL; a new SQLite file when left out")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
) -> None:
    """Signed posts per second with durable commit (closed loop), and p99 at a fixed rate (open loop)."""
    from assist.cli.bench.ingest import print_ingest, run_ingest

    print_ingest(run_ingest(seconds, connections, rate, database), as_json=as_json)
