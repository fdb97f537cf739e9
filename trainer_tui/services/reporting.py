"""Figures of a shift, each computed by one function wherever it is shown."""

from datetime import datetime

import msgspec

from trainer_tui.domain.shift import LedgerEntry, Shift, Totals, active_by_task, totals
from trainer_tui.domain.submission import Flag, Skip, Submission, Withdrawal, WorkRecord
from trainer_tui.domain.sync import SyncState
from trainer_tui.services.tasks import TaskList


class Line(msgspec.Struct, frozen=True):
    """One thing that was done in a shift."""

    at: datetime
    what: str
    """`submitted`, `corrected`, `skipped` or `flagged`."""
    task_id: str
    title: str
    seconds: float
    """Active seconds spent on the task in this shift."""
    words: int
    """Words of the responses that were sent."""
    note: str
    withdrawn: bool
    sync: SyncState = SyncState.PENDING
    """How far it got."""
    hub: str = ""
    """Id of the hub that its batch came from; empty: none, it stays on this machine."""
    refusal: str = ""
    """The hub's code, when it refused this."""


class Report(msgspec.Struct, frozen=True):
    """What a shift came to."""

    shift: Shift
    time: Totals
    lines: tuple[Line, ...]
    submitted: int
    """Tasks with a submission of this shift that stands."""
    corrected: int
    skipped: int
    flagged: int
    withdrawn: int
    words: int
    per_hour: float | None
    """Submitted tasks an active hour; None before the first ten minutes."""


def report(
    shift: Shift,
    records: tuple[WorkRecord, ...],
    ledger: tuple[LedgerEntry, ...],
    tasks: TaskList,
) -> Report:
    """Compute the report of one shift, from its records and its ledger."""
    time = totals(ledger)
    by_task = active_by_task(ledger)
    lines = tuple(_line(r, tasks, by_task) for r in records if not isinstance(r, Withdrawal))
    standing = [line for line in lines if not line.withdrawn]
    submitted = {line.task_id for line in standing if line.what in ("submitted", "corrected")}
    return Report(
        shift=shift,
        time=time,
        lines=lines,
        submitted=len(submitted),
        corrected=sum(line.what == "corrected" for line in standing),
        skipped=sum(line.what == "skipped" for line in standing),
        flagged=sum(line.what == "flagged" for line in standing),
        withdrawn=len(lines) - len(standing),
        words=sum(line.words for line in standing),
        per_hour=len(submitted) * 3600 / time.active if time.active >= 600 else None,
    )


def _line(record: Submission | Skip | Flag, tasks: TaskList, by_task: dict[str, float]) -> Line:
    from trainer_tui.domain.text import words

    count, note = 0, ""
    if isinstance(record, Submission):
        what = "submitted" if record.replaces is None else "corrected"
        count, note = sum(words(pair.response) for pair in record.pairs), record.note
    else:
        what = "skipped" if isinstance(record, Skip) else "flagged"
        note = f"{record.reason}: {record.note}" if record.note else record.reason
    known = record.task_id in tasks
    return Line(
        at=record.at,
        what=what,
        task_id=record.task_id,
        title=tasks.task(record.task_id).title if known else record.task_id,
        seconds=by_task.get(record.task_id, 0.0),
        words=count,
        note=note,
        withdrawn=tasks.taken_back(record),
        sync=record.sync,
        hub=tasks.hub_of(record.batch_id),
        refusal=record.refusal or "",
    )
