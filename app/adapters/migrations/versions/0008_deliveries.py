"""The outbox of mail and web hooks, and ratings."""

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("event", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column(
            "conversation_id",
            sa.String,
            sa.ForeignKey("conversation.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("target", sa.String(128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("problem", sa.String(200), nullable=False),
        sa.UniqueConstraint("event", "target", name="uq_delivery_event"),
    )
    op.create_index("ix_delivery_due", "delivery", ["target", "state", "due_at"])
    op.create_table(
        "delivery_cursor",
        sa.Column("target", sa.String(128), primary_key=True),
        sa.Column("event", sa.Integer, nullable=False),
    )
    op.create_table(
        "rating",
        sa.Column("ticket_id", sa.String(64), primary_key=True),
        sa.Column(
            "conversation_id",
            sa.String(64),
            sa.ForeignKey("conversation.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("comment", sa.Text),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
