"""Who works on what in a team, and how far its batches are: what a lead looks at."""

from collections import Counter, defaultdict
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.domain.errors import NotFound
from trainer_tui.domain.membership import Role
from trainer_tui.domain.task import BatchHead
from trainer_tui.hub import people, schema
from trainer_tui.hub.moments import as_datetime, running
from trainer_tui.hub.schema import ANSWERED, FREE, GONE, TAKEN
from trainer_tui.hub.state import Hub
from trainer_tui.sync.administration import (
    BatchStatus,
    Contested,
    FlaggedTask,
    MemberStatus,
    TeamStatus,
)

SHOWN = 100
"""Contested and flagged tasks that are listed."""


def status(hub: Hub, team_id: str) -> TeamStatus:
    """Return how a team stands now; raises `NotFound`."""

    def work(connection: Connection) -> TeamStatus:
        now = hub.now()
        teams = schema.teams
        title = connection.execute(sa.select(teams.c.title).where(teams.c.id == team_id)).scalar()
        if title is None:
            raise NotFound(f"there is no team {team_id}")
        return TeamStatus(
            team=team_id,
            title=title,
            now=as_datetime(now),
            members=_members(connection, team_id, now),
            batches=_batches(connection, team_id, now),
            contested=_contested(connection, team_id),
            flagged=_flagged(connection, team_id),
        )

    return hub.database.read(work)


def _members(connection: Connection, team_id: str, now: float) -> tuple[MemberStatus, ...]:
    claims, operations = schema.claims, schema.operations
    midnight = now - now % 86400
    held = _by_member(
        connection,
        sa.select(
            claims.c.member_id,
            sa.func.count().label("count"),
            sa.func.min(claims.c.granted_at).label("oldest"),
            sa.func.min(claims.c.until).label("first"),
        )
        .where(
            claims.c.team_id == team_id,
            claims.c.ended_at.is_(None),
            running(claims.c.until, now),
        )
        .group_by(claims.c.member_id),
    )
    today = sa.case((claims.c.ended_at >= midnight, claims.c.task_id))
    done: dict[tuple[str, str], sa.Row[Any]] = {
        (row.member_id, row.why): row
        for row in connection.execute(
            sa.select(
                claims.c.member_id,
                claims.c.why,
                sa.func.count(claims.c.task_id.distinct()).label("count"),
                sa.func.count(today.distinct()).label("today"),
            )
            .where(claims.c.team_id == team_id, claims.c.why.is_not(None))
            .group_by(claims.c.member_id, claims.c.why)
        )
    }
    late = _by_member(
        connection,
        sa.select(
            operations.c.member_id,
            sa.func.count(operations.c.task_id.distinct()).label("count"),
        )
        .where(
            operations.c.team_id == team_id,
            operations.c.kind == "submission",
            operations.c.late,
        )
        .group_by(operations.c.member_id),
    )
    members, memberships = schema.members, schema.memberships
    rows = connection.execute(
        sa.select(
            members.c.id,
            members.c.name,
            members.c.disabled_at,
            memberships.c.role,
            memberships.c.certified,
            memberships.c.ended_at,
            people.seen(members.c.id),
        )
        .join_from(memberships, members, members.c.id == memberships.c.member_id)
        .where(memberships.c.team_id == team_id)
        .order_by(members.c.name)
    )
    found = []
    for row in rows:
        holds = held.get(row.id)
        answered = done.get((row.id, "answered"))
        skipped, flagged = done.get((row.id, "skipped")), done.get((row.id, "flagged"))
        tardy = late.get(row.id)
        found.append(
            MemberStatus(
                id=row.id,
                name=row.name,
                role=Role(row.role),
                certified=bool(row.certified),
                ended=row.ended_at is not None,
                disabled=row.disabled_at is not None,
                claimed=_number(holds),
                oldest_seconds=max(0, int(now - holds.oldest)) if holds else 0,
                left_seconds=int(holds.first - now) if holds else 0,
                answered_today=answered.today if answered else 0,
                answered=_number(answered),
                late=_number(tardy),
                skipped=_number(skipped),
                flagged=_number(flagged),
                last_seen=None if row.seen is None else as_datetime(row.seen),
            )
        )
    return tuple(found)


def _number(row: sa.Row[Any] | None) -> int:
    return 0 if row is None else int(row._mapping["count"])


