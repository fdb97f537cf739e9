"""The feed of a team: numbers without a gap, in the order of the commits."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from msgspec import Raw
from sqlalchemy import Connection

from trainer_tui.domain.membership import Membership, Role
from trainer_tui.hub import bulk, schema
from trainer_tui.hub.cursors import CursorGone, read, written
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync.protocol import (
    MAX_CHANGES,
    MAX_HAVE,
    Change,
    ChangeKind,
    Have,
    HaveRequest,
    Page,
    Places,
    RecordChange,
)

__all__ = ["CursorGone", "NewChange", "append", "have", "page"]

MAX_PAGE = 2**20
"""Bytes of the bodies on one page, unless a single one is longer."""


class NewChange(NamedTuple):
    """A change that is about to get its number."""

    kind: str
    member_id: str | None
    """Whom it is for; None: all of the team."""
    op_id: str | None = None
    body: bytes | None = None


def append(
    connection: Connection, team_id: str, news: Sequence[NewChange], now: float
) -> list[int]:
    """Give changes the next numbers of the team's feed, and return these.

    The counter's row stays locked until the commit: call it as late as possible. With
    several teams in one transaction call it in the order of their ids.
    """
    if not news:
        return []
    counters = schema.counters
    last: int = connection.execute(
        sa.update(counters)
        .where(counters.c.team_id == team_id)
        .values(seq=counters.c.seq + len(news))
        .returning(counters.c.seq)
    ).scalar_one()
    numbers = list(range(last - len(news) + 1, last + 1))
    bulk.insert(
        connection,
        schema.changes,
        ("team_id", "seq", "at", *NewChange._fields),
        [(team_id, seq, now, *change) for seq, change in zip(numbers, news, strict=True)],
    )
    return numbers


def page(hub: Hub, caller: Caller, cursor: str | None, limit: int) -> Page:
    """Return what the member may see after a cursor, or from the start, team by team.

    In scope are, of every team where the member is or was, the changes that are addressed to
    the member, and those for all of the team up to where the membership has ended: what is
    addressed to the member may stand on them, as claims do on their batch. One page has at
    most `limit` changes, of all teams together, and about `MAX_PAGE` bytes. Raises
    `CursorGone` for a cursor that this hub did not give this member in this epoch.
    """
    return hub.database.read(lambda connection: _page(connection, hub, caller, cursor, limit))


def _page(connection: Connection, hub: Hub, caller: Caller, cursor: str | None, limit: int) -> Page:
    places = read(hub, caller.member_id, cursor) if cursor else {}
    _require_past(connection, places)
    room, space, more = min(max(limit, 1), MAX_CHANGES), MAX_PAGE, False
    changes: list[Change] = []
    for membership in sorted(caller.memberships, key=lambda known: known.team):
        team_id = membership.team
        wide = not membership.ended and membership.role is not Role.CLIENT
        own_place, wide_place = places.get(team_id, (0, 0))
        end = None if wide else _end(connection, caller, membership)
        lines = _lines(connection, caller.member_id, team_id, own_place, wide_place, end, room)
        fits = _fitting(lines, room, space, bool(changes))
        changes += _bodies(connection, team_id, [line.seq for line in lines[:fits]])
        if fits:
            last = lines[fits - 1].seq
            shared = last if end is None else min(last, end)
            places[team_id] = (max(own_place, last), max(wide_place, shared))
        room -= fits
        space -= sum(line.size for line in lines[:fits])
        if fits < len(lines):
            more = True
            break
    cursor = written(hub, caller.member_id, places)
    return Page(changes=tuple(changes), cursor=cursor, more=more, reached=places)


def _require_past(connection: Connection, places: Places) -> None:
    """Raise `CursorGone` for a cursor of a future that a restore has undone."""
    if not places:
        return
    counters = schema.counters.c
    rows = connection.execute(
        sa.select(counters.team_id, counters.seq).where(counters.team_id.in_(sorted(places)))
    )
    last = {row.team_id: row.seq for row in rows}
    if any(max(seqs) > last.get(team_id, 0) for team_id, seqs in places.items()):
        raise CursorGone()


def _end(connection: Connection, caller: Caller, membership: Membership) -> int:
    """Return the number up to which what is for all of a team is for somebody who has left it."""
    if membership.role is Role.CLIENT:
        return 0
    changes = schema.changes.c
    own = sa.select(changes.seq).where(
        changes.team_id == membership.team,
        changes.member_id == caller.member_id,
        changes.kind == ChangeKind.MEMBERSHIP.value,
    )
    return connection.execute(own.order_by(changes.seq.desc()).limit(1)).scalar() or 0


class _Line(NamedTuple):
    seq: int
    size: int


def _lines(
    connection: Connection,
    member_id: str,
    team_id: str,
    own: int,
    wide: int,
    end: int | None,
    room: int,
) -> list[_Line]:
    """Return number and size of the next changes in scope, one more than there is room for.

    `own` and `wide` are how far was read of what is for the member and for all of the team;
    `end` is the last of the second.
    """
    changes, stored = schema.changes, schema.operations
    size = sa.func.coalesce(sa.func.length(changes.c.body), sa.func.length(stored.c.body), 0)
    joined = changes.outerjoin(stored, changes.c.op_id == stored.c.op_id)

    def after(seq: int, *conditions: Any) -> Any:
        return (
            sa.select(changes.c.seq, size.label("size"))
            .select_from(joined)
            .where(changes.c.team_id == team_id, changes.c.seq > seq, *conditions)
            .order_by(changes.c.seq)
            .limit(room + 1)
            .subquery()
        )

    parts = [after(own, changes.c.member_id == member_id)]
    if end is None or end > wide:
        until = [] if end is None else [changes.c.seq <= end]
        parts.append(after(wide, changes.c.member_id.is_(None), *until))
    both = sa.union_all(*(sa.select(part.c.seq, part.c.size) for part in parts)).subquery()
    query = sa.select(both.c.seq, both.c.size).order_by(both.c.seq).limit(room + 1)
    return [_Line(row.seq, row.size) for row in connection.execute(query)]


def _fitting(lines: Sequence[_Line], room: int, space: int, begun: bool) -> int:
    """Return how many of the lines fit; a page that has not begun takes at least one."""
    for number, line in enumerate(lines[:room]):
        space -= line.size
        if space < 0 and (number or begun):
            return number
    return min(len(lines), room)


def _bodies(connection: Connection, team_id: str, seqs: Sequence[int]) -> list[Change]:
    if not seqs:
        return []
    changes, stored = schema.changes, schema.operations
    rows = connection.execute(
        sa.select(
            changes.c.seq, changes.c.kind, changes.c.body, changes.c.op_id,
            stored.c.kind.label("record_kind"), stored.c.body.label("record"),
            stored.c.late, stored.c.conflict,
        )
        .select_from(changes.outerjoin(stored, changes.c.op_id == stored.c.op_id))
        .where(changes.c.team_id == team_id, changes.c.seq.in_(seqs))
        .order_by(changes.c.seq)
    )  # fmt: skip
    return [
        Change(
            team=team_id,
            seq=row.seq,
            kind=row.kind,
            body=Raw(row.body) if row.kind != ChangeKind.RECORD else _record(row),
        )
        for row in rows
    ]


def _record(row: Any) -> Raw:
    return Raw(
        msgspec.json.encode(
            RecordChange(
                op_id=row.op_id,
                kind=row.record_kind,
                record=Raw(row.record),
                late=row.late,
                conflict=row.conflict,
            )
        )
    )


def have(hub: Hub, caller: Caller, request: HaveRequest) -> Have:
    """Say which of the member's operations are not here, and which say something else here.

    At most `MAX_HAVE` are looked at.
    """
    asked = {pair.op_id: pair.digest for pair in request.operations[:MAX_HAVE]}
    stored = schema.operations.c
    query = sa.select(stored.op_id, stored.digest).where(
        stored.member_id == caller.member_id,
        stored.op_id.in_([op_id for op_id in asked if "\x00" not in op_id]),
    )
    rows = hub.database.read(lambda connection: connection.execute(query).all())
    here = {row.op_id: row.digest for row in rows}
    return Have(
        missing=tuple(op_id for op_id in asked if op_id not in here),
        different=tuple(op_id for op_id, digest in here.items() if asked[op_id] != digest),
    )
