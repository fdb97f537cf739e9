"""The workstation: one object through which a screen or a script does everything."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from trainer_tui.domain.draft import Draft
from trainer_tui.domain.errors import NotAllowed, NotFound
from trainer_tui.domain.guidelines import succeed
from trainer_tui.domain.shift import IDLE_AFTER, Totals
from trainer_tui.domain.submission import Sample, Submission, as_sample
from trainer_tui.domain.task import Batch
from trainer_tui.services.guidelines import ReadGuidelines
from trainer_tui.services.locking import Lock, glanced, locked
from trainer_tui.services.ports import (
    Clock,
    NewId,
    NoSpeller,
    Profile,
    Speller,
    Store,
    Trouble,
)
from trainer_tui.services.reporting import Report, report
from trainer_tui.services.shifts import Shifts
from trainer_tui.services.tasks import Row, Status, TaskList
from trainer_tui.services.writing import Writing

if TYPE_CHECKING:
    from trainer_tui.domain.hints import Hint
    from trainer_tui.services.proofreading import LastLook, Proofreader
    from trainer_tui.services.similar import Similar
    from trainer_tui.services.spelling import Spelling


class Figures(NamedTuple):
    """What the header shows."""

    time: Totals
    done: int
    """Tasks submitted in this shift."""
    total: int
    """Tasks on the list."""
    waiting: int
    """Records that are still to leave for the hub."""
    staying: int
    """Records of batches that came from no hub; they stay on this machine."""
    paused: bool


class Imported(NamedTuple):
    """What adding a batch came to."""

    batch: Batch
    added: int
    changed: int
    removed: int


class Workstation:
    """The shift, the task list and the text of one trainer, over one store.

    Every method that changes something returns after it is on disk, and raises a
    `TrainerError` with nothing changed when it cannot be.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        new_id: NewId,
        *,
        program: str = "",
        idle_after: float = IDLE_AFTER,
        speller: Callable[[], Speller] = NoSpeller,
    ) -> None:
        self._lock = lock = Lock()
        self._store, self._clock = store, clock
        self._profile = store.profile()
        records = store.records()
        self.tasks = TaskList(store.batches(), records, store.drafts(), lock, store.received())
        self.shifts = Shifts(store, clock, new_id, lock, program=program, idle_after=idle_after)
        self.guidelines = ReadGuidelines(
            self.tasks, lambda: self._profile, self.update_profile, lock
        )
        self.writing = Writing(store, clock, new_id, lock, self.tasks, self.shifts, self.guidelines)
        self._speller = speller
        self.writing.settle_leftovers(records)
        self._similar: Similar | None = None

    @property
    def store(self) -> Store:
        """What lies below, for the line to the hub."""
        return self._store

    @property
    def lock(self) -> Lock:
        """Held while several steps are to be one; never while waiting for anything outside."""
        return self._lock

    @property
    def read_only(self) -> bool:
        """Whether nothing can be saved here, because another process is the writer."""
        return self._store.read_only

    @cached_property
    def spelling(self) -> "Spelling":
        """What checks the spelling; made when it is first asked for, off the way to the start."""
        from trainer_tui.services.spelling import Spelling

        with self._lock:
            return self.__dict__.get("spelling") or Spelling(self._store, self._speller())

    @property
    def home(self) -> str:
        """The data folder."""
        return str(self._store.home)

    @property
    def profile(self) -> Profile:
        """Who works here."""
        return self._profile

    @property
    @locked
    def similar(self) -> "Similar":
        """What finds texts that were written before and are much the same."""
        if self._similar is None:
            from trainer_tui.services.similar import Similar

            self._similar = Similar(self._store, self.tasks)
        return self._similar

    @locked
    def update_profile(self, **changes: Any) -> Profile:
        """Change and save some fields of the profile."""
        changed = msgspec.structs.replace(self._profile, **changes)
        if changed != self._profile:
            self._store.put_profile(changed)
            self._profile = changed
        return changed

    def troubles(self) -> tuple[Trouble, ...]:
        """What the store met and nobody has confirmed yet."""
        return self._store.troubles()

    def confirm_troubles(self) -> None:
        """The trainer has read them."""
        self._store.confirm_troubles()

    def batches(self) -> tuple[Batch, ...]:
        """Return all batches in the order of import."""
        return tuple(self.tasks.batches.values())

    @locked
    def rows(self, batch_id: str | None = None) -> list[Row]:
        """Return the task list, of one batch or of all that are not closed."""
        return self.tasks.rows(batch_id, self._profile.closed_batches)

    @locked
    def add_batch(self, batch: Batch) -> Imported:
        """Add or replace a batch; a task that somebody has worked on is never taken away."""
        planned = self.plan_batch(batch)
        old = self.tasks.batches.get(batch.id)
        if old != planned.batch:
            self.guidelines.before_change(old, planned.batch)
            self._store.put_batch(planned.batch)
            self.tasks.put_batch(planned.batch)
        return planned

    @locked
    def plan_batch(self, batch: Batch) -> Imported:
        """Return what `add_batch` would come to, without doing it."""
        old = self.tasks.batches.get(batch.id)
        before = {task.id: task for task in old.tasks} if old else {}
        now = {task.id: task for task in batch.tasks}
        for task_id in now:
            if task_id in self.tasks and (other := self.tasks.batch_of(task_id).id) != batch.id:
                raise NotAllowed(
                    f"the batch {other!r} has a task {task_id!r} already",
                    "Import one of the two under another id ('--id').",
                )
        gone = [task for task in before.values() if task.id not in now]
        kept = tuple(
            t for t in gone if self.tasks.history(t.id).revision or self.tasks.has_draft(t.id)
        )
        guidelines, earlier = succeed(batch.guidelines, old)
        batch = msgspec.structs.replace(
            batch,
            tasks=batch.tasks + kept,
            guidelines=guidelines,
            earlier_guidelines=earlier,
            imported_at=old.imported_at if old else self._clock.now(),
        )
        added = sum(task_id not in before for task_id in now)
        changed = sum(i in before and before[i] != task for i, task in now.items())
        return Imported(batch, added, changed, len(gone) - len(kept))

    @locked
    def close_batch(self, batch_id: str, closed: bool = True) -> None:
        """Take a batch off the task list, or put it back; its work stays."""
        if batch_id not in self.tasks.batches:
            raise NotFound(f"no batch {batch_id!r}", "'trainer-tui batches' lists them.")
        others = tuple(b for b in self._profile.closed_batches if b != batch_id)
        self.update_profile(closed_batches=(*others, batch_id) if closed else others)

    @glanced
    def figures(self) -> Figures:
        """Return what the header shows, computed from memory."""
        chosen = self._profile.batch_filter
        shift = self.shifts.current
        closed = self._profile.closed_batches
        listed = {
            batch.id: len(batch.tasks)
            for batch in self.tasks.batches.values()
            if (batch.id == chosen if chosen else batch.id not in closed)
        }
        return Figures(
            time=self.shifts.totals(),
            done=self.tasks.done_in(shift.id, listed) if shift else 0,
            total=sum(listed.values()),
            waiting=self.tasks.waiting,
            staying=self.tasks.staying,
            paused=self.shifts.paused,
        )

    def hints(self, task_id: str) -> "tuple[Hint, ...]":
        """Return why work like this came back before, in a few sentences; empty if it did not."""
        from trainer_tui.domain.hints import hints

        task, batch = self.tasks.task(task_id), self.tasks.batch_of(task_id)
        return hints(self._store.returns(), task, batch, self._clock.now().astimezone())

    @locked
    def report(self, shift_id: str | None = None) -> Report:
        """Return the report of a shift: the open one, else the newest, or the one named."""
        shifts = self._store.shifts()
        wanted = shift_id or (
            self.shifts.current.id if self.shifts.current else shifts[-1].id if shifts else ""
        )
        found = [s for s in shifts if s.id == wanted or (shift_id and s.id.startswith(shift_id))]
        if len(found) != 1:
            raise NotFound(f"no shift {shift_id!r}" if shift_id else "no shift yet")
        shift = found[0]
        return report(
            shift, self._store.records(shift.id), self.shifts.ledger(shift.id), self.tasks
        )

    @locked
    def samples(
        self,
        batch_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        status: Status = "standing",
    ) -> Iterator[Sample]:
        """Return submissions with their tasks.

        `status`: `standing` (the newest revision of each task that was not taken
        back), `withdrawn`, or `all` (every revision). `since` and `until` bound the
        moment of submission, the first included, the second not.
        """
        chosen = [
            s
            for s in self.tasks.submissions()
            if self.tasks.has_status(s, status)
            and (batch_id is None or s.batch_id == batch_id)
            and (since is None or s.at >= since)
            and (until is None or s.at < until)
        ]
        trainers = {shift.id: shift.trainer for shift in self.shifts.all()}
        return (self._sample(s, trainers.get(s.shift_id, "")) for s in chosen)

    def _sample(self, submission: Submission, trainer: str) -> Sample:
        known = submission.task_id in self.tasks
        task = self.tasks.task(submission.task_id) if known else None
        batch = self.tasks.batches.get(submission.batch_id)
        return as_sample(
            submission,
            task,
            language=batch.language if batch else "",
            status=self.tasks.status(submission),
            trainer=trainer,
            provenance=batch is not None and batch.provenance,
        )

    def proofreader(self, task_id: str, *, spelling: bool = True) -> "Proofreader":
        """Return what reads the drafts of a task again and again, with or without the spelling."""
        from trainer_tui.services.proofreading import Proofreader

        return Proofreader(self.writing.checker(task_id), self.spelling if spelling else None)

    def last_look(self, draft: Draft, *, spelling: bool = True) -> "LastLook":
        """Return what is to be seen before a draft is sent; takes up to a second for a long one."""
        from trainer_tui.domain.provenance import needs_explanation
        from trainer_tui.services.proofreading import LastLook

        task, batch = self.tasks.task(draft.task_id), self.tasks.batch_of(draft.task_id)
        provenance = self.writing.provenance(draft)
        return LastLook(
            reading=self.proofreader(task.id, spelling=spelling).read(draft.pairs, draft.waivers),
            near=self.similar.near(draft),
            hints=self.hints(task.id),
            provenance=provenance,
            explain=needs_explanation(provenance, task, batch),
        )

    def close(self) -> None:
        """Save the ledger and release the store."""
        with self._lock:
            try:
                self.shifts.save_ledger()
            finally:
                self._store.close()
