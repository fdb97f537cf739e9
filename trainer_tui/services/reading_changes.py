"""Reads one change of the feed, or says why it cannot be read; touches nothing."""

import hashlib
from typing import Any, NamedTuple

import msgspec

from trainer_tui.domain import strict
from trainer_tui.domain.ids import is_safe
from trainer_tui.domain.membership import Membership
from trainer_tui.domain.submission import Flag, Skip, Submission, Withdrawal, WorkRecord
from trainer_tui.sync.protocol import (
    BODIES,
    BatchChange,
    Change,
    ChangeKind,
    ClaimedTask,
    ClaimEnded,
    RecordChange,
)

LONGEST_CLAIM = 366 * 24 * 3600
"""Seconds."""
LONGEST_CHANGE = 8 * 2**20
"""Bytes."""
RECORDS: dict[str, type[WorkRecord]] = {
    "submission": Submission,
    "skip": Skip,
    "flag": Flag,
    "withdrawal": Withdrawal,
}


class Unreadable(Exception):
    """Why a change cannot be used here, for the trainer."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(reason)
        self.what = what
        self.reason = reason


class ReadChange(NamedTuple):
    """A change that can be used."""

    team: str
    seq: int
    body: BatchChange | ClaimedTask | ClaimEnded | RecordChange | Membership
    record: WorkRecord | None
    """Of a `RecordChange` that is no shift."""
    raw: bytes
    """As it came."""

    @property
    def id(self) -> str:
        """What it would be called if it were set aside."""
        return id_of(self.raw)


def id_of(raw: bytes) -> str:
    """Return an id that follows from the bytes of a change."""
    return hashlib.sha256(raw).hexdigest()[:12]


def read_change(raw: bytes) -> ReadChange:
    """Read a change strictly; raises `Unreadable`."""
    what = "a change"
    try:
        if len(raw) > LONGEST_CHANGE:
            raise Unreadable(what, "It is larger than this program takes.")
        strict.decode(raw)
        change = msgspec.json.decode(raw, type=Change)
        what = _name(change.kind)
        if change.kind not in BODIES:
            raise Unreadable(what, "This version does not know such changes.")
        body: Any = msgspec.json.decode(change.body, type=BODIES[change.kind])
        record = _record(body) if change.kind == ChangeKind.RECORD else None
    except strict.BadJSON as error:
        raise Unreadable(what, f"It is no sound JSON: {error.message}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(what, f"{strict.in_words(str(error))}.") from None
    _require_sense(what, change, body, record)
    return ReadChange(change.team, change.seq, body, record, raw)


def _record(body: RecordChange) -> WorkRecord | None:
    kind = RECORDS.get(body.kind)
    if kind is None:
        return None
    return msgspec.json.decode(body.record, type=kind)


def _require_sense(what: str, change: Change, body: Any, record: WorkRecord | None) -> None:
    """Raise `Unreadable` for ids that cannot be, and for what contradicts itself."""
    ids: list[str] = [change.team]
    agrees = change.seq > 0
    match body:
        case BatchChange():
            ids.append(body.head.id)
        case ClaimedTask():
            claim = body.claim
            ids += [claim.id, claim.batch_id, body.task.id]
            agrees &= claim.task_id == body.task.id and claim.team == change.team
            agrees &= 0 < claim.seconds <= LONGEST_CLAIM and claim.granted_at.tzinfo is not None
        case ClaimEnded():
            ids += [body.claim_id, body.task_id]
        case RecordChange():
            ids.append(body.op_id)
            if record is not None:
                ids += [record.batch_id, record.task_id, record.shift_id]
                agrees &= record.id == body.op_id and record.at.tzinfo is not None
        case Membership():
            agrees &= body.team == change.team
    if not all(map(is_safe, ids)):
        raise Unreadable(what, "It holds an id that cannot be one.")
    if not agrees:
        raise Unreadable(what, "It contradicts itself.")


def _name(kind: str) -> str:
    names = {
        ChangeKind.BATCH: "a batch",
        ChangeKind.CLAIM: "a task",
        ChangeKind.CLAIM_ENDED: "the end of a claim",
        ChangeKind.RECORD: "a record",
        ChangeKind.MEMBERSHIP: "a membership",
    }
    return names.get(kind, "a change")  # type: ignore[call-overload,no-any-return]
