"""Brings the tables of a database to what this program works with."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.domain.errors import NewerFormat, NotAllowed, NotFound
from trainer_tui.hub import migrations

_LOCK = 7_238_614_301
"""The number under which processes that upgrade one PostgreSQL database wait for each other."""
_INIT = "'trainer-tui hub init' makes one, or brings an older one up to date."


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the revisions that a database lacks, in the caller's transaction: all or none.

    Raises `NewerFormat` if a newer program has been at it, or if `to` is one of a newer one.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    if connection.dialect.name == "postgresql":
        # Waiting for another process, or a revision of a large table, may take its time.
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    for named in (revision(connection), to):
        if named not in (None, "head") and named not in known:
            raise _newer()
    command.upgrade(config, to)


def require_current(connection: Connection) -> None:
    """Raise an error with a way out unless the tables are what this program works with.

    `NotFound`: there are none. `NotAllowed`: older ones. `NewerFormat`: newer ones.
    """
    there = revision(connection)
    if there == migrations.HEAD:
        return
    if there is None:
        raise NotFound("this database holds no hub", _INIT)
    if there > migrations.HEAD:
        raise _newer()
    raise NotAllowed("the tables of this database are of an older version of the hub", _INIT)


def revision(connection: Connection) -> str | None:
    """Return at which revision a database is; None if it holds no hub."""
    if not sa.inspect(connection).has_table(migrations.TABLE):
        return None
    version = sa.table(migrations.TABLE, sa.column("version_num", sa.String))
    return connection.execute(sa.select(version.c.version_num)).scalar()


def _newer() -> NewerFormat:
    return NewerFormat(
        "a newer version of the hub wrote these tables",
        "Install that version; an older one must not write here.",
    )
