"""Which adapters are installed, and which of them do we refuse?"""

from pathlib import Path

import pytest

from assist.contract import CONTRACT_VERSION
from assist.contract.discovery import AdapterMismatch, UnknownAdapter, adapter_names, adapter_type


def install(folder: Path, name: str, contract: str) -> None:
    """Lay out a third party's installed adapter as pip would."""
    module = f"other_{name}"
    lines = ["class Type:", f"    platform = {name!r}", f"    contract = {contract!r}", "ADAPTER = Type()"]
    (folder / f"{module}.py").write_text("\n".join(lines))
    metadata = folder / f"{module}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[assist.adapters]\n{name} = {module}:ADAPTER\n")


def test_the_built_in_adapter_is_found_as_a_third_partys_would_be() -> None:
    found = adapter_type("generic")

    assert found.platform == "generic"
    assert found.contract == CONTRACT_VERSION
    assert "generic" in adapter_names()


def test_an_installed_third_party_adapter_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "found", CONTRACT_VERSION)
    monkeypatch.syspath_prepend(tmp_path)

    assert adapter_type("found").platform == "found"
    assert {"found", "generic"} <= set(adapter_names())


def test_a_newer_minor_version_of_the_contract_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "newer", "1.9")
    monkeypatch.syspath_prepend(tmp_path)

    assert adapter_type("newer").contract == "1.9"


@pytest.mark.parametrize("contract", ["0.9", "2.0", "10.0"])
def test_another_major_version_is_refused_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contract: str
) -> None:
    name = f"v{contract.partition('.')[0]}"
    install(tmp_path, name, contract)
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(AdapterMismatch, match=rf"{name}.*{contract}.*{CONTRACT_VERSION}.*update"):
        adapter_type(name)


def test_an_unknown_adapter_is_refused_with_what_is_installed() -> None:
    with pytest.raises(UnknownAdapter, match=r"nosuch.*generic"):
        adapter_type("nosuch")
