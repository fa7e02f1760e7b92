"""Alembic runs this file; ``schema.prepare`` passes a connection that is in a transaction."""

from alembic import context

from yongxin.store.schema import VERSION_TABLE
from yongxin.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
