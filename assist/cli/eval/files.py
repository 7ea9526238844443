"""How do evaluations read their rows and write their findings? Bad input names file, line and cure; out is whole."""

import os
from collections.abc import Iterable
from errno import EISDIR
from pathlib import Path
from typing import TypeVar

from pydantic import ConfigDict, ValidationError

from assist.cli.output import first_of
from assist.domain.value import Value


class Row(Value):
    """One line of a file, with an id. Other keys are somebody else's and are passed over."""

    model_config = ConfigDict(extra="ignore")

    id: str


class RowsError(Exception):
    """A file of rows that cannot be read; names the file, the line and the cure."""


R = TypeVar("R", bound=Row)


def read_rows(path: Path, model: type[R], example: str) -> list[tuple[str, R]]:
    """Return the rows of a JSONL file, each with its place; empty lines are left out, ids are unique.

    Raises RowsError at the first line that is wrong, or when there is none; `example` shows a right one.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").split("\n")
    except OSError as error:
        raise RowsError(f"{path}: {error.strerror}; name a JSONL file") from error
    except UnicodeDecodeError as error:
        raise RowsError(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8") from error
    rows: list[tuple[str, R]] = []
    first_at: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            row = model.model_validate_json(line)
        except ValidationError as error:
            raise RowsError(f"{place}: {first_of(error)}; a line is {example}") from error
        if row.id in first_at:
            raise RowsError(f"{place}: id {row.id!r} is used in line {first_at[row.id]} too; ids are unique")
        first_at[row.id] = number
        rows.append((place, row))
    if not rows:
        raise RowsError(f"{path}:1: no rows; write one {example} a line")
    return rows


def replace(out: Path, lines: Iterable[str]) -> None:
    """Write a file beside its place first: it is whole or it is not there. Raises OSError."""
    if out.is_dir():
        raise IsADirectoryError(EISDIR, "is a folder")
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        draft.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)


def keep_apart(out: Path, *read: Path) -> None:
    """Refuse to write over what is read. Raises RowsError."""
    for path in read:
        if out.resolve() == path.resolve():
            raise RowsError(f"{out}: is read too; name another file for --out")