def _by_member(connection: Connection, query: sa.Select[Any]) -> dict[str, sa.Row[Any]]:
    return {row.member_id: row for row in connection.execute(query)}


def _batches(connection: Connection, team_id: str, now: float) -> tuple[BatchStatus, ...]:
    batches, tasks, slots, claims = schema.batches, schema.tasks, schema.slots, schema.claims
    over = sa.and_(slots.c.state == TAKEN, sa.not_(running(slots.c.until, now)))
    state = sa.case((over, FREE), else_=slots.c.state).label("now_is")
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for batch_id, kind, count in connection.execute(
        sa.select(slots.c.batch_id, state, sa.func.count())
        .where(slots.c.team_id == team_id)
        .group_by(slots.c.batch_id, state)
    ):
        counts[batch_id][kind] += count
    numbers: dict[str, int] = {
        batch_id: count
        for batch_id, count in connection.execute(
            sa.select(tasks.c.batch_id, sa.func.count())
            .where(tasks.c.team_id == team_id)
            .group_by(tasks.c.batch_id)
        )
    }
    passed: dict[str, Counter[str]] = defaultdict(Counter)
    for batch_id, why, count in connection.execute(
        sa.select(claims.c.batch_id, claims.c.why, sa.func.count())
        .where(claims.c.team_id == team_id, claims.c.why.in_(("skipped", "flagged")))
        .group_by(claims.c.batch_id, claims.c.why)
    ):
        passed[batch_id][why] += count
    rows = connection.execute(
        sa.select(batches)
        .where(batches.c.team_id == team_id)
        .order_by(batches.c.published_at, batches.c.id)
    )
    return tuple(
        BatchStatus(
            id=row.id,
            title=msgspec.json.decode(row.head, type=BatchHead).title,
            state=row.state,
            overlap=row.overlap,
            claim_hours=row.claim_seconds / 3600,
            tasks=numbers.get(row.id, 0),
            open=counts[row.id][FREE],
            taken=counts[row.id][TAKEN],
            answered=counts[row.id][ANSWERED],
            gone=counts[row.id][GONE],
            skipped=passed[row.id]["skipped"],
            flagged=passed[row.id]["flagged"],
            oldest_seconds=(max(0, int(now - row.published_at)) if counts[row.id][FREE] else None),
        )
        for row in rows
    )


def _contested(connection: Connection, team_id: str) -> tuple[Contested, ...]:
    claims, batches = schema.claims, schema.batches
    people_of = sa.func.count(claims.c.member_id.distinct())
    rows = connection.execute(
        sa.select(claims.c.task_id, claims.c.batch_id, batches.c.overlap)
        .join(
            batches,
            sa.and_(batches.c.team_id == claims.c.team_id, batches.c.id == claims.c.batch_id),
        )
        .where(claims.c.team_id == team_id, claims.c.why == "answered")
        .group_by(claims.c.task_id, claims.c.batch_id, batches.c.overlap)
        .having(people_of > batches.c.overlap)
        .order_by(claims.c.task_id)
        .limit(SHOWN)
    ).all()
    who = _who(connection, team_id, [row.task_id for row in rows], "answered")
    return tuple(
        Contested(
            task=row.task_id, batch=row.batch_id, wanted=row.overlap, members=who[row.task_id]
        )
        for row in rows
    )


def _flagged(connection: Connection, team_id: str) -> tuple[FlaggedTask, ...]:
    claims = schema.claims
    rows = connection.execute(
        sa.select(claims.c.task_id, claims.c.batch_id)
        .where(claims.c.team_id == team_id, claims.c.why == "flagged")
        .distinct()
        .order_by(claims.c.task_id)
        .limit(SHOWN)
    ).all()
    who = _who(connection, team_id, [row.task_id for row in rows], "flagged")
    return tuple(
        FlaggedTask(task=row.task_id, batch=row.batch_id, members=who[row.task_id]) for row in rows
    )


def _who(
    connection: Connection, team_id: str, task_ids: list[str], why: str
) -> dict[str, tuple[str, ...]]:
    claims = schema.claims
    found: dict[str, set[str]] = defaultdict(set)
    query = sa.select(claims.c.task_id, claims.c.member_id).where(
        claims.c.team_id == team_id, claims.c.task_id.in_(task_ids), claims.c.why == why
    )
    for task_id, member_id in connection.execute(query):
        found[task_id].add(member_id)
    return {task_id: tuple(sorted(members)) for task_id, members in found.items()}
