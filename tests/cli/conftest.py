"""A folder with settings, a database and a shop, and the command line run inside this process."""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assist.cli import main
from assist.desk.secrets import SecretBox
from assist.desk.setup import apply_setup
from assist.store.database import open_database
from assist.store.migrate import upgrade
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.shop import setup_of
from tests.trees import small_tree

SECRET = "whsec_" + "QUFB" * 11
SETTINGS = 'database = "sqlite:///assist.sqlite3"\nkey_file = "assist.key"\n'
URL = "sqlite:///assist.sqlite3"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout; anything beside it is an error."""
        return json.loads(self.out)

    @property
    def line(self) -> str:
        """The one line on stderr."""
        (line,) = self.err.splitlines()
        return line


Run = Callable[..., Ended]


@pytest.fixture
def assist(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["assist", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        code = ended.value.code
        assert code is None or isinstance(code, int)
        return Ended(code or 0, said.out, said.err)

    return run


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with shop s1, made once and copied."""
    folder = tmp_path_factory.mktemp("ready")
    (folder / "assist.toml").write_text(SETTINGS)
    database = open_database(f"sqlite:///{folder / 'assist.sqlite3'}")
    upgrade(database)
    writer = Writer(database).start()
    writer.submit(apply_setup(setup_of(SECRET), SecretBox(folder / "assist.key"), NOW)).result()
    writer.close()
    database.close()
    return folder


@pytest.fixture(scope="session")
def small_kb(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The shipped words and policies and two articles: for commands of which only the refusal matters."""
    return str(small_tree(tmp_path_factory.mktemp("small") / "kb"))


@pytest.fixture
def home(ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it as the working folder."""
    folder = tmp_path / "home"
    shutil.copytree(ready, folder)
    monkeypatch.chdir(folder)
    return folder
