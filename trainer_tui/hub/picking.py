"""Which slots a member is given next: the order, what is passed over, and at what cost.

The free slots of a team are read in their order in pieces of `PIECE`, so that no statement
grows with what others hold or with what this member is done with. Where a piece gives
little because the member is done with all of it, `passing.beyond` tells where to go on.

On PostgreSQL a row is locked only if it is going to be taken, and one that another
transaction has locked is passed over: it is being taken there.
"""

import json
from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from trainer_tui.hub import passing, schema
from trainer_tui.hub.moments import running
from trainer_tui.hub.passing import Place

PIECE = 256
"""Free slots looked at by one statement; more than twice the slots of a task."""
START = Place(-(2**31), -1)

_FREE: ColumnElement[int] = sa.literal_column(str(schema.FREE))
"""Written out: a parameter would keep the database from its index of free slots."""
SETTLED = ("answered", "skipped", "flagged")
"""Ways in which a member is done with a task."""


class Search(NamedTuple):
    """For whom slots are looked for, and which may be given."""

    member_id: str
    team_id: str
    batch_id: str | None
    without: frozenset[str]
    now: float


class Slot(NamedTuple):
    """A slot that is about to be taken."""

    team_id: str
    task_id: str
    number: int
    batch_id: str
    rank: int
    position: int
    claim_id: str | None
    """The claim that had expired there."""


def pick(
    connection: Connection,
    search: Search,
    count: int,
    taken: Iterable[str] = (),
    *,
    lane: int = 0,
    start: Place = START,
    upto: int | None = None,
    lock: bool = True,
) -> list[Slot]:
    """Return up to `count` free slots in order, of as many tasks, and lock them.

    `lane` 0 takes the first free slot of each task, 1 the second: whoever comes at the same
    time and is passed by in one lane finds another. `taken` are tasks to leave out, `upto`
    the last rank to look at. Without `lock` it only looks.
    """
    passed = passing.known(connection, search.member_id, search.team_id)
    barred = _barred(connection, search)
    place = _beginning(connection, search, barred, start)
    found: list[Slot] = []
    out = set(taken)
    while place is not None and len(found) < count:
        if passed:
            place = _next_free(connection, search, passing.leave(passed, place), upto)
            if place is None:
                break
            if (after := passing.leave(passed, place)) != place:
                place = after
                continue
        piece = _piece(search, place, upto)
        rows = connection.execute(
            _query(search, piece, barred, out, lane, count - len(found), lock)
        ).all()
        found += (Slot._make(row) for row in rows)
        out |= {row.task_id for row in rows}
        if len(found) >= count:
            break
        end = _end(connection, piece)
        if end is None or end == place:
            break
        if len(rows) < PIECE // 8:
            end = passing.beyond(
                connection, search.member_id, search.team_id, place, end, passed, SETTLED
            )
        place = end
    return found


def lanes(connection: Connection, team_id: str) -> int:
    """Return how many slots a task of a team has at most."""
    batches = schema.batches
    most = sa.select(sa.func.max(batches.c.overlap)).where(batches.c.team_id == team_id)
    return int(connection.execute(most).scalar() or 1)


def first_rank(connection: Connection, search: Search, start: Place) -> int | None:
    """Return the rank of the first free slot from a place on; None if there is none."""
    place = _next_free(connection, search, start, None)
    return None if place is None else place.rank


