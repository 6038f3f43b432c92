"""Alembic's entry: runs the migrations on the connection it is given."""

from alembic import context
from sqlalchemy import text

from storage.schema import metadata

connection = context.config.attributes["connection"]
if connection.dialect.name == "postgresql":
    # One migrator at a time (any fixed number will do), and none that waits for ever behind a long query.
    connection.execute(text("SELECT pg_advisory_xact_lock(5108210001)"))
    connection.execute(text("SET LOCAL lock_timeout = '10s'"))
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
context.run_migrations()
