"""`assist eval`: how often is it right? Shares with n and a 95 % interval, on labelled texts."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="准确率评测 / measured against labelled texts", no_args_is_help=True)


@app.callback()
def evaluate() -> None:
    """Every share is printed with n and its 95 % interval (Wilson)."""


@app.command()
def topic(
    texts: Annotated[
        Path, typer.Option(help='a JSONL file: {"id", "text"}, and {"category", "intent"} to be measured')
    ],
    out: Annotated[Path, typer.Option(help='JSONL to write: {"id", "category", "intent", "score", "words"}')],
    directory: Annotated[Path | None, typer.Option("--dir", help="a templates_kb folder")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
) -> None:
    """问题分类 / read what each text is about, and how often that is its label."""
    from assist.cli.eval.topic import run_topic

    run_topic(texts, out, directory, as_json=as_json)


@app.command()
def retrieval(
    kb: Annotated[
        Path, typer.Option(help='JSONL of entries: {"id", "question", "similar", "answer"}; other keys are passed over')
    ],
    queries: Annotated[
        Path, typer.Option(help='JSONL of questions: {"id", "text"}, and {"gold": [ids]} to be measured, [] for none')
    ],
    out: Annotated[Path, typer.Option(help='JSONL to write: {"id", "ranked": [ids], "score", "auto"}')],
    directory: Annotated[Path | None, typer.Option("--dir", help="a templates_kb folder: lexicon and policy")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
    semantic: Annotated[bool, typer.Option(help="with the model of fresh-assist[semantic]")] = False,
) -> None:
    """答案检索 / find each question's answer among a set's own entries, as chats are served."""
    from assist.cli.eval.retrieval import run_retrieval

    run_retrieval(kb, queries, out, directory, semantic=semantic, as_json=as_json)


@app.command()
def severity(
    texts: Annotated[
        Path,
        typer.Option(help='a JSONL file: {"id", "text"}, and {"issues", "severity", "damage_fraction"} to be measured'),
    ],
    out: Annotated[Path, typer.Option(help='JSONL to write: {"id", "issues", "severity", "damage_fraction"}')],
    directory: Annotated[Path | None, typer.Option("--dir", help="a templates_kb folder")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
) -> None:
    """投诉识别 / read what each text complains of, how bad, how much, and how often that is its label."""
    from assist.cli.eval.severity import run_severity

    run_severity(texts, out, directory, as_json=as_json)
