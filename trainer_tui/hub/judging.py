"""What a member may send to a team: whether the rows of the team let an operation in."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.domain.membership import Role
from trainer_tui.hub import bulk, dispatch, schema
from trainer_tui.hub.operations import SUBMISSION, WITHDRAWAL, Arrived
from trainer_tui.hub.state import Caller
from trainer_tui.sync.protocol import Refusal


class Owned(NamedTuple):
    """Whose a record is, and on what."""

    member_id: str
    team_id: str
    task_id: str | None


class Facts(NamedTuple):
    """What must be known to judge the operations that a member sends to one team."""

    member_id: str
    trainer: bool
    """Whether the member is or was a trainer of the team."""
    batches: Mapping[str, str]
    """The batch of each task."""
    held: Collection[str]
    """The tasks that the member has ever claimed, or that are proved to have been."""
    places: Collection[tuple[str, int]]
    """Task and revision of the member's submissions that are there."""
    withdrawn: Collection[str]
    """The tasks on which the member has taken something back."""

    def refusal(self, arrival: Arrived, named: Owned | None) -> Refusal | None:
        """Say why an operation is refused, None if it is let in; `named` is what it names.

        What names a record that is not here is let in: that one may have been refused, and
        then its correction must not be, or it is still on its way.
        """
        if not self.trainer:
            return Refusal.NOT_A_MEMBER
        if arrival.task_id is None:
            return None
        if self.batches.get(arrival.task_id) != arrival.batch_id:
            return Refusal.UNKNOWN_TASK
        if arrival.task_id not in self.held:
            return Refusal.NOT_CLAIMED
        if named is not None and named != (self.member_id, arrival.team_id, arrival.task_id):
            return Refusal.NOT_YOURS
        return None


def gather(
    connection: Connection,
    caller: Caller,
    team_id: str,
    arrivals: Collection[Arrived],
    proved: set[str],
) -> Facts:
    """Read what the operations of a member for a team are judged by.

    On the tasks in `proved` work was taken once, so they were claimed, whatever is known now.
    """
    membership = caller.membership(team_id)
    if membership is None:
        return Facts(caller.member_id, False, {}, (), (), ())
    ids = sorted({arrival.task_id for arrival in arrivals if arrival.task_id is not None})
    held = dispatch.held(connection, team_id, ids, caller.member_id) if ids else set()
    held |= proved
    work = _work(connection, caller.member_id, team_id, sorted(held)) if held else ()
    return Facts(
        caller.member_id,
        membership.role is Role.TRAINER
        or bool(held)
        or _ever_claimed(connection, caller.member_id, team_id),
        _batches(connection, team_id, ids) if ids else {},
        held,
        {(row.task_id, row.revision) for row in work if row.kind == SUBMISSION},
        {row.task_id for row in work if row.kind == WITHDRAWAL},
    )


def _ever_claimed(connection: Connection, member_id: str, team_id: str) -> bool:
    """Whether a member who is something else now was a trainer there."""
    claims = schema.claims.c
    query = sa.select(claims.id).where(claims.member_id == member_id, claims.team_id == team_id)
    return connection.execute(query.limit(1)).first() is not None


def _batches(connection: Connection, team_id: str, task_ids: list[str]) -> dict[str, str]:
    tasks = schema.tasks.c
    query = sa.select(tasks.id, tasks.batch_id)
    rows = connection.execute(
        query.where(tasks.team_id == team_id, bulk.among(connection, tasks.id, task_ids))
    )
    return {row.id: row.batch_id for row in rows}


def _work(
    connection: Connection, member_id: str, team_id: str, task_ids: list[str]
) -> Sequence[Any]:
    stored = schema.operations.c
    query = sa.select(stored.task_id, stored.kind, stored.revision).where(
        stored.team_id == team_id,
        bulk.among(connection, stored.task_id, task_ids),
        stored.member_id == member_id,
        stored.kind.in_([SUBMISSION, WITHDRAWAL]),
    )
    return connection.execute(query).all()
