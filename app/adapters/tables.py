"""The tables of the conversation store.

No `from __future__ import annotations` here: SQLModel reads the annotations.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Dialect, Index, Text, text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC on every database; SQLite itself keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("the store takes aware times only")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ConversationRow(SQLModel, table=True):
    __tablename__ = "conversation"

    id: str = Field(primary_key=True, max_length=64)
    token_hash: str = Field(max_length=64)
    locale: str = Field(max_length=8)
    channel: str = Field(max_length=32)
    created_at: datetime = Field(sa_type=UtcDateTime)
    customer_hash: str | None = Field(default=None, max_length=64, index=True)
    state: str = Field(default="bot", max_length=16)
    declined_offers: int = 0


class MessageRow(SQLModel, table=True):
    """`position` orders the messages of a conversation; `outcome` is without its citations, which have rows."""

    __tablename__ = "message"
    __table_args__ = ({"sqlite_autoincrement": True},)

    position: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True, max_length=64)
    conversation_id: str = Field(foreign_key="conversation.id", index=True, ondelete="CASCADE")
    role: str = Field(max_length=16)
    text: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_type=UtcDateTime)
    outcome: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    author_id: str | None = Field(default=None, max_length=64)
    author: str | None = Field(default=None, max_length=200)


class CitationRow(SQLModel, table=True):
    __tablename__ = "citation"

    message_id: str = Field(foreign_key="message.id", primary_key=True, ondelete="CASCADE")
    n: int = Field(primary_key=True)
    document_id: str = Field(index=True)
    index_version: str
    title: str
    url: str | None = None
    start: int
    end: int
    quote: str = Field(sa_column=Column(Text, nullable=False))
    page: int | None = None


class TraceRow(SQLModel, table=True):
    """`data` is the trace without its outcome, which is the message's."""

    __tablename__ = "trace"

    id: str = Field(primary_key=True, max_length=64)
    message_id: str = Field(foreign_key="message.id", unique=True, ondelete="CASCADE")
    created_at: datetime = Field(sa_type=UtcDateTime)
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class FeedbackRow(SQLModel, table=True):
    __tablename__ = "feedback"

    message_id: str = Field(foreign_key="message.id", primary_key=True, ondelete="CASCADE")
    helpful: bool | None = None
    csat: int | None = None
    comment: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    at: datetime = Field(sa_type=UtcDateTime)


class HandoffRow(SQLModel, table=True):
    """The ticket: a conversation has at most one that is not closed. In which state it is tells the conversation."""

    __tablename__ = "handoff_request"
    __table_args__ = (
        Index(
            "uq_handoff_request_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id", index=True, ondelete="CASCADE")
    requested_at: datetime = Field(sa_type=UtcDateTime)
    expected_reply_at: datetime = Field(sa_type=UtcDateTime)
    contact: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cause: str = Field(max_length=32)
    priority: str = Field(max_length=16)
    language: str = Field(max_length=8)
    skill: str | None = Field(default=None, max_length=64)
    topic: str | None = Field(default=None, max_length=64)
    turn: int | None = None
    score: float | None = None
    details: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    waiting_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    assigned_to: str | None = Field(default=None, max_length=64, index=True)
    agent: str | None = Field(default=None, max_length=200)
    assigned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    first_reply_due: datetime = Field(sa_type=UtcDateTime)
    first_replied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolve_due: datetime = Field(sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NoteRow(SQLModel, table=True):
    """Of staff, for staff."""

    __tablename__ = "conversation_note"

    id: str = Field(primary_key=True, max_length=64)
    conversation_id: str = Field(foreign_key="conversation.id", index=True, ondelete="CASCADE", max_length=64)
    user_id: str = Field(max_length=64)
    author: str = Field(max_length=200)
    text: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_type=UtcDateTime)


class VaultRow(SQLModel, table=True):
    """What a token stands for, encrypted with the key of that id."""

    __tablename__ = "vault"

    conversation_id: str = Field(foreign_key="conversation.id", primary_key=True, ondelete="CASCADE")
    token: str = Field(primary_key=True, max_length=64)
    key_id: str = Field(max_length=16, index=True)
    nonce: bytes
    ciphertext: bytes
