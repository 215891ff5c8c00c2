"""Founding a vault: refused where it must not begin, and begun anew where it was cut short."""

import json
from pathlib import Path

import pytest

from bailee import Vault
from bailee.errors import ConflictError, InputError


def test_a_password_is_not_kept_in_the_clear(tmp_path: Path) -> None:
    """A database URL with a password is refused before anything is made."""
    with pytest.raises(InputError, match="password"):
        Vault.create(tmp_path / "vault", database="postgresql://me:secret@localhost/bailee")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    """Neither another vault nor anything else is overwritten."""
    Vault.create(tmp_path / "vault").close()
    with pytest.raises(ConflictError, match="already"):
        Vault.create(tmp_path / "vault")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with pytest.raises(ConflictError, match="not empty"):
        Vault.create(tmp_path / "full")
    assert (tmp_path / "full" / "letter.txt").read_text() == "mine"


def test_a_root_store_in_use_is_left_alone(tmp_path: Path) -> None:
    """A second vault cannot take the root store of the first."""
    Vault.create(tmp_path / "one", root_store=tmp_path / "root").close()
    with pytest.raises(ConflictError):
        Vault.create(tmp_path / "two", root_store=tmp_path / "root")
    Vault.open(tmp_path / "one").close()


def test_the_folder_says_what_it_is_without_secrets(tmp_path: Path) -> None:
    """`vault.json` names the parts; the only key in it is the public one."""
    with Vault.create(tmp_path / "vault") as vault:
        said = json.loads((tmp_path / "vault" / "vault.json").read_text())
    assert said["vkey"] == vault.config.vkey
    assert said["root_stores"] == [str(tmp_path / "vault.root")]
