"""The audit trail: what leads and operators did, each row bound to the one before it."""

import hashlib
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.hub import schema
from trainer_tui.hub.state import Hub


def record(
    connection: Connection,
    hub: Hub,
    *,
    actor: str,
    action: str,
    team_id: str | None,
    subject: str,
    details: dict[str, Any],
) -> None:
    """Append a row in the caller's transaction."""
    if hub.database.postgres:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(20260101)"))
    audit = schema.audit
    before = connection.execute(
        sa.select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
    ).first()
    number, previous = (before.number + 1, before.hash) if before else (1, "0" * 64)
    at = hub.now()
    body = msgspec.json.encode(details, order="sorted")
    content = msgspec.json.encode([number, at, actor, action, team_id, subject, details, previous])
    connection.execute(
        sa.insert(audit).values(
            number=number,
            at=at,
            actor=actor,
            action=action,
            team_id=team_id,
            subject=subject,
            details=body,
            previous=previous,
            hash=hashlib.sha256(content).hexdigest(),
        )
    )
