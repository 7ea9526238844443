"""`assist setup`, `user` and `token`: idempotent, and every mistake one clear line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assist.store.database import open_database
from assist.store.lock import writer_lock
from assist.store.queries import people

from .conftest import SECRET, URL, Run

SHOP = f"""\
[[shops]]
id = "s2"
name = "二店"

[[shops.accounts]]
adapter = "generic"
account = "second"
secrets = {{webhook = ["{SECRET}"]}}

[[shops.agents]]
name = "小王"
role = "lead"
refs = ["generic:second:agent-7"]
"""


def shops() -> list[str]:
    database = open_database(URL, read_only=True)
    with database.reader() as session:
        found = [shop.id for shop in people.shops(session)]
    database.close()
    return found


def test_a_file_is_applied_and_applying_it_again_changes_nothing(assist: Run, home: Path) -> None:
    (home / "shop.toml").write_text(SHOP, encoding="utf-8")

    first = assist("setup", "shop.toml")
    before = _rows()
    second = assist("setup", "shop.toml")

    assert first.code == 0
    assert "1 shops, 1 accounts, 1 agents" in first.line
    assert second == first
    assert shops() == ["s1", "s2"]
    assert _rows() == before


def test_a_secret_is_never_kept_as_it_was_given(assist: Run, home: Path) -> None:
    (home / "shop.toml").write_text(SHOP, encoding="utf-8")

    assist("setup", "shop.toml")

    kept = b"".join(path.read_bytes() for path in home.iterdir() if path.name.startswith("assist.sqlite3"))
    assert SECRET.removeprefix("whsec_").encode() not in kept


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("shops = [", "TOML", id="broken TOML"),
        pytest.param("", "shops", id="empty"),
        pytest.param(SHOP.replace('id = "s2"', 'id = "S 2"'), "shops.0.id", id="an id that is none"),
        pytest.param(SHOP.replace('name = "二店"\n', ""), "shops.0.name", id="no name"),
        pytest.param(SHOP.replace('name = "二店"', 'nmae = "二店"'), "shops.0.", id="a misspelt key"),
        pytest.param(SHOP.replace('role = "lead"', 'role = "boss"'), "shops.0.agents.0.role", id="an unknown role"),
        pytest.param(
            SHOP.replace('name = "二店"', 'name = "二店"\ntimezone = "Asia/Beijing"'), "Asia/Beijing", id="no such zone"
        ),
        pytest.param(SHOP.replace('"generic"', '"genric"'), "installed: ", id="no such adapter"),
        pytest.param(
            SHOP.replace("secrets", 'config = {out_urll = "x"}\nsecrets'),
            "out_urll",
            id="a setting the adapter has not",
        ),
        pytest.param(SHOP.replace('"second"', '"main"'), "s1", id="an account of another shop"),
        pytest.param(SHOP.replace("generic:second:agent-7", "agent-7"), "agent-7", id="a ref that is none"),
    ],
)
def test_a_wrong_file_is_one_line_that_names_it_and_nothing_is_written(
    assist: Run, home: Path, text: str, named: str
) -> None:
    (home / "shop.toml").write_text(text, encoding="utf-8")

    ended = assist("setup", "shop.toml")

    assert ended.code in (1, 2)
    assert ended.out == ""
    assert ended.line.startswith("shop.toml: ")
    assert named in ended.line
    assert shops() == ["s1"]


def test_a_file_in_another_encoding_is_one_line(assist: Run, home: Path) -> None:
    (home / "shop.toml").write_bytes(SHOP.encode("gbk"))

    ended = assist("setup", "shop.toml")

    assert ended.code == 1
    assert ended.line.startswith("shop.toml: ")


@pytest.mark.parametrize("name", ["nowhere.toml", "."])
def test_no_file_at_all_is_wrong_usage(assist: Run, home: Path, name: str) -> None:
    ended = assist("setup", name)

    assert (ended.code, ended.out) == (2, "")
    assert ended.line.startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        pytest.param("database = ", "TOML", id="broken TOML"),
        pytest.param('datbase = "x"', "datbase", id="a misspelt key"),
        pytest.param("port = 99999", "port", id="a port that is none"),
    ],
)
def test_wrong_settings_are_one_line_that_names_the_file(assist: Run, home: Path, settings: str, named: str) -> None:
    (home / "shop.toml").write_text(SHOP, encoding="utf-8")
    (home / "other.toml").write_text(settings)

    ended = assist("setup", "shop.toml", "--config", "other.toml")

    assert ended.code == 2
    assert ended.line.startswith("other.toml: ")
    assert named in ended.line


def test_settings_that_are_not_there_are_one_line(assist: Run, home: Path) -> None:
    ended = assist("kpi", "--config", "nowhere.toml")

    assert ended.code == 2
    assert ended.line.startswith("nowhere.toml: ")


def test_without_a_schema_the_cure_is_told(assist: Run, home: Path) -> None:
    (home / "assist.sqlite3").unlink()
    (home / "shop.toml").write_text(SHOP, encoding="utf-8")

    ended = assist("setup", "shop.toml")

    assert ended.code == 1
    assert "assist db upgrade" in ended.line


def test_upgrading_makes_the_database_and_doing_it_again_changes_nothing(assist: Run, home: Path) -> None:
    (home / "assist.sqlite3").unlink()

    first, second = assist("db", "upgrade"), assist("db", "upgrade")

    assert (first.code, second.code) == (0, 0)
    assert first.line == second.line
    assert shops() == []


def test_a_person_is_added_and_given_a_link_and_a_token(assist: Run, home: Path) -> None:
    added = assist("user", "add", "小李", "--role", "lead", "--level", "senior", "--ref", "generic:main:agent-3")
    link = assist("token", "ticket", "小李", "--page", "manager")
    token = assist("token", "make", "小李")

    assert (added.code, added.out) == (0, "")
    assert link.out.startswith("http://127.0.0.1:8700/manager#ticket=")
    assert len(token.out.strip()) >= 32
    assert "2 tokens" in assist("token", "revoke", "小李").line


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        pytest.param(("user", "add", "小李", "--role", "boss"), "--role", id="an unknown role"),
        pytest.param(("user", "add", "小李", "--level", "expert"), "--level", id="an unknown level"),
        pytest.param(("user", "add", "小李", "--ref", "agent-3"), "adapter:account:ref", id="a ref that is none"),
        pytest.param(("user", "add", "小李", "--shop", "s9"), "there are: s1", id="no such shop"),
        pytest.param(("token", "make", "小李"), "assist user add", id="nobody of that name"),
    ],
)
def test_a_person_who_cannot_be_is_wrong_usage(assist: Run, home: Path, arguments: tuple[str, ...], named: str) -> None:
    ended = assist(*arguments)

    assert (ended.code, ended.out) == (2, "")
    assert named in ended.line


@pytest.mark.parametrize("arguments", [("setup", "shop.toml"), ("db", "upgrade"), ("serve",)])
def test_a_second_writer_is_refused_with_the_pid_of_the_first(home: Path, arguments: tuple[str, ...]) -> None:
    (home / "shop.toml").write_text(SHOP, encoding="utf-8")

    with writer_lock(URL):
        ended = subprocess.run(
            [sys.executable, "-m", "assist", *arguments], capture_output=True, text=True, timeout=60, check=False
        )

    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert f"process {os.getpid()}" in line
    assert shops() == ["s1"]


def _rows() -> list[object]:
    database = open_database(URL, read_only=True)
    with database.reader() as session:
        found = [people.shops(session), people.agents(session, "s2")]
    database.close()
    return list(found)
