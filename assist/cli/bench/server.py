"""A server of our own to measure: the demo without its customers, on a free port."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager

from assist.cli.output import fail


@contextmanager
def demo_server(database: str | None = None) -> Generator[dict[str, str]]:
    """Yield what the demo prints first: its URLs, account, secret and tokens. Its data is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="assist-bench-") as folder:
        command = [sys.executable, "-m", "assist", "demo", "--port", "0", "--no-browser", "--quiet-customers"]
        environment = {**os.environ, **({"ASSIST_DATABASE": database} if database else {})}
        server = subprocess.Popen(  # noqa: S603 - our own command
            [*command, "--data", folder], stdout=subprocess.PIPE, text=True, env=environment
        )
        assert server.stdout is not None
        line = server.stdout.readline()
        if not line:
            fail("the server did not start; its reason is above")
        try:
            yield json.loads(line)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)
