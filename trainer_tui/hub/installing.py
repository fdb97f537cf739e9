"""Makes an empty database a hub, and opens the hub that a database holds."""

import secrets
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.domain.errors import NotFound
from trainer_tui.hub import audit, schema
from trainer_tui.hub.database import Database
from trainer_tui.hub.state import Hub
from trainer_tui.hub.upgrading import require_current, upgrade


def install(database: Database, *, now: Callable[[], float], new_id: Callable[[], str]) -> None:
    """Bring the tables up to date and write the hub's own row; what is there stays.

    Any number of processes may do so at once. Raises `NewerFormat` for a database at which
    a newer program has been.
    """

    def create(connection: Connection) -> None:
        upgrade(connection)
        if connection.execute(sa.select(schema.hub.c.only)).first() is None:
            connection.execute(
                sa.insert(schema.hub).values(
                    only=1,
                    id=new_id(),
                    epoch=new_id(),
                    cursor_key=secrets.token_bytes(32),
                    created_at=now(),
                )
            )
        if connection.execute(sa.select(schema.audit_head.c.only)).first() is None:
            connection.execute(
                sa.insert(schema.audit_head).values(only=1, number=0, hash=audit.START)
            )

    database.write(create)


def open_hub(database: Database, *, now: Callable[[], float], new_id: Callable[[], str]) -> Hub:
    """Return the hub in a database.

    Raises `NotFound` if there is none, `NotAllowed` if its tables have to be brought up to
    date first, and `NewerFormat` if a newer program has been at it.
    """

    def read(connection: Connection) -> Hub:
        require_current(connection)
        row = connection.execute(sa.select(schema.hub)).first()
        if row is None:
            raise NotFound("this database holds no hub", "'trainer-tui hub init' makes one.")
        return Hub(database, now, new_id, row.id, row.epoch, row.cursor_key)

    return database.read(read)
