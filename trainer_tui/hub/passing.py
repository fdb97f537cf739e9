"""What a member is done with, kept as long stretches of the team's order.

Where a team has fewer people than its tasks want answers, thousands of slots stay free at
the head of the list that some members have answered already. Looking at each of them at
each claim would make claims slower with every answer; a stretch is passed at one step. It
holds only positions that the member is done with, whatever becomes of their slots, so
nothing but a withdrawal of the member's own can make it wrong (`forget`).
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.hub import schema

LONG = 64
"""Positions from which a stretch is kept."""
READ = 20_000
"""Positions read at once to find stretches."""


class Place(NamedTuple):
    """A place in the order of a team."""

    rank: int
    position: int


class Stretch(NamedTuple):
    """Positions of one rank, both ends included."""

    rank: int
    first: int
    last: int


def known(connection: Connection, member_id: str, team_id: str) -> list[Stretch]:
    """Return the stretches of a member in a team, in order."""
    stretches = schema.stretches
    query = (
        sa.select(stretches.c.rank, stretches.c.first, stretches.c.last)
        .where(stretches.c.member_id == member_id, stretches.c.team_id == team_id)
        .order_by(stretches.c.rank, stretches.c.first)
    )
    return [Stretch._make(row) for row in connection.execute(query)]


def leave(stretches: Sequence[Stretch], place: Place) -> Place:
    """Return the place behind the stretch that holds `place`, or `place` if none does."""
    at = bisect_right(stretches, (place.rank, place.position, 2**63)) - 1
    if at >= 0:
        rank, first, last = stretches[at]
        if rank == place.rank and first <= place.position <= last:
            return Place(rank, last + 1)
    return place


def beyond(
    connection: Connection,
    member_id: str,
    team_id: str,
    start: Place,
    end: Place,
    stretches: list[Stretch],
    settled: Sequence[str],
) -> Place:
    """Find and keep the stretches between two places and after them; return where to go on.

    That is `end`, or what lies behind the stretch that holds it. `stretches`, those known
    so far, are brought up to date.
    """
    if (after := leave(stretches, end)) != end:
        return after
    begin = start.position if start.rank == end.rank else 0
    claims = schema.claims
    positions = (
        connection.execute(
            sa.select(claims.c.position)
            .where(
                claims.c.member_id == member_id,
                claims.c.team_id == team_id,
                claims.c.rank == end.rank,
                claims.c.position >= begin,
                claims.c.why.in_(settled),
            )
            .distinct()
            .order_by(claims.c.position)
            .limit(READ)
        )
        .scalars()
        .all()
    )
    found = [Stretch(end.rank, *run) for run in _runs(positions)]
    news = [one for one in found if one.last - one.first + 1 >= LONG]
    if news:
        _keep(connection, member_id, team_id, stretches, news)
    return leave(stretches, end)


def forget(connection: Connection, member_id: str, team_id: str, place: Place) -> None:
    """Drop the stretch that holds a place: the member is no longer done with it."""
    stretches = schema.stretches
    connection.execute(
        sa.delete(stretches).where(
            stretches.c.member_id == member_id,
            stretches.c.team_id == team_id,
            stretches.c.rank == place.rank,
            stretches.c.first <= place.position,
            stretches.c.last >= place.position,
        )
    )


def _runs(positions: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and last of each run of positions without a gap."""
    runs: list[tuple[int, int]] = []
    for position in positions:
        if runs and position <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], position)
        else:
            runs.append((position, position))
    return runs


def _keep(
    connection: Connection,
    member_id: str,
    team_id: str,
    stretches: list[Stretch],
    news: Sequence[Stretch],
) -> None:
    """Add stretches to those known, in the table and in the list, joining what touches."""
    joined: list[Stretch] = []
    for one in sorted((*stretches, *news)):
        last = joined[-1] if joined else None
        if last and last.rank == one.rank and one.first <= last.last + 1:
            joined[-1] = last._replace(last=max(last.last, one.last))
        else:
            joined.append(one)
    table = schema.stretches
    whose = (table.c.member_id == member_id, table.c.team_id == team_id)
    for old in set(stretches) - set(joined):
        connection.execute(
            sa.delete(table).where(*whose, table.c.rank == old.rank, table.c.first == old.first)
        )
    fresh = sorted(set(joined) - set(stretches))
    if fresh:
        connection.execute(
            sa.insert(table),
            [{"member_id": member_id, "team_id": team_id, **one._asdict()} for one in fresh],
        )
    stretches[:] = joined
