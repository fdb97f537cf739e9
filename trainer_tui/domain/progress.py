"""The state of a task, derived from the records about it and never stored."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.submission import Flag, Skip, Submission, Withdrawal, WorkRecord
from trainer_tui.domain.sync import SyncState
from trainer_tui.domain.task import Task


class State(StrEnum):
    """Where a task stands for this trainer, in the order of the task list."""

    DRAFT = "draft"
    """In progress: a draft exists."""
    OPEN = "open"
    UNWORKABLE = "not yet workable"
    FLAGGED = "flagged"
    SKIPPED = "skipped"
    DONE = "done"


class Verb(StrEnum):
    """What a trainer can do to a task."""

    WRITE = "write"
    SUBMIT = "submit"
    SKIP = "skip"
    FLAG = "flag"
    WITHDRAW = "withdraw"
    """Take back the last submission, skip or flag."""


_ALLOWED: Mapping[State, frozenset[Verb]] = {
    State.OPEN: frozenset({Verb.WRITE, Verb.SUBMIT, Verb.SKIP, Verb.FLAG}),
    State.DRAFT: frozenset({Verb.WRITE, Verb.SUBMIT, Verb.SKIP, Verb.FLAG, Verb.WITHDRAW}),
    State.DONE: frozenset({Verb.WRITE, Verb.SUBMIT, Verb.FLAG, Verb.WITHDRAW}),
    State.SKIPPED: frozenset({Verb.WRITE, Verb.SUBMIT, Verb.FLAG, Verb.WITHDRAW}),
    State.FLAGGED: frozenset({Verb.WITHDRAW}),
    State.UNWORKABLE: frozenset({Verb.SKIP, Verb.FLAG}),
}


class History(msgspec.Struct, frozen=True):
    """What counts of the records about one task: those that were not withdrawn."""

    last: Submission | None = None
    """The newest submission that stands."""
    withdrawn: Submission | None = None
    """The submission that was taken back last, if that was after `last`."""
    skip: Skip | None = None
    flag: Flag | None = None
    revision: int = 0
    """The highest revision ever submitted, withdrawn or not."""

    newest: Submission | Skip | Flag | None = None
    """The record that a withdrawal would take back."""


NOTHING_YET = History()


def place(record: WorkRecord) -> tuple[int, int, str]:
    """Return where a record stands among those of its task, smallest first.

    What the hub has is in the hub's order, which all machines share, so that all show the
    same newest one; what is still to leave comes after it in the order of writing, as it
    will there. What the hub refused comes before both: it counts only where nothing else does.
    """
    if record.sync is SyncState.REFUSED:
        return 0, 0, record.id
    return (1, record.hub_seq, record.id) if record.hub_seq else (2, 0, record.id)


def taken_back(records: Collection[WorkRecord]) -> set[str]:
    """Return the ids of what was withdrawn.

    A withdrawal that the hub refused counts only for what the hub refused too: elsewhere
    the record still stands.
    """
    refused = {record.id for record in records if record.sync is SyncState.REFUSED}
    return {
        record.record_id
        for record in records
        if isinstance(record, Withdrawal)
        and (record.id not in refused or record.record_id in refused)
    }


def histories(records: Iterable[WorkRecord]) -> dict[str, History]:
    """Fold records, which come in the order of their `place`, into one history a task.

    A skip or a flag that the hub refused is passed over: the task is to be worked on.
    """
    records = list(records)
    submissions = {r.id: r for r in records if isinstance(r, Submission)}
    gone = taken_back(records)
    by_task: dict[str, History] = {}
    for record in records:
        history = by_task.get(record.task_id, NOTHING_YET)
        changes: dict[str, Any] = {}
        if isinstance(record, Submission):
            changes["revision"] = max(history.revision, record.revision)
        if isinstance(record, Withdrawal):
            taken = submissions.pop(record.record_id, None) if record.record_id in gone else None
            if taken is not None:
                changes["withdrawn"] = taken
        elif isinstance(record, Skip | Flag) and record.sync is SyncState.REFUSED:
            continue
        elif record.id not in gone:
            changes["newest"] = record
            match record:
                case Submission():
                    changes |= {"last": record, "withdrawn": None, "skip": None}
                case Skip():
                    changes["skip"] = record
                case Flag():
                    changes["flag"] = record
        by_task[record.task_id] = msgspec.structs.replace(history, **changes)
    return by_task


def state_of(task: Task, history: History, *, has_draft: bool) -> State:
    """Derive where a task stands."""
    if history.flag is not None:
        return State.FLAGGED
    if history.skip is not None:
        return State.SKIPPED
    if has_draft and task.workable:
        return State.DRAFT
    if history.last is not None:
        return State.DONE
    return State.OPEN if task.workable else State.UNWORKABLE


def allowed(state: State, verb: Verb) -> bool:
    """Whether `verb` is possible in `state`."""
    return verb in _ALLOWED[state]


def refusal(state: State, verb: Verb) -> str:
    """Say in a sentence why `verb` is not possible in `state`."""
    if state is State.UNWORKABLE:
        return "This kind of task is not yet workable here; it can be skipped or flagged."
    if verb is Verb.WITHDRAW:
        return "There is nothing to take back on this task."
    if state is State.FLAGGED:
        return "This task is flagged as broken; take the flag back first."
    if state.value == _PAST[verb]:
        return f"This task is already {state.value}."
    return f"A task that is {state.value} cannot be {_PAST[verb]}."


_PAST = {
    Verb.WRITE: "opened",
    Verb.SUBMIT: "submitted",
    Verb.SKIP: "skipped",
    Verb.FLAG: "flagged",
    Verb.WITHDRAW: "taken back",
}


def require(state: State, verb: Verb) -> None:
    """Raise `NotAllowed` unless `verb` is possible in `state`."""
    if not allowed(state, verb):
        raise NotAllowed(refusal(state, verb))
