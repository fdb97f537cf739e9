"""What leaves for the hub: pending records, hours of shifts, and what a restored hub has lost."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

import msgspec

from trainer_tui.domain.link import Link, Mark
from trainer_tui.domain.shift import Shift
from trainer_tui.domain.sync import SyncState
from trainer_tui.domain.task import Batch
from trainer_tui.services.ports import Store
from trainer_tui.services.tally import Tally
from trainer_tui.services.workstation import Workstation
from trainer_tui.sync.client import HubLine
from trainer_tui.sync.outbox import SHIFT, Outgoing, outgoing, portions, shift_hours
from trainer_tui.sync.protocol import (
    MAX_HAVE,
    HaveRequest,
    Limits,
    Pair,
    Refusal,
    Result,
    Status,
)
from trainer_tui.sync.trouble import TooLarge

SMALL = 4096
"""Bytes of an operation that nothing on the way can call too large."""
LONGEST_RECEIPT = 200
"""Characters; what is longer is none."""
LONGEST_PAUSE = 3600.0
"""Seconds; a hub cannot put an operation off for longer."""
_ACKNOWLEDGED = (Status.ACCEPTED, Status.DUPLICATE, Status.CONFLICT)


class Sending:
    """Pushes to one hub, in one exchange."""

    def __init__(
        self,
        line: HubLine,
        store: Store,
        station: Workstation,
        link: Link,
        limits: Limits,
        tally: Tally,
        no_hours: set[str],
    ) -> None:
        """Prepare it; `no_hours` are ids of shifts in which nothing of a hub was worked on."""
        self._line, self._store, self._station = line, store, station
        self._link, self._limits, self._tally = link, limits, tally
        self._no_hours = no_hours

    def compare(self, since: datetime | None, lacking: Callable[[], None] = lambda: None) -> None:
        """Ask whether the hub has what it acknowledged; what it lacks is to leave again.

        Only what was written or ended at `since` or later; None: everything. `lacking` is
        called when something is missing, before that is noted anywhere.
        """
        every = self._outgoing(SyncState.ACKED, since)
        while chunk := list(islice(every, min(self._limits.have, MAX_HAVE))):
            pairs = tuple(Pair(op_id=one.op_id, digest=one.digest) for one in chunk)
            have = self._line.have(HaveRequest(operations=pairs))
            if have.missing:
                lacking()
            by_id = {one.op_id: one for one in chunk}
            # Hours are counted anew each time; a task that has left the list is missing in them.
            marks = {
                id: by_id[id].mark(SyncState.REFUSED, Refusal.OTHER_BODY)
                for id in have.different
                if id in by_id and by_id[id].kind != SHIFT
            }
            marks |= {id: by_id[id].mark(SyncState.PENDING) for id in have.missing if id in by_id}
            self._mark(marks.values())

    def waiting(self) -> bool:
        """Whether anything is still to leave."""
        return next(self._outgoing(SyncState.PENDING), None) is not None

    def push(self) -> float | None:
        """Send what waits; return the seconds until what the hub put off is tried again.

        None: nothing was put off. An operation that nobody answers for is tried once.
        """
        settled: dict[str, Result] = {}
        tried: set[str] = set()
        size = self._limits.operations
        pause: float | None = None
        while True:
            waiting = (
                one
                for one in self._outgoing(SyncState.PENDING)
                if one.op_id not in tried and one.op_id not in settled
            )
            limits = msgspec.structs.replace(self._limits, operations=size)
            portion = next(iter(portions(waiting, limits)), None)
            if portion is None:
                break
            if len(portion) == 1 and len(portion[0].body) > self._limits.operation:
                self._settle(portion, [_too_large(portion[0])], settled)
                continue
            try:
                results = self._line.push(portion)
            except TooLarge:
                if len(portion) > 1:
                    size = len(portion) // 2
                elif len(portion[0].data) > SMALL:
                    self._settle(portion, [_too_large(portion[0])], settled)
                else:
                    tried.add(portion[0].op_id)
                    pause = pause or 0.0
                continue
            tried |= {one.op_id for one in portion}
            later = self._settle(portion, results, settled)
            if later is not None:
                pause = max(later, pause or 0.0)
        return pause

    def _settle(
        self, portion: Sequence[Outgoing], results: Iterable[Result], settled: dict[str, Result]
    ) -> float | None:
        """Mark what became of operations; return the seconds until those left are tried again.

        What is not in the results is not known to be there, and so still to leave.
        """
        by_id = {one.op_id: one for one in portion}
        got: dict[str, Result] = {}
        for result in results:
            if result.op_id in by_id:
                got.setdefault(result.op_id, result)
        marks: list[Mark] = []
        pause: float | None = None
        for op_id, one in by_id.items():
            found = got.get(op_id)
            if found is None or found.status is Status.RETRY:
                pause = max(pause or 0.0, min(found.seconds, LONGEST_PAUSE) if found else 0.0)
                continue
            settled[op_id] = found
            if one.record_id == one.shift_id:
                marks += self._shift_mark(one, settled)
            elif found.status in _ACKNOWLEDGED and found.seq > 0:
                marks.append(one.mark(SyncState.ACKED, hub_seq=found.seq, receipt=_receipt(found)))
            elif found.status is Status.REFUSED:
                marks.append(one.mark(SyncState.REFUSED, _code(found)))
            else:
                del settled[op_id]
                pause = pause or 0.0
                continue
            self._tally.sent += found.status in _ACKNOWLEDGED
            self._tally.late += found.late
            self._tally.refused += found.status is Status.REFUSED
        self._mark(marks)
        return pause

    def _shift_mark(self, one: Outgoing, settled: dict[str, Result]) -> list[Mark]:
        """Return the mark of a shift once all its operations are settled."""
        shift = next(s for s in self._store.shifts() if s.id == one.shift_id)
        results = [settled.get(part.op_id) for part in self._hours(shift)]
        if None in results:
            return []
        refused = next((r for r in results if r and r.status is Status.REFUSED), None)
        if refused is not None:
            return [one.mark(SyncState.REFUSED, _code(refused))]
        return [one.mark(SyncState.ACKED)]

    def leaving(self) -> Iterator[Outgoing]:
        """Yield what is to leave, in the order in which it leaves."""
        return self._outgoing(SyncState.PENDING)

    def _mark(self, marks: Iterable[Mark]) -> None:
        changed = self._store.mark(marks)
        self._tally.tasks |= self._station.tasks.put_records(changed)

    def _outgoing(self, sync: SyncState, since: datetime | None = None) -> Iterator[Outgoing]:
        """Yield what is of this hub and in a state, oldest first, the hours of shifts last."""
        tasks, link = self._station.tasks, self._link
        for record in tasks.own_records():
            if record.sync is sync and (since is None or record.at >= since):
                batch = tasks.batches.get(record.batch_id)
                if batch is not None and batch.hub == link.hub:
                    yield outgoing(record, batch.team)
        begun = link.since - timedelta(days=1)
        for shift in self._store.shifts():
            ended = shift.ended_at
            if shift.sync is not sync or ended is None or ended < begun:
                continue
            if since is None or ended >= since:
                yield from self._hours(shift)

    def _hours(self, shift: Shift) -> list[Outgoing]:
        if shift.id in self._no_hours:
            return []
        found = shift_hours(shift, self._store.ledger(shift.id), self._batch_of, self._link.hub)
        if not found:
            self._no_hours.add(shift.id)
        return found

    def _batch_of(self, task_id: str) -> Batch | None:
        tasks = self._station.tasks
        return tasks.batch_of(task_id) if task_id in tasks else None


def _too_large(one: Outgoing) -> Result:
    return Result(op_id=one.op_id, status=Status.REFUSED, code=Refusal.TOO_LARGE)


def _receipt(result: Result) -> str:
    return result.receipt if len(result.receipt) <= LONGEST_RECEIPT else ""


def _code(result: Result) -> str:
    """Return a code of the hub as it is stored: short, and of harmless characters."""
    code = "".join(c for c in result.code[:40] if c.isascii() and (c.isalnum() or c == "_"))
    return code or "refused"
