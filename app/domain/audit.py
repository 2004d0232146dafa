"""The audit trail: who did what to which object, when and from where; each line's hash covers the one before it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

BEGINNING = "0" * 64  # what stands before the first line
COMMAND_LINE = "command line"  # who did what was done with `kotae`
SERVICE = "service"  # who did what it does by itself
IDENTITY_PROVIDER = "identity provider"  # who gave the roles of those that sign in there


class Act(StrEnum):
    """What is put on record."""

    SIGN_IN = "sign_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGN_OUT = "sign_out"
    PASSWORD = "password"  # noqa: S105 – the name of an act
    INVITE = "invite"
    USER_ADDED = "user_added"
    ROLES = "roles"
    USER_DISABLED = "user_disabled"
    USER_ENABLED = "user_enabled"
    TOKEN_MADE = "token_made"  # noqa: S105
    TOKEN_ENDED = "token_ended"  # noqa: S105
    PROMOTE = "promote"
    EXPORT = "export"
    ERASE = "erase"
    PURGE = "purge"
    REVEAL = "reveal"
    SETTINGS = "settings"
    REDELIVER = "redeliver"
    BACKUP = "backup"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`who`: a user's id, or "command line", or "" for nobody known. `what`: the object, by an id or a name of ours;
    never a customer's data. `address`: where from, as the service sees it."""

    number: int
    at: datetime
    who: str
    act: Act
    what: str
    address: str
    hash: str

    def follows(self, number: int, before: str) -> bool:
        """Whether this is the line after number `number`, whose hash is `before`, unaltered."""
        return self.number == number + 1 and self.hash == line_hash(before, self)


def line_hash(before: str, entry: AuditEntry) -> str:
    """SHA-256 of the hash before and of the line, as canonical JSON."""
    line = [before, entry.number, entry.at.astimezone(UTC).isoformat(), entry.who, entry.act, entry.what, entry.address]
    return hashlib.sha256(json.dumps(line, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def purged(count: int, days: int) -> str:
    """What a purge has erased."""
    return f"conversations: {count}, days: {days}"
