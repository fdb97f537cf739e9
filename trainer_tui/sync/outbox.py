"""What is still to leave for the hub, taken from the records: there is no second queue."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw

from trainer_tui.domain.link import Mark
from trainer_tui.domain.shift import Activity, LedgerEntry, Shift
from trainer_tui.domain.submission import Flag, Skip, Submission, Withdrawal, WorkRecord
from trainer_tui.domain.sync import SyncState
from trainer_tui.domain.task import Batch
from trainer_tui.sync.protocol import LOCAL_FIELDS, Limits, Operation, ShiftBody, digest

KINDS: Mapping[type[WorkRecord], str] = {
    Submission: "submission",
    Skip: "skip",
    Flag: "flag",
    Withdrawal: "withdrawal",
}
SHIFT = "shift"

_encoder = msgspec.json.Encoder(order="sorted")


class Outgoing(NamedTuple):
    """One operation, ready to leave, and whose state it is."""

    op_id: str
    record_id: str
    """The record's, or the shift's."""
    shift_id: str
    kind: str
    data: bytes
    """An `Operation` as JSON."""
    body: bytes

    @property
    def digest(self) -> str:
        """The fingerprint by which the hub knows the body."""
        return digest(self.body)

    def mark(
        self,
        sync: SyncState,
        refusal: str | None = None,
        hub_seq: int = 0,
        receipt: str = "",
    ) -> Mark:
        """Return the mark that says how far it got."""
        return Mark(
            record_id=self.record_id,
            shift_id=self.shift_id,
            sync=sync,
            refusal=refusal,
            hub_seq=hub_seq,
            receipt=receipt,
        )


def body_of(record: WorkRecord) -> bytes:
    """Return a record as it leaves: without what only the workstation knows, and without the
    provenance of a text unless its batch asked for it when the text was sent.
    """
    fields: dict[str, Any] = msgspec.to_builtins(record, str_keys=True)
    for name in LOCAL_FIELDS:
        fields.pop(name, None)
    if isinstance(record, Submission) and not record.shares_provenance:
        fields.pop("provenance", None)
    return _encoder.encode(fields)


def outgoing(record: WorkRecord, team: str) -> Outgoing:
    """Return the operation that brings a record to its team."""
    kind = KINDS[type(record)]
    return _operation(
        record.id, record.id, record.shift_id, kind, team, body_of(record), record.receipt
    )


def shift_hours(
    shift: Shift, ledger: Iterable[LedgerEntry], batch_of: Callable[[str], Batch | None], hub: str
) -> list[Outgoing]:
    """Return the hours of a shift that has ended, one operation for each of the hub's teams.

    Time at a task goes to the task's team, and at tasks of no hub to nobody. Time without a
    task (reading the list, a pause) goes to the team that was worked for most. The first
    operation has the shift's id; each other an id that follows from it and the team.
    """
    if shift.ended_at is None:
        return []
    tasks: dict[str, dict[str, float]] = {}
    sums: dict[str, dict[Activity, float]] = {}
    loose = dict.fromkeys(Activity, 0.0)
    for entry in ledger:
        if entry.task_id is None:
            loose[entry.activity] += entry.seconds
            continue
        batch = batch_of(entry.task_id)
        if batch is None or batch.hub != hub:
            continue
        own = sums.setdefault(batch.team, dict.fromkeys(Activity, 0.0))
        own[entry.activity] += entry.seconds
        if entry.activity is Activity.ACTIVE:
            at = tasks.setdefault(batch.team, {})
            at[entry.task_id] = at.get(entry.task_id, 0.0) + entry.seconds
    teams = sorted(sums, key=lambda team: (-sums[team][Activity.ACTIVE], team))
    found = []
    for number, team in enumerate(teams):
        seconds = sums[team] if number else {a: sums[team][a] + loose[a] for a in Activity}
        body = ShiftBody(
            id=_derived(shift.id, team) if number else shift.id,
            started_at=shift.started_at,
            ended_at=shift.ended_at,
            program=shift.program,
            active=round(seconds[Activity.ACTIVE], 3),
            idle=round(seconds[Activity.IDLE], 3),
            paused=round(seconds[Activity.PAUSED], 3),
            tasks={task: round(spent, 3) for task, spent in tasks.get(team, {}).items()},
        )
        encoded = _encoder.encode(body)
        found.append(_operation(body.id, shift.id, shift.id, SHIFT, team, encoded))
    return found


def _derived(shift_id: str, team: str) -> str:
    """Return an id of the same shape and time as a shift's, which another team cannot share."""
    tail = hashlib.sha256(f"{shift_id} {team}".encode()).hexdigest()
    return f"{shift_id[:24]}{tail[:12]}"


def _operation(
    op_id: str,
    record_id: str,
    shift_id: str,
    kind: str,
    team: str,
    body: bytes,
    receipt: str = "",
) -> Outgoing:
    operation = Operation(op_id=op_id, kind=kind, team=team, body=Raw(body), receipt=receipt)
    return Outgoing(op_id, record_id, shift_id, kind, _encoder.encode(operation), body)


def portions(waiting: Iterable[Outgoing], limits: Limits) -> Iterator[Sequence[Outgoing]]:
    """Split what waits, in its order, into pushes within the hub's limits.

    A push is counted as if it were not compressed, so that what compresses badly fits as
    well. An operation that alone is too large makes a push of its own.
    """
    most = min(limits.body, limits.plain) - len(b'{"operations":[]}')
    portion: list[Outgoing] = []
    size = 0
    for one in waiting:
        length = len(one.data) + 1
        if portion and (len(portion) >= limits.operations or size + length - 1 > most):
            yield portion
            portion, size = [], 0
        portion.append(one)
        size += length
    if portion:
        yield portion


def push_body(operations: Sequence[Outgoing]) -> bytes:
    """Return the body of a push."""
    return b'{"operations":[%s]}' % b",".join(one.data for one in operations)
