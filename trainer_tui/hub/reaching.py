"""Whether a database can be reached, said to its operator in the database's own words."""

import re
import sqlite3

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from trainer_tui.domain.errors import BadInput
from trainer_tui.hub.database import Database, Unavailable

_SAFE = re.compile(
    r"connection to server |connection failed: connection to server |FATAL: |connection timeout"
    r"|could not translate host name |failed to resolve host |\[Errno|could not connect "
)
"""How a message begins that quotes hosts, ports, users and names, and nothing of a password."""
_LONGEST = 300


def require_answer(database: Database) -> None:
    """Raise `Unavailable` or `BadInput`, saying why, unless the database answers.

    What PostgreSQL says of an address that it cannot read may quote a piece of a password,
    so that is not passed on.
    """
    try:
        with database.engine.connect() as connection:
            connection.execute(
                sa.text("SELECT count(*) FROM sqlite_master")
                if not (database.postgres)
                else sa.text("SELECT 1")
            )
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        said = " ".join(str(cause).split())
        if isinstance(cause, sqlite3.Error):
            if "not a database" in said:
                raise BadInput("the file is no database", "Check the path.") from None
            raise Unavailable(said, "Check the path, and whether the disk has room.") from None
        if _SAFE.match(said):
            raise Unavailable(said[:_LONGEST], "Is it running, and may you enter?") from None
        raise BadInput(
            "PostgreSQL cannot read the address of the database",
            "postgresql://USER@HOST/NAME; characters such as / and @ in a password are %2F, %40.",
        ) from None
