"""What Alembic runs: the revisions, on the connection and in the transaction of the caller."""

from alembic import context

from trainer_tui.hub.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
)
context.run_migrations()
