"""Opening a database and keeping its schema: SQLite is upgraded at the start, others by `kotae db upgrade`."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from app.errors import DatabaseError

MIGRATIONS = Path(__file__).with_name("migrations")
WRITES = {"kotae_writes": True}  # execution option of a transaction that will write
_BUSY_MILLISECONDS = 10_000
_CHECKPOINT_PAGES = 8000  # 32 MB of log; at every 1,000 pages, as SQLite does, an answer in 70 waits 30 ms for the disk
# A server that was restarted is found again by the next question; one that does not answer is an error soon.
_SERVER: dict[str, Any] = {"pool_pre_ping": True, "pool_timeout": 10, "connect_args": {"connect_timeout": 5}}


def open_engine(url: str) -> Engine:
    """Raises DatabaseError for an address that names no database this installation can speak to."""
    try:
        address = make_url(url)
        if address.drivername in ("postgres", "postgresql"):
            address = address.set(drivername="postgresql+psycopg")
        options = {} if address.get_backend_name() == "sqlite" else _SERVER
        engine = create_engine(address, hide_parameters=True, **options)  # errors repeat nothing of what is stored
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise DatabaseError(f"KOTAE_DATABASE_URL cannot be used: {first_line(error)}; correct it.") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def open_database(url: str) -> Engine:
    """An engine whose schema is this code's. Raises DatabaseError with what to do otherwise."""
    engine = open_engine(url)
    if engine.dialect.name == "sqlite":
        upgrade(engine)
    elif not schema_is_current(engine):
        raise DatabaseError("The database has the schema of an earlier release: run `kotae db upgrade`.")
    return engine


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up to `revision`; the data stays. Raises DatabaseError."""
    refuse_newer(engine)
    try:
        with engine.execution_options(**WRITES).begin() as connection:
            upgrade_on(connection, revision)
    except SQLAlchemyError as error:
        raise _unusable(engine, error) from error


def upgrade_on(connection: Connection, revision: str) -> None:
    """The same within a transaction that is under way."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def schema_is_current(engine: Engine) -> bool:
    """Raises DatabaseError when the database cannot be reached, or comes from a newer release."""
    refuse_newer(engine)
    return set(_stamped(engine)) == set(_script().get_heads())


def revisions() -> list[str]:
    """Every revision there has been, oldest first."""
    return [script.revision for script in _script().walk_revisions()][::-1]


def scrub(engine: Engine) -> None:
    """Empty SQLite's log of what was deleted, unless it is being read; other databases see to theirs."""
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()


def refuse_newer(engine: Engine) -> None:
    """Raises DatabaseError where this release does not know the schema."""
    unknown = set(_stamped(engine)) - set(revisions())
    if unknown:
        raise DatabaseError(
            f"The database was written by a newer release of Kotae (schema {', '.join(sorted(unknown))}): "
            "install that release, or restore a backup made with this one."
        )


def _stamped(engine: Engine) -> tuple[str, ...]:
    try:
        with engine.connect() as connection:
            return stamped(connection)
    except SQLAlchemyError as error:
        raise _unusable(engine, error) from error


def stamped(connection: Connection) -> tuple[str, ...]:
    """The revision of the schema, if any."""
    return tuple(MigrationContext.configure(connection).get_current_heads())


def _unusable(engine: Engine, error: SQLAlchemyError) -> DatabaseError:
    address = engine.url.set(query={}).render_as_string(hide_password=True)  # a query may hold a password too
    return DatabaseError(
        f"The database {address} cannot be used ({first_line(error)}); check KOTAE_DATABASE_URL and its permissions."
    )


def first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0].rstrip(".")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says, not where the driver guesses
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={_BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        f"wal_autocheckpoint={_CHECKPOINT_PAGES}",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is deleted is overwritten
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    """A writer takes its lock at the beginning: a reader that becomes one later could not wait for it."""
    is_writing = connection.get_execution_options().get("kotae_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
