"""What only the operator does, to whomever; there is no call for it over HTTP."""

from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.domain.errors import NotAllowed, NotFound
from trainer_tui.hub import audit, schema, sessions
from trainer_tui.hub.state import Hub
from trainer_tui.sync.protocol import Session


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
    table, members = schema.sessions, schema.members
    query = (
        sa.select(
            table.c.id,
            members.c.name,
            table.c.device,
            table.c.created_at,
            table.c.used_at,
            table.c.expires_at,
        )
        .join(members, members.c.id == table.c.member_id)
        .where(
            table.c.ended_at.is_(None),
            table.c.expires_at > hub.now(),
            members.c.disabled_at.is_(None),
        )
        .order_by(members.c.name, table.c.id)
    )
    if member_id is not None:
        query = query.where(table.c.member_id == member_id)
    return [Token(*row) for row in hub.database.read(lambda c: c.execute(query).all())]


def open_token(hub: Hub, actor: str, member_id: str, device: str) -> Session:
    """Make a session of a member for a machine; raises `NotAllowed` for who was shut out."""
    members = schema.members
    known = sa.select(members.c.name, members.c.disabled_at).where(members.c.id == member_id)
    name, disabled_at = hub.database.read(lambda c: c.execute(known).one())
    if disabled_at is not None:
        raise NotAllowed(
            f"{name} was shut out", f"'trainer-tui hub members enable {name}' lets them in again."
        )
    session = sessions.open_session(hub, member_id, device)
    hub.database.write(
        lambda connection: audit.record(
            connection,
            hub,
            actor=actor,
            action="session.open",
            team_id=None,
            subject=member_id,
            details={"session": session.id},
        )
    )
    return session


def end_token(hub: Hub, actor: str, session_id: str) -> Token:
    """End one session, whoever's it is; raises `NotFound` if there is none of this id."""
    table, members = schema.sessions, schema.members
    known = sa.select(table, members.c.name).join(members).where(table.c.id == session_id)

    def end(connection: Connection) -> Token:
        row = connection.execute(known).first()
        if row is None or row.ended_at is not None:
            raise NotFound("there is no such token", "'trainer-tui hub tokens' lists them.")
        connection.execute(
            sa.update(table).where(table.c.id == session_id).values(ended_at=hub.now())
        )
        audit.record(
            connection,
            hub,
            actor=actor,
            action="session.end",
            team_id=None,
            subject=row.member_id,
            details={"session": session_id},
        )
        return Token(row.id, row.name, row.device, row.created_at, row.used_at, row.expires_at)

    return hub.database.write(end)


def set_password(hub: Hub, actor: str, member_id: str, password_hash: str) -> None:
    """Give a member another password and end all their sessions, which the old one opened."""
    members, table = schema.members, schema.sessions

    def change(connection: Connection) -> None:
        connection.execute(
            sa.update(members).where(members.c.id == member_id).values(password=password_hash)
        )
        connection.execute(
            sa.update(table)
            .where(table.c.member_id == member_id, table.c.ended_at.is_(None))
            .values(ended_at=hub.now())
        )
        audit.record(
            connection,
            hub,
            actor=actor,
            action="member.password",
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
            action="member.enable",
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
    return [
        Entry(
            row.number,
            row.at,
            row.actor,
            row.action,
            row.team_id,
            row.subject,
            msgspec.json.decode(row.details),
        )
        for row in reversed(found)
    ]
