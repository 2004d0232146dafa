"""A backup as one file: a compressed tar of plain files, and at its end a manifest with the size and SHA-256 of each.

Only names that a backup has are read, and only regular files: nothing in an archive can name a place outside. Nothing
is unpickled.
"""

import hashlib
import io
import os
import re
import tarfile
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from app.adapters.index_files import sync
from app.errors import BackupError

FORMAT = 1
_MANIFEST = "manifest.json"
_PART = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_NAME = re.compile(rf"database/[a-z_]+\.jsonl|vault\.key|site\.toml|index/{_PART}(/{_PART}){{0,3}}")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    size: int  # bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """`schema`: the database's revision; `index`: the version that was served."""

    format: int
    kotae: str
    created_at: datetime
    schema: str | None
    index: str | None
    rows: Mapping[str, int]
    files: Mapping[str, Stored]


@dataclass(frozen=True, slots=True)
class _Format:
    """Of a manifest of any release."""

    format: int
    kotae: str


_manifest_json = TypeAdapter(BackupManifest)
_format_json = TypeAdapter(_Format)


def write_archive(
    target: Path,
    files: Iterable[tuple[str, Path]],
    *,
    kotae: str,
    schema: str | None,
    index: str | None,
    rows: Mapping[str, int],
) -> BackupManifest:
    """`target` appears whole, readable by its owner only, or not at all. Raises BackupError, also where it exists."""
    unfinished = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as tar:
                stored = {name: _add(tar, name, path) for name, path in files}
                manifest = BackupManifest(FORMAT, kotae, datetime.now(UTC), schema, index, rows, stored)
                told = _manifest_json.dump_json(manifest, indent=2)
                tar.addfile(_entry(_MANIFEST, len(told)), io.BytesIO(told))
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, target)  # unlike a rename it replaces nothing
        sync(target.parent)
    except FileExistsError:
        raise BackupError(f"{target} exists already: name another file.") from None
    except OSError as error:
        raise BackupError(f"The backup {target} cannot be written ({error.strerror or error}).") from None
    finally:
        with suppress(OSError):
            unfinished.unlink()
    return manifest


def read_archive(source: Path, folder: Path) -> BackupManifest:
    """Unpack it below `folder`, each file checked. Raises BackupError, in one sentence, for all that is no whole backup
    which this release can read."""
    found: dict[str, Stored] = {}
    told: bytes | None = None
    try:
        with tarfile.open(source, mode="r|gz") as tar:
            for entry in tar:
                content = tar.extractfile(entry) if entry.isreg() else None
                if content is None or entry.name in found or told is not None:
                    raise damaged(source, f"{entry.name!r} has no place in a backup")
                if entry.name == _MANIFEST:
                    told = content.read()
                elif _NAME.fullmatch(entry.name):
                    found[entry.name] = _unpack(content, folder / entry.name)
                else:
                    raise damaged(source, f"{entry.name!r} has no place in a backup")
    except FileNotFoundError:
        raise BackupError(f"There is no file {source}.") from None
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise damaged(source, getattr(error, "strerror", None) or "it cannot be unpacked to its end") from None
    manifest = _read_manifest(source, told)
    wrong = sorted(name for name in manifest.files.keys() | found if manifest.files.get(name) != found.get(name))
    if wrong:
        raise damaged(source, f"{wrong[0]} is missing or was altered")
    return manifest


def damaged(source: Path, what: str) -> BackupError:
    return BackupError(f"The backup {source} cannot be restored: {what}.")


def newer(source: Path, kotae: str) -> BackupError:
    return BackupError(f"The backup {source} was made by a newer release of Kotae ({kotae}): install that one first.")


def _read_manifest(source: Path, told: bytes | None) -> BackupManifest:
    try:
        release = _format_json.validate_json(told or b"")
        if release.format > FORMAT:
            raise newer(source, release.kotae)
        return _manifest_json.validate_json(told or b"")
    except ValidationError:
        raise damaged(source, "its manifest is missing or unreadable") from None


class _Hashed:
    """Reads `file`, and knows the SHA-256 of what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.sha256.update(block)
        return block


def _add(tar: tarfile.TarFile, name: str, path: Path) -> Stored:
    with path.open("rb") as file:
        size, hashed = os.fstat(file.fileno()).st_size, _Hashed(file)
        tar.addfile(_entry(name, size), hashed)
    return Stored(size, hashed.sha256.hexdigest())


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def _unpack(content: IO[bytes], path: Path) -> Stored:
    path.parent.mkdir(parents=True, exist_ok=True)
    hashed, size = _Hashed(content), 0
    with path.open("xb") as file:
        while block := hashed.read(_BLOCK):
            size += file.write(block)
    return Stored(size, hashed.sha256.hexdigest())
