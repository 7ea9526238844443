"""Reach the database from a command: to write, alone or through the running server; to read, beside it."""

import contextlib
from collections.abc import Generator
from pathlib import Path

import httpx
from sqlalchemy.exc import DBAPIError

from assist.contract.discovery import UnknownAdapter
from assist.desk.operate import Command, Done, OperatorError, operate
from assist.desk.secrets import SecretBox, SecretMissing
from assist.desk.setup import SetupError
from assist.domain.clock import system_clock
from assist.settings import Settings
from assist.store.database import Database, StoreError, open_database
from assist.store.lock import WriterLocked, writer_lock
from assist.store.migrate import require_current
from assist.store.writer import Writer

from .output import fail
from .settings import load_settings


def run_operator(command: Command, config: Path | None, *, source: str = "") -> tuple[Done, Settings]:
    """Do a command: in the database where nobody writes to it, else through the server that does.

    A refusal names `source`, where the command was read from.
    """
    settings = load_settings(config)
    box = SecretBox(settings.key_file)
    try:
        with writer_lock(settings.database):
            return _alone(command, settings, box, source), settings
    except WriterLocked as locked:
        return _through_the_server(command, settings, box, locked, source), settings
    except StoreError as error:
        fail(str(error))


def _alone(command: Command, settings: Settings, box: SecretBox, source: str) -> Done:
    database = open_database(settings.database)
    require_current(database)
    writer = Writer(database).start()
    try:
        return writer.submit(operate(command, box, system_clock())).result()
    except (OperatorError, SetupError, UnknownAdapter, ValueError) as error:
        fail(f"{source}{error}", 2)
    finally:
        writer.close()
        database.close()


def _through_the_server(
    command: Command, settings: Settings, box: SecretBox, locked: WriterLocked, source: str
) -> Done:
    url = f"http://{settings.host}:{settings.port}/api/v1/operator"
    try:
        reply = httpx.post(url, content=box.seal(command.model_dump_json()), timeout=30, trust_env=False)
        reply.raise_for_status()
        answer = box.open_fresh(reply.text, 60)
    except (httpx.HTTPError, SecretMissing) as error:
        fail(
            f"{locked}; its server at {settings.host}:{settings.port} did not take the command ({type(error).__name__})"
        )
    if answer.startswith("!"):
        fail(source + answer[1:], 2)
    return Done.model_validate_json(answer)


@contextlib.contextmanager
def reading(config: Path | None, url: str | None = None) -> Generator[Database]:
    """Open the database read-only, beside a running server. `url` wins over the settings."""
    wanted = url or load_settings(config).database
    try:
        database = open_database(wanted, read_only=True)
        require_current(database)
    except StoreError as error:
        fail(str(error))
    except DBAPIError as error:
        fail(f"{wanted} cannot be opened ({type(error).__name__}); run: assist db upgrade")
    try:
        yield database
    finally:
        database.close()
