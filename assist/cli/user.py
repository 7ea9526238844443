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
    done, _ = run_operator(AddAgent(shop=shop, agent=wanted), config)
    note(done.said)
