"""What every endpoint may use, made once in `app` and kept on the application's state."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from starlette.applications import Starlette
from starlette.requests import HTTPConnection

from assist.desk.accounts import Accounts
from assist.desk.check_entry import Checks
from assist.desk.embedding import Embeds
from assist.desk.hub import Hub
from assist.desk.import_jobs import Imports
from assist.desk.libraries import Libraries
from assist.desk.meters import Meters
from assist.desk.presence import Presence
from assist.desk.regress_draft import Regressions
from assist.desk.secrets import SecretBox
from assist.desk.simulate_policy import Simulations
from assist.domain.clock import Clock
from assist.store.database import Database
from assist.store.writer import Writer


@dataclass
class Front:
    """The process as endpoints see it. `cookies_secure` is off only on loopback."""

    database: Database
    writer: Writer
    libraries: Libraries
    accounts: Accounts
    presence: Presence
    hub: Hub
    meters: Meters
    clock: Clock
    box: SecretBox
    reload: Callable[[], None]
    cookies_secure: bool
    loopback: bool
    embeds: Embeds = field(default_factory=Embeds)
    public_url: str = ""
    simulations: Simulations = field(default_factory=Simulations)
    checks: Checks = field(default_factory=Checks)
    regressions: Regressions = field(default_factory=Regressions)
    imports: Imports = field(default_factory=Imports)


def install_front(app: Starlette, front: Front) -> None:
    app.state.front = front


def front_of(connection: HTTPConnection) -> Front:
    return cast(Front, connection.app.state.front)
