"""The database, the vault in it, and the home they live in."""

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.adapters.clock import SystemClock
from app.adapters.vault_keys import FileKeys, SettingKeys, VaultKeys
from app.domain.desk_ports import EventLog
from app.domain.people_ports import AuditTrail
from app.errors import SettingsError
from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.adapters.sql_store import SqlConversationStore
    from app.adapters.sql_vault import SqlVault

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Records:
    """What is kept of customers, and the database it is in."""

    engine: "Engine"
    store: "SqlConversationStore"
    events: EventLog
    vault: "SqlVault"
    keys: VaultKeys
    audit: AuditTrail


def open_records(settings: Settings) -> Records:
    """Raises SettingsError or DatabaseError."""
    from app.adapters.database import open_database
    from app.adapters.sql_audit import SqlAuditTrail
    from app.adapters.sql_events import SqlEventLog
    from app.adapters.sql_store import SqlConversationStore
    from app.adapters.sql_vault import SqlVault

    make_home(settings)
    database, keys = open_database(settings.sqlalchemy_url), open_vault_keys(settings)
    vault = SqlVault(database, keys)
    if unknown := vault.key_ids() - {key.id for key in keys.all()}:
        _log.warning(
            "Personal data in the vault is encrypted with keys that are not here (%s): it stays hidden, and its "
            "conversations read-only, until they are back in KOTAE_VAULT_KEY or vault.key.",
            ", ".join(sorted(unknown)),
        )
    clock = SystemClock()
    return Records(
        engine=database,
        store=SqlConversationStore(database, clock),
        events=SqlEventLog(database),
        vault=vault,
        keys=keys,
        audit=SqlAuditTrail(database, clock),
    )


def open_vault_keys(settings: Settings) -> VaultKeys:
    """Raises SettingsError for a setting or a file that holds no key."""
    setting = settings.vault_key.get_secret_value()
    keys = SettingKeys(setting) if setting else FileKeys(settings.vault_key_file)
    keys.all()
    return keys


def make_home(settings: Settings) -> None:
    """Raises SettingsError when KOTAE_HOME cannot be made or written to."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        probe = settings.home / f".write-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError(
            f"KOTAE_HOME is {settings.home}, where Kotae cannot write ({reason}); name a folder that it may write to."
        ) from None
