"""A fresh PostgreSQL database for a test, on a server that is already running.

`KOTAE_TEST_POSTGRES` names one whose user may create databases; without it the one on the loopback is tried (Debian:
`apt-get install postgresql`, `pg_ctlcluster 15 main start`). Where there is none, tests say so and are skipped; never
in CI, where its absence fails them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from secrets import token_hex

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

_SERVER = os.environ.get("KOTAE_TEST_POSTGRES", "postgresql+psycopg://root@127.0.0.1:5432/postgres")


@contextmanager
def fresh_postgres() -> Iterator[str]:
    """The address of an empty database, dropped afterwards."""
    if (reason := _absent()) is not None:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    name = f"kotae_test_{token_hex(6)}"
    _run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield make_url(_SERVER).set(database=name).render_as_string(hide_password=False)
    finally:
        _run(f"DROP DATABASE {name} WITH (FORCE)")


@cache
def _absent() -> str | None:
    try:
        _run("SELECT 1")
    except (SQLAlchemyError, ImportError) as error:
        return f"no PostgreSQL at {_SERVER} (see tests/postgres.py): {str(error).splitlines()[0]}"
    return None


def _run(statement: str) -> None:
    engine = create_engine(_SERVER, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5})
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
