"""All rows of Kotae's tables as JSON Lines, one file a table, and back: the same on every database.

Tables are taken as the database has them, not as the code does: none can be forgotten, and rows of an earlier schema
are written into that schema before it is brought up to this code's.
"""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, func, inspect, select, text
from sqlalchemy.types import JSON, Boolean, Date, DateTime, Float, Integer, LargeBinary, Numeric, String, TypeEngine

from app.adapters.database import stamped, upgrade_on
from app.errors import BackupError

PLAIN = (Boolean, Float, Integer, Numeric, String)  # written as JSON has them
TYPES = (*PLAIN, JSON, Date, DateTime, LargeBinary)
_STAMP = "alembic_version"
_AT_ONCE = 500


def write_rows(engine: Engine, folder: Path) -> tuple[str | None, dict[str, int]]:
    """One snapshot of the database, also while it is written to. Returns its schema's revision, and rows by table."""
    isolation = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**isolation) as connection, connection.begin():
        tables = _tables(connection)
        revisions = stamped(connection)
        counts = {table.name: _write(connection, table, folder / f"{table.name}.jsonl") for table in tables}
    return (revisions[0] if revisions else None), counts


def replace_rows(connection: Connection, revision: str | None, folder: Path) -> None:
    """In place of all tables there are those of `revision` with the rows in `folder`, brought up to this code's schema.

    Nothing of it holds before `connection` commits. Raises BackupError for rows that fit no table.
    """
    for table in reversed(_tables(connection)):
        table.drop(connection)
    connection.execute(text(f"DROP TABLE IF EXISTS {_STAMP}"))
    if revision is not None:
        upgrade_on(connection, revision)
    tables = _tables(connection)
    if unknown := {path.stem for path in folder.glob("*.jsonl")} - {table.name for table in tables}:
        raise BackupError(f"The backup holds rows of a table that its schema does not have: {min(unknown)}.")
    for table in reversed(tables):
        connection.execute(table.delete())  # what a migration put there
    for table in tables:
        _read(connection, table, folder / f"{table.name}.jsonl")
    if connection.dialect.name == "postgresql":
        _continue_numbers(connection, tables)
    upgrade_on(connection, "head")


def has_rows(connection: Connection) -> bool:
    return any(
        connection.execute(select(text("1")).select_from(table).limit(1)).first() for table in _tables(connection)
    )


def _tables(connection: Connection) -> list[Table]:
    """Ours, each after those it refers to. A database may hold others, which are nobody's business here."""
    names = _own_names() & set(inspect(connection).get_table_names())
    metadata = MetaData()
    metadata.reflect(connection, only=sorted(names))
    return [table for table in metadata.sorted_tables if table.name in names]


@cache
def _own_names() -> frozenset[str]:
    """Of the tables that the migrations make."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade_on(connection, "head")
        return frozenset(inspect(connection).get_table_names()) - {_STAMP}


def _write(connection: Connection, table: Table, path: Path) -> int:
    count = 0
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(select(table).order_by(*table.primary_key))
    with path.open("w", encoding="utf-8") as file:
        for row in rows.mappings():
            count += 1
            plain = {column.name: _plain(row[column.name]) for column in table.columns}
            file.write(json.dumps(plain, ensure_ascii=False) + "\n")
    return count


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else value


def _read(connection: Connection, table: Table, path: Path) -> None:
    if not path.exists():
        return
    for column in table.columns:
        if isinstance(column.type, JSON):
            column.type.none_as_null = True  # as the tables have it that may hold none
    try:
        with path.open(encoding="utf-8") as lines:
            rows = ({name: _value(table.c[name].type, value) for name, value in row.items()} for row in _parsed(lines))
            while batch := list(islice(rows, _AT_ONCE)):
                connection.execute(table.insert(), batch)
    except (KeyError, ValueError, TypeError, AttributeError):
        raise BackupError(f"The rows of {table.name} in the backup do not fit its schema.") from None


def _parsed(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        yield json.loads(line)


def _value(kind: TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return base64.b64decode(value, validate=True) if isinstance(kind, LargeBinary) else value


def _continue_numbers(connection: Connection, tables: list[Table]) -> None:
    """PostgreSQL goes on counting where it was told to, not after the highest number there is."""
    for table in tables:
        for column in table.primary_key:
            if isinstance(column.type, Integer):
                named = {"table": f'"{table.name}"', "column": column.name}
                sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), named)
                highest = connection.scalar(select(func.max(column)))
                if sequence and highest:
                    connection.execute(text("SELECT setval(:sequence, :n)"), {"sequence": sequence, "n": highest})
