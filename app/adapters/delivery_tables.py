"""The tables of the outbox.

No `from __future__ import annotations` here: SQLModel reads the annotations.
"""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.adapters.tables import UtcDateTime


class DeliveryRow(SQLModel, table=True):
    """One event goes to one target once. `due_at` is also how long a claimed one is left alone."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("event", "target", name="uq_delivery_event"),
        Index("ix_delivery_due", "target", "state", "due_at"),
    )

    id: str = Field(primary_key=True, max_length=64)
    event: int
    kind: str = Field(max_length=32)
    conversation_id: str = Field(foreign_key="conversation.id", index=True, ondelete="CASCADE")
    target: str = Field(max_length=128)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    due_at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(max_length=16)
    attempts: int
    problem: str = Field(max_length=200)


class DeliveryCursorRow(SQLModel, table=True):
    """The event up to which a target's deliveries are queued."""

    __tablename__ = "delivery_cursor"

    target: str = Field(primary_key=True, max_length=128)
    event: int
