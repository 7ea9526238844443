"""A real server in a process of its own, to post at, kill and start again."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from assist.store.database import Database, open_database


@dataclass
class Server:
    """A running `assist demo` without customers of its own."""

    process: "subprocess.Popen[str]"
    told: dict[str, str]
    folder: Path

    @property
    def url(self) -> str:
        return self.told["url"]

    def kill(self) -> None:
        """As a power button does it: no chance to finish anything."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)

    def database(self) -> Database:
        return open_database(f"sqlite:///{self.folder / 'assist.sqlite3'}", read_only=True)


@contextlib.contextmanager
def serving(folder: Path) -> Generator[Server]:
    """Start a server on a free port with its data in `folder`; stop it in the end."""
    command = [sys.executable, "-m", "assist", "demo", "--port", "0", "--no-browser", "--quiet-customers"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSIST_")}
    process = subprocess.Popen(
        [*command, "--data", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the server did not start"
    server = Server(process, json.loads(line), folder)
    try:
        yield server
    finally:
        server.stop()
        process.stdout.close()
