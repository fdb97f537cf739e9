"""Batches of a lead: published, sent in pieces, opened, closed and opened again.

Nothing here takes away what somebody has claimed or answered.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.domain.errors import BadInput, NotFound
from trainer_tui.domain.guidelines import succeed
from trainer_tui.domain.ids import require_safe
from trainer_tui.domain.task import BatchHead, Task
from trainer_tui.hub import audit, listing, schema
from trainer_tui.hub.feed import NewChange, append
from trainer_tui.hub.moments import running
from trainer_tui.hub.schema import FREE, GONE, TAKEN
from trainer_tui.hub.state import Hub
from trainer_tui.sync.administration import (
    MAX_CLAIM_HOURS,
    MAX_OVERLAP,
    MAX_TASKS,
    Published,
)
from trainer_tui.sync.protocol import BatchChange, ChangeKind

DRAFT, OPEN, CLOSED = "draft", "open", "closed"


def put_batch(
    hub: Hub,
    actor: str,
    team_id: str,
    head: BatchHead,
    *,
    overlap: int = 1,
    claim_hours: float = 24.0,
) -> Published:
    """Make a batch, in which nothing is given out until it is opened, or change its head.

    Guidelines that were in force before are kept (`domain.guidelines.succeed`). A new
    overlap adds free answers to each task or takes free ones away. Raises `BadInput` for
    bad figures and `NotFound` if there is no such team.
    """
    require_safe(head.id)
    if not 1 <= overlap <= MAX_OVERLAP:
        raise BadInput(f"an overlap of {overlap}", f"From 1 to {MAX_OVERLAP}.")
    if not 0.01 <= claim_hours <= MAX_CLAIM_HOURS:
        raise BadInput(
            f"claims of {claim_hours} hours", f"From 0.01 (36 seconds) to {MAX_CLAIM_HOURS}."
        )

    def work(connection: Connection) -> Published:
        now = hub.now()
        _lock_team(connection, team_id)
        row = _batch(connection, team_id, head.id)
        before = msgspec.json.decode(row.head, type=BatchHead) if row else None
        guidelines, earlier = succeed(head.guidelines, before)
        stored = msgspec.structs.replace(
            head,
            team=team_id,
            hub=hub.id,
            sample=False,
            imported_at=None,
            guidelines=guidelines,
            earlier_guidelines=earlier,
        )
        # A Batch is a BatchHead too; its tasks come by themselves.
        body = msgspec.json.encode(
            BatchHead(**{name: getattr(stored, name) for name in BatchHead.__struct_fields__})
        )
        values = {"head": body, "overlap": overlap, "claim_seconds": round(claim_hours * 3600)}
        batches = schema.batches
        if row is None:
            connection.execute(
                sa.insert(batches).values(
                    team_id=team_id,
                    id=head.id,
                    state=DRAFT,
                    published_by=actor,
                    published_at=now,
                    **values,
                )
            )
        else:
            connection.execute(
                sa.update(batches).where(*_is(batches, team_id, head.id)).values(**values)
            )
            if overlap != row.overlap:
                state = FREE if row.state == OPEN else GONE
                listing.widen(connection, team_id, head.id, overlap, state)
        details = {"overlap": overlap, "claim_hours": claim_hours, "guidelines": guidelines.label}
        audit.record(connection, hub, actor, "batch.put", team_id, head.id, details)
        if row is not None and row.state != DRAFT and body != row.head:
            _tell(connection, team_id, body, row.state == CLOSED, now)
        return _published(connection, team_id, head.id)

    return hub.database.write(work)


def add_tasks(
    hub: Hub, actor: str, team_id: str, batch_id: str, tasks: Sequence[Task]
) -> Published:
    """Add tasks to a batch, or change those that nobody has claimed; the same again does nothing.

    Raises `BadInput` for more than `MAX_TASKS`, for bad or repeated ids and for tasks of
    another batch, `NotFound` if there is no such batch.
    """
    if len(tasks) > MAX_TASKS:
        raise BadInput(f"{len(tasks)} tasks at once", f"At most {MAX_TASKS}.")
    ids = [require_safe(task.id) for task in tasks]
    if len(set(ids)) < len(ids):
        twice = next(one for one in ids if ids.count(one) > 1)
        raise BadInput(f"the task {twice} twice")

    def work(connection: Connection) -> Published:
        _lock_team(connection, team_id)
        row = _batch(connection, team_id, batch_id)
        if row is None:
            raise NotFound(f"there is no batch {batch_id} in the team {team_id}")
        state = FREE if row.state == OPEN else GONE
        counts = listing.put(connection, team_id, batch_id, tasks, row.overlap, state)
        audit.record(connection, hub, actor, "batch.tasks", team_id, batch_id, counts._asdict())
        published = _published(connection, team_id, batch_id)
        return msgspec.structs.replace(published, **counts._asdict())

    return hub.database.write(work)


def open_batch(hub: Hub, actor: str, team_id: str, batch_id: str) -> Published:
    """Let the tasks of a batch be given out, the first time or again; raises `NotFound`."""

    def change(connection: Connection, now: float) -> None:
        slots = schema.slots
        gone = (*_of(slots, team_id, batch_id), slots.c.state == GONE)
        held = sa.and_(slots.c.claim_id.is_not(None), running(slots.c.until, now))
        connection.execute(
            sa.update(slots).where(*gone).values(state=sa.case((held, TAKEN), else_=FREE))
        )

    return _turn(hub, actor, team_id, batch_id, OPEN, change)


def close_batch(hub: Hub, actor: str, team_id: str, batch_id: str) -> Published:
    """Give nothing of a batch out any more; what is claimed can be finished and sent.

    Raises `NotFound`.
    """

    def change(connection: Connection, now: float) -> None:
        slots = schema.slots
        connection.execute(
            sa.update(slots)
            .where(*_of(slots, team_id, batch_id), slots.c.state.in_((FREE, TAKEN)))
            .values(state=GONE)
        )

    return _turn(hub, actor, team_id, batch_id, CLOSED, change)


def _turn(hub: Hub, actor: str, team_id: str, batch_id: str, state: str, change: Any) -> Published:
    def work(connection: Connection) -> Published:
        now = hub.now()
        _lock_team(connection, team_id)
        row = _batch(connection, team_id, batch_id)
        if row is None:
            raise NotFound(f"there is no batch {batch_id} in the team {team_id}")
        if row.state != state:
            batches = schema.batches
            values = {"state": state} | ({"published_at": now} if state == OPEN else {})
            connection.execute(
                sa.update(batches).where(*_is(batches, team_id, batch_id)).values(**values)
            )
            change(connection, now)
            if hub.database.postgres:
                # Thousands of new rows: it must know of them before the first claim.
                connection.execute(sa.text("ANALYZE tasks, slots"))
            action = "batch.open" if state == OPEN else "batch.close"
            audit.record(connection, hub, actor, action, team_id, batch_id, {"before": row.state})
            _tell(connection, team_id, row.head, state == CLOSED, now)
        return _published(connection, team_id, batch_id)

    return hub.database.write(work)


def _lock_team(connection: Connection, team_id: str) -> None:
    """Let leads of a team publish one after the other; raises `NotFound`."""
    teams = schema.teams
    query = (
        sa.select(teams.c.id)
        .where(teams.c.id == require_safe(team_id))
        .with_for_update(key_share=True)
    )
    if connection.execute(query).first() is None:
        raise NotFound(f"there is no team {team_id}")


def _is(table: sa.Table, team_id: str, batch_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.team_id == team_id, table.c.id == batch_id


def _of(table: sa.Table, team_id: str, batch_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.team_id == team_id, table.c.batch_id == batch_id


def _batch(connection: Connection, team_id: str, batch_id: str) -> sa.Row[Any] | None:
    batches = schema.batches
    query = sa.select(batches).where(*_is(batches, team_id, require_safe(batch_id)))
    return connection.execute(query).first()


def _published(connection: Connection, team_id: str, batch_id: str) -> Published:
    row = _batch(connection, team_id, batch_id)
    assert row is not None
    tasks = schema.tasks
    count = sa.select(sa.func.count()).where(*_of(tasks, team_id, batch_id))
    return Published(
        batch=batch_id,
        state=row.state,
        guidelines=msgspec.json.decode(row.head, type=BatchHead).guidelines.label,
        tasks=connection.execute(count).scalar_one(),
    )


def _tell(connection: Connection, team_id: str, head: bytes, closed: bool, now: float) -> None:
    change = BatchChange(head=msgspec.json.decode(head, type=BatchHead), closed=closed)
    news = NewChange(ChangeKind.BATCH, None, body=msgspec.json.encode(change))
    append(connection, team_id, [news], now)
