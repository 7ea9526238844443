"""`assist serve`: the sidecar for real."""

from pathlib import Path
from typing import Annotated

import typer


def serve(
    config: Annotated[Path | None, typer.Option(help="settings file; ./assist.toml when left out")] = None,
) -> None:
    """Run until interrupted. The database must be at the newest revision: assist db upgrade."""
    from assist.app import create_app
    from assist.app.sentence_model import NoSentenceModel
    from assist.cli.log import configure_log
    from assist.cli.output import fail
    from assist.cli.server import Server, listen
    from assist.cli.settings import load_settings
    from assist.store.database import StoreError, open_database
    from assist.store.lock import writer_lock
    from assist.store.migrate import require_current

    settings = load_settings(config)
    configure_log(settings.log_level)
    try:
        with writer_lock(settings.database):
            database = open_database(settings.database)
            require_current(database)
            database.close()
            web = create_app(settings)
            cure = "set another port in assist.toml or ASSIST_PORT"
            Server(web).run(sockets=[listen(settings.host, settings.port, cure)])
    except (NoSentenceModel, StoreError) as error:
        fail(str(error))


COMMAND = serve
