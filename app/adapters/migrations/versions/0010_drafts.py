"""Drafts and what became of them, and macros."""

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0007"


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column(
            "conversation_id",
            sa.String,
            sa.ForeignKey("conversation.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, index=True),
        sa.Column("outcome", sa.JSON, nullable=True),
    )
    op.create_table(
        "macro",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("language", sa.String(8), primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("uses", sa.Integer, nullable=False, server_default="0"),
    )
