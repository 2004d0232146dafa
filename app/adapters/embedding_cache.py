"""Vectors that were computed before, so that a re-index embeds only what changed."""

import hashlib
import json
import logging
import sqlite3
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Self
from zlib import crc32

import numpy as np

from app.domain.ports import Passage, PassageVectors

_log = logging.getLogger(__name__)
_KEYS_PER_QUERY = 500  # SQLite's oldest limit on bound variables is 999
_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    model TEXT NOT NULL, key TEXT NOT NULL, dimension INTEGER NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL,
    signs BLOB NOT NULL DEFAULT x'', PRIMARY KEY (model, key)
)"""
# Of files that were begun before there were signs; what is in them stays good, for models without.
_ADD_SIGNS = "ALTER TABLE vectors ADD COLUMN signs BLOB NOT NULL DEFAULT x''"


def passage_key(passage: Passage) -> str:
    """Equal for passages whose vectors are equal: a hash of everything the embedder is given."""
    spans = [(span.start, span.end) for span in passage.sentences]
    given = json.dumps([passage.context, passage.text, spans])
    return hashlib.sha256(given.encode()).hexdigest()


class EmbeddingCache:
    """One SQLite file in `directory`, keyed by the embedder's fingerprint and `passage_key`.

    Safe to share between threads and processes; a killed process loses what it had not put, and nothing else.
    A damaged file is set aside and an empty one begun; a damaged row counts as missing.
    """

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._path = directory / "vectors.sqlite"
        self._lock = Lock()
        self._connection = self._connect()
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._begin_anew(error)

    def get_many(self, fingerprint: str, keys: Sequence[str]) -> dict[str, PassageVectors]:
        """The vectors of those `keys` that are known."""
        with self._lock:
            try:
                return self._read(fingerprint, keys)
            except sqlite3.DatabaseError as error:
                self._begin_anew(error)
                return {}

    def put_many(self, fingerprint: str, items: Mapping[str, PassageVectors]) -> None:
        """Durable when it returns; what is already there under the same key is replaced."""
        with self._lock:
            try:
                self._write(fingerprint, items)
            except sqlite3.DatabaseError as error:
                self._begin_anew(error)
                self._write(fingerprint, items)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=60, check_same_thread=False)

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")  # of several processes, one adds the column
            self._connection.execute(_SCHEMA)
            columns = {name for _, name, *_ in self._connection.execute("PRAGMA table_info(vectors)")}
            if "signs" not in columns:
                self._connection.execute(_ADD_SIGNS)

    def _read(self, fingerprint: str, keys: Sequence[str]) -> dict[str, PassageVectors]:
        found = {}
        for start in range(0, len(keys), _KEYS_PER_QUERY):
            some = keys[start : start + _KEYS_PER_QUERY]
            marks = ",".join("?" * len(some))
            query = f"SELECT key, dimension, crc, data, signs FROM vectors WHERE model = ? AND key IN ({marks})"  # noqa: S608
            for key, dimension, crc, data, signs in self._connection.execute(query, (fingerprint, *some)):
                if crc32(signs, crc32(data)) == crc:
                    rows = np.frombuffer(data, dtype="<f4").reshape(-1, dimension)
                    tokens = np.frombuffer(signs, dtype=np.uint8).reshape(-1, (dimension + 7) // 8)
                    found[key] = PassageVectors(rows[0], rows[1:], tokens)
        return found

    def _write(self, fingerprint: str, items: Mapping[str, PassageVectors]) -> None:
        rows = []
        for key, vectors in items.items():
            data = np.vstack([vectors.passage, vectors.sentences]).astype("<f4").tobytes()
            signs = vectors.tokens.tobytes()
            rows.append((fingerprint, key, vectors.passage.shape[0], crc32(signs, crc32(data)), data, signs))
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?, ?, ?)", rows)

    def _begin_anew(self, error: sqlite3.DatabaseError) -> None:
        """Re-raises `error` where it does not mean damage: a full disk, a lock that is held, no permission."""
        if isinstance(error, sqlite3.OperationalError | sqlite3.ProgrammingError | sqlite3.IntegrityError):
            raise error
        aside = self._path.with_name(f"{self._path.name}.damaged-{time.time_ns()}")
        _log.warning("The embedding cache %s is damaged; it is kept as %s and filled anew.", self._path, aside.name)
        self._connection.close()
        self._path.replace(aside)
        for suffix in ("-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        self._connection = self._connect()
        self._prepare()
