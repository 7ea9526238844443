"""`assist user password` and `--password-stdin`: what is typed is never kept, and what is no password is one line."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assist.desk.passwords import is_right
from assist.desk.setup import agent_id_of
from assist.store.database import open_database
from assist.store.queries import door

from .conftest import URL, Run

NEW = "一句好记的话做密码，新的"

Typed = Callable[[str], None]


def kept(name: str) -> str | None:
    database = open_database(URL, read_only=True)
    with database.reader() as session:
        found = door.password_hash(session, agent_id_of("s1", name))
    database.close()
    return found


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_a_password_is_read_from_standard_input_without_its_line_break(assist: Run, home: Path, typed: Typed) -> None:
    typed(f"{NEW}\n")

    ended = assist("user", "password", "小林", "--stdin")

    assert ended.code == 0
    assert "signed out everywhere" in ended.line
    assert is_right(kept("小林"), NEW)
    assert NEW not in ended.out + ended.err
    assert NEW.encode() not in b"".join(file.read_bytes() for file in home.iterdir() if file.is_file())


def test_a_new_person_comes_with_a_password(assist: Run, home: Path, typed: Typed) -> None:
    typed(NEW)

    ended = assist("user", "add", "小王", "--password-stdin")

    assert ended.code == 0
    assert is_right(kept("小王"), NEW)


def test_adding_a_person_again_leaves_their_password(assist: Run, home: Path, typed: Typed) -> None:
    typed(NEW)
    assist("user", "add", "小王", "--password-stdin")

    assist("user", "add", "小王", "--level", "senior")

    assert is_right(kept("小王"), NEW)


@pytest.mark.parametrize(("text", "named"), [("短密码", "10 to 256"), ("", "10 to 256"), ("长" * 257, "257")])
def test_what_is_no_password_is_wrong_usage_and_nothing_is_kept(
    assist: Run, home: Path, typed: Typed, text: str, named: str
) -> None:
    typed(text)

    ended = assist("user", "password", "小林", "--stdin")

    assert (ended.code, ended.out) == (2, "")
    assert named in ended.line
    assert kept("小林") is None


def test_nobody_of_that_name_has_no_password(assist: Run, home: Path, typed: Typed) -> None:
    typed(NEW)

    ended = assist("user", "password", "没有这个人", "--stdin")

    assert ended.code == 2
    assert "assist user add" in ended.line
