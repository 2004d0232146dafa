"""The key of the vault is made once, read by its owner alone, and never lost in a rotation."""

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.adapters.vault_keys import FileKeys, Key, SettingKeys
from app.errors import SettingsError

ONE, TWO = (base64.b64encode(letter * 32).decode() for letter in (b"1", b"2"))


def test_a_key_is_made_at_first_use_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    first = FileKeys(path).all()
    assert FileKeys(path).all() == first
    assert len(first) == 1
    assert oct(path.stat().st_mode)[-3:] == "600"
    assert list(tmp_path.iterdir()) == [path]


def test_processes_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as starting:
        found = list(starting.map(lambda _: FileKeys(tmp_path / "vault.key").all(), range(24)))
    assert len({tuple(key.id for key in keys) for keys in found}) == 1


def test_rotations_at_once_lose_no_key(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    first = FileKeys(path).all()[0]
    with ThreadPoolExecutor(4) as rotating:
        list(rotating.map(lambda _: FileKeys(path).renew(), range(8)))
    keys = FileKeys(path).all()
    assert len({key.id for key in keys}) == 9
    assert keys[-1] == first
    assert oct(path.stat().st_mode)[-3:] == "600"


def test_keys_that_nothing_needs_are_forgotten_but_for_the_newest_two(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path / "vault.key")
    for _ in range(4):
        keys.renew()
    newest, before, _, needed, _ = keys.all()
    keys.forget({needed.id})
    assert list(keys.all()) == [newest, before, needed]


@pytest.mark.parametrize("text", ["", "\n", "not a key\n", ONE[:-4] + "\n", "鍵\n"])
def test_a_file_that_holds_no_key_stops_the_start_with_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "vault.key"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"vault\.key"):
        FileKeys(path).all()
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("setting", [f"{ONE},{TWO}", f" {ONE} , {TWO} ", ",".join((ONE, TWO.replace("+", "-")))])
def test_keys_from_the_settings_keep_their_order(setting: str) -> None:
    assert list(SettingKeys(setting).all()) == [Key(b"1" * 32), Key(b"2" * 32)]


def test_a_key_s_id_and_its_print_give_nothing_away() -> None:
    key = Key(b"1" * 32)
    assert len(key.id) == 16
    assert "1111" not in repr(key)
