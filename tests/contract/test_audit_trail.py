"""What every audit trail does: the shipped fake and the one on a database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app.adapters.audit_memory import MemoryAuditTrail
from app.adapters.clock import FixedClock
from app.adapters.database import open_database, open_engine, upgrade
from app.adapters.sql_audit import SqlAuditTrail
from app.domain.audit import BEGINNING, Act
from app.domain.people_ports import AuditTrail
from tests.builders import NOON
from tests.postgres import fresh_postgres


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[Engine]:
    if kind == "sqlite":
        yield open_database(f"sqlite:///{folder / 'kotae.db'}")
        return
    with fresh_postgres() as url:
        engine = open_engine(url)
        upgrade(engine)
        yield engine
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with _database(request.param, tmp_path) as engine:
        yield engine


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def trail(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AuditTrail]:
    if request.param == "memory":
        yield MemoryAuditTrail(FixedClock(NOON))
        return
    with _database(request.param, tmp_path) as engine:
        yield SqlAuditTrail(engine, FixedClock(NOON))


def fill(trail: AuditTrail, count: int = 5) -> None:
    for n in range(count):
        trail.add(f"user-{n % 2}", Act.SIGN_IN if n % 2 else Act.ERASE, f"対象 {n}", "192.0.2.1")


def test_lines_come_newest_first_and_follow_each_other(trail: AuditTrail) -> None:
    fill(trail)
    entries = trail.entries()
    assert [entry.number for entry in entries] == [5, 4, 3, 2, 1]
    assert entries[-1].follows(0, BEGINNING)
    assert (entries[0].at, entries[0].what, entries[0].address) == (NOON, "対象 4", "192.0.2.1")
    assert trail.broken_at() is None


def test_lines_are_found_by_person_act_and_place(trail: AuditTrail) -> None:
    fill(trail)
    assert [entry.number for entry in trail.entries(who="user-1")] == [4, 2]
    assert [entry.number for entry in trail.entries(act=Act.ERASE, before=5)] == [3, 1]
    assert [entry.number for entry in trail.entries(limit=2)] == [5, 4]


def test_writers_at_the_same_moment_take_turns(trail: AuditTrail) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: trail.add("user", Act.REVEAL, str(n)), range(40)))
    assert trail.broken_at() is None
    assert {entry.what for entry in trail.entries()} == {str(n) for n in range(40)}


@pytest.mark.parametrize(
    ("change", "shows_at"),
    [
        ("UPDATE audit_entry SET what = 'another' WHERE number = 3", 3),
        ("UPDATE audit_entry SET who = 'nobody' WHERE number = 1", 1),
        ("UPDATE audit_entry SET address = '' WHERE number = 5", 5),
        ("DELETE FROM audit_entry WHERE number = 2", 2),
        ("DELETE FROM audit_entry WHERE number = 5", 5),
        ("DELETE FROM audit_entry", 1),
        ("DELETE FROM audit_head", 6),
        ("UPDATE audit_entry SET number = 9 WHERE number = 4", 4),
    ],
)
def test_whatever_is_altered_shows(engine: Engine, change: str, shows_at: int) -> None:
    trail = SqlAuditTrail(engine, FixedClock(NOON))
    fill(trail)
    with engine.begin() as connection:
        connection.execute(text(change))
    assert trail.broken_at() == shows_at
