"""Which slots a member is given next: the order, what is passed over, and at what cost.

The free slots of a team are read in their order in pieces of `PIECE`, so that no statement
grows with what others hold or with what this member is done with. Where a piece gives
little because the member is done with all of it, `passing.beyond` tells where to go on.

On PostgreSQL a row is locked only if it is going to be taken, and one that another
transaction has locked is passed over: it is being taken there.
"""

import json
from collections.abc import Collection
from functools import lru_cache
from typing import Any, NamedTuple

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
    taken: Collection[str] = (),
    *,
    lane: int = 0,
    start: Place = START,
    upto: int | None = None,
    lock: bool = True,
    passes: bool = True,
) -> list[Slot]:
    """Return up to `count` free slots in order, of as many tasks, and lock them.

    `lane` 0 takes the first free slot of each task, 1 the second: whoever comes at the same
    time and is passed by in one lane finds another. `taken` are tasks to leave out; `start` is
    the place and `upto` the last rank to look at. Without `lock` it only looks; without
    `passes` the member is known to have no stretches to pass over.
    """
    passed = passing.known(connection, search.member_id, search.team_id) if passes else []
    place, barred = _beginning(connection, search, start)
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
        words = _words(search, place, upto) | {"lane": lane, "count": count - len(found)}
        if barred:
            words["barred"] = barred
        if out:
            words["taken"] = sorted(out)
        batch, rank = search.batch_id is not None, upto is not None
        query = _query(batch, rank, bool(barred), bool(out), lock)
        rows = [Slot._make(row) for row in connection.execute(query, words)]
        found += rows
        out |= {row.task_id for row in rows}
        if len(found) >= count:
            break
        last = connection.execute(_last(batch, rank), _words(search, place, upto)).first()
        end = None if last is None else Place(last.rank, last.position)
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


def _words(search: Search, place: Place, upto: int | None) -> dict[str, Any]:
    """Return what the statements below are told."""
    words: dict[str, Any] = {
        "member": search.member_id,
        "team": search.team_id,
        "now": search.now,
        "rank": place.rank,
        "position": place.position,
    }
    if search.batch_id is not None:
        words["batch"] = search.batch_id
    if upto is not None:
        words["upto"] = upto
    return words


def _free(batch: bool, upto: bool) -> list[ColumnElement[bool]]:
    """Return what makes a slot free, from a place on."""
    slots = schema.slots
    place = sa.tuple_(
        sa.bindparam("rank", type_=sa.Integer), sa.bindparam("position", type_=sa.BigInteger)
    )
    conditions: list[ColumnElement[bool]] = [
        slots.c.team_id == sa.bindparam("team"),
        slots.c.state == _FREE,
        sa.tuple_(slots.c.rank, slots.c.position) >= place,
    ]
    if batch:
        conditions.append(slots.c.batch_id == sa.bindparam("batch"))
    if upto:
        conditions.append(slots.c.rank <= sa.bindparam("upto"))
    return conditions


def _piece(batch: bool, upto: bool) -> sa.Subquery:
    slots = schema.slots
    return (
        sa.select(slots.c.task_id, slots.c.number, slots.c.rank, slots.c.position)
        .where(*_free(batch, upto))
        .order_by(slots.c.rank, slots.c.position, slots.c.number)
        .limit(PIECE)
        .subquery("piece")
    )


@lru_cache
def _last(batch: bool, upto: bool) -> sa.Select[Any]:
    """Return what asks for the end of a piece; nothing comes if it is the last."""
    piece = _piece(batch, upto)
    order = (piece.c.rank, piece.c.position, piece.c.number)
    return sa.select(piece.c.rank, piece.c.position).order_by(*order).offset(PIECE - 1)


@lru_cache
def _query(batch: bool, upto: bool, barred: bool, taken: bool, lock: bool) -> sa.Select[Any]:
    """Return what looks for slots in one piece; making it costs more than running it."""
    # PostgreSQL takes the index of free slots for a short one before it has counted the
    # rows of a new table; where it would be the wrong one, `+ 0` hides that it could be used.
    slots = schema.slots
    piece = _piece(batch, upto)
    before = schema.slots.alias("before")
    earlier = (
        sa.select(sa.func.count())
        .where(
            before.c.team_id == sa.bindparam("team"),
            before.c.task_id == slots.c.task_id,
            before.c.number < slots.c.number,
            before.c.state + 0 == _FREE,
        )
        .scalar_subquery()
    )
    same = sa.and_(
        slots.c.team_id == sa.bindparam("team"),
        slots.c.task_id == piece.c.task_id,
        slots.c.number == piece.c.number,
    )
    query = (
        sa.select(*(slots.c[name] for name in Slot._fields))
        .join_from(piece, slots, same)
        .where(
            slots.c.state + 0 == _FREE,
            earlier == sa.bindparam("lane"),
            _mine(slots.c.task_id).is_(None),
        )
        .order_by(piece.c.rank, piece.c.position)
        .limit(sa.bindparam("count"))
    )
    if barred:
        query = query.where(slots.c.warnings.not_in(sa.bindparam("barred", expanding=True)))
    if taken:
        query = query.where(slots.c.task_id.not_in(sa.bindparam("taken", expanding=True)))
    return query.with_for_update(of=slots, skip_locked=True) if lock else query


def _mine(task_id: ColumnElement[str]) -> ColumnElement[int | None]:
    """Return 1 if the member holds a claim on a task now, or is done with it, else nothing.

    Not `EXISTS`, of which PostgreSQL may make a join with all claims.
    """
    claims = schema.claims
    now: ColumnElement[float] = sa.bindparam("now", type_=sa.Double)
    return (
        sa.select(sa.literal_column("1"))
        .where(
            by_task(claims.c.member_id) == sa.bindparam("member"),
            claims.c.team_id == sa.bindparam("team"),
            claims.c.task_id == task_id,
            sa.or_(
                sa.and_(claims.c.ended_at.is_(None), running(claims.c.until, now)),
                claims.c.why.in_(sa.literal_column(repr(why)) for why in SETTLED),
            ),
        )
        .limit(1)
        .scalar_subquery()
    )


def by_task(member_id: ColumnElement[str]) -> ColumnElement[str]:
    """Return the column of the member of a claim so that no index on it can be used.

    A task has few claims and a member thousands, of which PostgreSQL does not know while
    the member is new: by the member it might read them all, once for each task.
    """
    return member_id.concat("")


def _next_free(
    connection: Connection, search: Search, place: Place, upto: int | None
) -> Place | None:
    slots = schema.slots
    query = (
        sa.select(slots.c.rank, slots.c.position)
        .where(*_free(search.batch_id is not None, upto is not None))
        .order_by(slots.c.rank, slots.c.position)
        .limit(1)
    )
    row = connection.execute(query, _words(search, place, upto)).first()
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


def _beginning(
    connection: Connection, search: Search, start: Place
) -> tuple[Place | None, list[str]]:
    """Return where to begin, and which sets of content warnings are barred.

    With opt-outs that is the first place that has none of what is barred.
    """
    if not search.without:
        return start, []
    every = _warned(connection, search.team_id)
    barred = [one for one in every if search.without.intersection(json.loads(one))]
    if not barred:
        return start, []
    slots = schema.slots
    heads: list[Place] = []
    for one in set(every) - set(barred):
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
    return (max(start, min(heads)) if heads else None), barred
