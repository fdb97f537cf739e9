"""Gives tasks to trainers for a time."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.hub import schema
from trainer_tui.hub.feed import append
from trainer_tui.hub.settling import settle_all
from trainer_tui.hub.state import Hub


def held(connection: Connection, team_id: str, task_ids: Iterable[str], member_id: str) -> set[str]:
    """Return those of the tasks that the member has ever claimed."""
    claims = schema.claims
    return set(
        connection.execute(
            sa.select(claims.c.task_id)
            .where(
                claims.c.member_id == member_id,
                claims.c.team_id == team_id,
                claims.c.task_id.in_(sorted(task_ids)),
            )
            .distinct()
        ).scalars()
    )


def settle(
    connection: Connection,
    hub: Hub,
    *,
    team_id: str,
    task_id: str,
    member_id: str,
    why: str,
    now: float,
) -> bool:
    """End a member's claim on a task, tell the feed, and return whether it was still valid."""
    settled = settle_all(
        connection, team_id=team_id, member_id=member_id, why={task_id: why}, now=now
    )
    append(connection, team_id, list(settled.news.values()), now)
    return task_id not in settled.late
