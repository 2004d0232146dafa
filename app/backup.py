"""All that a Kotae keeps and cannot make again, in one file, and back: database, index versions, site's facts, key.

A row is written as any database has it, so a backup of SQLite can be restored into PostgreSQL and the other way round,
and no program of either is needed.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, inspect
from sqlalchemy.exc import SQLAlchemyError

from app import __version__
from app.adapters.archive import BackupManifest, newer, read_archive, write_archive
from app.adapters.audit_tables import AuditRow
from app.adapters.clock import SystemClock
from app.adapters.database import WRITES, first_line, open_engine, refuse_newer, revisions
from app.adapters.index_files import sync
from app.adapters.index_registry import FileIndexRegistry
from app.adapters.people_tables import InvitationRow, SessionRow
from app.adapters.sql_audit import SqlAuditTrail
from app.adapters.table_rows import has_rows, replace_rows, write_rows
from app.domain.audit import COMMAND_LINE, Act
from app.errors import BackupError, DatabaseError
from app.settings import Settings
from app.wiring.records import make_home, open_records

_KEY, _SITE, _INDEX = "vault.key", "site.toml", "index"
_POINTERS = ("current", "released.json")


@dataclass(frozen=True, slots=True)
class Restored:
    """`missing_keys`: ids of the keys without which values of the vault stay hidden; `site`: where the backup's facts
    of the site lie, if others are in their place."""

    manifest: BackupManifest
    missing_keys: tuple[str, ...]
    site: Path | None


def create_backup(settings: Settings, target: Path | None, with_key: bool) -> tuple[Path, BackupManifest]:
    """Also while the service runs and writes. Raises BackupError, SettingsError or DatabaseError."""
    make_home(settings)
    target = target or Path(f"kotae-backup-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar.gz")
    engine = open_engine(settings.sqlalchemy_url)
    refuse_newer(engine)
    with _told_as_sentences(), _staging(settings) as staging:
        (staging / "database").mkdir()
        schema, rows = write_rows(engine, staging / "database")
        index = _index_files(settings, staging)
        files = [*_below(staging), *index, *_site_file(settings), *(_key_file(settings) if with_key else ())]
        current = FileIndexRegistry(staging / _INDEX).current()
        manifest = write_archive(target, files, kotae=__version__, schema=schema, index=current, rows=rows)
        if inspect(engine).has_table(AuditRow.__tablename__):  # an early schema has no trail yet
            SqlAuditTrail(engine, SystemClock()).add(COMMAND_LINE, Act.BACKUP, target.name)
    return target, manifest


def restore_backup(settings: Settings, source: Path, replace: bool) -> Restored:
    """Into a home and a database without data, or in place of theirs; all of it or nothing. No service may run.

    Who was signed in or invited then is not any more: that may have been withdrawn since.

    Raises BackupError, SettingsError or DatabaseError.
    """
    make_home(settings)
    engine = open_engine(settings.sqlalchemy_url)
    refuse_newer(engine)
    with _told_as_sentences(), _staging(settings) as staging:
        manifest = read_archive(source, staging)
        if manifest.schema is not None and manifest.schema not in revisions():
            raise newer(source, manifest.kotae)
        (staging / "database").mkdir(exist_ok=True)
        with engine.execution_options(**WRITES).begin() as connection:
            if not replace and (has_rows(connection) or _has_files(settings)):
                raise BackupError(
                    f"There is data in {settings.home} or its database already: restore into an empty KOTAE_HOME, "
                    "or put the backup in its place with --replace."
                )
            replace_rows(connection, manifest.schema, staging / "database")
            for ended in (SessionRow, InvitationRow):
                connection.execute(delete(ended))
            site = _place_files(settings, staging)
    records = open_records(settings)
    SqlAuditTrail(records.engine, SystemClock()).add(COMMAND_LINE, Act.RESTORE, source.name)
    missing = records.vault.key_ids() - {key.id for key in records.keys.all()}
    return Restored(manifest, tuple(sorted(missing)), site)


@contextmanager
def _told_as_sentences() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise DatabaseError(f"The database did not do what a backup needs ({first_line(error)}).") from None
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        raise BackupError(f"A file{place} cannot be read or written ({error.strerror or error}).") from None


@contextmanager
def _staging(settings: Settings) -> Iterator[Path]:
    """A folder in KOTAE_HOME that only its owner can read, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix=".backup-", dir=settings.home))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _below(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def _index_files(settings: Settings, staging: Path) -> list[tuple[str, Path]]:
    """Versions never change; the pointer may, so it is copied before they are listed."""
    (staging / _INDEX).mkdir()
    for name in _POINTERS:
        if (settings.index_dir / name).exists():
            shutil.copyfile(settings.index_dir / name, staging / _INDEX / name)
    versions = [manifest.version for manifest in FileIndexRegistry(settings.index_dir).versions()]
    return [
        (f"{_INDEX}/{version}/{name}", path)
        for version in versions
        for name, path in _below(settings.index_dir / version)
    ]


def _site_file(settings: Settings) -> list[tuple[str, Path]]:
    return [(_SITE, settings.site_file)] if settings.site_file.is_file() else []


def _key_file(settings: Settings) -> list[tuple[str, Path]]:
    """Raises BackupError where the key is not a file of ours."""
    if settings.vault_key.get_secret_value():
        raise BackupError(
            "The vault's key is in KOTAE_VAULT_KEY, not in a file: keep it where it is, without --with-key."
        )
    return [(_KEY, settings.vault_key_file)] if settings.vault_key_file.exists() else []


def _has_files(settings: Settings) -> bool:
    has_index = settings.index_dir.is_dir() and any(settings.index_dir.iterdir())
    return has_index or settings.vault_key_file.exists()


def _place_files(settings: Settings, staging: Path) -> Path | None:
    """Quick: everything lies on the same disk already. Returns where the site's facts were put beside others."""
    if settings.index_dir.exists():
        settings.index_dir.rename(staging / "replaced")
    (staging / _INDEX).mkdir(exist_ok=True)
    (staging / _INDEX).rename(settings.index_dir)
    if (staging / _KEY).exists():
        (staging / _KEY).chmod(0o600)
        (staging / _KEY).replace(settings.vault_key_file)
    sync(settings.home)
    if not (staging / _SITE).exists():
        return None
    return _place_site(settings, staging / _SITE)


def _place_site(settings: Settings, restored: Path) -> Path | None:
    """An operator's file is never overwritten."""
    if not settings.site_file.exists():
        settings.site_file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(restored, settings.site_file)
        return None
    if settings.site_file.read_bytes() == restored.read_bytes():
        return None
    beside = settings.home / "site.restored.toml"
    os.replace(restored, beside)
    return beside
