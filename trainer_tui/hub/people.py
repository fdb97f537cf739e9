"""Teams, members and who is what where. Every change is in the audit trail."""

import secrets
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from trainer_tui.domain.errors import BadInput, NotAllowed, NotFound
from trainer_tui.domain.ids import require_safe
from trainer_tui.domain.membership import Membership, Role
from trainer_tui.hub import audit, schema
from trainer_tui.hub.feed import NewChange, append
from trainer_tui.hub.moments import as_datetime
from trainer_tui.hub.settling import ended as claim_ended
from trainer_tui.hub.settling import let_go
from trainer_tui.hub.state import Hub
from trainer_tui.sync.administration import MemberLine, TeamLine
from trainer_tui.sync.protocol import ChangeKind

T = TypeVar("T")

MAX_NAME = 200
"""Characters of the name of a member, or the title of a team."""


class Member(NamedTuple):
    """A member, as the login sees them."""

    id: str
    name: str
    password: str | None
    """The hash of it; None: no login by password."""
    bundle_key: bytes
    disabled: bool


def create_team(hub: Hub, actor: str, team_id: str, title: str) -> None:
    """Make a team; raises `BadInput` for a bad id or title and `NotAllowed` if it is there."""
    require_safe(team_id)
    title = _one_line(title, "title of a team")

    def work(connection: Connection) -> None:
        _new(connection, schema.teams, id=team_id, title=title, created_at=hub.now())
        connection.execute(sa.insert(schema.counters).values(team_id=team_id, seq=0))
        audit.record(connection, hub, actor, "team.create", team_id, team_id, {"title": title})

    _unless_there(hub, work, f"there is a team {team_id} already")


def create_member(hub: Hub, actor: str, name: str, password_hash: str | None) -> str:
    """Make a member of no team yet and return the id; names are unique.

    Raises `BadInput` for a name that is empty, too long or no line of text, `NotAllowed` if
    there is one of that name.
    """
    name = _one_line(name, "name of a member")
    member_id = hub.new_id()

    def work(connection: Connection) -> str:
        _new(
            connection,
            schema.members,
            id=member_id,
            name=name,
            password=password_hash,
            bundle_key=secrets.token_bytes(32),
            created_at=hub.now(),
            disabled_at=None,
        )
        audit.record(connection, hub, actor, "member.create", None, member_id, {"name": name})
        return member_id

    return _unless_there(hub, work, f"there is a member {name!r} already")


def set_membership(
    hub: Hub,
    actor: str,
    team_id: str,
    member_id: str,
    *,
    role: Role | None = None,
    certified: bool | None = None,
    ended: bool | None = None,
) -> Membership:
    """Let a member join a team, leave it, or be something else there; None: as it is.

    Who leaves, or is no trainer any more, gives back what is claimed; work on it is still
    taken. Raises `NotFound`.
    """

    def work(connection: Connection) -> Membership:
        now = hub.now()
        _lock(connection, member_id)
        title = _title(connection, team_id)
        before = _row(connection, team_id, member_id)
        after = _write(connection, before, team_id, member_id, now, role, certified, ended)
        shown = _shown(after, title)
        if before is not None and _shown(dict(before._mapping), title) == shown:
            return shown
        news: list[NewChange] = []
        if shown.ended or shown.role is not Role.TRAINER:
            news += _give_back(connection, member_id, now, "released", team_id).get(team_id, [])
        details = {"role": shown.role.value, "certified": shown.certified, "ended": shown.ended}
        audit.record(connection, hub, actor, "membership.set", team_id, member_id, details)
        append(connection, team_id, [*news, _change(shown, member_id)], now)
        return shown

    return hub.database.write(work)


