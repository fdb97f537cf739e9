"""Ends claims by what their holders sent, many in a few statements."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.hub import schema
from trainer_tui.hub.feed import NewChange
from trainer_tui.sync.protocol import ChangeKind, ClaimEnded

ANSWERED = "answered"


class Settled(NamedTuple):
    """What became of the claims on some tasks."""

    late: frozenset[str]
    """Ids of the tasks whose claim had expired, or had ended in another way."""
    news: dict[str, NewChange]
    """By task id: what the feed must tell, which the caller appends."""


def settle_all(
    connection: Connection, *, team_id: str, member_id: str, why: Mapping[str, str], now: float
) -> Settled:
    """End the claims of a member on tasks; `why` says by task id how each has ended.

    `answered` fills the task's slot; else the slot is free for somebody else. A claim that
    expired keeps its slot until somebody else has taken it. Who corrects an answer within
    the time of the claim is not late. Rows are locked in the order of the tasks' ids.
    """
    if not why:
        return Settled(frozenset(), {})
    claims = schema.claims
    mine = sa.and_(
        claims.c.member_id == member_id,
        claims.c.team_id == team_id,
        claims.c.task_id.in_(sorted(why)),
    )
    rows = connection.execute(
        sa.select(claims.c.id, claims.c.task_id, claims.c.until, claims.c.ended_at, claims.c.why)
        .where(mine)
        .order_by(claims.c.task_id, claims.c.granted_at, claims.c.id)
        .with_for_update()
    ).all()
    latest = {row.task_id: row for row in rows}
    in_time = {
        row.task_id
        for row in latest.values()
        if row.until > now and (row.ended_at is None or row.why == ANSWERED)
    }
    ending = [row for row in latest.values() if row.ended_at is None]
    if ending:
        connection.execute(
            sa.update(claims)
            .where(claims.c.id == sa.bindparam("claim"))
            .values(ended_at=now, why=sa.bindparam("because")),
            [{"claim": row.id, "because": why[row.task_id]} for row in ending],
        )
        answered = [row for row in ending if why[row.task_id] == ANSWERED]
        passed = [row for row in ending if why[row.task_id] != ANSWERED]
        _fill(connection, team_id, answered, state=schema.ANSWERED)
        _fill(connection, team_id, passed, state=schema.FREE, claim_id=None)
    return Settled(
        frozenset(set(why) - in_time),
        {row.task_id: _ended(member_id, row.id, row.task_id, why[row.task_id]) for row in ending},
    )


def _ended(member_id: str, claim_id: str, task_id: str, why: str) -> NewChange:
    body = msgspec.json.encode(ClaimEnded(claim_id=claim_id, task_id=task_id, why=why))
    return NewChange(ChangeKind.CLAIM_ENDED, member_id, body=body)


def _fill(connection: Connection, team_id: str, ending: Sequence[Any], **values: Any) -> None:
    """Change the slots that some claims still hold."""
    if not ending:
        return
    slots = schema.slots
    connection.execute(
        sa.update(slots)
        .where(
            slots.c.team_id == team_id,
            slots.c.task_id.in_([row.task_id for row in ending]),
            slots.c.claim_id.in_([row.id for row in ending]),
            slots.c.state == schema.TAKEN,
        )
        .values(**values)
    )
