"""${message}"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
import app.adapters.tables
${imports if imports else ""}
revision: str = ${repr(up_revision)}
down_revision: str | None = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
