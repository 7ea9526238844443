"""A reference shop served over HTTP by the test process, so that it outlives whoever is killed while paying."""

import contextlib
import socket
import threading
import time
from collections.abc import Generator

import uvicorn

from assist.cli.demo.commerce import commerce_app
from assist.contract.reference_shop import ReferenceShop


@contextlib.contextmanager
def served(shop: ReferenceShop, secret: str) -> Generator[str]:
    """Yield host:port of the shop's commerce port."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(commerce_app(shop, secret), log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()
