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

    from assist.cli.offline import writing
    from assist.cli.output import fail, note
    from assist.desk.setup import AgentSetup, SetupError, keep_agent

    try:
        wanted = AgentSetup.model_validate(
            {"name": name, "role": role, "level": level, "team": team, "refs": tuple(ref or ())}, strict=False
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        fail(f"--{first['loc'][0]}: {first['msg']}", 2)
    with writing(config) as offline:
        home = offline.shop(shop)
        now = offline.now
        try:
            row = offline.writer.submit(lambda session: keep_agent(session, home.id, wanted, now)).result()
        except SetupError as error:
            fail(str(error), 2)
    note(f"{row.name} is {row.role.value} of shop {home.id}; a link to sign in: assist token ticket {row.name}")
