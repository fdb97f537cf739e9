"""Gives tasks to trainers for a time."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.hub import schema
from trainer_tui.hub.feed import NewChange, append
from trainer_tui.hub.state import Hub
from trainer_tui.sync.protocol import ChangeKind, ClaimEnded


class Settled(NamedTuple):
    """What became of the claims for which work has come."""

    in_time: dict[str, bool]
    news: list[NewChange]


def held(connection: Connection, team_id: str, task_ids: Sequence[str], member_id: str) -> set[str]:
    """Return those of the tasks that the member has ever claimed."""
    claims = schema.claims
    query = sa.select(claims.c.task_id).where(
        claims.c.member_id == member_id,
        claims.c.team_id == team_id,
        claims.c.task_id.in_(task_ids),
    )
    return set(connection.execute(query.distinct()).scalars())


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
    done = settle_all(
        connection, hub, team_id=team_id, member_id=member_id, outcomes={task_id: why}, now=now
    )
    append(connection, team_id, done.news, now)
    return done.in_time[task_id]


def settle_all(
    connection: Connection,
    hub: Hub,
    *,
    team_id: str,
    member_id: str,
    outcomes: Mapping[str, str],
    now: float,
) -> Settled:
    """End the claims of a member for which work has come; the caller tells the feed."""
    latest = _latest(connection, team_id, member_id, list(outcomes))
    in_time = dict.fromkeys(outcomes, False) | {
        task: now < row.until if row.ended_at is None else row.ended_at < row.until
        for task, row in latest.items()
        if row.why in (None, "answered")
    }
    ending = [row for row in latest.values() if row.ended_at is None]
    for why in sorted(set(outcomes.values())):
        rows = [row for row in ending if outcomes[row.task_id] == why]
        if rows:
            _end(connection, team_id, rows, why, now)
    return Settled(
        in_time, [_ended(row.id, row.task_id, member_id, outcomes[row.task_id]) for row in ending]
    )


def take_back(
    connection: Connection, hub: Hub, *, team_id: str, task_id: str, member_id: str, now: float
) -> None:
    """Undo what `settle` did, when the member withdraws the work."""
    row = _latest(connection, team_id, member_id, [task_id]).get(task_id)
    if row is None or row.why not in ("answered", "skipped", "flagged"):
        return
    claims, slots = schema.claims, schema.slots
    mine = (slots.c.team_id == team_id, slots.c.task_id == task_id, slots.c.claim_id == row.id)
    connection.execute(sa.update(slots).where(*mine).values(state=schema.TAKEN))
    connection.execute(
        sa.update(claims).where(claims.c.id == row.id).values(ended_at=None, why=None)
    )


def _latest(
    connection: Connection, team_id: str, member_id: str, task_ids: Sequence[str]
) -> dict[str, sa.Row[Any]]:
    claims = schema.claims
    query = (
        sa.select(claims)
        .where(
            claims.c.member_id == member_id,
            claims.c.team_id == team_id,
            claims.c.task_id.in_(task_ids),
        )
        .order_by(claims.c.task_id, claims.c.granted_at, claims.c.id)
        .with_for_update()
    )
    return {row.task_id: row for row in connection.execute(query)}


def _end(
    connection: Connection, team_id: str, rows: Sequence[sa.Row[Any]], why: str, now: float
) -> None:
    claims, slots = schema.claims, schema.slots
    ids = [row.id for row in rows]
    connection.execute(sa.update(claims).where(claims.c.id.in_(ids)).values(ended_at=now, why=why))
    answered = why == "answered"
    connection.execute(
        sa.update(slots)
        .where(
            slots.c.team_id == team_id,
            slots.c.task_id.in_([row.task_id for row in rows]),
            slots.c.claim_id.in_(ids),
        )
        .values(state=schema.ANSWERED if answered else schema.FREE)
    )


def _ended(claim_id: str, task_id: str, member_id: str, why: str) -> NewChange:
    body = msgspec.json.encode(ClaimEnded(claim_id=claim_id, task_id=task_id, why=why))
    return NewChange(ChangeKind.CLAIM_ENDED, member_id, body=body)
