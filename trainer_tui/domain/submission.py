"""What leaves the trainer's hands: submissions, skips, flags and their withdrawals.

Every record is immutable and append-only; what a task's state is follows from them
(`domain.progress`).
"""

from datetime import datetime
from typing import Any

import msgspec

from trainer_tui.domain.message import Conversation, Message, Pair, Role, as_messages
from trainer_tui.domain.provenance import Provenance
from trainer_tui.domain.sync import SyncState
from trainer_tui.domain.task import Category, Task
from trainer_tui.domain.verdicts import Verdict


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What all records of a shift carry."""

    id: str
    task_id: str
    batch_id: str
    shift_id: str
    at: datetime
    """When it was acknowledged to the trainer, UTC."""
    sync: SyncState = SyncState.PENDING
    refusal: str | None = None
    """The hub's code, when it refused the record."""
    hub_seq: int = 0
    """Its place in the hub's order of its team, which every machine follows; 0: not there yet."""
    receipt: str = ""
    """The hub's proof that it took the record, for a hub that is restored from a backup."""


class Submission(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Finished work; a correction is a new revision that names the one it replaces."""

    pairs: tuple[Pair, ...]
    opening: Conversation = ()
    """What stood before the trainer's first turn: the task's system message and context."""
    revision: int = 1
    replaces: str | None = None
    """Id of the submission that this one corrects."""
    draft_id: str = ""
    note: str = ""
    guidelines_version: str = ""
    """The label of the guidelines that the trainer had read last (`Guidelines.label`)."""
    verdicts: tuple[Verdict, ...] = ()
    """What each rule of the task said when it was sent."""
    self_scores: dict[str, int] = {}
    """The trainer's own score, 1 to 7, by the name of the rubric's scale."""
    explanation: str = ""
    """What the trainer says about pasted text."""
    provenance: Provenance | None = None
    """Where the text came from; it stays with the trainer unless the batch asks for it."""
    shares_provenance: bool = False
    """Whether the batch asked for it when this was sent, and so it leaves with the work."""
    active_seconds: float = 0.0
    """Active time at this task since the submission before it that stands."""


class Skip(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The trainer passes on a task; never counts against anyone."""

    reason: str
    note: str = ""


class Flag(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The trainer reports that a task is broken."""

    reason: str
    note: str = ""


class Withdrawal(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Takes back an earlier submission, skip or flag."""

    record_id: str


WorkRecord = Submission | Skip | Flag | Withdrawal


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A submission together with what its task gave: what an export writes."""

    submission_id: str
    task_id: str
    batch_id: str
    revision: int
    messages: Conversation
    """The full conversation: system, context, and the trainer's turns."""
    own: int
    """Index in `messages` of the first message of the trainer's turns."""
    category: str
    language: str
    submitted_at: datetime
    status: str = "standing"
    """`standing`, `replaced` by a newer revision, or `withdrawn`."""
    note: str = ""
    """From the trainer to the reviewer."""
    trainer: str = ""
    shift_id: str = ""
    guidelines_version: str = ""
    verdicts: tuple[Verdict, ...] = ()
    self_scores: dict[str, int] = {}
    explanation: str = ""
    provenance: Provenance | None = None
    """None: not known, or the batch does not ask for it."""
    active_seconds: float = 0.0
    extra: dict[str, Any] = {}


def opening(task: Task) -> Conversation:
    """Return what a task puts before the trainer's first turn."""
    system = (Message(Role.SYSTEM, task.system),) if task.system is not None else ()
    return system + task.context


def as_sample(
    submission: Submission,
    task: Task | None,
    *,
    language: str = "",
    status: str = "standing",
    trainer: str = "",
    provenance: bool = False,
) -> Sample:
    """Join a submission with its task for export; a task that is gone costs only its labels.

    `language` is the batch's; `trainer` the name in the shift. Without `provenance` that of
    the submission is left out: only the batch's wish takes it along.
    """
    return Sample(
        submission_id=submission.id,
        task_id=submission.task_id,
        batch_id=submission.batch_id,
        revision=submission.revision,
        messages=submission.opening + as_messages(submission.pairs),
        own=len(submission.opening),
        category=task.category.value if task else Category.OTHER.value,
        language=(task.language if task else None) or language,
        submitted_at=submission.at,
        status=status,
        note=submission.note,
        trainer=trainer,
        shift_id=submission.shift_id,
        guidelines_version=submission.guidelines_version,
        verdicts=submission.verdicts,
        self_scores=submission.self_scores,
        explanation=submission.explanation,
        provenance=submission.provenance if provenance else None,
        active_seconds=submission.active_seconds,
        extra=task.extra if task else {},
    )
