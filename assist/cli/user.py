"""`assist user`: people."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="人员 / people", no_args_is_help=True)

Config = Annotated[Path | None, typer.Option(help="settings file; ./assist.toml when left out")]


@app.callback()
def user() -> None:
    """The people of a shop."""


@app.command()
def add(
    name: str,
    role: Annotated[str, typer.Option(help="agent, lead, manager or admin")] = "agent",
    level: Annotated[str | None, typer.Option(help="junior or senior")] = None,
    team: str = "",
    ref: Annotated[list[str] | None, typer.Option(help="adapter:account:ref, may be given again")] = None,
    shop: str | None = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="read a password, 10 to 256 characters, from standard input")
    ] = False,
    config: Config = None,
) -> None:
    """Add a person, or change their role, level, team or refs; changes are dated from now."""
    from pydantic import ValidationError

    from assist.cli.operator import run_operator
    from assist.cli.output import fail, note
    from assist.desk.operate import AddAgent
    from assist.desk.setup import AgentSetup

    try:
        wanted = AgentSetup.model_validate(
            {"name": name, "role": role, "level": level, "team": team, "refs": tuple(ref or ())}, strict=False
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        fail(f"--{first['loc'][0]}: {first['msg']}", 2)
    kept = _hash_read() if password_stdin else None
    done, _ = run_operator(AddAgent(shop=shop, agent=wanted, password_hash=kept), config)
    note(done.said)


@app.command()
def password(
    name: str,
    shop: str | None = None,
    stdin: Annotated[bool, typer.Option("--stdin", help="read it from standard input instead of asking twice")] = False,
    config: Config = None,
) -> None:
    """Set a person's password, 10 to 256 characters, and sign them out everywhere; API tokens stay."""
    from assist.cli.operator import run_operator
    from assist.cli.output import note
    from assist.desk.operate import SetPassword

    kept = _hash_read() if stdin else _hash_asked()
    done, _ = run_operator(SetPassword(shop=shop, name=name, password_hash=kept), config)
    note(done.said)


def _hash_asked() -> str:
    """Ask twice at the terminal, without showing what is typed."""
    return _hash(typer.prompt("密码 / password", hide_input=True, confirmation_prompt="再输一次 / once more", err=True))


def _hash_read() -> str:
    """Read standard input to its end; the last line break is not part of the password."""
    import sys

    return _hash(sys.stdin.read().removesuffix("\n").removesuffix("\r"))


def _hash(password: str) -> str:
    from assist.cli.output import fail
    from assist.desk.passwords import PasswordRefused, hash_of

    try:
        return hash_of(password)
    except PasswordRefused as error:
        fail(str(error), 2)
