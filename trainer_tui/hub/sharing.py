"""Several teams, one member: whose tasks come first, and what to do when others were faster."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from trainer_tui.hub import picking
from trainer_tui.hub.passing import Place
from trainer_tui.hub.picking import START, Search, Slot

LOOKS = 10
"""How often a member who came up short looks for what others had locked just then."""
PAUSE = 0.01
"""Seconds between two looks."""


@dataclass
class Line:
    """The list of one team, and how far a member got in it."""

    search: Search
    room: int
    """How many tasks of it the member may still be given."""
    start: Place = START
    passes: bool = True
    """Whether the member may have stretches to pass over there (`hub.passing`)."""


def share(connection: Connection, lines: list[Line], count: int, locks: bool) -> list[Slot]:
    """Return up to `count` slots of several teams, by priority; equal ones share evenly.

    `locks` says whether rows can be locked by others just now. Such rows are passed by; only
    who would get less than the full count looks again, until they are taken or free.
    """
    found: list[Slot] = []
    for _ in range(LOOKS):
        _once(connection, lines, count, found, locks)
        if not locks or len(found) >= count or not _more(connection, lines, found):
            break
        time.sleep(PAUSE)
        for line in lines:
            line.start = START
    return found


def _once(
    connection: Connection, lines: list[Line], count: int, found: list[Slot], locks: bool
) -> None:
    open_lines = [line for line in lines if line.room > 0]
    if len(open_lines) == 1:
        _take(connection, open_lines[0], count - len(found), found, None, locks)
        return
    while len(found) < count:
        ranks = {}
        for at, line in enumerate(open_lines):
            if line.room > 0:
                rank = picking.first_rank(connection, line.search, line.start)
                if rank is not None:
                    ranks[at] = rank
        if not ranks:
            return
        least = min(ranks.values())
        first = [open_lines[at] for at, rank in ranks.items() if rank == least]
        for at, line in enumerate(first):
            want = -(-(count - len(found)) // (len(first) - at))
            asked = min(want, line.room)
            if _take(connection, line, want, found, least, locks) < asked:
                line.start = Place(least + 1, -1)


def _take(
    connection: Connection,
    line: Line,
    count: int,
    found: list[Slot],
    upto: int | None,
    locks: bool,
) -> int:
    """Add up to `count` slots of one team to those found; return how many."""
    count = min(count, line.room)
    taken = _tasks(found, line.search.team_id)
    before = len(found)
    lane = 0
    while count > 0:
        slots = picking.pick(
            connection,
            line.search,
            count,
            taken,
            lane=lane,
            start=line.start,
            upto=upto,
            passes=line.passes,
        )
        line.passes = True  # there may be some now
        found += slots
        taken |= {slot.task_id for slot in slots}
        count -= len(slots)
        line.room -= len(slots)
        lane += 1
        if not locks or not count or lane >= picking.lanes(connection, line.search.team_id):
            break
    return len(found) - before


def _more(connection: Connection, lines: list[Line], found: Sequence[Slot]) -> bool:
    """Whether there is anything left that the member could be given, locked or not."""
    return any(
        picking.pick(connection, line.search, 1, _tasks(found, line.search.team_id), lock=False)
        for line in lines
        if line.room > 0
    )


def _tasks(found: Sequence[Slot], team_id: str) -> set[str]:
    return {slot.task_id for slot in found if slot.team_id == team_id}
