"""`assist bench`: figures, with the peer in the same run where there is one."""

from pathlib import Path
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


@app.command()
def engine(
    sizes: Annotated[str | None, typer.Option(help="made-up knowledge of so many entries: 2000,20000,200000")] = None,
    questions: Annotated[int, typer.Option(min=1, help="questions in scope, half as many out of scope")] = 1000,
    kb: Annotated[list[Path] | None, typer.Option(help="a given set instead: its entries (.jsonl)")] = None,
    queries: Annotated[list[Path] | None, typer.Option(help="and its queries (.jsonl); both may repeat")] = None,
    learning: Annotated[bool, typer.Option("--learning", help="sets: 1 phrasing an entry, then 4 adopted")] = False,
    methods: Annotated[str | None, typer.Option(help="only these, with commas between; see the list")] = None,
    seed: int = 7,
    patience: Annotated[float, typer.Option(min=1, help="seconds a method may take")] = 1800.0,
    markdown: Annotated[Path | None, typer.Option(help="write all tables as a document")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
    part: Annotated[str | None, typer.Option(hidden=True)] = None,
    learning_part: Annotated[str | None, typer.Option(hidden=True)] = None,
    case: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    """Our engine beside rapidfuzz, bm25s, FTS5 and TF-IDF: accuracy, speed, memory, in the same run."""
    from assist.cli.bench.engine import planned, run_engine, run_part
    from assist.cli.bench.report import print_engine, write_markdown
    from assist.cli.output import print_json

    if case is not None and (method := part or learning_part):
        run_part(method, case, seed=seed, learning=part is None)
        return
    plan = planned(
        sizes,
        kb or [],
        queries or [],
        methods,
        questions=questions,
        seed=seed,
        learning=learning,
        patience=patience,
    )
    figures = run_engine(plan)
    if markdown is not None:
        write_markdown(figures, markdown)
    if as_json:
        print_json(figures.model_dump(mode="json"))
    else:
        print_engine(figures)


@app.command()
def drafts(
    checks: Annotated[int, typer.Option(min=100, help="how many drafts")] = 2000,
    database: Annotated[str | None, typer.Option(help="a PostgreSQL URL; a new SQLite file when left out")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
) -> None:
    """`POST /api/v1/drafts/check` as an agent types: p50 and p99 over loopback."""
    from assist.cli.bench.drafts import print_drafts, run_drafts

    print_drafts(run_drafts(checks, database), as_json=as_json)


@app.command()
def turn(
    turns: Annotated[int, typer.Option(min=100, help="how many turns")] = 1000,
    seed: int = 7,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
) -> None:
    """One turn read: answers, complaint, mood, alert and guards, each by itself and together."""
    from assist.cli.bench.turn import print_turn, run_turn

    print_turn(run_turn(turns, seed), as_json=as_json)


@app.command()
def guard(
    terms: Annotated[int, typer.Option(min=500, help="the shipped ones, and made-up ones up to so many")] = 10_000,
    seed: int = 7,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
) -> None:
    """Forbidden words beside an `in` loop, a regular expression and other automata; every stage apart."""
    from assist.cli.bench.guard import print_guard, run_guard
    from assist.cli.output import print_json

    figures = run_guard(terms, seed)
    if as_json:
        print_json(figures.model_dump(mode="json"))
    else:
        print_guard(figures)


@app.command()
def promises(as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False) -> None:
    """Reading and judging the promises of a 70-byte draft, beside `bench guard`."""
    from assist.cli.bench.promises import run_promises

    run_promises(as_json=as_json)


@app.command()
def mood(
    texts: Annotated[Path, typer.Option(help='a JSONL file: {"id", "text", "label": "negative"|"positive", "domain"}')],
    directory: Annotated[Path | None, typer.Option("--dir", help="a templates_kb folder")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
) -> None:
    """Microseconds a message, and sides read right, beside SnowNLP where it is installed."""
    from assist.cli.bench.mood import print_mood, run_mood
    from assist.cli.output import print_json

    figures = run_mood(texts, directory)
    if as_json:
        print_json(figures.model_dump(mode="json"))
    else:
        print_mood(figures)


@app.command()
def push(
    pushes: Annotated[int, typer.Option(min=1, help="how many messages")] = 100,
    browser: Annotated[str | None, typer.Option(help="a Chromium; the first found on the path when left out")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
) -> None:
    """From a platform's post to the card painted in a real browser, part by part. Needs playwright and a Chromium."""
    from assist.cli.bench.push import print_push, run_push

    print_push(run_push(pushes, browser), as_json=as_json)


@app.command()
def publish(
    times: Annotated[int, typer.Option(min=1, help="how often each kind of edit")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
) -> None:
    """From pressing Publish in the editor to the card in its new words, for an article, a policy and a word list."""
    from assist.cli.bench.publish import print_publish, run_publish

    print_publish(run_publish(times), as_json=as_json)


@app.command()
def offers(
    goods: Annotated[int, typer.Option(min=500, help="how many goods the made-up shop sells")] = 10_000,
    orders: Annotated[int, typer.Option(min=1000, help="and how many orders it had")] = 1_000_000,
    situations: Annotated[int, typer.Option(min=100, help="how many turns an offer is decided for")] = 2000,
    seeds: Annotated[int, typer.Option(min=0, help="simulated shops to learn on; 0 leaves them out")] = 20,
    seed: int = 7,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
    part: Annotated[str | None, typer.Option(hidden=True)] = None,
    folder: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    """Pairs mined beside SQL and a Counter; deciding an offer, part by part; learning on simulated shops."""
    from assist.cli.bench.offers import print_offers, run_offers, run_offers_part
    from assist.cli.output import print_json

    if part is not None and folder is not None:
        run_offers_part(part, folder, situations=situations, seed=seed)
        return
    figures = run_offers(goods=goods, orders=orders, situations=situations, seeds=seeds, seed=seed)
    if as_json:
        print_json(figures.model_dump(mode="json"))
    else:
        print_offers(figures)
