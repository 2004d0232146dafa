"""Requests for a person become tickets; conversations have a state, messages of staff an author; staff have skills."""

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"

_time = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("conversation", sa.Column("state", sa.String(16), nullable=False, server_default="bot"))
    op.add_column("conversation", sa.Column("declined_offers", sa.Integer, nullable=False, server_default="0"))
    op.add_column("message", sa.Column("author_id", sa.String(64)))
    op.add_column("message", sa.Column("author", sa.String(200)))
    op.add_column("staff", sa.Column("skills", sa.String(400), nullable=False, server_default=""))
    op.add_column("staff", sa.Column("languages", sa.String(16), nullable=False, server_default=""))
    op.add_column("staff", sa.Column("seen_at", _time))
    _extend_requests()
    op.create_table(
        "conversation_note",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column(
            "conversation_id",
            sa.String(64),
            sa.ForeignKey("conversation.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", _time, nullable=False),
    )


def _extend_requests() -> None:
    for column in (
        sa.Column("closed_at", _time),
        sa.Column("cause", sa.String(32), nullable=False, server_default="asked_for_human"),
        sa.Column("priority", sa.String(16), nullable=False, server_default="normal"),
        sa.Column("language", sa.String(8), nullable=False, server_default="ja"),
        sa.Column("skill", sa.String(64)),
        sa.Column("topic", sa.String(64)),
        sa.Column("turn", sa.Integer),
        sa.Column("score", sa.Float),
        sa.Column("details", sa.JSON, nullable=False, server_default="{}"),
        sa.Column("waiting_since", _time),
        sa.Column("assigned_to", sa.String(64)),
        sa.Column("agent", sa.String(200)),
        sa.Column("assigned_at", _time),
        sa.Column("taken_at", _time),
        sa.Column("first_reply_due", _time),
        sa.Column("first_replied_at", _time),
        sa.Column("resolve_due", _time),
        sa.Column("resolved_at", _time),
    ):
        op.add_column("handoff_request", column)
    _fill_requests()
    op.drop_index("uq_handoff_request_open", "handoff_request")
    with op.batch_alter_table("handoff_request", table_kwargs={"sqlite_autoincrement": True}) as requests:
        requests.alter_column("first_reply_due", existing_type=_time, nullable=False)
        requests.alter_column("resolve_due", existing_type=_time, nullable=False)
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_handoff_request_open",
        "handoff_request",
        ["conversation_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_handoff_request_assigned_to", "handoff_request", ["assigned_to"])


def _fill_requests() -> None:
    """What was promised then counts as due; whoever waits goes on waiting."""
    op.execute(
        "UPDATE handoff_request SET closed_at = withdrawn_at, first_reply_due = expected_reply_at, "
        "resolve_due = expected_reply_at, waiting_since = CASE WHEN withdrawn_at IS NULL THEN requested_at END, "
        "language = (SELECT locale FROM conversation WHERE conversation.id = handoff_request.conversation_id)"
    )
    op.execute(
        "UPDATE conversation SET state = 'waiting' WHERE id IN "
        "(SELECT conversation_id FROM handoff_request WHERE withdrawn_at IS NULL)"
    )
