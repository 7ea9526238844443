"""`assist setup`: shops, accounts and people from a file."""

from pathlib import Path
from typing import Annotated

import typer


def setup(
    file: Annotated[Path, typer.Argument(help="a TOML file with [[shops]]")],
    config: Annotated[Path | None, typer.Option(help="settings file; ./assist.toml when left out")] = None,
) -> None:
    """Apply a set-up file. Applying it again changes nothing; secrets are env:NAME or sealed."""
    import json
    import tomllib

    from pydantic import ValidationError

    from assist.cli.operator import run_operator
    from assist.cli.output import fail, first_of, note
    from assist.desk.operate import ApplySetup
    from assist.desk.setup import Setup

    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        wanted = Setup.model_validate_json(json.dumps(table, default=str))
    except OSError as error:
        fail(f"{file}: {error.strerror}; name a TOML file", 2)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        fail(f"{file}: not valid TOML: {error}")
    except ValidationError as error:
        fail(f"{file}: {first_of(error)}")
    done, _ = run_operator(ApplySetup(setup=wanted), config, source=f"{file}: ")
    note(f"{file}: {done.said}")


COMMAND = setup
