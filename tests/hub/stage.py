"""A small firm to push to: teams, members, tasks and claims, and operations as bytes."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.domain.membership import Membership, Role
from trainer_tui.domain.message import Pair
from trainer_tui.domain.submission import Flag, Skip, Submission, Withdrawal
from trainer_tui.domain.task import Kind, Task
from trainer_tui.hub import schema
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync.protocol import LOCAL_FIELDS, Operation, ShiftBody

AT = datetime(2026, 9, 21, 8, tzinfo=UTC)
BATCH = "letters"
HOUR = 3600.0


def add_teams(hub: Hub, *team_ids: str, tasks: int = 20) -> None:
    """Create teams, each with the tasks `letters.0` and on in the batch `letters`."""

    def create(connection: Connection) -> None:
        for team in team_ids:
            connection.execute(sa.insert(schema.teams).values(id=team, title="", created_at=0.0))
            connection.execute(sa.insert(schema.counters).values(team_id=team, seq=0))
            connection.execute(
                sa.insert(schema.batches).values(
                    team_id=team, id=BATCH, head=b"{}", overlap=1, claim_seconds=3600,
                    state="open", published_by="lead", published_at=0.0,
                )
            )  # fmt: skip
        if tasks:
            _add_tasks(connection, team_ids, range(tasks))

    hub.database.write(create)


def add_tasks(hub: Hub, team_id: str, numbers: Sequence[int]) -> None:
    """Add more tasks to the batch of a team."""
    hub.database.write(lambda connection: _add_tasks(connection, [team_id], numbers))


def _add_tasks(connection: Connection, teams: Sequence[str], numbers: Sequence[int]) -> None:
    ids = [(team, task_id(number), number) for team in teams for number in numbers]
    connection.execute(
        sa.insert(schema.tasks),
        [
            {
                "team_id": team,
                "id": id,
                "batch_id": BATCH,
                "warnings": "[]",
                "body": msgspec.json.encode(
                    Task(id=id, kind=Kind.WRITE, title="A letter", instructions="Write one.")
                ),
            }
            for team, id, _ in ids
        ],
    )
    connection.execute(
        sa.insert(schema.slots),
        [
            {
                "team_id": team, "task_id": id, "number": 0, "batch_id": BATCH, "rank": 0,
                "position": number, "warnings": "[]", "state": schema.FREE, "claim_id": None,
                "until": 0.0,
            }
            for team, id, number in ids
        ],
    )  # fmt: skip


def task_id(number: int) -> str:
    return f"{BATCH}.{number}"


def add_member(
    hub: Hub, name: str, *teams: str, role: Role = Role.TRAINER, ended: Iterable[str] = ()
) -> Caller:
    """Create a member of teams, and return what a request of theirs carries."""
    memberships = tuple(
        Membership(team=team, role=role, certified=True, ended=team in ended) for team in teams
    )

    def create(connection: Connection) -> None:
        connection.execute(
            sa.insert(schema.members).values(id=name, name=name, bundle_key=b"key", created_at=0.0)
        )
        for known in memberships:
            connection.execute(
                sa.insert(schema.memberships).values(
                    team_id=known.team, member_id=name, role=role.value, certified=True,
                    since=0.0, ended_at=1.0 if known.ended else None,
                )
            )  # fmt: skip

    hub.database.write(create)
    return Caller(name, name, f"session-of-{name}", memberships)


def claim(
    hub: Hub, caller: Caller, team_id: str, numbers: Iterable[int], *, seconds: float = HOUR
) -> dict[int, str]:
    """Give tasks to a member for some seconds; returns the claims' ids by number."""
    until = hub.now() + seconds
    ids = {number: hub.new_id() for number in numbers}

    def create(connection: Connection) -> None:
        connection.execute(
            sa.insert(schema.claims),
            [
                {
                    "id": id, "team_id": team_id, "task_id": task_id(number), "batch_id": BATCH,
                    "number": 0, "rank": 0, "position": number, "member_id": caller.member_id,
                    "request_id": "", "granted_at": hub.now(), "until": until,
                }
                for number, id in ids.items()
            ],
        )  # fmt: skip
        slots, claims = schema.slots, schema.claims
        connection.execute(
            sa.update(claims)
            .where(
                claims.c.team_id == team_id,
                claims.c.task_id.in_([task_id(number) for number in ids]),
                claims.c.ended_at.is_(None),
                claims.c.until <= hub.now(),
            )
            .values(ended_at=hub.now(), why="expired")
        )
        connection.execute(
            sa.update(slots)
            .where(slots.c.team_id == team_id, slots.c.task_id == sa.bindparam("task"))
            .values(state=schema.TAKEN, claim_id=sa.bindparam("claim"), until=until),
            [{"task": task_id(number), "claim": id} for number, id in ids.items()],
        )

    hub.database.write(create)
    return ids


def submission(id: str, number: int = 0, text: str = "An answer.", **fields: Any) -> Submission:
    """Return finished work on a task of the batch."""
    pairs = fields.pop("pairs", (Pair("A prompt", text),))
    return Submission(
        id=id, task_id=task_id(number), batch_id=BATCH, shift_id="shift", at=AT, pairs=pairs,
        **fields,
    )  # fmt: skip


def skip(id: str, number: int = 0, **fields: Any) -> Skip:
    return Skip(
        id=id, task_id=task_id(number), batch_id=BATCH, shift_id="shift", at=AT,
        reason="Other", **fields,
    )  # fmt: skip


def flag(id: str, number: int = 0) -> Flag:
    return Flag(
        id=id, task_id=task_id(number), batch_id=BATCH, shift_id="shift", at=AT, reason="Other"
    )


def withdrawal(id: str, record_id: str, number: int = 0) -> Withdrawal:
    return Withdrawal(
        id=id, task_id=task_id(number), batch_id=BATCH, shift_id="shift", at=AT,
        record_id=record_id,
    )  # fmt: skip


def shift(id: str) -> ShiftBody:
    return ShiftBody(id=id, started_at=AT, ended_at=AT, active=60.0, tasks={task_id(0): 60.0})


def body(record: Any) -> bytes:
    """Return a record as a workstation sends it."""
    fields = msgspec.to_builtins(record)
    return msgspec.json.encode({k: v for k, v in fields.items() if k not in LOCAL_FIELDS})


def operation(team_id: str, record: Any, *, kind: str = "", op_id: str = "") -> bytes:
    """Return an operation as it stands in a push."""
    kind = kind or type(record).__name__.removesuffix("Body").lower()
    return msgspec.json.encode(
        Operation(op_id=op_id or record.id, kind=kind, team=team_id, body=msgspec.Raw(body(record)))
    )
