"""Gives tasks to trainers: claims, their renewal and their return.

A member's claims happen one after the other (the member's row is locked), so that no limit
is passed and a request that came twice is answered once. Members never wait for each other.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.ids import require_safe
from trainer_tui.domain.membership import Claim, Role
from trainer_tui.hub import schema
from trainer_tui.hub.feed import NewChange, append
from trainer_tui.hub.granting import answer, batches_of, given_before, record, take
from trainer_tui.hub.moments import LONGEST, runs
from trainer_tui.hub.picking import Search
from trainer_tui.hub.schema import FREE, TAKEN
from trainer_tui.hub.settling import (
    Settled,
    ended,
    held,
    let_go,
    settle_all,
    take_back,
)
from trainer_tui.hub.sharing import Line, share
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync.protocol import (
    MAX_CLAIMS,
    ChangeKind,
    Claimed,
    ClaimIds,
    ClaimRequest,
    Renewed,
)

__all__ = [
    "Settled",
    "claim",
    "held",
    "release",
    "renew",
    "settle_all",
    "take_back",
]

FREED = 200
"""Slots whose time is over that one transaction makes free."""
AGAIN = 3
"""How many such transactions one request waits for."""


# The statements of a claim are made once: making one costs more than running it.
_TAKEN: sa.ColumnElement[int] = sa.literal_column(str(TAKEN))
"""Written out: a parameter would keep the database from its index of taken slots."""
_NOW: sa.ColumnElement[float] = sa.bindparam("now", type_=sa.Double)
_FAR: sa.ColumnElement[float] = sa.bindparam("far", type_=sa.Double)
_OVER = (schema.slots.c.until <= _NOW, schema.slots.c.until > _FAR)
"""When the time of a slot is over, as two conditions that an index answers."""
_MEMBER: sa.ColumnElement[str] = sa.bindparam("member", type_=sa.String)
_LOCK = (
    sa.select(schema.members.c.disabled_at)
    .where(schema.members.c.id == _MEMBER)
    .with_for_update(key_share=True)
)


def _make_standing() -> sa.Select[Any]:
    memberships, claims, slots = schema.memberships, schema.claims, schema.slots
    holding = (
        sa.select(sa.func.count())
        .where(
            claims.c.member_id == _MEMBER,
            claims.c.team_id == memberships.c.team_id,
            claims.c.ended_at.is_(None),
            claims.c.until > _NOW,
            claims.c.until <= _FAR,
        )
        .scalar_subquery()
    )
    # Not whether there is one: most slots were never taken, so PostgreSQL may believe that
    # any page holds one, and read all of them. The least of an index is always its first.
    taken = (slots.c.team_id == memberships.c.team_id, slots.c.state == _TAKEN)
    late = sa.or_(
        sa.select(sa.func.min(slots.c.until)).where(*taken).scalar_subquery() <= _NOW,
        sa.select(sa.func.max(slots.c.until)).where(*taken).scalar_subquery() > _FAR,
    )
    stretches = schema.stretches
    passes = sa.exists().where(
        stretches.c.member_id == _MEMBER, stretches.c.team_id == memberships.c.team_id
    )
    given = sa.exists().where(
        claims.c.member_id == _MEMBER,
        claims.c.request_id == sa.bindparam("request", type_=sa.String),
    )
    return (
        sa.select(memberships.c.team_id, holding, late, passes, given)
        .where(
            memberships.c.member_id == _MEMBER,
            memberships.c.role == Role.TRAINER.value,
            memberships.c.certified,
            memberships.c.ended_at.is_(None),
        )
        .order_by(memberships.c.team_id)
    )


_STANDING = _make_standing()


class _Short(Exception):
    """Slots of these teams, whose time is over, have to be made free first."""

    def __init__(self, teams: Sequence[str]) -> None:
        super().__init__()
        self.teams = teams


def claim(hub: Hub, caller: Caller, request: ClaimRequest) -> Claimed:
    """Reserve up to `request.count` tasks of the caller's teams, and return them.

    Only where the caller is a certified trainer now, by priority and age, at most
    `MAX_CLAIMS` held in a team. The same `request_id` again returns what it was given, as
    far as the caller still holds it. Raises `BadInput` for ids that are none.
    """
    if request.request_id:
        require_safe(request.request_id)
    if request.batch is not None:
        require_safe(request.batch)
    tries = 0

    def work(connection: Connection) -> Claimed:
        return _claim(connection, hub, caller, request, free_first=tries < AGAIN)

    while True:
        try:
            return hub.database.write(work)
        except _Short as short:
            tries += 1
            for team_id in short.teams:
                hub.database.write(partial(free_expired, team_id=team_id, now=hub.now()))


def free_expired(connection: Connection, team_id: str, now: float) -> int:
    """Make up to `FREED` slots free whose time is over, the longest ago first; return how many.

    It commits before anybody takes one, so no more is locked than is taken.
    """
    slots = schema.slots
    freed = 0
    for over in _OVER:
        found = connection.execute(
            sa.select(slots.c.task_id, slots.c.number)
            .where(slots.c.team_id == team_id, slots.c.state == _TAKEN, over)
            .order_by(slots.c.until)
            .limit(FREED)
            .with_for_update(skip_locked=True),
            {"now": now, "far": now + LONGEST},
        ).all()
        if found:
            connection.execute(
                sa.update(slots)
                .where(
                    slots.c.team_id == team_id,
                    sa.tuple_(slots.c.task_id, slots.c.number).in_([tuple(row) for row in found]),
                )
                .values(state=FREE)
            )
        freed += len(found)
    return freed


def renew(hub: Hub, caller: Caller, request: ClaimIds) -> Renewed:
    """Let claims of the caller last their full time again, from now; return them.

    Also one that has expired, as long as nobody else has the task and the limit of claims
    allows it.
    """
    ids = _ids(request)

    def work(connection: Connection) -> Renewed:
        now = hub.now()
        _lock(connection, caller.member_id)
        standing = _standing(connection, caller.member_id, now)
        room = {team_id: MAX_CLAIMS - one.held for team_id, one in standing.items()}
        claims, slots = schema.claims, schema.slots
        rows = connection.execute(
            sa.select(claims, slots.c.number, slots.c.state)
            .join(
                slots,
                sa.and_(
                    slots.c.team_id == claims.c.team_id,
                    slots.c.task_id == claims.c.task_id,
                    slots.c.claim_id == claims.c.id,
                ),
            )
            .where(
                claims.c.id.in_(ids),
                claims.c.member_id == caller.member_id,
                claims.c.ended_at.is_(None),
            )
            .order_by(slots.c.team_id, slots.c.task_id, slots.c.number)
            .with_for_update(of=slots)
        ).all()
        batches = batches_of(connection, {(row.team_id, row.batch_id) for row in rows})
        renewed: list[Claim] = []
        for row in rows:
            if not runs(row.until, now):
                if room.get(row.team_id, 0) <= 0:
                    continue
                room[row.team_id] -= 1
            seconds = batches[row.team_id, row.batch_id].claim_seconds
            connection.execute(
                sa.update(slots)
                .where(
                    slots.c.team_id == row.team_id,
                    slots.c.task_id == row.task_id,
                    slots.c.number == row.number,
                )
                .values(state=TAKEN if row.state == FREE else row.state, until=now + seconds)
            )
            connection.execute(
                sa.update(claims).where(claims.c.id == row.id).values(until=now + seconds)
            )
            renewed.append(record(row, seconds))
        return Renewed(claims=tuple(renewed))

    return hub.database.write(work)


def release(hub: Hub, caller: Caller, request: ClaimIds) -> Renewed:
    """Give claims of the caller back, and return those that had not ended; work on them is
    still taken."""
    ids = _ids(request)

    def work(connection: Connection) -> Renewed:
        now = hub.now()
        _lock(connection, caller.member_id)
        own = schema.claims.c.member_id == caller.member_id
        rows = let_go(connection, now, "released", own, ids=ids)
        news: dict[str, list[NewChange]] = {}
        for row in rows:
            one = ended(row.id, row.task_id, caller.member_id, "released")
            news.setdefault(row.team_id, []).append(one)
        for team_id, some in sorted(news.items()):
            append(connection, team_id, some, now)
        return Renewed(claims=tuple(record(row, 0) for row in rows))

    return hub.database.write(work)


class _Standing(NamedTuple):
    """A member in a team where tasks are given to them."""

    held: int
    over: bool
    """Whether the team has slots whose time is over."""
    passes: bool
    """Whether there are stretches that the member passes over."""
    given: bool
    """Whether tasks were given for this request before."""


def _claim(
    connection: Connection, hub: Hub, caller: Caller, request: ClaimRequest, *, free_first: bool
) -> Claimed:
    now = hub.now()
    if not _lock(connection, caller.member_id):
        return Claimed(tasks=())
    teams = _standing(connection, caller.member_id, now, request.request_id)
    if request.request_id and any(one.given for one in teams.values()):
        given = given_before(connection, caller.member_id, request.request_id)
        return answer(connection, [row for row in given if row.ended_at is None], now)
    late = [team_id for team_id, one in teams.items() if one.over]
    if late and free_first:
        raise _Short(late)
    lines = [
        Line(
            Search(caller.member_id, team_id, request.batch, frozenset(request.without), now),
            MAX_CLAIMS - one.held,
            passes=one.passes,
        )
        for team_id, one in teams.items()
    ]
    found = share(connection, lines, min(request.count, MAX_CLAIMS), hub.database.postgres)
    if not found:
        return Claimed(tasks=())
    claims, batches = take(connection, hub, caller.member_id, request.request_id, found, now)
    claimed = answer(connection, claims, now, batches)
    news: dict[str, list[NewChange]] = {}
    for one in claimed.tasks:
        change = NewChange(ChangeKind.CLAIM, caller.member_id, body=msgspec.json.encode(one))
        news.setdefault(one.claim.team, []).append(change)
    for team_id, some in sorted(news.items()):
        append(connection, team_id, some, now)
    return claimed


def _lock(connection: Connection, member_id: str) -> bool:
    """Lock a member's row until the commit; whether the member may do anything at all."""
    row = connection.execute(_LOCK, {"member": member_id}).first()
    return row is not None and row.disabled_at is None


def _standing(
    connection: Connection, member_id: str, now: float, request_id: str = ""
) -> dict[str, _Standing]:
    """Return the teams where tasks are given to a member, by id, and how it stands there."""
    words = {"member": member_id, "now": now, "far": now + LONGEST, "request": request_id or None}
    rows = connection.execute(_STANDING, words)
    return {team_id: _Standing(held, *map(bool, rest)) for team_id, held, *rest in rows}


def _ids(request: ClaimIds) -> list[str]:
    if len(request.claims) > MAX_CLAIMS:
        raise BadInput(f"{len(request.claims)} claims at once", f"At most {MAX_CLAIMS}.")
    return [require_safe(one) for one in dict.fromkeys(request.claims)]
