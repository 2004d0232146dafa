"""Transactions on one database: readers read, writers of a conversation take turns."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock

from sqlalchemy import Connection, Engine, bindparam
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from app.adapters.database import WRITES, first_line
from app.adapters.tables import ConversationRow
from app.errors import DatabaseError, NotFound

_LOCK = select(ConversationRow.id).where(ConversationRow.id == bindparam("id")).with_for_update()


class Transactions:
    """Each is committed at its end and rolled back on an error; what the database refuses is a DatabaseError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing_engine = engine.execution_options(**WRITES)
        # SQLite lets waiting writers sleep for ever longer; with eight at once the slowest answers took twice as long.
        self._turn = Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with _told_as_sentences(), Session(self._engine) as session:
            yield session

    @contextmanager
    def changing(self, conversation_id: str | None = None) -> Iterator[Session]:
        with self.writing(conversation_id) as connection, Session(connection) as session, session.begin():
            yield session

    @contextmanager
    def writing(self, conversation_id: str | None = None) -> Iterator[Connection]:
        """The conversation is locked; raises NotFound without it."""
        with self._turn, _told_as_sentences(), self._writing_engine.begin() as connection:
            # SQLite has locked the whole database when the transaction began, others lock the row here.
            if conversation_id is not None and connection.execute(_LOCK, {"id": conversation_id}).first() is None:
                raise NotFound("There is no such conversation.")
            yield connection


@contextmanager
def _told_as_sentences() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise DatabaseError(f"The database did not do what was asked: {first_line(error)}.") from error
