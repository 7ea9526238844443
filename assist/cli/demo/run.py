"""Set the demo shop up, run the server, and tell where everything is."""

import json
import os
import secrets
import socket
import sys
import threading
import time
import tomllib
import webbrowser
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvicorn

from assist.app import create_app
from assist.app.process import Process
from assist.cli.log import configure_log
from assist.cli.output import fail, note
from assist.cli.server import Server, listen
from assist.desk.passwords import hash_of
from assist.desk.setup import Setup, agent_id_of, apply_setup
from assist.desk.sign_in import hand_out
from assist.desk.sign_in_password import set_password
from assist.domain.people import TokenKind
from assist.settings import Settings
from assist.store.database import StoreError, open_database
from assist.store.lock import writer_lock
from assist.store.migrate import upgrade
from assist.store.queries import door, people

from .catalogue import priced, read_catalogue, stock_up
from .customers import Customers
from .history import tell_history
from .orders import past_orders
from .platform import Platform

SHOP = "demo"
ACCOUNT = "demo"
# Links are printed for a person to click, on loopback only: half a minute would be too short to find them.
_TICKET_LIFE = timedelta(hours=12)


def run_demo(folder: Path, port: int, *, open_browser: bool, customers: bool) -> None:
    """Run until interrupted."""
    if folder.exists() and not folder.is_dir():
        fail(f"{folder} is not a folder; name one with --data", 2)
    folder.mkdir(parents=True, exist_ok=True)
    listening = listen("127.0.0.1", port, "choose another with --port, or --port 0 for any free one")
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = Settings(
        database=os.environ.get("ASSIST_DATABASE") or f"sqlite:///{folder / 'assist.sqlite3'}",
        key_file=folder / "assist.key",
        host="127.0.0.1",
        allowed_private=(base.removeprefix("http://"),),
        log_level="warning",
    )
    configure_log(settings.log_level)
    secret = _kept(folder / "webhook_secret", lambda: "whsec_" + b64encode(secrets.token_bytes(32)).decode())
    try:
        with writer_lock(settings.database):
            database = open_database(settings.database)
            upgrade(database)
            database.close()
            _serve(folder, settings, listening, base, secret, open_browser=open_browser, customers=customers)
    except StoreError as error:
        fail(str(error))


def _serve(
    folder: Path,
    settings: Settings,
    listening: socket.socket,
    base: str,
    secret: str,
    *,
    open_browser: bool,
    customers: bool,
) -> None:
    told: dict[str, str] = {}
    password = _kept(folder / "password", lambda: f"demo-{secrets.token_hex(4)}")
    platform = Platform(base, ACCOUNT, secret)

    def prepare(process: Process) -> None:
        _set_up(process, base, secret)
        _give_password(process, password)
        told.update(_links(process, base, secret), password=password)

    web = create_app(settings, prepare=prepare)
    web.router.routes.extend(platform.routes())
    server = Server(web)
    teller = threading.Thread(target=_tell, args=(server, told, open_browser), daemon=True)
    teller.start()
    chatting = Customers(platform, _toml("chats.toml")["chats"], priced(read_catalogue()))
    if customers:

        def chat() -> None:
            tell_history(platform, _toml("past.toml")["chats"])
            chatting.run()

        threading.Thread(target=_when_started, args=(server, chat), name="customers", daemon=True).start()
    try:
        server.run(sockets=[listening])
    finally:
        chatting.stop()


def _set_up(process: Process, base: str, secret: str) -> None:
    table = _toml("shop.toml")
    table["shops"][0]["accounts"] = [
        {
            "adapter": "generic",
            "account": ACCOUNT,
            "config": {
                "out_url": f"{base}{Platform.PATH}",
                "commerce_url": f"{base}{Platform.COMMERCE}",
                "commerce_settles_after_s": 5,
            },
            "secrets": {"webhook": [secret]},
        }
    ]
    setup = Setup.model_validate_json(json.dumps(table))
    process.writer.submit(apply_setup(setup, process.box, process.clock())).result()
    goods = read_catalogue()
    process.writer.submit(stock_up(SHOP, goods, process.clock())).result()
    process.writer.submit(past_orders(SHOP, priced(goods), process.clock())).result()
    process.reload()


def _give_password(process: Process, password: str) -> None:
    """Let everybody of the demo sign in with it; who set another keeps that."""
    with process.database.reader() as session:
        waiting = [one.id for one in people.agents(session, SHOP) if one.linked]
        waiting = [one for one in waiting if door.password_hash(session, one) is None]
    if not waiting:
        return
    kept = hash_of(password)
    for agent_id in waiting:
        process.writer.submit(set_password(agent_id, kept, process.clock())).result()


def _links(process: Process, base: str, secret: str) -> dict[str, str]:
    agent = agent_id_of(SHOP, "小林")
    manager = agent_id_of(SHOP, "陈经理")

    def made(person: str, kind: TokenKind) -> str:
        life = _TICKET_LIFE if kind is TokenKind.ticket else None
        change = hand_out(SHOP, person, kind, process.clock(), life=life)
        return process.writer.submit(change).result().token

    return {
        "url": base,
        "desk": f"{base}/desk#ticket={made(agent, TokenKind.ticket)}",
        "sidebar": f"{base}/sidebar#ticket={made(agent, TokenKind.ticket)}",
        "manager": f"{base}/manager#ticket={made(manager, TokenKind.ticket)}",
        "hook": f"{base}/hooks/generic/{ACCOUNT}",
        "account": ACCOUNT,
        "secret": secret,
        "agent_token": made(agent, TokenKind.bearer),
        "manager_token": made(manager, TokenKind.bearer),
    }


def _tell(server: uvicorn.Server, told: dict[str, str], open_browser: bool) -> None:
    if not _started(server):
        return
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    note(f"客服工作台 desk     {told['desk']}")
    note(f"主管看板   manager  {told['manager']}")
    note(f"密码       password {told['password']}  （小林、阿珍、王主管、陈经理）")
    note("按 Ctrl+C 结束 / press Ctrl+C to stop")
    if open_browser:
        webbrowser.open(told["desk"])


def _when_started(server: uvicorn.Server, run: Any) -> None:
    if _started(server):
        run()


def _started(server: uvicorn.Server) -> bool:
    while not server.started:
        if server.should_exit:
            return False
        time.sleep(0.02)
    return True


def _kept(file: Path, made: Callable[[], str]) -> str:
    """Return a secret of the demo; the same one for the same data folder."""
    if not file.exists() or not file.read_text():
        file.touch(mode=0o600)
        file.write_text(made())
    return file.read_text()


def _toml(name: str) -> dict[str, Any]:
    with (Path(__file__).parent / name).open("rb") as file:
        return tomllib.load(file)
