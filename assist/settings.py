"""What the process is told: one frozen model from `assist.toml` and `ASSIST_*`, read by `cli` and `app` only."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


class Settings(BaseSettings):
    """Environment variables (`ASSIST_DATABASE` …) win over the file."""

    model_config = SettingsConfigDict(env_prefix="ASSIST_", frozen=True, extra="forbid", toml_file="assist.toml")

    database: str = "sqlite:///data/assist.sqlite3"
    host: str = "127.0.0.1"
    port: int = Field(default=8700, ge=0, le=65535)
    public_url: str = ""
    key_file: Path = Path("data/assist.key")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    watch_content: Path | None = None
    """A `templates_kb` folder to publish from, at start and on change."""
    semantic: bool = False
    """Use the sentence model of `fresh-assist[semantic]`: some points better, some ten milliseconds a turn slower."""
    allowed_private: tuple[str, ...] = ()
    """host:port pairs that our own requests may reach although they are private."""
    frame_ancestors: tuple[str, ...] = ()
    """Origins that may frame the sidebar."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        _ = dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def read_settings(path: Path | None = None) -> Settings:
    """Read settings from a file and the environment.

    Raises pydantic's ValidationError for unknown or wrong settings, tomllib's error for a broken file.
    """
    if path is None:
        return Settings()

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=path)

    return FromFile()


def is_loopback(host: str) -> bool:
    return host in ("127.0.0.1", "localhost", "::1")
