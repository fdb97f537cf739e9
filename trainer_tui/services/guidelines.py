"""Which guidelines the trainer has read last, batch by batch, and what has changed since."""

from collections.abc import Callable
from threading import RLock
from typing import Any

from trainer_tui.domain.guidelines import Change, change_since
from trainer_tui.domain.task import Batch, BatchHead
from trainer_tui.services.locking import locked
from trainer_tui.services.ports import Profile
from trainer_tui.services.tasks import TaskList


class ReadGuidelines:
    """The trainer's reading of the guidelines.

    Guidelines that are read for the first time need no question: their text is in the brief.
    So nothing is remembered of a batch before its guidelines change under work on it.
    """

    def __init__(
        self,
        tasks: TaskList,
        profile: Callable[[], Profile],
        update_profile: Callable[..., Any],
        lock: RLock,
    ) -> None:
        self._lock = lock
        self._tasks, self._profile, self._update = tasks, profile, update_profile

    def unread(self, task_id: str) -> Change | None:
        """Return how the guidelines of a task's batch changed since they were read, if they did."""
        return self.change(self._tasks.batch_of(task_id).id)

    @locked
    def change(self, batch_id: str) -> Change | None:
        """Return how the guidelines of a batch changed since they were read, if they did."""
        batch = self._tasks.batches[batch_id]
        read = self._profile().guidelines_read.get(batch_id)
        return None if read is None else change_since(batch, read)

    @locked
    def latest(self, batch_id: str) -> Change | None:
        """Return what changed last: since it was read, or else from the version before."""
        batch = self._tasks.batches[batch_id]
        if (unread := self.change(batch_id)) or not batch.earlier_guidelines:
            return unread
        return change_since(batch, batch.earlier_guidelines[-1].label)

    @locked
    def version(self, batch_id: str) -> str:
        """Return the label of the version that counts as read: work is written under it."""
        batch = self._tasks.batches[batch_id]
        if self.change(batch_id) is None:
            return batch.guidelines.label
        return self._profile().guidelines_read[batch_id]

    @locked
    def acknowledge(self, batch_id: str) -> None:
        """The trainer has read what changed; nothing is asked until it changes again."""
        if self.change(batch_id) is not None:
            self._remember(batch_id, self._tasks.batches[batch_id].guidelines.label)

    def before_change(self, old: Batch | None, new: BatchHead) -> None:
        """Remember the old guidelines as read before new ones take their place.

        Only where somebody has worked on the batch; elsewhere the new ones are read first.
        """
        if old is None or old.guidelines == new.guidelines:
            return
        if old.id not in self._profile().guidelines_read and self._worked_on(old):
            self._remember(old.id, old.guidelines.label)

    def _remember(self, batch_id: str, label: str) -> None:
        read = self._profile().guidelines_read
        self._update(guidelines_read={**read, batch_id: label})

    def _worked_on(self, batch: Batch) -> bool:
        last = self._profile().last_task
        return any(
            task.id == last or self._tasks.has_draft(task.id) or self._tasks.recorded(task.id)
            for task in batch.tasks
        )
