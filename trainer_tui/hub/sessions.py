"""Logins and the tokens that they give: random, shown once, kept only as a digest.

A token is `tt_` and 256 random bits. With so many bits a plain SHA-256 is enough: nobody
can guess its way back from the database to a token.
"""

import hashlib
import secrets
import unicodedata
from datetime import UTC, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.hub import audit, passwords, people, schema, throttling
from trainer_tui.hub.database import Unavailable
from trainer_tui.hub.problems import Refused
from trainer_tui.hub.settings import Settings
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync.protocol import Credentials, Session, SessionLine, Sessions

PREFIX = "tt_"
"""By which scanners for secrets recognize a token."""
DAY = 86_400.0
NOTED_EVERY = 60.0
"""Seconds: the use of a session is written down at most so often."""
_LONGEST = 200
"""Characters of a name and of a device."""


def digest(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def identify(hub: Hub, token: str, settings: Settings = Settings()) -> Caller | None:  # noqa: B008  # it is immutable
    """Return who a token belongs to; None if it is unknown, has ended or was revoked."""
    if not token.startswith(PREFIX) or len(token) > 200:
        return None
    known, now = digest(token), hub.now()

    def look(connection: Connection) -> tuple[Caller, float] | None:
        sessions, members = schema.sessions, schema.members
        row = connection.execute(
            sa.select(sessions.c.id, sessions.c.member_id, sessions.c.used_at, members.c.name)
            .join(members, members.c.id == sessions.c.member_id)
            .where(sessions.c.digest == known, *_alive(now, settings))
        ).first()
        if row is None:
            return None
        caller = Caller(
            row.member_id, row.name, row.id, people.memberships_of(connection, row.member_id)
        )
        return caller, row.used_at

    found = hub.database.read(look)
    if found is None:
        return None
    caller, used_at = found
    if now - used_at > NOTED_EVERY:
        _note_use(hub, caller.session_id, now)
    return caller


def _alive(now: float, settings: Settings) -> tuple[sa.ColumnElement[bool], ...]:
    """What holds for a session (joined with its member) that still admits."""
    sessions, members = schema.sessions, schema.members
    return (
        sessions.c.ended_at.is_(None),
        sessions.c.expires_at > now,
        sessions.c.used_at > now - settings.idle_days * DAY,
        members.c.disabled_at.is_(None),
    )


def _note_use(hub: Hub, session_id: str, now: float) -> None:
    sessions = schema.sessions
    noted = sa.update(sessions).where(
        sessions.c.id == session_id, sessions.c.used_at < now - NOTED_EVERY
    )
    try:
        hub.database.write(lambda c: c.execute(noted.values(used_at=now)))
    except Unavailable:
        return  # the request itself may only read


def still_alive(hub: Hub, session_ids: list[str], settings: Settings) -> set[str]:
    """Return which of these sessions still admit their members."""
    sessions, members = schema.sessions, schema.members
    query = (
        sa.select(sessions.c.id)
        .join(members, members.c.id == sessions.c.member_id)
        .where(sessions.c.id.in_(session_ids), *_alive(hub.now(), settings))
    )
    return set(hub.database.read(lambda c: c.execute(query).scalars().all()))


def log_in(hub: Hub, credentials: Credentials, address: str, settings: Settings) -> Session:
    """Open a session for a name and its password.

    Raises `Refused`: 429 after too many failures, 401 for anything that does not fit; which
    of name, password or a disabled account it was is not told, nor by the time that it takes.
    """
    # One spelling, else each of the others would have tries of its own.
    name = unicodedata.normalize("NFC", credentials.name[:_LONGEST]).strip()
    wait = throttling.begin(hub, name, address, settings)
    if wait:
        raise Refused(
            429,
            "too many failed logins",
            "Wait a little before you try again.",
            headers=throttling.retry_after(wait),
        )
    member = people.member_by_name(hub, name)
    # A longer password is no password of ours, and takes as long to be wrong.
    password = credentials.password[: passwords.LONGEST]
    fit = passwords.fits(password, member.password if member else None)
    if member is None or not fit or member.disabled:
        raise Refused(401, "name or password is wrong")
    tried = Tried(name, address, member.password)
    return open_session(hub, member.id, credentials.device, settings, tried)


class Tried(NamedTuple):
    """A login whose password did fit."""

    account: str
    address: str
    password: str | None
    """The hash that it did fit."""


def open_session(
    hub: Hub,
    member_id: str,
    device: str,
    settings: Settings = Settings(),  # noqa: B008  # it is immutable
    tried: Tried | None = None,
) -> Session:
    """Make a new session of a member; its token is in what is returned and nowhere else.

    `tried` is the login, whose failures are then forgotten. Raises `Refused` with 401 if the
    member is not there, is disabled, or has been given another password meanwhile.
    """
    token, id = PREFIX + secrets.token_urlsafe(32), hub.new_id()

    def create(connection: Connection) -> Session:
        now, members = hub.now(), schema.members
        row = connection.execute(
            sa.select(members.c.name, members.c.bundle_key, members.c.password)
            .where(members.c.id == member_id, members.c.disabled_at.is_(None))
            # A member who is being disabled right now gets no session that outlives it.
            .with_for_update(read=True)
        ).first()
        if row is None or (tried is not None and row.password != tried.password):
            raise Refused(401, "name or password is wrong")
        expires_at = now + settings.absolute_days * DAY
        connection.execute(
            sa.insert(schema.sessions).values(
                id=id,
                member_id=member_id,
                digest=digest(token),
                device=_shown(device),
                created_at=now,
                used_at=now,
                expires_at=expires_at,
            )
        )
        if tried is not None:
            throttling.succeeded(connection, tried.account, tried.address)
            audit.record(
                connection,
                hub,
                actor=member_id,
                action="session.open",
                team_id=None,
                subject=id,
                details={"address": tried.address},
            )
        return Session(
            id=id,
            token=token,
            member=member_id,
            name=row.name,
            expires_at=_moment(expires_at),
            bundle_key=row.bundle_key.hex(),
        )

    return hub.database.write(create)


def _shown(device: str) -> str:
    """The device as its list may show it: short and printable."""
    return "".join(c if c.isprintable() else "\ufffd" for c in device[:_LONGEST])


def sessions_of(hub: Hub, caller: Caller, settings: Settings) -> Sessions:
    """Return the caller's sessions that still admit, the newest first."""
    sessions, members, now = schema.sessions, schema.members, hub.now()
    query = (
        sa.select(sessions)
        .join(members, members.c.id == sessions.c.member_id)
        .where(sessions.c.member_id == caller.member_id, *_alive(now, settings))
        .order_by(sessions.c.created_at.desc(), sessions.c.id.desc())
        .limit(500)
    )
    rows = hub.database.read(lambda c: c.execute(query).all())
    idle = settings.idle_days * DAY
    return Sessions(
        sessions=tuple(
            SessionLine(
                id=row.id,
                device=row.device,
                created_at=_moment(row.created_at),
                used_at=_moment(row.used_at),
                expires_at=_moment(min(row.expires_at, row.used_at + idle)),
                current=row.id == caller.session_id,
            )
            for row in rows
        )
    )


def end(hub: Hub, caller: Caller, session_id: str) -> None:
    """End one of the caller's sessions; raises `Refused` with 404 for any other one."""
    sessions = schema.sessions
    ended = (
        sa.update(sessions)
        .where(
            sessions.c.id == session_id,
            sessions.c.member_id == caller.member_id,
            sessions.c.ended_at.is_(None),
        )
        .values(ended_at=hub.now())
    )
    if not hub.database.write(lambda c: c.execute(ended).rowcount):
        raise Refused(404, "there is no such session")


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
