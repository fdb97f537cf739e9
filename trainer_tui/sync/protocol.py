"""`trainer-sync/1`: what a workstation and a hub say to each other, as JSON over HTTP.

Both sides use these records. What a person wrote travels as the very bytes in which it
was first encoded (`Raw`), so that fields which one side does not know survive on the other.
"""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Raw

from trainer_tui.domain.membership import Claim, Membership
from trainer_tui.domain.task import BatchHead, Task

VERSION = 1
"""The version of the protocol that this program speaks."""
VERSION_HEADER = "Trainer-Sync"
"""The request header that carries it; outside the hub's range the answer is 426."""

MAX_OPERATIONS = 100
"""Operations in one push."""
MAX_BODY = 2**20
"""Bytes of a request as it travels, compressed or not."""
MAX_PLAIN = 4 * 2**20
"""Bytes of a request when unpacked."""
MAX_OPERATION = 256 * 2**10
"""Bytes of the body of one operation."""
MAX_TEXT = 200_000
"""Characters of one text in a body."""
MAX_CHANGES = 500
"""Changes on one page of the feed."""
MAX_CURSOR = 12_000
"""Characters of a cursor, which names every team of the member."""
MAX_WAIT = 30
"""Seconds that a request for changes may wait for the first one."""
MAX_CLAIMS = 100
"""Tasks claimed at once, and held by one member in one team."""
MAX_HAVE = 1000
"""Operations asked about at once."""


class Wire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What all records of the protocol have in common: they pass over fields they do not know."""


class Limits(Wire, frozen=True, kw_only=True):
    """What the hub takes at once; a workstation sends no more."""

    operations: int = MAX_OPERATIONS
    body: int = MAX_BODY
    plain: int = MAX_PLAIN
    operation: int = MAX_OPERATION
    changes: int = MAX_CHANGES
    wait: int = MAX_WAIT
    claims: int = MAX_CLAIMS
    have: int = MAX_HAVE


class Hello(Wire, frozen=True, kw_only=True):
    """The answer to `GET /v1/hello`, which needs no token."""

    hub: str
    """Id of the hub, the same for its life."""
    epoch: str
    """Another one after a restore: what was pushed since the backup is missing there."""
    lowest: int
    highest: int
    """The versions of the protocol that it speaks."""
    now: datetime
    limits: Limits = Limits()


class Credentials(Wire, frozen=True, kw_only=True):
    """The body of `POST /v1/sessions`."""

    name: str
    password: str
    device: str = ""
    """What the member will recognize the session by."""


class Session(Wire, frozen=True, kw_only=True):
    """A new session; the token is told once and never again."""

    id: str
    token: str
    member: str
    """Id of the member."""
    name: str
    expires_at: datetime
    bundle_key: str = ""
    """Hexadecimal; signs shift bundles between this member and the hub."""


class SessionLine(Wire, frozen=True, kw_only=True):
    """A session as its list shows it."""

    id: str
    device: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    current: bool = False


class Sessions(Wire, frozen=True, kw_only=True):
    """The answer to `GET /v1/sessions`: the member's own."""

    sessions: tuple[SessionLine, ...]


class Operation(Wire, frozen=True, kw_only=True):
    """One thing that a member did; delivered once or ten times, it has one effect."""

    op_id: str
    """The record's id, a UUIDv7 made on the workstation."""
    kind: str
    """`submission`, `skip`, `flag`, `withdrawal` or `shift`."""
    team: str
    body: Raw
    """The record without what only the workstation knows (`LOCAL_FIELDS`)."""
    receipt: str = ""
    """What the hub gave for it, if it was taken once: a restored hub takes it again."""


class ShiftBody(Wire, frozen=True, kw_only=True):
    """The body of an operation of kind `shift`: a shift that has ended, with its ledger."""

    id: str
    started_at: datetime
    ended_at: datetime
    program: str = ""
    active: float = 0.0
    idle: float = 0.0
    paused: float = 0.0
    """Seconds."""
    tasks: dict[str, float] = {}
    """Active seconds by task id, of this team's tasks."""


LOCAL_FIELDS = frozenset({"sync", "refusal", "hub_seq", "receipt"})
"""Fields of a record that say how far it got, and so are no part of it."""


class Push(Wire, frozen=True, kw_only=True):
    """The body of `POST /v1/push`; each operation is read by itself, so one cannot spoil others."""

    operations: tuple[Raw, ...]
    """Each an `Operation`."""


class Status(StrEnum):
    """What became of one operation."""

    ACCEPTED = "accepted"
    """It is on the hub's disk, with `seq`."""
    DUPLICATE = "duplicate"
    """It was there already, with `seq`."""
    CONFLICT = "conflict"
    """It is there, with `seq`, beside another one that claims the same place; both are kept."""
    REFUSED = "refused"
    """It will never be taken as it is; `code` and `message` say why."""
    RETRY = "retry"
    """Not now; again after `seconds`."""


