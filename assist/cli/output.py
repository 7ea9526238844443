"""How every command speaks: results on stdout, everything else on stderr, findings exit 1."""

import json
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from pydantic import ValidationError


def print_json(value: Any) -> None:
    """Print one JSON document, Chinese unescaped."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def note(line: str) -> None:
    """Tell the person at the terminal something that is not the result."""
    sys.stderr.write(line + "\n")


def first_of(error: "ValidationError") -> str:
    """Return the first thing that is wrong as one line: where, and what."""
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def fail(line: str, code: int = 1) -> NoReturn:
    """Stop with one clear line; 1 is a finding or failure, 2 is wrong usage."""
    note(line)
    raise typer.Exit(code)
