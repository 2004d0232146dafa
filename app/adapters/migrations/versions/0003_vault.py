"""The vault, with what the tokens of a conversation stand for; whose conversation it is, as a hash."""

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    op.add_column("conversation", sa.Column("customer_hash", sa.String(64)))
    op.create_index("ix_conversation_customer_hash", "conversation", ["customer_hash"])
    conversation = sa.ForeignKey("conversation.id", ondelete="CASCADE")
    op.create_table(
        "vault",
        sa.Column("conversation_id", sa.String(64), conversation, primary_key=True),
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("key_id", sa.String(16), nullable=False, index=True),
        sa.Column("nonce", sa.LargeBinary, nullable=False),
        sa.Column("ciphertext", sa.LargeBinary, nullable=False),
    )
