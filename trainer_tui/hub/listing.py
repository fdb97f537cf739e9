"""The tasks of a batch and their slots, as a lead sends and changes them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.task import Task
from trainer_tui.hub import schema
from trainer_tui.hub.schema import FREE, GONE

HIGHEST = 2**31 - 2
"""Priorities beyond it, and below its negative, are as high as it."""


class Counts(NamedTuple):
    """What became of tasks that were sent; see `sync.administration.Published`."""

    added: int
    changed: int
    unchanged: int
    kept: int
    unworkable: int


def put(
    connection: Connection,
    team_id: str,
    batch_id: str,
    sent: Sequence[Task],
    overlap: int,
    state: int,
) -> Counts:
    """Add tasks, or change those of which no answer is claimed or here; the caller has the lock.

    `state` is that of the slots of new tasks. Raises `BadInput` for a task of another batch.
    """
    ids = [task.id for task in sent]
    known = _known(connection, team_id, ids)
    for row in known.values():
        if row.batch_id != batch_id:
            raise BadInput(f"the task {row.id} is in the batch {row.batch_id}")
    slots = _slots(connection, team_id, ids)
    bodies = {task.id: msgspec.json.encode(task) for task in sent}
    new = [task for task in sent if task.id not in known]
    other = [task for task in sent if task.id in known and known[task.id].body != bodies[task.id]]
    started = {row.task_id for row in slots if row.state not in (FREE, GONE) or row.claim_id}
    changed = [task for task in other if task.id not in started]
    _write_tasks(connection, team_id, batch_id, new, changed, bodies)
    have = {row.task_id: row for row in slots}
    # A place in the order is for good: who is done with a task is done with its place.
    moved = [
        task
        for task in changed
        if task.id in have and (have[task.id].rank != _rank(task) or not task.workable)
    ]
    if moved:
        table = schema.slots
        gone = [task.id for task in moved]
        connection.execute(
            sa.delete(table).where(table.c.team_id == team_id, table.c.task_id.in_(gone))
        )
    for task in changed:
        if task.id in have and task not in moved:
            table = schema.slots
            connection.execute(
                sa.update(table)
                .where(table.c.team_id == team_id, table.c.task_id == task.id)
                .values(warnings=_warnings(task))
            )
    without = {task.id for task in moved} | {task.id for task in sent if task.id not in have}
    _add_slots(
        connection,
        team_id,
        batch_id,
        [task for task in sent if task.id in without and task.workable and task.id not in started],
        overlap,
        state,
    )
    return Counts(
        added=len(new),
        changed=len(changed),
        unchanged=len(sent) - len(new) - len(other),
        kept=len(other) - len(changed),
        unworkable=sum(not task.workable for task in sent),
    )


def widen(connection: Connection, team_id: str, batch_id: str, overlap: int, state: int) -> None:
    """Give each task of a batch as many slots as a new overlap says; used ones all stay."""
    slots = schema.slots
    here = (slots.c.team_id == team_id, slots.c.batch_id == batch_id)
    unused = sa.or_(
        slots.c.state == FREE, sa.and_(slots.c.state == GONE, slots.c.claim_id.is_(None))
    )
    connection.execute(sa.delete(slots).where(*here, slots.c.number > overlap, unused))
    first = slots.alias("first")
    for number in range(2, overlap + 1):
        there = sa.exists().where(
            slots.c.team_id == first.c.team_id,
            slots.c.task_id == first.c.task_id,
            slots.c.number == number,
        )
        columns = ("team_id", "task_id", "batch_id", "rank", "position", "warnings")
        connection.execute(
            sa.insert(slots).from_select(
                [*columns, "number", "state", "until"],
                sa.select(
                    *(first.c[name] for name in columns),
                    sa.literal(number),
                    sa.literal(state),
                    sa.literal(0.0),
                ).where(
                    first.c.team_id == team_id,
                    first.c.batch_id == batch_id,
                    first.c.number == 1,
                    ~there,
                ),
            )
        )


def _known(connection: Connection, team_id: str, ids: Sequence[str]) -> dict[str, sa.Row[Any]]:
    tasks = schema.tasks
    query: sa.Select[Any] = sa.select(tasks.c.id, tasks.c.batch_id, tasks.c.body).where(
        tasks.c.team_id == team_id, tasks.c.id.in_(ids)
    )
    return {row.id: row for row in connection.execute(query)}


def _slots(connection: Connection, team_id: str, ids: Sequence[str]) -> Sequence[sa.Row[Any]]:
    """Lock the slots of tasks, so that none is claimed while its task changes."""
    slots = schema.slots
    return connection.execute(
        sa.select(slots)
        .where(slots.c.team_id == team_id, slots.c.task_id.in_(ids))
        .order_by(slots.c.task_id, slots.c.number)
        .with_for_update()
    ).all()


def _write_tasks(
    connection: Connection,
    team_id: str,
    batch_id: str,
    new: Sequence[Task],
    changed: Sequence[Task],
    bodies: dict[str, bytes],
) -> None:
    tasks = schema.tasks
    if new:
        connection.execute(
            sa.insert(tasks),
            [
                {
                    "team_id": team_id,
                    "id": task.id,
                    "batch_id": batch_id,
                    "warnings": _warnings(task),
                    "body": bodies[task.id],
                }
                for task in new
            ],
        )
    for task in changed:
        connection.execute(
            sa.update(tasks)
            .where(tasks.c.team_id == team_id, tasks.c.id == task.id)
            .values(warnings=_warnings(task), body=bodies[task.id])
        )


def _add_slots(
    connection: Connection,
    team_id: str,
    batch_id: str,
    tasks: Sequence[Task],
    overlap: int,
    state: int,
) -> None:
    by_rank: dict[int, list[Task]] = {}
    for task in tasks:
        by_rank.setdefault(_rank(task), []).append(task)
    for rank, some in sorted(by_rank.items()):
        first = _positions(connection, team_id, rank, len(some))
        connection.execute(
            sa.insert(schema.slots),
            [
                {
                    "team_id": team_id,
                    "task_id": task.id,
                    "number": number,
                    "batch_id": batch_id,
                    "rank": rank,
                    "position": position,
                    "warnings": _warnings(task),
                    "state": state,
                    "claim_id": None,
                    "until": 0.0,
                }
                for position, task in enumerate(some, first)
                for number in range(1, overlap + 1)
            ],
        )


def _positions(connection: Connection, team_id: str, rank: int, count: int) -> int:
    """Take the next positions of a rank and return the first."""
    queues = schema.queues
    last = connection.execute(
        sa.update(queues)
        .where(queues.c.team_id == team_id, queues.c.rank == rank)
        .values(last=queues.c.last + count)
        .returning(queues.c.last)
    ).scalar()
    if last is None:
        connection.execute(sa.insert(queues).values(team_id=team_id, rank=rank, last=count))
        last = count
    return int(last) - count + 1


def _rank(task: Task) -> int:
    return -max(-HIGHEST, min(HIGHEST, task.priority))


def _warnings(task: Task) -> str:
    return msgspec.json.encode(sorted(set(task.warnings))).decode()
