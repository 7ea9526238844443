"""`assist db`: the schema."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="数据库 / the database", no_args_is_help=True)

Config = Annotated[Path | None, typer.Option(help="settings file; ./assist.toml when left out")]


@app.callback()
def db() -> None:
    """The schema of the database."""


@app.command()
def upgrade(config: Config = None) -> None:
    """Bring the database to the newest revision; makes a SQLite file that is not there."""
    from assist.cli.output import fail, note
    from assist.cli.settings import load_settings
    from assist.store import migrate
    from assist.store.database import StoreError, open_database, parsed_url
    from assist.store.lock import writer_lock

    settings = load_settings(config)
    try:
        target = parsed_url(settings.database)
        if target.get_backend_name() == "sqlite" and target.database:
            Path(target.database).parent.mkdir(parents=True, exist_ok=True)
        with writer_lock(settings.database):
            database = open_database(settings.database)
            note(f"{target.render_as_string(hide_password=True)} is at revision {migrate.upgrade(database)}")
            database.close()
    except StoreError as error:
        fail(str(error))
