"""The task list: every task of the open batches with its state, ordered as it is worked."""

from collections import Counter
from collections.abc import Container, Iterable
from operator import attrgetter
from threading import RLock
from typing import Literal, NamedTuple

from trainer_tui.domain.errors import NotFound
from trainer_tui.domain.progress import (
    NOTHING_YET,
    History,
    State,
    histories,
    place,
    state_of,
    taken_back,
)
from trainer_tui.domain.submission import (
    Flag,
    Skip,
    Submission,
    Withdrawal,
    WorkRecord,
)
from trainer_tui.domain.sync import SyncState
from trainer_tui.domain.task import Batch, Task
from trainer_tui.services.locking import glanced, locked

Status = Literal["standing", "withdrawn", "all"]


class Row(NamedTuple):
    """A line of the task list."""

    task: Task
    state: State


class TaskList:
    """Tasks by id with the history and draft that their state follows from."""

    def __init__(
        self,
        batches: Iterable[Batch],
        records: Iterable[WorkRecord],
        drafts: Iterable[str],
        lock: RLock,
        received: Iterable[WorkRecord] = (),
    ) -> None:
        self._lock = lock
        self.batches = {batch.id: batch for batch in batches}
        self._records: dict[str, list[WorkRecord]] = {}
        # As written, whatever their dates.
        self._own = {record.id: record for record in sorted(records, key=attrgetter("id"))}
        self._pending = Counter(
            record.batch_id for record in self._own.values() if record.sync is SyncState.PENDING
        )
        others = [record for record in received if record.id not in self._own]
        for record in (*self._own.values(), *others):
            self._records.setdefault(record.task_id, []).append(record)
        for about in self._records.values():
            about.sort(key=place)
        self._histories = histories(r for about in self._records.values() for r in about)
        self._drafts = set(drafts)
        self._tasks: dict[str, Task] = {}
        self._batch_of: dict[str, Batch] = {}
        for batch in self.batches.values():
            self._enter(batch)

    def _enter(self, batch: Batch) -> None:
        for task in batch.tasks:
            self._tasks[task.id] = task
            self._batch_of[task.id] = batch

    def __contains__(self, task_id: str) -> bool:
        return task_id in self._tasks

    @locked
    def put_batch(self, batch: Batch) -> None:
        """Add or replace a batch."""
        old = self.batches.get(batch.id)
        gone = {task.id for task in old.tasks} - {task.id for task in batch.tasks} if old else ()
        self.batches[batch.id] = batch
        self._enter(batch)
        for task_id in gone:
            del self._tasks[task_id], self._batch_of[task_id]

    def task(self, task_id: str) -> Task:
        """Return a task, or raise `NotFound` with the ids that come near."""
        try:
            return self._tasks[task_id]
        except KeyError:
            raise NotFound(f"no task {task_id!r}", self._near(task_id)) from None

    def _near(self, task_id: str) -> str:
        import difflib

        near = difflib.get_close_matches(task_id, self._tasks, 3)
        if not near:
            near = [known for known in self._tasks if known.endswith(f".{task_id}")][:3]
        return f"Did you mean {' or '.join(near)}?" if near else "'trainer-tui tasks' lists them."

    def batch_of(self, task_id: str) -> Batch:
        """Return the batch that a task belongs to."""
        self.task(task_id)
        return self._batch_of[task_id]

    def history(self, task_id: str) -> History:
        """Return what was recorded about a task and still stands."""
        return self._histories.get(task_id, NOTHING_YET)

    def state(self, task_id: str) -> State:
        """Return where a task stands."""
        return state_of(
            self.task(task_id), self.history(task_id), has_draft=task_id in self._drafts
        )

    def has_draft(self, task_id: str) -> bool:
        """Whether unfinished text exists."""
        return task_id in self._drafts

    def worked_on(self, task_id: str) -> bool:
        """Whether there is any work on a task: text or records, taken back or not."""
        return task_id in self._drafts or task_id in self._records

    def own(self, record_id: str) -> WorkRecord | None:
        """Return a record that was made on this machine, by its id."""
        return self._own.get(record_id)

    def recorded(self, task_id: str) -> bool:
        """Whether anything was ever submitted, skipped or flagged, taken back or not."""
        return task_id in self._records

    def note_draft(self, task_id: str, exists: bool) -> None:
        """Keep the state in step with the journal on disk."""
        (self._drafts.add if exists else self._drafts.discard)(task_id)

    @locked
    def add_record(self, record: WorkRecord) -> None:
        """Keep the state in step with the record just written."""
        self._own[record.id] = record
        self._pending[record.batch_id] += record.sync is SyncState.PENDING
        about = self._records.setdefault(record.task_id, [])
        about.append(record)
        about.sort(key=place)
        self._histories.update(histories(about))

    @locked
    def put_records(self, records: Iterable[WorkRecord]) -> frozenset[str]:
        """Keep in step with records that got further, or came from other machines.

        Returns the ids of the tasks whose history has changed.
        """
        touched: dict[str, History] = {}
        for record in records:
            touched.setdefault(record.task_id, self.history(record.task_id))
            about = self._records.setdefault(record.task_id, [])
            before = self._own.get(record.id)
            if before is not None:
                self._own[record.id] = record
                self._pending[record.batch_id] += (record.sync is SyncState.PENDING) - (
                    before.sync is SyncState.PENDING
                )
            about[:] = [known for known in about if known.id != record.id]
            about.append(record)
        for task_id in touched:
            about = self._records[task_id]
            about.sort(key=place)
            self._histories.update(histories(about))
        return frozenset(i for i, before in touched.items() if self.history(i) != before)

    @property
    def waiting(self) -> int:
        """Records that are still to leave for the hub that their batch came from."""
        return self._pending.total() - self.staying

    @property
    def staying(self) -> int:
        """Records of batches that came from no hub; they stay on this machine."""
        pending = tuple(self._pending.items())  # at once, for others write meanwhile
        return sum(count for batch_id, count in pending if not self.hub_of(batch_id))

    def hub_of(self, batch_id: str) -> str:
        """Return the id of the hub that a batch came from; empty: none, or it is not here."""
        batch = self.batches.get(batch_id)
        return batch.hub if batch else ""

    @locked
    def own_records(self) -> list[WorkRecord]:
        """Return all records that were made on this machine, in the order of writing."""
        return list(self._own.values())

    @glanced
    def newest(self) -> Submission | Skip | Flag | None:
        """Return the last record of a known task that was made here and not taken back."""
        for record in reversed(self._own.values()):
            if record.task_id not in self._tasks or isinstance(record, Withdrawal):
                continue
            if not self.taken_back(record):
                return record
        return None

    def has_status(self, submission: Submission, status: Status) -> bool:
        """Whether a submission is of a status; `standing`: the newest not taken back."""
        if status == "standing":
            last = self.history(submission.task_id).last
            return last is not None and last.id == submission.id
        return status == "all" or self.taken_back(submission)

    def status(self, submission: Submission) -> str:
        """Return `standing`, `replaced` by a newer revision, or `withdrawn`."""
        if self.has_status(submission, "standing"):
            return "standing"
        return "withdrawn" if self.taken_back(submission) else "replaced"

    @locked
    def taken_back(self, record: WorkRecord) -> bool:
        """Whether a record was withdrawn, in whatever shift."""
        return record.id in taken_back(self._records.get(record.task_id, ()))

    @locked
    def done_in(self, shift_id: str, batch_ids: Container[str]) -> int:
        """Count the tasks of some batches whose standing submission belongs to this shift."""
        return sum(
            history.last is not None
            and history.last.shift_id == shift_id
            and history.last.batch_id in batch_ids
            for history in self._histories.values()
        )

    @locked
    def submissions(self) -> list[Submission]:
        """Return all submissions ever made, withdrawn ones included."""
        return [
            record
            for about in self._records.values()
            for record in about
            if isinstance(record, Submission)
        ]

    @locked
    def rows(self, batch_id: str | None = None, closed: Iterable[str] = ()) -> list[Row]:
        """List the tasks of one batch, or of all that are not closed, as they are worked.

        In progress first, then open by priority and order of import, then what is
        settled.
        """
        closed = frozenset(closed)
        tasks = [
            task
            for batch in self.batches.values()
            if (batch.id == batch_id if batch_id else batch.id not in closed)
            for task in batch.tasks
        ]
        tasks.sort(key=lambda task: -task.priority)
        by_state: dict[State, list[Row]] = {state: [] for state in State}
        seen, drafts = self._histories, self._drafts
        for task in tasks:
            if task.id in seen or task.id in drafts:
                state = state_of(task, seen.get(task.id, NOTHING_YET), has_draft=task.id in drafts)
            else:
                state = State.OPEN if task.workable else State.UNWORKABLE
            by_state[state].append(Row(task, state))
        return [row for group in by_state.values() for row in group]