class Refusal(StrEnum):
    """Why an operation is refused for good."""

    OTHER_BODY = "other_body"
    """The id is taken by an operation that says something else; this one is kept aside."""
    UNREADABLE = "unreadable"
    UNKNOWN_KIND = "unknown_kind"
    TOO_LARGE = "too_large"
    UNKNOWN_TASK = "unknown_task"
    NOT_CLAIMED = "not_claimed"
    """The task was never given to this member."""
    NOT_YOURS = "not_yours"
    """It takes back, or corrects, what somebody else sent."""
    NOT_A_MEMBER = "not_a_member"
    BAD_TEXT = "bad_text"
    """The text holds control characters, or half of one."""


class Result(Wire, frozen=True, kw_only=True):
    """What became of one operation."""

    op_id: str
    status: Status
    seq: int = 0
    late: bool = False
    """The claim had expired; it is kept all the same."""
    receipt: str = ""
    """Proof that it was taken, for a hub that is restored from a backup."""
    code: str = ""
    """A `Refusal`, or one that a newer hub knows."""
    message: str = ""
    seconds: float = 0


class Pushed(Wire, frozen=True, kw_only=True):
    """The answer to a push; an operation that is not in it is still to be sent."""

    results: tuple[Result, ...]


class ChangeKind(StrEnum):
    """What a change of the feed can be about."""

    BATCH = "batch"
    CLAIM = "claim"
    CLAIM_ENDED = "claim_ended"
    RECORD = "record"
    MEMBERSHIP = "membership"


class Change(Wire, frozen=True, kw_only=True):
    """One line of the feed, in the hub's order."""

    team: str
    seq: int
    """Counts within the team, without a gap."""
    kind: str
    body: Raw
    """By `kind`: `BatchChange`, `ClaimedTask`, `ClaimEnded`, `RecordChange`, `Membership`."""


class BatchChange(Wire, frozen=True, kw_only=True):
    """A batch was published, its guidelines have changed, or it was closed."""

    head: BatchHead
    closed: bool = False


class ClaimedTask(Wire, frozen=True, kw_only=True):
    """A task is this member's for a time."""

    claim: Claim
    task: Task


class ClaimEnded(Wire, frozen=True, kw_only=True):
    """A claim is over before its time."""

    claim_id: str
    task_id: str
    why: str
    """`answered`, `skipped`, `flagged`, `released`, `revoked` or `closed`."""


class RecordChange(Wire, frozen=True, kw_only=True):
    """A record of this member is at the hub, from whichever machine it came."""

    op_id: str
    kind: str
    record: Raw
    late: bool = False
    conflict: bool = False


BODIES: dict[str, type[Any]] = {
    ChangeKind.BATCH: BatchChange,
    ChangeKind.CLAIM: ClaimedTask,
    ChangeKind.CLAIM_ENDED: ClaimEnded,
    ChangeKind.RECORD: RecordChange,
    ChangeKind.MEMBERSHIP: Membership,
}
"""How the body of a change is read; a kind that is not here goes to quarantine."""


Places = dict[str, tuple[int, int]]
"""How far the feed was read, by team: the last number of what is addressed to the member, and
of what is for all of the team. They differ after a time away, in which the second stands still."""


class Page(Wire, frozen=True, kw_only=True):
    """The answer to `GET /v1/changes`."""

    changes: tuple[Change, ...]
    cursor: str
    """Opaque; what to ask with next, and to store together with what these changes did."""
    more: bool = False
    reached: Places = {}
    """What the cursor says, in the clear."""


class ClaimRequest(Wire, frozen=True, kw_only=True):
    """The body of `POST /v1/claims`."""

    count: int = 20
    batch: str | None = None
    """Only tasks of this batch."""
    without: tuple[str, ...] = ()
    """Content warnings that the member has opted out of."""
    request_id: str = ""
    """Of the workstation's making: the same request twice is given the same tasks."""


class Claimed(Wire, frozen=True, kw_only=True):
    """The answer: tasks that are now this member's; they are in the feed as well."""

    tasks: tuple[ClaimedTask, ...]
    batches: tuple[BatchHead, ...] = ()
    """The batches of these tasks."""


class ClaimIds(Wire, frozen=True, kw_only=True):
    """The body of `POST /v1/claims/renew` and `/release`."""

    claims: tuple[str, ...]


class Renewed(Wire, frozen=True, kw_only=True):
    """The answer: the claims that were renewed or released; the others had ended."""

    claims: tuple[Claim, ...]


class Pair(Wire, frozen=True, kw_only=True):
    """An operation that was acknowledged once, by id and digest."""

    op_id: str
    digest: str


class HaveRequest(Wire, frozen=True, kw_only=True):
    """The body of `POST /v1/have`."""

    operations: tuple[Pair, ...]


class Have(Wire, frozen=True, kw_only=True):
    """Which of them the hub lacks, and which it has with another content."""

    missing: tuple[str, ...] = ()
    different: tuple[str, ...] = ()


class Problem(Wire, frozen=True, kw_only=True):
    """The body of every answer that is no success."""

    code: str
    title: str
    message: str
    hint: str = ""
    request_id: str = ""


def digest(body: bytes) -> str:
    """Return the SHA-256, hexadecimal, of a JSON value in one spelling: sorted, without spaces.

    So two programs that write the same record in another order agree. Raises
    `msgspec.DecodeError` for what is no JSON.
    """
    return digest_of(msgspec.json.decode(body))


def digest_of(value: Any) -> str:
    """Return the `digest` of a JSON value that has been read."""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()
