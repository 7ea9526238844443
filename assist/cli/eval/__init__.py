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


@app.command()
def promises(
    drafts: Annotated[
        Path,
        typer.Option(help='a JSONL file: {"id", "text"}, {"kinds": [...]} to be measured, {"given": {...}} if known'),
    ],
    out: Annotated[Path, typer.Option(help='JSONL to write: {"id", "kinds", "rules", "rewrites"}')],
    directory: Annotated[Path | None, typer.Option("--dir", help="a templates_kb folder")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
) -> None:
    """承诺检查 / find the promises a draft may not make, and how often that is its label."""
    from assist.cli.eval.promises import run_promises

    run_promises(drafts, out, directory, as_json=as_json)


@app.command()
def alerts(
    sessions: Annotated[
        Path, typer.Option(help='a JSONL file of chats: {"session_id", "turns": [{"role", "text"}]}, as replay reads')
    ],
    directory: Annotated[Path | None, typer.Option("--dir", help="a templates_kb folder")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
) -> None:
    """主管提醒 / how many recorded chats would have called a supervisor, and why."""
    from assist.cli.eval.alerts import run_alerts

    run_alerts(sessions, directory, as_json=as_json)


@app.command()
def banned(
    lexicon: Annotated[Path, typer.Option(help='JSONL of the terms to look for: {"term"}; other keys are passed over')],
    texts: Annotated[
        Path,
        typer.Option(help='JSONL of texts: {"id", "text"}, and {"label", "term", "tier", "neg_type"} to be measured'),
    ],
    out: Annotated[Path, typer.Option(help='JSONL to write: {"id", "hits": [{"term", "disguise", "words"}]}')],
    directory: Annotated[
        Path | None, typer.Option("--dir", help="a templates_kb folder: innocent words, looks")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
) -> None:
    """违禁词 / find a list's terms in any disguise, and how often that is right."""
    from assist.cli.eval.banned import run_banned

    run_banned(lexicon, texts, out, directory, as_json=as_json)


@app.command()
def sentiment(
    texts: Annotated[
        Path,
        typer.Option(help='a JSONL file: {"id", "text"}, {"label": "negative"|"positive"} to be measured, "domain"'),
    ],
    out: Annotated[Path, typer.Option(help='JSONL to write: {"id", "label"}')],
    directory: Annotated[Path | None, typer.Option("--dir", help="a templates_kb folder")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
) -> None:
    """情绪正负 / read whether each text praises or blames, and how often that is its label."""
    from assist.cli.eval.sentiment import run_sentiment

    run_sentiment(texts, out, directory, as_json=as_json)
