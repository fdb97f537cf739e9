"""How a claim ends, and what becomes of its slot: shared by dispatch, people and the push.

A claim that has not ended is the `claim_id` of its slot, and the other way round, until
the slot is taken by another claim. Whoever ends claims locks the slots first, so nobody
takes over what is being answered.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from msgspec import Raw
from sqlalchemy import ColumnElement, Connection

from trainer_tui.domain.membership import Claim
from trainer_tui.hub import bulk, passing, picking, schema
from trainer_tui.hub.feed import NewChange
from trainer_tui.hub.moments import as_datetime, running, runs
from trainer_tui.hub.schema import ANSWERED, FREE, GONE, TAKEN
from trainer_tui.sync.protocol import ChangeKind, ClaimEnded


class Settled(NamedTuple):
    """What became of the claims for which work has come."""

    in_time: dict[str, bool]
    """By task id: whether the claim was still valid."""
    news: list[NewChange]
    """What the caller has to tell the feed of the team, in the same transaction."""


def held(connection: Connection, team_id: str, task_ids: Sequence[str], member_id: str) -> set[str]:
    """Return those tasks on which a member ever had a claim: work on them is taken."""
    claims = schema.claims
    query = (
        sa.select(claims.c.task_id)
        .where(
            picking.by_task(claims.c.member_id) == member_id,
            claims.c.team_id == team_id,
            bulk.among(connection, claims.c.task_id, set(task_ids)),
        )
        .distinct()
    )
    return set(connection.execute(query).scalars())


def settle_all(
    connection: Connection,
    *,
    team_id: str,
    member_id: str,
    outcomes: Mapping[str, str],
    now: float,
) -> Settled:
    """End the claims of a member for which work has come, in a few statements for any number.

    `outcomes` says by task id what came: `answered`, `skipped` or `flagged`. An answer
    fills a slot, that of the claim or else one that is free; if there is none, the answer
    stands beside the others and the lead decides. A skip or a flag leaves the slot to
    others. A correction of an answer is as timely as the answer was.
    """
    in_time = dict.fromkeys(outcomes, False)
    claims = _latest(connection, team_id, member_id, list(outcomes))
    fresh = {task: row for task, row in claims.items() if _is_news(row.why, outcomes[task])}
    for task, row in claims.items():
        if row.ended_at is None:
            in_time[task] = runs(row.until, now)
        elif row.why == "answered":
            in_time[task] = row.ended_at < row.until
    own = _lock(connection, team_id, [row.id for row in fresh.values()], list(fresh))
    by_why: dict[str, list[str]] = {}
    for task, row in fresh.items():
        by_why.setdefault(outcomes[task], []).append(row.id)
        if outcomes[task] == "answered" and task not in own:
            _fill(connection, team_id, task, row.id, now)
    for why, ids in sorted(by_why.items()):
        state: Any = ANSWERED if why == "answered" else _let_go()
        values = {"state": state} if why == "answered" else {"state": state, "claim_id": None}
        mine = [task for task in fresh if fresh[task].id in ids and task in own]
        _change_slots(connection, team_id, mine, ids, values)
        _end(connection, ids, why, now)
    news = [ended(fresh[task].id, task, member_id, outcomes[task]) for task in sorted(fresh)]
    return Settled(in_time, news)


def take_back(
    connection: Connection, *, team_id: str, task_id: str, member_id: str, now: float
) -> NewChange | None:
    """Undo what `settle_all` did, when the member withdraws the work: the claim runs on.

    Returns what the caller then has to tell the feed of the team, in the same transaction.
    If its slot went to somebody else, or its time is over, the member may still send work.
    """
    row = _latest(connection, team_id, member_id, [task_id]).get(task_id)
    if row is None or row.why not in picking.SETTLED:
        return None
    claims, slots, batches = schema.claims, schema.slots, schema.batches
    closed = (
        sa.select(batches.c.state != "open")
        .where(batches.c.team_id == team_id, batches.c.id == slots.c.batch_id)
        .scalar_subquery()
    )
    kept = connection.execute(
        sa.update(slots)
        .where(slots.c.team_id == team_id, slots.c.task_id == task_id, slots.c.claim_id == row.id)
        .values(state=sa.case((closed, GONE), else_=TAKEN), until=row.until)
    ).rowcount
    ending = {"ended_at": None, "why": None} if kept else {"why": "released"}
    connection.execute(sa.update(claims).where(claims.c.id == row.id).values(**ending))
    passing.forget(connection, member_id, team_id, passing.Place(row.rank, row.position))
    return _runs_on(connection, row) if kept and runs(row.until, now) else None


def _runs_on(connection: Connection, row: sa.Row[Any]) -> NewChange:
    """Return what the feed says of a claim that had ended and has not any more."""
    tasks = schema.tasks.c
    body = connection.execute(
        sa.select(tasks.body).where(tasks.team_id == row.team_id, tasks.id == row.task_id)
    ).scalar_one()
    claim = Claim(
        id=row.id,
        task_id=row.task_id,
        batch_id=row.batch_id,
        team=row.team_id,
        granted_at=as_datetime(row.granted_at),
        seconds=int(row.until - row.granted_at),  # workstations count them from there
    )
    told = msgspec.json.encode({"claim": claim, "task": Raw(body)})  # a `ClaimedTask`
    return NewChange(ChangeKind.CLAIM, row.member_id, body=told)


def let_go(
    connection: Connection,
    now: float,
    why: str,
    *conditions: ColumnElement[bool],
    ids: Sequence[str] | None = None,
) -> list[sa.Row[Any]]:
    """End the running claims that meet conditions, or have one of `ids`; return their rows.

    Their slots are free for others; work on them is still taken.
    """
    claims = schema.claims
    query = sa.select(claims).where(claims.c.ended_at.is_(None), *conditions)
    if ids is not None:
        query = query.where(bulk.among(connection, claims.c.id, ids))
    teams: dict[str, list[sa.Row[Any]]] = {}
    for row in connection.execute(query):
        teams.setdefault(row.team_id, []).append(row)
    gone: list[sa.Row[Any]] = []
    for team_id, rows in sorted(teams.items()):
        by_id = [row.id for row in rows]
        own = _lock(connection, team_id, by_id, [row.task_id for row in rows])
        still = [row for row in rows if row.task_id in own]
        ids_still = [row.id for row in still]
        values = {"state": _let_go(), "claim_id": None}
        _change_slots(connection, team_id, sorted(own), ids_still, values)
        _end(connection, ids_still, why, now)
        gone += still
    return gone


def ended(claim_id: str, task_id: str, member_id: str, why: str) -> NewChange:
    """Return what the feed says of a claim that has ended."""
    body = msgspec.json.encode(ClaimEnded(claim_id=claim_id, task_id=task_id, why=why))
    return NewChange(ChangeKind.CLAIM_ENDED, member_id, body=body)


def _is_news(before: str | None, why: str) -> bool:
    """Whether an outcome says more of a claim than what ended it: an answer is the last word."""
    return before != "answered" and before != why


def _latest(
    connection: Connection, team_id: str, member_id: str, task_ids: Sequence[str]
) -> dict[str, sa.Row[Any]]:
    """Return by task the claim of a member that counts: a running one, else the last."""
    claims = schema.claims
    query = (
        sa.select(claims)
        .where(
            picking.by_task(claims.c.member_id) == member_id,
            claims.c.team_id == team_id,
            bulk.among(connection, claims.c.task_id, task_ids),
        )
        .order_by(
            claims.c.ended_at.is_(None),
            claims.c.why == "answered",
            claims.c.granted_at,
            claims.c.id,
        )
    )
    return {row.task_id: row for row in connection.execute(query)}


def _lock(
    connection: Connection, team_id: str, claim_ids: Sequence[str], task_ids: Sequence[str]
) -> set[str]:
    """Lock the slots that claims hold; return the tasks of those that they do hold."""
    if not claim_ids:
        return set()
    slots = schema.slots
    query = (
        sa.select(slots.c.task_id)
        .where(
            slots.c.team_id == team_id,
            bulk.among(connection, slots.c.task_id, task_ids),
            bulk.among(connection, slots.c.claim_id, claim_ids),
        )
        .order_by(slots.c.task_id, slots.c.number)
        .with_for_update()
    )
    return set(connection.execute(query).scalars())


def _fill(connection: Connection, team_id: str, task_id: str, claim_id: str, now: float) -> None:
    """Let a late answer count for a slot that nobody has."""
    slots = schema.slots
    row = connection.execute(
        sa.select(slots.c.number, slots.c.claim_id)
        .where(
            slots.c.team_id == team_id,
            slots.c.task_id == task_id,
            slots.c.state != ANSWERED,
            sa.or_(
                slots.c.state == FREE,
                slots.c.claim_id.is_(None),
                sa.not_(running(slots.c.until, now)),
            ),
        )
        .order_by(slots.c.number)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return
    if row.claim_id is not None:
        _end(connection, [row.claim_id], "expired", now)
    connection.execute(
        sa.update(slots)
        .where(slots.c.team_id == team_id, slots.c.task_id == task_id, slots.c.number == row.number)
        .values(state=ANSWERED, claim_id=claim_id)
    )


def _let_go() -> ColumnElement[int]:
    """Return the state of a slot whose claim is over: free, if the batch is not closed."""
    return sa.case((schema.slots.c.state == GONE, GONE), else_=FREE)


def _change_slots(
    connection: Connection,
    team_id: str,
    task_ids: Sequence[str],
    claim_ids: Sequence[str],
    values: Mapping[str, Any],
) -> None:
    if not task_ids:
        return
    slots = schema.slots
    connection.execute(
        sa.update(slots)
        .where(
            slots.c.team_id == team_id,
            bulk.among(connection, slots.c.task_id, task_ids),
            bulk.among(connection, slots.c.claim_id, claim_ids),
        )
        .values(**values)
    )


def _end(connection: Connection, claim_ids: Sequence[str], why: str, now: float) -> None:
    if not claim_ids:
        return
    claims = schema.claims
    connection.execute(
        sa.update(claims)
        .where(
            bulk.among(connection, claims.c.id, claim_ids),
            sa.or_(claims.c.why.is_(None), claims.c.why != "answered"),
        )
        .values(ended_at=now, why=why)
    )


def end_taken_over(connection: Connection, claim_ids: Sequence[str], now: float) -> None:
    """End claims that had expired, when their slots are taken by others."""
    _end(connection, claim_ids, "expired", now)
