"""Conversations, messages, citations, traces, feedback and hand-off requests."""

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None

_time = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("created_at", _time, nullable=False),
    )
    op.create_table(
        "message",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        _reference("conversation_id", "conversation.id", index=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", _time, nullable=False),
        sa.Column("outcome", sa.JSON),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "citation",
        _reference("message_id", "message.id", primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("document_id", sa.String, nullable=False, index=True),
        sa.Column("index_version", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("url", sa.String),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
    )
    op.create_table(
        "trace",
        sa.Column("id", sa.String(64), primary_key=True),
        _reference("message_id", "message.id", unique=True),
        sa.Column("created_at", _time, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
    )
    op.create_table(
        "feedback",
        _reference("message_id", "message.id", primary_key=True),
        sa.Column("helpful", sa.Boolean),
        sa.Column("csat", sa.Integer),
        sa.Column("comment", sa.Text),
        sa.Column("at", _time, nullable=False),
    )
    _create_handoff_requests()


def _create_handoff_requests() -> None:
    op.create_table(
        "handoff_request",
        sa.Column("number", sa.Integer, primary_key=True),
        _reference("conversation_id", "conversation.id", index=True),
        sa.Column("requested_at", _time, nullable=False),
        sa.Column("expected_reply_at", _time, nullable=False),
        sa.Column("contact", sa.Text),
        sa.Column("withdrawn_at", _time),
        sqlite_autoincrement=True,
    )
    is_open = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "uq_handoff_request_open",
        "handoff_request",
        ["conversation_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _reference(
    name: str, target: str, index: bool = False, unique: bool = False, primary_key: bool = False
) -> sa.Column[str]:
    key = sa.ForeignKey(target, ondelete="CASCADE")
    return sa.Column(name, sa.String(64), key, nullable=False, index=index, unique=unique, primary_key=primary_key)