def move(
    hub: Hub,
    actor: str,
    member_id: str,
    from_team: str,
    to_team: str,
    *,
    certified: bool = False,
) -> tuple[Membership, Membership]:
    """End a membership and begin one in another team, in the same role; return both.

    What is claimed in the old team is given back and may still be sent. Certification does
    not move along: `certified` says what the member is in the new team, unless they are
    there already. Raises `NotFound` if the member is not in the old team.
    """

    def work(connection: Connection) -> tuple[Membership, Membership]:
        now = hub.now()
        _lock(connection, member_id)
        titles = {team: _title(connection, team) for team in (from_team, to_team)}
        before = _row(connection, from_team, member_id)
        if before is None or before.ended_at is not None:
            raise NotFound(f"the member is not in the team {from_team}")
        there = _row(connection, to_team, member_id)
        stays = there is not None and there.ended_at is None
        left = _write(connection, before, from_team, member_id, now, None, None, True)
        role = None if stays else Role(before.role)
        joins = None if stays else certified
        joined = _write(connection, there, to_team, member_id, now, role, joins, False)
        both = _shown(left, titles[from_team]), _shown(joined, titles[to_team])
        news = _give_back(connection, member_id, now, "released", from_team)
        audit.record(
            connection, hub, actor, "membership.move", from_team, member_id, {"to": to_team}
        )
        for shown in both:
            news.setdefault(shown.team, []).append(_change(shown, member_id))
        for team_id, some in sorted(news.items()):
            append(connection, team_id, some, now)
        return both

    if from_team == to_team:
        raise BadInput(f"{from_team} is the team that the member is in")
    return hub.database.write(work)


def revoke(hub: Hub, actor: str, member_id: str) -> None:
    """Shut a member out: no session goes on, and what is claimed goes to others.

    Nothing that was sent before is touched. Once more does nothing. Raises `NotFound`.
    """

    def work(connection: Connection) -> None:
        now = hub.now()
        _lock(connection, member_id)
        members, sessions = schema.members, schema.sessions
        if not connection.execute(
            sa.update(members)
            .where(members.c.id == member_id, members.c.disabled_at.is_(None))
            .values(disabled_at=now)
        ).rowcount:
            return
        connection.execute(
            sa.update(sessions)
            .where(sessions.c.member_id == member_id, sessions.c.ended_at.is_(None))
            .values(ended_at=now)
        )
        news = _give_back(connection, member_id, now, "revoked")
        audit.record(connection, hub, actor, "member.revoke", None, member_id, {})
        for team_id, some in sorted(news.items()):
            append(connection, team_id, some, now)

    hub.database.write(work)


def members(hub: Hub, team_id: str) -> tuple[MemberLine, ...]:
    """Return who is or was in a team, by name; raises `NotFound`."""

    def work(connection: Connection) -> tuple[MemberLine, ...]:
        _title(connection, team_id)
        people, memberships = schema.members, schema.memberships
        rows = connection.execute(
            sa.select(
                people.c.id, people.c.name, people.c.disabled_at, memberships, seen(people.c.id)
            )
            .join_from(memberships, people, people.c.id == memberships.c.member_id)
            .where(memberships.c.team_id == team_id)
            .order_by(people.c.name)
        )
        return tuple(
            MemberLine(
                id=row.id,
                name=row.name,
                role=Role(row.role),
                certified=bool(row.certified),
                since=as_datetime(row.since),
                ended_at=_moment(row.ended_at),
                disabled_at=_moment(row.disabled_at),
                last_seen=_moment(row.seen),
            )
            for row in rows
        )

    return hub.database.read(work)


def teams(hub: Hub) -> tuple[TeamLine, ...]:
    """Return all teams of the hub, by id."""
    memberships, batches = schema.memberships, schema.batches
    count = sa.select(sa.func.count())
    present = count.where(
        memberships.c.team_id == schema.teams.c.id, memberships.c.ended_at.is_(None)
    )
    published = count.where(batches.c.team_id == schema.teams.c.id, batches.c.state == "open")
    query = sa.select(
        schema.teams.c.id,
        schema.teams.c.title,
        present.scalar_subquery().label("members"),
        published.scalar_subquery().label("open_batches"),
    ).order_by(schema.teams.c.id)
    return hub.database.read(
        lambda connection: tuple(TeamLine(**row._asdict()) for row in connection.execute(query))
    )


def member_by_name(hub: Hub, name: str) -> Member | None:
    """Return the member of a name, also a revoked one; None if there is none."""
    people = schema.members
    query = sa.select(people).where(people.c.name == unicodedata.normalize("NFC", name).strip())
    if not _is_line(name):
        return None
    row = hub.database.read(lambda connection: connection.execute(query).first())
    if row is None:
        return None
    return Member(row.id, row.name, row.password, row.bundle_key, row.disabled_at is not None)


def memberships_of(connection: Connection, member_id: str) -> tuple[Membership, ...]:
    """Return all memberships of a member, also those that have ended, by team."""
    memberships = schema.memberships
    rows = connection.execute(
        sa.select(memberships, schema.teams.c.title)
        .join_from(memberships, schema.teams, schema.teams.c.id == memberships.c.team_id)
        .where(memberships.c.member_id == member_id)
        .order_by(memberships.c.team_id)
    )
    return tuple(_shown(dict(row._mapping), row.title) for row in rows)


