"""Read settings for a command, or stop with one clear line."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from assist.settings import Settings, read_settings

from .output import fail


def load_settings(path: Path | None) -> Settings:
    """Return the settings; wrong ones end the command with the file, the name and the cure."""
    if path is not None and not path.is_file():
        fail(f"{path}: not a file; name a TOML file, or leave --config out", 2)
    try:
        return read_settings(path)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        fail(f"{path or 'assist.toml'}: {where}: {first['msg']}", 2)
    except tomllib.TOMLDecodeError as error:
        fail(f"{path or 'assist.toml'}: not valid TOML: {error}", 2)
