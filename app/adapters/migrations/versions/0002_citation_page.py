"""The page of a citation, for articles that have pages."""

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    op.add_column("citation", sa.Column("page", sa.Integer))
