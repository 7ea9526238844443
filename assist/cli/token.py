"""`assist token`: tokens and one-use links."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assist.cli.offline import Offline

app = typer.Typer(help="令牌 / tokens", no_args_is_help=True)

Config = Annotated[Path | None, typer.Option(help="settings file; ./assist.toml when left out")]


@app.command()
def make(name: str, shop: str | None = None, config: Config = None) -> None:
    """Print a Bearer token for a person, good for a year. It is shown once."""
    typer.echo(_made(name, shop, config, "bearer", ""))


@app.command()
def ticket(
    name: str,
    page: Annotated[str, typer.Option(help="desk, manager or sidebar")] = "desk",
    shop: str | None = None,
    config: Config = None,
) -> None:
    """Print a link that signs a person in once, within 30 seconds."""
    typer.echo(_made(name, shop, config, "ticket", page))


@app.command()
def revoke(name: str, shop: str | None = None, config: Config = None) -> None:
    """Revoke everything a person holds."""
    from assist.cli.offline import writing
    from assist.cli.output import note
    from assist.store.queries import people

    with writing(config) as offline:
        agent_id = _person(offline, name, shop)
        now = offline.now
        count = offline.writer.submit(lambda session: people.revoke_tokens(session, agent_id, now)).result()
    note(f"{count} tokens of {name} are revoked")


def _made(name: str, shop: str | None, config: Path | None, kind: str, page: str) -> str:
    from assist.cli.offline import writing
    from assist.desk.sign_in import hand_out
    from assist.domain.people import TokenKind

    with writing(config) as offline:
        agent_id = _person(offline, name, shop)
        change = hand_out(offline.shop(shop).id, agent_id, TokenKind(kind), offline.now)
        handed = offline.writer.submit(change).result()
        base = offline.settings.public_url or f"http://{offline.settings.host}:{offline.settings.port}"
    return f"{base}/{page}#ticket={handed.token}" if page else handed.token


def _person(offline: "Offline", name: str, shop: str | None) -> str:
    from assist.cli.output import fail
    from assist.desk.setup import agent_id_of
    from assist.store.queries import people

    agent_id = agent_id_of(offline.shop(shop).id, name)
    with offline.database.reader() as session:
        if people.agent(session, agent_id) is None:
            fail(f"nobody is called {name!r}; add them with: assist user add {name}", 2)
    return agent_id
