"""The `assist` command: one small file a command, imported only when it runs."""

import sys
from importlib import import_module

import typer

COMMANDS = {
    "setup": "setup",
    "demo": "demo",
    "serve": "serve",
    "db": "db",
    "kb": "kb",
    "policy": "policy",
    "offers": "offers",
    "replay": "replay",
    "kpi": "kpi",
    "user": "user",
    "token": "token",
    "bench": "bench",
    "eval": "eval",
}
"""Command word -> module of this package, with a Typer `app` of sub-commands or one function `COMMAND`."""


def main() -> None:
    """Run the command line; importing every command would cost two seconds, so only the named one is."""
    word = next((argument for argument in sys.argv[1:] if not argument.startswith("-")), None)
    wanted = [word] if word in COMMANDS else list(COMMANDS)
    app = typer.Typer(name="assist", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.callback()(_about)
    for name in wanted:
        module = import_module(f"{__name__}.{COMMANDS[name]}")
        if hasattr(module, "COMMAND"):
            app.command(name)(module.COMMAND)
        else:
            app.add_typer(module.app, name=name)
    app()


def _about() -> None:
    """Fresh Assist: what to say next, beside every chat of a fresh-goods shop."""
