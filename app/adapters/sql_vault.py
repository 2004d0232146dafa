"""The vault on any database that SQLAlchemy speaks to: AES-256-GCM, a nonce of its own for every value.

The associated data binds a value to its conversation and token: a row that is copied to another place is unreadable
there. Rows go with their conversation.
"""

import logging
import os
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, bindparam, insert, update
from sqlmodel import col, select

from app.adapters.tables import VaultRow
from app.adapters.transactions import Transactions
from app.adapters.vault_keys import Key, VaultKeys
from app.domain.pseudonyms import Lost, PersonalData, Pseudonyms

_NONCE = 12  # bytes (NIST SP 800-38D, 5.2.1.1)
_log = logging.getLogger(__name__)


class SqlVault:
    """Two processes that keep values of one conversation take turns, so that no token is given twice."""

    def __init__(self, engine: Engine, keys: VaultKeys) -> None:
        self._transactions = Transactions(engine)
        self._keys = keys

    def read(self, conversation_id: str) -> Pseudonyms:
        with self._transactions.reading() as session:
            return self._read(session.connection(), conversation_id)

    def keep(self, conversation_id: str, found: Sequence[PersonalData]) -> Pseudonyms:
        with self._transactions.writing(conversation_id) as connection:
            known = self._read(connection, conversation_id)
            kept = known.including(found)
            key = self._keys.all()[0]
            new = [
                {"conversation_id": conversation_id, "token": token} | _sealed(key, conversation_id, token, value)
                for token, value in kept.values.items()
                if token not in known.values and isinstance(value, str)
            ]
            if new:
                connection.execute(insert(VaultRow), new)
        return kept

    def rotate(self) -> tuple[int, set[str]]:
        """Encrypt every value that can be read with the first key, a conversation at a time.

        Returns how many were encrypted anew, and the ids of the keys that are in use afterwards.
        """
        first = self._keys.all()[0]
        with self._transactions.reading() as session:
            others = select(VaultRow.conversation_id).where(VaultRow.key_id != first.id).distinct()
            conversations = session.exec(others).all()
        count = sum(self._rotate(conversation_id, first) for conversation_id in conversations)
        return count, self.key_ids()

    def key_ids(self) -> set[str]:
        """Of the keys that its values are encrypted with."""
        with self._transactions.reading() as session:
            return set(session.exec(select(VaultRow.key_id).distinct()))

    def _rotate(self, conversation_id: str, key: Key) -> int:
        at = update(VaultRow).where(
            col(VaultRow.conversation_id) == conversation_id, col(VaultRow.token) == bindparam("at")
        )
        with self._transactions.writing() as connection:
            known = self._read(connection, conversation_id)
            anew = [
                {"at": token} | _sealed(key, conversation_id, token, value)
                for token, value in known.values.items()
                if isinstance(value, str)
            ]
            if anew:
                connection.execute(at, anew)
        return len(anew)

    def _read(self, connection: Connection, conversation_id: str) -> Pseudonyms:
        table = VaultRow.__table__  # type: ignore[attr-defined]
        rows = connection.execute(table.select().where(table.c.conversation_id == conversation_id))
        keys = {key.id: key for key in self._keys.all()}
        return Pseudonyms({row.token: _opened(row, keys.get(row.key_id)) for row in rows})


def _sealed(key: Key, conversation_id: str, token: str, value: str) -> dict[str, Any]:
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(key.secret).encrypt(nonce, value.encode(), _bound_to(conversation_id, token))
    return {"key_id": key.id, "nonce": nonce, "ciphertext": sealed}


def _opened(row: Any, key: Key | None) -> str | Lost:
    if key is None:
        return Lost.HIDDEN
    try:
        return AESGCM(key.secret).decrypt(row.nonce, row.ciphertext, _bound_to(row.conversation_id, row.token)).decode()
    except (InvalidTag, ValueError):
        _log.error("The vault's %s of conversation %s was altered: it cannot be read.", row.token, row.conversation_id)
        return Lost.UNAVAILABLE


def _bound_to(conversation_id: str, token: str) -> bytes:
    return f"{conversation_id}\n{token}".encode()
