"""The tables of the audit trail.

No `from __future__ import annotations` here: SQLModel reads the annotations.
"""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.adapters.tables import UtcDateTime


class AuditRow(SQLModel, table=True):
    """Refers to nothing: a line outlives what it is about."""

    __tablename__ = "audit_entry"

    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    who: str = Field(max_length=64, index=True)
    act: str = Field(max_length=32, index=True)
    what: str = Field(max_length=200)
    address: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class AuditHeadRow(SQLModel, table=True):
    """One row: the last line, so that one taken from the end shows."""

    __tablename__ = "audit_head"

    id: int = Field(primary_key=True)
    number: int
    hash: str = Field(max_length=64)
