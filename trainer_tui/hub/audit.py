"""The trail of what leads and operators did and who was turned away, each row sealed to the last.

A row's hash covers all that it says and the hash of the row before it, and the head says
where the trail ends: a row that was changed, removed, put in or cut off no longer fits.
"""

import hashlib
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.hub import schema
from trainer_tui.hub.state import Hub

START = "0" * 64
"""What stands for the hash before the first row."""
_LONGEST = 1000
"""Characters of a subject, which may be what a stranger typed as a name."""
_AT_ONCE = 1000
"""Rows read at once."""


def record(
    connection: Connection,
    hub: Hub,
    actor: str,
    action: str,
    team_id: str | None,
    subject: str,
    details: dict[str, Any],
) -> None:
    """Append a row in the caller's transaction; others who append wait for its commit."""
    head = schema.audit_head
    number: int = connection.execute(
        sa.update(head).values(number=head.c.number + 1).returning(head.c.number)
    ).scalar_one()
    row = {
        "number": number,
        "at": hub.now(),
        "actor": _storable(actor)[:120],
        "action": action,
        "team_id": team_id,
        "subject": _storable(subject)[:_LONGEST],
        "details": msgspec.json.encode(details, order="sorted"),
        "previous": connection.execute(sa.select(head.c.hash)).scalar_one(),
    }
    row["hash"] = _hash(row)
    connection.execute(sa.insert(schema.audit).values(**row))
    connection.execute(sa.update(head).values(hash=row["hash"]))


def verify(hub: Hub) -> int | None:
    """Return the number of the first row that does not fit, or is missing; None if all fit."""
    return hub.database.read(_verify)


def _verify(connection: Connection) -> int | None:
    audit = schema.audit
    number, previous = 0, START
    while True:
        rows = connection.execute(
            sa.select(audit).where(audit.c.number > number).order_by(audit.c.number).limit(_AT_ONCE)
        ).all()
        for row in rows:
            if row.number != number + 1 or row.previous != previous:
                return number + 1
            if row.hash != _hash(row._asdict()):
                return number + 1
            number, previous = row.number, row.hash
        if len(rows) < _AT_ONCE:
            break
    head = connection.execute(sa.select(schema.audit_head)).one()
    if (head.number, head.hash) == (number, previous):
        return None
    return number + 1 if head.number > number else max(number, 1)


def _hash(row: dict[str, Any]) -> str:
    names = ("number", "at", "actor", "action", "team_id", "subject", "details", "previous")
    covered = msgspec.msgpack.encode([row[name] for name in names])
    return hashlib.sha256(covered).hexdigest()


def _storable(text: str) -> str:
    """Replace what PostgreSQL or UTF-8 cannot hold."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
