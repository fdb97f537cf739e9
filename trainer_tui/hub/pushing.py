"""Takes what members did: each operation once, whatever is delivered how often."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from trainer_tui.hub import bulk, dispatch, feed, receipts, schema
from trainer_tui.hub.database import TRIES, Unavailable
from trainer_tui.hub.feed import NewChange
from trainer_tui.hub.judging import Owned, gather
from trainer_tui.hub.operations import Arrived, read, refusal
from trainer_tui.hub.outcomes import ENDS, outcomes
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync.protocol import MAX_OPERATIONS, ChangeKind, Refusal, Result, Status

_SENTENCES = {
    Refusal.OTHER_BODY: "Another operation came under this id; this one is kept aside.",
    Refusal.NOT_A_MEMBER: "You are and were no trainer of this team.",
    Refusal.UNKNOWN_TASK: "The team has no such task in that batch.",
    Refusal.NOT_CLAIMED: "This task was never given to you.",
    Refusal.NOT_YOURS: "What it names is no record of yours on this task.",
}


def push(hub: Hub, caller: Caller, operations: Sequence[bytes]) -> list[Result]:
    """Store operations, each an `Operation` as JSON, and say what became of each, in order.

    What is accepted, a duplicate or a conflict is on the disk. At most `MAX_OPERATIONS`
    are looked at; those after them are in no result and so still to be sent. Raises
    `Unavailable`, after which all may be sent again.
    """
    arrivals = [read(raw) for raw in operations[:MAX_OPERATIONS]]
    readable = [arrival for arrival in arrivals if isinstance(arrival, Arrived)]
    stored = iter(_store(hub, caller, readable) if readable else ())
    return [next(stored) if isinstance(arrival, Arrived) else arrival for arrival in arrivals]


def _store(hub: Hub, caller: Caller, arrivals: Sequence[Arrived]) -> list[Result]:
    for _ in range(TRIES):
        try:
            return hub.database.write(lambda c: _Push(c, hub, caller).take(arrivals))
        except IntegrityError:
            continue  # a push of somebody else took one of the ids; now it can be seen
    raise Unavailable("others write under the same ids", "Try again.")


class _Batch(NamedTuple):
    """What is let in of one team."""

    team_id: str
    arrivals: Mapping[int, Arrived]
    """By their place in the push."""
    conflicts: Collection[int]
    settled: dispatch.Settled


class _Push:
    """One push in its transaction.

    Rows are locked in one order, so that pushes wait for each other and never in a circle:
    the member's, which keeps pushes of the same member apart; claims and slots, by team and
    task; and last the counters, by team.
    """

    def __init__(self, connection: Connection, hub: Hub, caller: Caller) -> None:
        self._connection = connection
        self._caller = caller
        self._member = caller.member_id
        self._key = hub.cursor_key
        self._now = hub.now()
        self._results: dict[int, Result] = {}

    def take(self, arrivals: Sequence[Arrived]) -> list[Result]:
        """Store what can be stored and say what became of each, in order."""
        if not self._enabled():
            return [_later(arrival) for arrival in arrivals]
        self._take(dict(enumerate(arrivals)))
        return [self._told(number, arrival) for number, arrival in enumerate(arrivals)]

    def _told(self, number: int, arrival: Arrived) -> Result:
        """Return the result of an operation, with a receipt if it was taken."""
        result = self._results[number]
        if not result.seq:
            return result
        given = receipts.receipt(self._key, self._member, arrival)
        return msgspec.structs.replace(result, receipt=given)

    def _enabled(self) -> bool:
        """Lock the member, who so cannot be disabled before this commits."""
        members = schema.members
        row = self._connection.execute(
            sa.select(members.c.disabled_at)
            .where(members.c.id == self._member)
            .with_for_update(key_share=True)
        ).first()
        return row is not None and row.disabled_at is None

    def _take(self, arrivals: Mapping[int, Arrived]) -> None:
        known = self._known(arrivals.values())
        fresh: dict[int, Arrived] = {}
        again: dict[int, Arrived] = {}
        ids: set[str] = set()
        for number, arrival in arrivals.items():
            if (stored := known.get(arrival.op_id)) is not None:
                self._compare(number, arrival, stored)
            elif arrival.op_id in ids:
                again[number] = arrival
            else:
                ids.add(arrival.op_id)
                fresh[number] = arrival
        batches = self._let_in(fresh, {op_id: _owned(row) for op_id, row in known.items()})
        for batch in batches:
            self._insert(batch)
        if again:  # the first of each id is stored by now, or refused
            self._take(again)

    def _known(self, arrivals: Collection[Arrived]) -> dict[str, Any]:
        """Return what is stored under the ids of the operations and of those they name."""
        ids = {arrival.op_id for arrival in arrivals}
        ids |= {arrival.names for arrival in arrivals if arrival.names is not None}
        stored = schema.operations.c
        rows = self._connection.execute(
            sa.select(
                stored.op_id, stored.member_id, stored.team_id, stored.task_id,
                stored.kind, stored.digest, stored.seq, stored.late,
            ).where(bulk.among(self._connection, stored.op_id, ids))
        )  # fmt: skip
        return {row.op_id: row for row in rows}

    def _compare(self, number: int, arrival: Arrived, stored: Any) -> None:
        same = (stored.member_id, stored.team_id, stored.kind, stored.digest)
        if same == (self._member, arrival.team_id, arrival.kind, arrival.digest):
            self._results[number] = Result(
                op_id=arrival.op_id, status=Status.DUPLICATE, seq=stored.seq, late=stored.late
            )
        else:
            self._set_aside(arrival)
            self._refuse(number, arrival, Refusal.OTHER_BODY)

    def _set_aside(self, arrival: Arrived) -> None:
        """Keep an operation for a person to look at, once however often it comes."""
        parts = (self._member, arrival.team_id, arrival.kind, arrival.op_id, arrival.digest)
        id = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        aside = schema.set_aside
        if self._connection.execute(sa.select(aside.c.id).where(aside.c.id == id)).first():
            return
        self._connection.execute(
            sa.insert(aside).values(
                id=id,
                op_id=arrival.op_id,
                member_id=self._member,
                digest=arrival.digest,
                code=Refusal.OTHER_BODY.value,
                body=arrival.body,
                received_at=self._now,
            )
        )

    def _refuse(self, number: int, arrival: Arrived, code: Refusal) -> None:
        self._results[number] = refusal(arrival.op_id, code, _SENTENCES[code])

    def _let_in(self, fresh: Mapping[int, Arrived], owned: Mapping[str, Owned]) -> list[_Batch]:
        """Refuse what may not be sent, and end the claims by what may."""
        records = {a.op_id: Owned(self._member, a.team_id, a.task_id) for a in fresh.values()}
        records.update(owned)
        batches = []
        for team_id in sorted({arrival.team_id for arrival in fresh.values()}):
            arrivals = {n: arrival for n, arrival in fresh.items() if arrival.team_id == team_id}
            proved = {
                arrival.task_id
                for arrival in arrivals.values()
                if arrival.task_id and receipts.proves(self._key, self._member, arrival)
            }
            facts = gather(self._connection, self._caller, team_id, arrivals.values(), proved)
            places = set(facts.places)
            good: dict[int, Arrived] = {}
            conflicts: set[int] = set()
            for number, arrival in arrivals.items():
                named = records.get(arrival.names) if arrival.names is not None else None
                if (code := facts.refusal(arrival, named)) is not None:
                    self._refuse(number, arrival, code)
                    continue
                good[number] = arrival
                if arrival.place is not None and arrival.place in places:
                    conflicts.add(number)
                elif arrival.place is not None:
                    places.add(arrival.place)
            if good:
                settled = self._settle(team_id, good.values(), facts.withdrawn)
                batches.append(_Batch(team_id, good, conflicts, settled))
        return batches

    def _settle(
        self, team_id: str, arrivals: Collection[Arrived], withdrawn: Collection[str]
    ) -> dispatch.Settled:
        found = outcomes(self._connection, self._member, team_id, arrivals, withdrawn)
        whose = {"team_id": team_id, "member_id": self._member}
        back = sorted(task_id for task_id, why in found.items() if why is None)
        told = [
            dispatch.take_back(self._connection, task_id=task_id, now=self._now, **whose)
            for task_id in back
        ]
        news = [change for change in told if change is not None]
        ends = {task_id: why for task_id, why in found.items() if why is not None}
        if not ends:
            return dispatch.Settled({}, news)
        settled = dispatch.settle_all(self._connection, outcomes=ends, now=self._now, **whose)
        return settled._replace(news=news + settled.news)

    def _insert(self, batch: _Batch) -> None:
        news = [
            NewChange(ChangeKind.RECORD.value, self._member, op_id=arrival.op_id)
            for arrival in batch.arrivals.values()
        ]
        news += batch.settled.news
        numbers = feed.append(self._connection, batch.team_id, news, self._now)
        rows = []
        for (number, arrival), seq in zip(batch.arrivals.items(), numbers, strict=False):
            # A claim that runs on, since all was taken back, is in none of these.
            late = arrival.kind in ENDS and not batch.settled.in_time.get(
                arrival.task_id or "", True
            )
            conflict = number in batch.conflicts
            rows.append(self._row(arrival, seq, late, conflict))
            self._results[number] = Result(
                op_id=arrival.op_id,
                status=Status.CONFLICT if conflict else Status.ACCEPTED,
                seq=seq,
                late=late,
            )
        bulk.insert(self._connection, schema.operations, _COLUMNS, rows)

    def _row(self, arrival: Arrived, seq: int, late: bool, conflict: bool) -> tuple[Any, ...]:
        return (
            arrival.op_id, arrival.team_id, seq, self._member, self._caller.session_id,
            arrival.kind, arrival.task_id, arrival.batch_id, arrival.revision, arrival.digest,
            arrival.body, late, conflict, self._now,
        )  # fmt: skip


_COLUMNS = (
    "op_id", "team_id", "seq", "member_id", "session_id", "kind", "task_id", "batch_id",
    "revision", "digest", "body", "late", "conflict", "received_at",
)  # fmt: skip


def _owned(row: Any) -> Owned:
    return Owned(row.member_id, row.team_id, row.task_id)


def _later(arrival: Arrived) -> Result:
    """Decide nothing for a member who is locked out; the next request is told so."""
    return Result(
        op_id=arrival.op_id,
        status=Status.RETRY,
        message="Your account was closed a moment ago.",
        seconds=1.0,
    )
