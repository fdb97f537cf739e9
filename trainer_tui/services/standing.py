"""What waits to leave for the hub, and which tasks are not this trainer's for much longer."""

from collections import Counter
from collections.abc import Mapping

from trainer_tui.domain.progress import State
from trainer_tui.domain.sync import SyncState
from trainer_tui.domain.task import Task
from trainer_tui.services.tasks import TaskList


def waiting_by_kind(tasks: TaskList, waiting: int) -> dict[str, int]:
    """Count what waits, by `submission`, `skip`, `flag`, `withdrawal` and `shift`.

    `waiting` counts all of it; what is no record is the hours of a shift.
    """
    kinds = Counter(
        type(record).__name__.lower()
        for record in tasks.own_records()
        if record.sync is SyncState.PENDING and tasks.hub_of(record.batch_id)
    )
    counts = dict(sorted(kinds.items(), key=lambda kind: -kind[1]))
    if (shifts := waiting - kinds.total()) > 0:
        counts["shift"] = shifts
    return counts


def ending_soon(
    tasks: TaskList, left: Mapping[str, float], within: float
) -> list[tuple[Task, float]]:
    """Return the unfinished tasks whose claims end within some seconds or are over, soonest first.

    `left` has the seconds that remain, by task. What is over counts while there is text.
    """
    found = []
    for task_id, seconds in sorted(left.items(), key=lambda one: one[1]):
        if seconds >= within or task_id not in tasks:
            continue
        state = tasks.state(task_id)
        if state is State.DRAFT or (state is State.OPEN and seconds > 0):
            found.append((tasks.task(task_id), seconds))
    return found
