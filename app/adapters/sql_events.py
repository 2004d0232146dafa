"""The log of what happened, in the database, written in the transaction of what it tells.

No `from __future__ import annotations` here: SQLModel reads the annotations.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, Engine, Index, func, insert, text
from sqlmodel import Field, SQLModel, col, select

from app.adapters.tables import UtcDateTime
from app.adapters.transactions import Transactions
from app.domain.events import ConversationEvent, EventKind

# PostgreSQL hands out numbers before it commits: without turns a reader could see 8 before 7, and never look for 7.
# The lock is given back when the commit is visible; SQLite has one writer at a time anyway.
_TURN = text("SELECT pg_advisory_xact_lock(5350700)")


class EventRow(SQLModel, table=True):
    __tablename__ = "conversation_event"
    __table_args__ = (
        Index("ix_conversation_event_of", "conversation_id", "number"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id", ondelete="CASCADE", max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str = Field(max_length=32)
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


_INSERT = insert(EventRow)


def write_event(
    connection: Connection, conversation_id: str, at: datetime, kind: EventKind, data: dict[str, str] | None = None
) -> None:
    """The last thing that a transaction does: all that write events wait for each other from here to the commit."""
    if connection.dialect.name == "postgresql":
        connection.execute(_TURN)
    row = {"conversation_id": conversation_id, "at": at, "kind": kind, "data": data or {}}
    connection.execute(_INSERT, row)


class SqlEventLog:
    def __init__(self, engine: Engine) -> None:
        self._reading = Transactions(engine).reading

    def after(self, number: int, conversation_id: str | None = None, limit: int = 200) -> list[ConversationEvent]:
        later = select(EventRow).where(col(EventRow.number) > number).order_by(col(EventRow.number)).limit(limit)
        if conversation_id is not None:
            later = later.where(EventRow.conversation_id == conversation_id)
        with self._reading() as session:
            return [
                ConversationEvent(row.number or 0, row.conversation_id, row.at, EventKind(row.kind), row.data)
                for row in session.exec(later)
            ]

    def latest(self) -> int:
        with self._reading() as session:
            return session.exec(select(func.max(EventRow.number))).one() or 0
