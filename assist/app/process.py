"""The parts of one running process: made in order, started, and stopped the other way round."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assist.desk.accounts import Accounts
from assist.desk.deliver import Sender
from assist.desk.embedding import Embeds
from assist.desk.hub import Hub
from assist.desk.lanes import Lanes
from assist.desk.libraries import Libraries
from assist.desk.meters import Meters
from assist.desk.pay import Payer
from assist.desk.presence import Presence
from assist.desk.promise_tasks import promise_handlers
from assist.desk.pull_goods import GOODS_PULL, GoodsPuller, catalogue_of, opener, plan_pulls
from assist.desk.readvise import READVISE, readvise
from assist.desk.remedy_tasks import remedy_handlers
from assist.desk.secrets import SecretBox, new_token
from assist.desk.settle_offers import offer_handlers
from assist.desk.tasks import Handler, Tasks
from assist.desk.watch_clusters import CLUSTERS, watch_clusters
from assist.domain.clock import Clock
from assist.network.client import GuardedClient
from assist.settings import Settings
from assist.store.database import Database, open_database
from assist.store.migrate import require_current
from assist.store.queries import executions, inbox, people, tasks
from assist.store.writer import Writer

from .sentence_model import load_sentence_model


@dataclass
class Process:
    """One sidecar process."""

    settings: Settings
    clock: Clock
    database: Database
    writer: Writer
    libraries: Libraries
    accounts: Accounts
    box: SecretBox
    http: GuardedClient
    presence: Presence
    owner: str
    hub: Hub
    meters: Meters
    lanes: Lanes
    tasks: Tasks
    sender: Sender
    payer: Payer
    embeds: Embeds

    def reload(self) -> None:
        """Look again at what is published and connected."""
        with self.database.reader() as session:
            self.libraries.refresh(session)
            self.accounts.load(people.accounts(session))
            self.embeds.load(people.shops(session))


def make_process(settings: Settings, clock: Clock) -> Process:
    """Make every part; no thread runs and no connection is open yet."""
    database = open_database(settings.database)
    writer = Writer(database)
    libraries = Libraries(load_sentence_model() if settings.semantic else None)
    presence = Presence()
    hub = Hub()
    meters = Meters()
    box = SecretBox(Path(settings.key_file))
    http = GuardedClient(settings.allowed_private)
    accounts = Accounts(box, http)
    # Names this process in leases; random, because a pid comes back after a restart.
    owner = f"{socket.gethostname()}-{os.getpid()}-{new_token()[:8]}"
    handlers: Mapping[str, Handler] = {
        READVISE: readvise(database, writer, libraries, clock, owner),
        **remedy_handlers(writer, clock),
        **promise_handlers(writer, clock),
        **offer_handlers(writer, libraries, clock),
        CLUSTERS: watch_clusters(database, writer, libraries, clock),
        GOODS_PULL: GoodsPuller(
            database, writer, libraries, clock, opener(box), lambda: GuardedClient(settings.allowed_private)
        ),
    }
    return Process(
        settings=settings,
        clock=clock,
        database=database,
        writer=writer,
        libraries=libraries,
        accounts=accounts,
        box=box,
        http=http,
        presence=presence,
        owner=owner,
        hub=hub,
        meters=meters,
        lanes=Lanes(database, writer, libraries, presence, meters, clock, owner),
        tasks=Tasks(writer, clock, owner, handlers),
        sender=Sender(database, writer, accounts, box, http, libraries, clock, owner),
        payer=Payer(database, writer, accounts, clock, owner),
        embeds=Embeds(settings.frame_ancestors),
    )


def start(process: Process) -> None:
    """Start writing, forget leases no process can hold, and load libraries and accounts."""
    require_current(process.database)
    process.writer.on_commit(process.hub.publish)
    process.writer.start()
    if process.database.is_sqlite:
        process.writer.submit(inbox.free_leases).result()
        process.writer.submit(tasks.free_leases).result()
        process.writer.submit(executions.free_leases).result()
    process.reload()
    _plan_pulls(process)


def _plan_pulls(process: Process) -> None:
    """Have the goods pulled of every account whose platform lists them."""
    with process.database.reader() as session:
        rows = people.accounts(session)
    opened = ((row, process.accounts.get(row.adapter, row.account)) for row in rows)
    listing = [row for row, account in opened if account is not None and catalogue_of(account) is not None]
    if listing:
        process.writer.submit(lambda session: plan_pulls(session, listing, process.clock())).result()


async def stop(process: Process) -> None:
    """Finish what was submitted, then let go of everything."""
    await process.accounts.close()
    await process.http.close()
    process.writer.close()
    process.database.close()
