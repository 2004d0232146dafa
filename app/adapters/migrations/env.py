"""Run by Alembic: applies the migrations on the connection that `app.adapters.database` hands over."""

from alembic import context
from sqlmodel import SQLModel

import app.adapters.tables  # noqa: F401  registers the tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
