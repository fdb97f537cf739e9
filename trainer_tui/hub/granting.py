"""Writes claims on slots that were picked, and returns them with their tasks and batches."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.domain.membership import Claim
from trainer_tui.domain.task import BatchHead, Task
from trainer_tui.hub import bulk, schema
from trainer_tui.hub.moments import as_datetime
from trainer_tui.hub.picking import Slot
from trainer_tui.hub.schema import TAKEN
from trainer_tui.hub.settling import end_taken_over
from trainer_tui.hub.state import Hub
from trainer_tui.sync.protocol import Claimed, ClaimedTask


class Batch(NamedTuple):
    """What a claim needs of its batch."""

    head: BatchHead
    claim_seconds: int


Batches = dict[tuple[str, str], Batch]
"""By the ids of team and batch."""


class Row(NamedTuple):
    """A row of the table of claims."""

    id: str
    team_id: str
    task_id: str
    number: int
    batch_id: str
    member_id: str
    request_id: str
    rank: int
    position: int
    granted_at: float
    until: float
    ended_at: float | None


def given_before(connection: Connection, member_id: str, request_id: str) -> list[Row]:
    """Return the claims that a member was given for a request, also those that have ended."""
    claims = schema.claims
    rows = connection.execute(
        sa.select(*(claims.c[name] for name in Row._fields))
        .where(claims.c.member_id == member_id, claims.c.request_id == request_id)
        .order_by(claims.c.id)
    )
    return [Row._make(row) for row in rows]


def take(
    connection: Connection,
    hub: Hub,
    member_id: str,
    request_id: str,
    found: Sequence[Slot],
    now: float,
) -> tuple[list[Row], Batches]:
    """Write the claims on slots that are locked, and return them and their batches."""
    batches = batches_of(connection, {(one.team_id, one.batch_id) for one in found})
    end_taken_over(connection, [one.claim_id for one in found if one.claim_id], now)
    claims = [
        Row(
            id=hub.new_id(),
            team_id=one.team_id,
            task_id=one.task_id,
            number=one.number,
            batch_id=one.batch_id,
            member_id=member_id,
            request_id=request_id,
            rank=one.rank,
            position=one.position,
            granted_at=now,
            until=now + batches[one.team_id, one.batch_id].claim_seconds,
            ended_at=None,
        )
        for one in found
    ]
    bulk.insert(connection, schema.claims, Row._fields, claims)
    claimed, slots = schema.claims, schema.slots
    connection.execute(
        sa.update(slots)
        .where(
            bulk.among(connection, claimed.c.id, [one.id for one in claims]),
            slots.c.team_id == claimed.c.team_id,
            slots.c.task_id == claimed.c.task_id,
            slots.c.number == claimed.c.number,
        )
        .values(state=TAKEN, claim_id=claimed.c.id, until=claimed.c.until)
    )
    return claims, batches


def answer(
    connection: Connection, claims: Sequence[Row], now: float, known: Batches | None = None
) -> Claimed:
    """Return the tasks of claims, and their batches."""
    if not claims:
        return Claimed(tasks=())
    tasks = schema.tasks
    bodies: dict[tuple[str, str], bytes] = {}
    for team_id in {one.team_id for one in claims}:
        ids = [one.task_id for one in claims if one.team_id == team_id]
        for row in connection.execute(
            sa.select(tasks.c.id, tasks.c.body).where(
                tasks.c.team_id == team_id, bulk.among(connection, tasks.c.id, ids)
            )
        ):
            bodies[team_id, row.id] = row.body
    batches = known or batches_of(connection, {(one.team_id, one.batch_id) for one in claims})
    given = []
    for one in claims:
        full = batches[one.team_id, one.batch_id].claim_seconds
        left = max(0, int(min(one.until - now, full)))
        task = msgspec.json.decode(bodies[one.team_id, one.task_id], type=Task)
        given.append(ClaimedTask(claim=record(one, left), task=task))
    return Claimed(tasks=tuple(given), batches=tuple(batches[key].head for key in sorted(batches)))


def batches_of(connection: Connection, keys: Collection[tuple[str, str]]) -> Batches:
    """Return batches by the ids of team and batch."""
    batches = schema.batches
    found: Batches = {}
    for team_id in {team_id for team_id, _ in keys}:
        ids = [batch_id for team, batch_id in keys if team == team_id]
        for row in connection.execute(
            sa.select(batches.c.id, batches.c.head, batches.c.claim_seconds).where(
                batches.c.team_id == team_id, bulk.among(connection, batches.c.id, ids)
            )
        ):
            head = msgspec.json.decode(row.head, type=BatchHead)
            found[team_id, row.id] = Batch(head, row.claim_seconds)
    return found


def record(row: Any, seconds: int) -> Claim:
    """Return a claim as it travels, from a row of its table; `seconds` are those left."""
    return Claim(
        id=row.id,
        task_id=row.task_id,
        batch_id=row.batch_id,
        team=row.team_id,
        granted_at=as_datetime(row.granted_at),
        seconds=seconds,
    )
