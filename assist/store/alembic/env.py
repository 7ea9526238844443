"""Run migrations on the connection that `assist.store.migrate` opened."""

from alembic import context
from sqlmodel import SQLModel

from assist.store import remedy_tables, tables

target_metadata = SQLModel.metadata
assert {table.__name__.lower() for table in (tables.Event, remedy_tables.Remedy)} <= set(target_metadata.tables)

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=target_metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
