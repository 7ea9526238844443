"""`assist demo`: the main job in one command, with a shop, agents and customers who chat."""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    port: Annotated[int, typer.Option(help="0 takes a free one")] = 8700,
    data: Annotated[
        Path | None, typer.Option(help="keep the demo's data here; a temporary folder when left out")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="open the desk in a browser")] = True,
    quiet_customers: Annotated[bool, typer.Option(help="no simulated customers")] = False,
) -> None:
    """Run the sidecar on loopback with a demo shop. The first line on stdout is JSON: URLs, hook, secret, tokens."""
    import tempfile

    from assist.cli.demo.run import run_demo

    if data is not None:
        run_demo(data, port, open_browser=browser, customers=not quiet_customers)
        return
    with tempfile.TemporaryDirectory(prefix="assist-demo-") as folder:
        run_demo(Path(folder), port, open_browser=browser, customers=not quiet_customers)


COMMAND = demo
