"""`assist token`: tokens and one-use links."""

from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(help="令牌 / tokens", no_args_is_help=True)

Config = Annotated[Path | None, typer.Option(help="settings file; ./assist.toml when left out")]


@app.command()
def make(name: str, shop: str | None = None, config: Config = None) -> None:
    """Print a Bearer token for a person, good for a year. It is shown once."""
    from assist.cli.operator import run_operator
    from assist.desk.operate import MakeToken
    from assist.domain.people import TokenKind

    done, _ = run_operator(MakeToken(shop=shop, name=name, kind=TokenKind.bearer), config)
    typer.echo(done.token)


@app.command()
def ticket(
    name: str,
    page: Annotated[
        Literal["desk", "manager", "sidebar", "account"], typer.Option(help="where the link leads")
    ] = "desk",
    shop: str | None = None,
    config: Config = None,
) -> None:
    """Print a link that signs a person in once, within 30 seconds."""
    from assist.cli.operator import run_operator
    from assist.desk.operate import MakeToken
    from assist.domain.people import TokenKind

    done, settings = run_operator(MakeToken(shop=shop, name=name, kind=TokenKind.ticket), config)
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    # The sidebar's address says by whom it may be framed.
    asked = f"?shop={shop}" if shop and page == "sidebar" else ""
    typer.echo(f"{base}/{page}{asked}#ticket={done.token}")


@app.command()
def revoke(name: str, shop: str | None = None, config: Config = None) -> None:
    """Revoke everything a person holds."""
    from assist.cli.operator import run_operator
    from assist.cli.output import note
    from assist.desk.operate import RevokeTokens

    done, _ = run_operator(RevokeTokens(shop=shop, name=name), config)
    note(done.said)
