"""What only the operator does, to whomever; there is no call for it over HTTP."""

from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.domain.errors import NotFound
from trainer_tui.hub import audit, schema
from trainer_tui.hub.state import Hub


class Token(NamedTuple):
    """A session as the operator sees it; of its token only the digest is kept."""

    id: str
    member: str
    """Name of whom it lets in."""
    device: str
    created_at: float
    used_at: float
    expires_at: float
    """Seconds since 1970."""


def tokens(hub: Hub, member_id: str | None = None) -> list[Token]:
    """Return the sessions that have not ended, of one member or of all, by name and age."""
    sessions, members = schema.sessions, schema.members
    query = (
        sa.select(
            sessions.c.id,
            members.c.name,
            sessions.c.device,
            sessions.c.created_at,
            sessions.c.used_at,
            sessions.c.expires_at,
        )
        .join(members, members.c.id == sessions.c.member_id)
        .where(
            sessions.c.ended_at.is_(None),
            sessions.c.expires_at > hub.now(),
            members.c.disabled_at.is_(None),
        )
        .order_by(members.c.name, sessions.c.id)
    )
    if member_id is not None:
        query = query.where(sessions.c.member_id == member_id)
    return [Token(*row) for row in hub.database.read(lambda c: c.execute(query).all())]


def end_token(hub: Hub, actor: str, session_id: str) -> Token:
    """End one session, whoever's it is; raises `NotFound` if there is none of this id."""
    sessions, members = schema.sessions, schema.members
    known = sa.select(sessions, members.c.name).join(members).where(sessions.c.id == session_id)

    def end(connection: Connection) -> Token:
        row = connection.execute(known).first()
        if row is None or row.ended_at is not None:
            raise NotFound("there is no such token", "'trainer-tui hub tokens' lists them.")
        connection.execute(
            sa.update(sessions).where(sessions.c.id == session_id).values(ended_at=hub.now())
        )
        audit.record(
            connection,
            hub,
            actor=actor,
            action="end_session",
            team_id=None,
            subject=row.name,
            details={"session": session_id},
        )
        return Token(row.id, row.name, row.device, row.created_at, row.used_at, row.expires_at)

    return hub.database.write(end)


def set_password(hub: Hub, actor: str, member_id: str, password_hash: str) -> None:
    """Give a member another password and end all their sessions, which the old one opened."""
    members, sessions = schema.members, schema.sessions

    def change(connection: Connection) -> None:
        connection.execute(
            sa.update(members).where(members.c.id == member_id).values(password=password_hash)
        )
        connection.execute(
            sa.update(sessions)
            .where(sessions.c.member_id == member_id, sessions.c.ended_at.is_(None))
            .values(ended_at=hub.now())
        )
        audit.record(
            connection,
            hub,
            actor=actor,
            action="set_password",
            team_id=None,
            subject=member_id,
            details={},
        )

    hub.database.write(change)


def enable(hub: Hub, actor: str, member_id: str) -> None:
    """Let a member in again who was revoked; old sessions stay ended."""
    members = schema.members

    def change(connection: Connection) -> None:
        connection.execute(
            sa.update(members).where(members.c.id == member_id).values(disabled_at=None)
        )
        audit.record(
            connection,
            hub,
            actor=actor,
            action="enable",
            team_id=None,
            subject=member_id,
            details={},
        )

    hub.database.write(change)


class Entry(NamedTuple):
    """One row of the audit trail."""

    number: int
    at: float
    actor: str
    action: str
    team: str | None
    subject: str
    details: Any


def audit_trail(hub: Hub, *, limit: int, team_id: str | None = None) -> list[Entry]:
    """Return the last rows of the audit trail, the newest last."""
    rows = schema.audit
    query = sa.select(
        rows.c.number,
        rows.c.at,
        rows.c.actor,
        rows.c.action,
        rows.c.team_id,
        rows.c.subject,
        rows.c.details,
    )
    if team_id is not None:
        query = query.where(rows.c.team_id == team_id)
    query = query.order_by(rows.c.number.desc()).limit(limit)
    found = hub.database.read(lambda c: c.execute(query).all())
    return [Entry(*row[:-1], msgspec.json.decode(row.details)) for row in reversed(found)]
