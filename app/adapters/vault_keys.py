"""The keys of the vault: from the setting, or from a file in KOTAE_HOME that only its owner can read."""

import base64
import fcntl
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from app.errors import SettingsError

_BYTES = 32  # AES-256


@dataclass(frozen=True, slots=True)
class Key:
    """`id` tells keys apart and gives nothing of `secret` away."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        return hashlib.sha256(b"kotae vault key " + self.secret).hexdigest()[:16]


class VaultKeys(Protocol):
    def all(self) -> Sequence[Key]:
        """As of now: the first encrypts, every one decrypts."""
        ...


class SettingKeys:
    """Base64, separated by commas. Raises SettingsError for what is no key."""

    def __init__(self, setting: str) -> None:
        self._keys = tuple(_key(text, "KOTAE_VAULT_KEY") for text in setting.split(","))

    def all(self) -> Sequence[Key]:
        return self._keys


class FileKeys:
    """One a line, newest first; made at first use, and read again whenever another process has changed it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[tuple[int, int], tuple[Key, ...]] | None = None

    def all(self) -> Sequence[Key]:
        """Raises SettingsError when the file cannot be read, made or understood."""
        try:
            if not self._path.exists():
                self._make()
            about = self._path.stat()
            version = (about.st_mtime_ns, about.st_ino)
            if self._read is None or self._read[0] != version:
                lines = self._path.read_text(encoding="ascii").split()
                self._read = version, tuple(_key(line, str(self._path)) for line in lines)
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"The key of the vault, {self._path}, cannot be read ({error}).") from None
        if not self._read[1]:
            raise SettingsError(f"{self._path} holds no key: restore it from a backup.")
        return self._read[1]

    def renew(self) -> None:
        """A new key encrypts from now on; the one before it stays for what is written at this moment."""
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._replace([_new_key(), *(_base64(key) for key in self.all())])

    def forget(self, needed: set[str]) -> None:
        """Drop every key but the newest two and those whose id is `needed`."""
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            keys = self.all()
            self._replace([_base64(key) for n, key in enumerate(keys) if n < 2 or key.id in needed])

    def _make(self) -> None:
        """Of two processes that start at once the first one's key stays: a link does not replace a file."""
        part = self._write([_new_key()])
        try:
            os.link(part, self._path)
        except FileExistsError:
            pass
        finally:
            part.unlink()

    def _replace(self, lines: list[str]) -> None:
        self._write(lines).replace(self._path)

    def _write(self, lines: list[str]) -> Path:
        part = self._path.with_suffix(f".{os.getpid()}-{os.urandom(4).hex()}")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write("".join(f"{line}\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
        return part


def _key(text: str, place: str) -> Key:
    try:
        secret = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except ValueError:
        secret = b""
    if len(secret) != _BYTES:
        raise SettingsError(
            f"{place} holds something that is no key: a key is {_BYTES} bytes in Base64, as `openssl rand -base64 32` "
            "prints it."
        )
    return Key(secret)


def _new_key() -> str:
    return _base64(Key(os.urandom(_BYTES)))


def _base64(key: Key) -> str:
    return base64.b64encode(key.secret).decode()
