"""The tables of staff and their sign-ins.

No `from __future__ import annotations` here: SQLModel reads the annotations.
"""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.adapters.tables import UtcDateTime


class UserRow(SQLModel, table=True):
    """`roles`, `skills` and `languages` are words with spaces between them. `seen_at`: when a page of the desk was last
    open before them."""

    __tablename__ = "staff"

    id: str = Field(primary_key=True, max_length=64)
    login: str = Field(unique=True, max_length=254)
    name: str = Field(max_length=200)
    roles: str = Field(max_length=64)
    password: str | None = Field(default=None, max_length=200)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    skills: str = Field(default="", max_length=400)
    languages: str = Field(default="", max_length=16)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SessionRow(SQLModel, table=True):
    __tablename__ = "staff_session"

    token_hash: str = Field(primary_key=True, max_length=64)
    user_id: str = Field(foreign_key="staff.id", index=True, ondelete="CASCADE", max_length=64)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class InvitationRow(SQLModel, table=True):
    """A link to choose a password, good once; a newer one for the same person replaces it."""

    __tablename__ = "staff_invitation"

    user_id: str = Field(primary_key=True, foreign_key="staff.id", ondelete="CASCADE", max_length=64)
    token_hash: str = Field(unique=True, max_length=64)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class ApiTokenRow(SQLModel, table=True):
    """`scopes` are words with spaces between them."""

    __tablename__ = "api_token"

    id: str = Field(primary_key=True, max_length=64)
    token_hash: str = Field(unique=True, max_length=64)
    name: str = Field(max_length=200)
    scopes: str = Field(max_length=64)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class FailureRow(SQLModel, table=True):
    """Wrong passwords in a row. `who` is a hash of the name that was tried and where from."""

    __tablename__ = "signin_failure"

    who: str = Field(primary_key=True, max_length=64)
    count: int
    last_at: datetime = Field(sa_type=UtcDateTime, index=True)
