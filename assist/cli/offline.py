"""Do one thing to the database without a server: take the writer's lock, write, let go."""

import contextlib
from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from assist.desk.secrets import SecretBox
from assist.domain.clock import system_clock
from assist.settings import Settings
from assist.store.database import Database, StoreError, open_database
from assist.store.lock import writer_lock
from assist.store.migrate import require_current
from assist.store.queries import people
from assist.store.queries.people import ShopRow
from assist.store.writer import Writer

from .output import fail
from .settings import load_settings


@dataclass(frozen=True)
class Offline:
    """What a writing command needs."""

    settings: Settings
    database: Database
    writer: Writer
    box: SecretBox

    @property
    def now(self) -> datetime:
        return system_clock()

    def shop(self, shop_id: str | None) -> ShopRow:
        """Return the named shop, or the only one there is."""
        with self.database.reader() as session:
            return pick_shop(people.shops(session), shop_id)


def pick_shop(shops: list[ShopRow], shop_id: str | None) -> ShopRow:
    known = ", ".join(shop.id for shop in shops) or "none; run: assist setup FILE.toml"
    if shop_id is None:
        if len(shops) != 1:
            fail(f"name a shop with --shop; there are: {known}", 2)
        return shops[0]
    named = next((shop for shop in shops if shop.id == shop_id), None)
    if named is None:
        fail(f"no shop {shop_id!r}; there are: {known}", 2)
    return named


@contextlib.contextmanager
def writing(config: Path | None) -> Generator[Offline]:
    """Hold the writer's lock for one command. A running server has it: then this stops with its pid."""
    settings = load_settings(config)
    try:
        with writer_lock(settings.database):
            database = open_database(settings.database)
            require_current(database)
            writer = Writer(database).start()
            try:
                yield Offline(settings, database, writer, SecretBox(settings.key_file))
            finally:
                writer.close()
                database.close()
    except StoreError as error:
        fail(str(error))


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
