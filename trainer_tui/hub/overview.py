"""What a hub holds, over all teams: for its operator only."""

from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.domain.membership import Membership, Role
from trainer_tui.hub import schema
from trainer_tui.hub.state import Hub

_COUNTED = {
    "teams": sa.select(sa.func.count()).select_from(schema.teams),
    "members": sa.select(sa.func.count())
    .select_from(schema.members)
    .where(schema.members.c.disabled_at.is_(None)),
    "open batches": sa.select(sa.func.count())
    .select_from(schema.batches)
    .where(schema.batches.c.state == "open"),
    "tasks": sa.select(sa.func.count()).select_from(schema.tasks),
    "operations": sa.select(sa.func.count()).select_from(schema.operations),
    "set aside": sa.select(sa.func.count()).select_from(schema.set_aside),
}


class Overview(NamedTuple):
    """What a hub holds, at one moment."""

    counts: Mapping[str, int]
    """How many there are, by what they are called; only members who may log in."""
    waiting: int
    """Answers that are wanted and that nobody holds a claim for now."""
    oldest: float | None
    """When the oldest of these was published, seconds since 1970."""
    last: float | None
    """When work came in last, seconds since 1970."""


def overview(hub: Hub) -> Overview:
    """Count what the hub holds."""
    slots, batches, operations = schema.slots, schema.batches, schema.operations
    expired = (slots.c.state == schema.TAKEN) & (slots.c.until <= hub.now())
    free = (
        sa.select(sa.func.count(), sa.func.min(batches.c.published_at))
        .join(batches, (batches.c.team_id == slots.c.team_id) & (batches.c.id == slots.c.batch_id))
        .where((slots.c.state == schema.FREE) | expired, batches.c.state == "open")
    )
    last = sa.select(sa.func.max(operations.c.received_at))

    def count(connection: Connection) -> Overview:
        counts = {what: connection.execute(query).scalar_one() for what, query in _COUNTED.items()}
        waiting, oldest = connection.execute(free).one()
        return Overview(counts, waiting, oldest, connection.execute(last).scalar_one())

    return hub.database.read(count)


def names(hub: Hub) -> dict[str, str]:
    """Return the ids of all members by name."""
    members = schema.members
    query = sa.select(members.c.name, members.c.id).order_by(members.c.name)
    return {name: id for name, id in hub.database.read(lambda c: c.execute(query).all())}


class Member(NamedTuple):
    """A member as the operator sees one."""

    id: str
    name: str
    disabled: bool
    """Was shut out."""
    teams: tuple[Membership, ...]
    """Also those that have ended."""


def members(hub: Hub, team_id: str | None = None) -> list[Member]:
    """Return the members, of one team or all, by name."""
    table, links, titles = schema.members, schema.memberships, schema.teams
    query = (
        sa.select(table.c.id, table.c.name, table.c.disabled_at, links, titles.c.title)
        .select_from(table.outerjoin(links, links.c.member_id == table.c.id))
        .outerjoin(titles, titles.c.id == links.c.team_id)
        .order_by(table.c.name, links.c.team_id)
    )
    found: dict[str, Member] = {}
    for row in hub.database.read(lambda c: c.execute(query).all()):
        known = found.get(row.id) or Member(row.id, row.name, row.disabled_at is not None, ())
        if row.team_id is not None:
            link = Membership(
                team=row.team_id,
                title=row.title,
                role=Role(row.role),
                certified=row.certified,
                ended=row.ended_at is not None,
            )
            known = known._replace(teams=(*known.teams, link))
        found[row.id] = known
    return [
        member
        for member in found.values()
        if team_id is None or any(link.team == team_id for link in member.teams)
    ]
