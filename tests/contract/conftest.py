"""A database for whatever keeps its things in one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from app.adapters.database import open_database, open_engine, upgrade
from tests.postgres import fresh_postgres

_FILLED_BY_MIGRATIONS = {"alembic_version", "audit_head"}


@pytest.fixture(scope="session")
def postgres() -> Iterator[Engine]:
    """One database for all tests: making one takes longer than a test."""
    with fresh_postgres() as url:
        engine = open_engine(url)
        upgrade(engine)
        yield engine
        engine.dispose()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Engine | None:
    """An empty one; None where the fake is meant, that keeps everything in memory."""
    if request.param == "memory":
        return None
    if request.param == "sqlite":
        return open_database(f"sqlite:///{tmp_path / 'kotae.db'}")
    engine: Engine = request.getfixturevalue("postgres")
    tables = set(inspect(engine).get_table_names()) - _FILLED_BY_MIGRATIONS
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(sorted(tables))} RESTART IDENTITY CASCADE"))
    return engine
