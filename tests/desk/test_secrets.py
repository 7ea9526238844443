"""Is a secret readable by us alone, and is a lost key told by name?"""

import stat
from pathlib import Path

import pytest

from assist.desk.secrets import SecretBox, SecretMissing, new_token, token_hash

SECRET = "whsec_很长的密钥"


def test_a_sealed_secret_opens_with_the_same_key_file(tmp_path: Path) -> None:
    sealed = SecretBox(tmp_path / "assist.key").seal(SECRET)

    assert SECRET not in sealed
    assert SecretBox(tmp_path / "assist.key").open(sealed) == SECRET


def test_the_key_file_is_made_on_first_use_and_is_its_owners_alone(tmp_path: Path) -> None:
    key_file = tmp_path / "new folder" / "assist.key"
    box = SecretBox(key_file)
    assert not key_file.exists()

    box.seal(SECRET)

    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_a_secret_sealed_with_another_key_names_the_file_and_not_the_secret(tmp_path: Path) -> None:
    sealed = SecretBox(tmp_path / "old.key").seal(SECRET)

    with pytest.raises(SecretMissing, match=r"new\.key") as refused:
        SecretBox(tmp_path / "new.key").open(sealed)

    assert SECRET not in str(refused.value)


def test_a_secret_of_the_environment_is_read_when_it_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = SecretBox(tmp_path / "assist.key")
    monkeypatch.setenv("SHOP_SECRET", SECRET)

    assert box.open("env:SHOP_SECRET") == SECRET


@pytest.mark.parametrize("value", [None, ""], ids=["没设", "设成空的"])
def test_a_secret_missing_in_the_environment_is_told_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    if value is None:
        monkeypatch.delenv("SHOP_SECRET", raising=False)
    else:
        monkeypatch.setenv("SHOP_SECRET", value)

    with pytest.raises(SecretMissing, match="SHOP_SECRET is not set"):
        SecretBox(tmp_path / "assist.key").open("env:SHOP_SECRET")


def test_what_is_stored_is_a_reference_or_sealed_and_never_plain(tmp_path: Path) -> None:
    box = SecretBox(tmp_path / "assist.key")
    sealed = box.seal(SECRET)

    assert box.reference("env:SHOP_SECRET") == "env:SHOP_SECRET"
    assert box.reference(sealed) == sealed
    assert SECRET not in box.reference(SECRET)
    assert box.open(box.reference(SECRET)) == SECRET


def test_tokens_are_all_different_and_kept_as_their_hash() -> None:
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(len(token) >= 43 for token in tokens)
    assert all(token not in token_hash(token) for token in tokens)