def seen(member_id: sa.ColumnElement[str]) -> sa.ColumnElement[float | None]:
    """Return when a member used the hub last, as a column `seen`."""
    sessions = schema.sessions
    last = sa.select(sa.func.max(sessions.c.used_at)).where(sessions.c.member_id == member_id)
    return last.scalar_subquery().label("seen")


def _is_line(text: str) -> bool:
    return not any(unicodedata.category(letter).startswith("C") for letter in text)


def _one_line(text: str, what: str) -> str:
    line = unicodedata.normalize("NFC", text).strip()
    if not 0 < len(line) <= MAX_NAME or not _is_line(line):
        raise BadInput(f"this is no {what}", f"One line of 1 to {MAX_NAME} characters.")
    return line


def _unless_there(hub: Hub, work: Callable[[Connection], T], message: str) -> T:
    try:
        return hub.database.write(work)
    except IntegrityError:
        raise NotAllowed(message) from None


def _new(connection: Connection, table: sa.Table, **values: Any) -> None:
    connection.execute(sa.insert(table).values(**values))


def _lock(connection: Connection, member_id: str) -> None:
    """Lock a member, so that nothing is given to them meanwhile; raises `NotFound`."""
    people = schema.members
    query = (
        sa.select(people.c.id)
        .where(people.c.id == require_safe(member_id))
        .with_for_update(key_share=True)
    )
    if connection.execute(query).first() is None:
        raise NotFound(f"there is no member {member_id}")


def _title(connection: Connection, team_id: str) -> str:
    query = sa.select(schema.teams.c.title).where(schema.teams.c.id == require_safe(team_id))
    title: str | None = connection.execute(query).scalar()
    if title is None:
        raise NotFound(f"there is no team {team_id}")
    return title


def _row(connection: Connection, team_id: str, member_id: str) -> sa.Row[Any] | None:
    memberships = schema.memberships
    query = sa.select(memberships).where(
        memberships.c.team_id == team_id, memberships.c.member_id == member_id
    )
    return connection.execute(query).first()


def _write(
    connection: Connection,
    before: sa.Row[Any] | None,
    team_id: str,
    member_id: str,
    now: float,
    role: Role | None,
    certified: bool | None,
    ended: bool | None,
) -> dict[str, Any]:
    """Write a membership with what is not None changed, and return it."""
    memberships = schema.memberships
    start = {"role": Role.TRAINER.value, "certified": False, "since": now, "ended_at": None}
    row: dict[str, Any] = dict(before._mapping) if before else start
    if role is not None:
        row["role"] = role.value
    if certified is not None:
        row["certified"] = certified
    if ended and row["ended_at"] is None:
        row["ended_at"] = now
    if ended is False and row["ended_at"] is not None:
        row |= {"ended_at": None, "since": now}
    row |= {"team_id": team_id, "member_id": member_id}
    if before is None:
        _new(connection, memberships, **row)
    else:
        connection.execute(
            sa.update(memberships)
            .where(memberships.c.team_id == team_id, memberships.c.member_id == member_id)
            .values(**row)
        )
    return row


def _give_back(
    connection: Connection, member_id: str, now: float, why: str, team_id: str | None = None
) -> dict[str, list[NewChange]]:
    """End what a member holds, in one team or in all; return what to tell each team's feed."""
    claims = schema.claims
    conditions = [claims.c.member_id == member_id]
    if team_id is not None:
        conditions.append(claims.c.team_id == team_id)
    news: dict[str, list[NewChange]] = {}
    for row in let_go(connection, now, why, *conditions):
        one = claim_ended(row.id, row.task_id, member_id, why)
        news.setdefault(row.team_id, []).append(one)
    return news


def _shown(row: Mapping[str, Any], title: str) -> Membership:
    return Membership(
        team=row["team_id"],
        title=title,
        role=Role(row["role"]),
        certified=bool(row["certified"]),
        ended=row["ended_at"] is not None,
    )


def _change(membership: Membership, member_id: str) -> NewChange:
    return NewChange(ChangeKind.MEMBERSHIP, member_id, body=msgspec.json.encode(membership))


def _moment(at: float | None) -> datetime | None:
    return None if at is None else as_datetime(at)
