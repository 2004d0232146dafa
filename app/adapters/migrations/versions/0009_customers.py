"""What the site signed for a customer, and a hash of its signature, which can be used once."""

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"


def upgrade() -> None:
    op.add_column("conversation", sa.Column("signature_hash", sa.String(64)))
    op.add_column("conversation", sa.Column("customer_name", sa.String(64)))
    op.add_column("conversation", sa.Column("tenure_months", sa.Integer))
    op.add_column("conversation", sa.Column("plan", sa.String(64)))
    op.create_index("ix_conversation_signature_hash", "conversation", ["signature_hash"], unique=True)
