"""Staff, their sessions, invitations and failed sign-ins, and the tokens of integrations."""

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"

_time = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("login", sa.String(254), nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("roles", sa.String(64), nullable=False),
        sa.Column("password", sa.String(200)),
        sa.Column("disabled_at", _time),
        sa.Column("created_at", _time, nullable=False),
    )
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("user_id", sa.String(64), _of_staff(), nullable=False, index=True),
        sa.Column("expires_at", _time, nullable=False, index=True),
    )
    op.create_table(
        "staff_invitation",
        sa.Column("user_id", sa.String(64), _of_staff(), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("expires_at", _time, nullable=False),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("scopes", sa.String(64), nullable=False),
        sa.Column("expires_at", _time, nullable=False),
        sa.Column("last_used_at", _time),
    )
    op.create_table(
        "signin_failure",
        sa.Column("who", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("last_at", _time, nullable=False, index=True),
    )


def _of_staff() -> sa.ForeignKey:
    return sa.ForeignKey("staff.id", ondelete="CASCADE")
