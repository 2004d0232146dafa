"""The tables of drafts and macros.

No `from __future__ import annotations` here: SQLModel reads the annotations.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Text
from sqlmodel import Field, SQLModel

from app.adapters.tables import UtcDateTime


class DraftRow(SQLModel, table=True):
    """`data` is the draft, `outcome` what became of it; both with tokens for personal data."""

    __tablename__ = "draft"

    id: str = Field(primary_key=True, max_length=64)
    conversation_id: str = Field(foreign_key="conversation.id", index=True, ondelete="CASCADE")
    made_at: datetime = Field(sa_type=UtcDateTime)
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    outcome: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))


class MacroRow(SQLModel, table=True):
    __tablename__ = "macro"

    name: str = Field(primary_key=True, max_length=64)
    team: str = Field(primary_key=True, max_length=64)
    language: str = Field(primary_key=True, max_length=8)
    title: str = Field(max_length=200)
    text: str = Field(sa_column=Column(Text, nullable=False))
    uses: int = 0