def mine(search: Search, task_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the member holds a claim on a task now, or is done with it."""
    claims = schema.claims
    return sa.exists().where(
        claims.c.member_id == search.member_id,
        claims.c.team_id == search.team_id,
        claims.c.task_id == task_id,
        sa.or_(
            sa.and_(claims.c.ended_at.is_(None), running(claims.c.until, search.now)),
            claims.c.why.in_(sa.literal_column(repr(why)) for why in SETTLED),
        ),
    )


def _free(search: Search, place: Place, upto: int | None) -> list[ColumnElement[bool]]:
    slots = schema.slots
    conditions: list[ColumnElement[bool]] = [
        slots.c.team_id == search.team_id,
        slots.c.state == _FREE,
        sa.tuple_(slots.c.rank, slots.c.position) >= sa.tuple_(*place),
    ]
    if search.batch_id is not None:
        conditions.append(slots.c.batch_id == search.batch_id)
    if upto is not None:
        conditions.append(slots.c.rank <= upto)
    return conditions


def _piece(search: Search, place: Place, upto: int | None) -> sa.Subquery:
    slots = schema.slots
    return (
        sa.select(slots.c.task_id, slots.c.number, slots.c.rank, slots.c.position)
        .where(*_free(search, place, upto))
        .order_by(slots.c.rank, slots.c.position, slots.c.number)
        .limit(PIECE)
        .subquery("piece")
    )


def _query(
    search: Search,
    piece: sa.Subquery,
    barred: list[str],
    taken: set[str],
    lane: int,
    count: int,
    lock: bool,
) -> sa.Select[tuple[str, str, int, str, int, int, str | None]]:
    slots = schema.slots
    before = schema.slots.alias("before")
    earlier = (
        sa.select(sa.func.count())
        .where(
            before.c.team_id == search.team_id,
            before.c.task_id == slots.c.task_id,
            before.c.number < slots.c.number,
            before.c.state == _FREE,
        )
        .scalar_subquery()
    )
    query = (
        sa.select(
            slots.c.team_id,
            slots.c.task_id,
            slots.c.number,
            slots.c.batch_id,
            slots.c.rank,
            slots.c.position,
            slots.c.claim_id,
        )
        .join_from(
            piece,
            slots,
            sa.and_(
                slots.c.team_id == search.team_id,
                slots.c.task_id == piece.c.task_id,
                slots.c.number == piece.c.number,
            ),
        )
        .where(
            slots.c.state == _FREE,
            earlier == lane,
            sa.not_(mine(search, slots.c.task_id)),
        )
        .order_by(piece.c.rank, piece.c.position)
        .limit(count)
    )
    if barred:
        query = query.where(slots.c.warnings.not_in(barred))
    if taken:
        query = query.where(slots.c.task_id.not_in(taken))
    return query.with_for_update(of=slots, skip_locked=True) if lock else query


def _end(connection: Connection, piece: sa.Subquery) -> Place | None:
    """Return where a piece ends; None if it was the last."""
    last = (
        sa.select(piece.c.rank, piece.c.position)
        .order_by(piece.c.rank, piece.c.position, piece.c.number)
        .offset(PIECE - 1)
    )
    row = connection.execute(last).first()
    return None if row is None else Place(row.rank, row.position)


def _next_free(
    connection: Connection, search: Search, place: Place, upto: int | None
) -> Place | None:
    slots = schema.slots
    row = connection.execute(
        sa.select(slots.c.rank, slots.c.position)
        .where(*_free(search, place, upto))
        .order_by(slots.c.rank, slots.c.position)
        .limit(1)
    ).first()
    return None if row is None else Place(row.rank, row.position)


def _warned(connection: Connection, team_id: str) -> list[str]:
    """Return each set of content warnings that free slots of a team have, as it is written."""
    slots = schema.slots
    free = (slots.c.team_id == team_id, slots.c.state == _FREE)
    found: list[str] = []
    least = sa.select(sa.func.min(slots.c.warnings)).where(*free)
    while (one := connection.execute(least).scalar()) is not None:
        found.append(one)
        least = sa.select(sa.func.min(slots.c.warnings)).where(*free, slots.c.warnings > one)
    return found


def _barred(connection: Connection, search: Search) -> list[str]:
    if not search.without:
        return []
    every = _warned(connection, search.team_id)
    return [one for one in every if search.without.intersection(json.loads(one))]


def _beginning(
    connection: Connection, search: Search, barred: list[str], start: Place
) -> Place | None:
    """Return where to begin: with opt-outs the first place that has none of what is barred."""
    if not barred:
        return start
    slots = schema.slots
    heads: list[Place] = []
    for one in _warned(connection, search.team_id):
        if one in barred:
            continue
        row = connection.execute(
            sa.select(slots.c.rank, slots.c.position)
            .where(
                slots.c.team_id == search.team_id,
                slots.c.state == _FREE,
                slots.c.warnings == one,
            )
            .order_by(slots.c.rank, slots.c.position)
            .limit(1)
        ).first()
        if row is not None:
            heads.append(Place(row.rank, row.position))
    return max(start, min(heads)) if heads else None
