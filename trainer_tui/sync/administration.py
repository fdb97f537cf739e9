"""What leads say to the hub: teams and their members, batches, and who works on what."""

from datetime import datetime

from trainer_tui.domain.membership import Role
from trainer_tui.domain.task import BatchHead, Task
from trainer_tui.sync.protocol import Wire

MAX_TASKS = 500
"""Tasks of a batch sent at once."""
MAX_OVERLAP = 100
"""Answers that one task may want."""
MAX_CLAIM_HOURS = 24 * 30
"""Hours that a claim may last."""


class TeamLine(Wire, frozen=True, kw_only=True):
    """A team as the list of teams shows it."""

    id: str
    title: str
    members: int = 0
    """Those who have not left it."""
    open_batches: int = 0


class Teams(Wire, frozen=True, kw_only=True):
    """The answer to `GET /v1/teams`: those that the caller leads."""

    teams: tuple[TeamLine, ...]


class MemberLine(Wire, frozen=True, kw_only=True):
    """A member of a team as its list shows them."""

    id: str
    name: str
    role: Role
    certified: bool = False
    since: datetime
    ended_at: datetime | None = None
    """When the member left the team."""
    disabled_at: datetime | None = None
    """When the member was revoked, everywhere."""
    last_seen: datetime | None = None


class Members(Wire, frozen=True, kw_only=True):
    """The answer to `GET /v1/teams/{team}/members`."""

    members: tuple[MemberLine, ...]


class MembershipChange(Wire, frozen=True, kw_only=True):
    """The body of `PUT /v1/teams/{team}/members/{member}`; None leaves a thing as it is."""

    role: Role | None = None
    certified: bool | None = None
    ended: bool | None = None


class Move(Wire, frozen=True, kw_only=True):
    """The body of `POST /v1/teams/{team}/moves`: a member goes on in another team."""

    member: str
    to: str
    """Id of the other team."""
    certified: bool = False
    """Whether tasks of the other team are given at once; standing in one is none in another."""


class PublishRequest(Wire, frozen=True, kw_only=True):
    """The body of `PUT /v1/teams/{team}/batches/{batch}`."""

    head: BatchHead
    overlap: int = 1
    """How many members answer each task."""
    claim_hours: float = 24.0
    """How long a claim lasts."""


class Tasks(Wire, frozen=True, kw_only=True):
    """The body of `POST /v1/teams/{team}/batches/{batch}/tasks`: at most `MAX_TASKS`."""

    tasks: tuple[Task, ...]


class Published(Wire, frozen=True, kw_only=True):
    """The answer to every call on a batch: how it is now, and what became of the tasks sent."""

    batch: str
    state: str
    """`draft`, `open` or `closed`."""
    guidelines: str = ""
    """The label of the guidelines in force."""
    tasks: int = 0
    """All tasks of the batch."""
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    """Sent with another content, but claimed or answered already: they stay as they were."""
    unworkable: int = 0
    """Of a kind that workstations cannot open yet; nobody is given them."""


class MemberStatus(Wire, frozen=True, kw_only=True):
    """What one member of a team works on."""

    id: str
    name: str
    role: Role
    certified: bool = False
    ended: bool = False
    disabled: bool = False
    claimed: int = 0
    """Tasks held now."""
    oldest_seconds: int = 0
    """How long ago the oldest of them was claimed."""
    left_seconds: int = 0
    """How long until the first of them expires."""
    answered_today: int = 0
    """Tasks, since midnight UTC."""
    answered: int = 0
    late: int = 0
    """Answers that came after their claim was over."""
    skipped: int = 0
    flagged: int = 0
    last_seen: datetime | None = None


class BatchStatus(Wire, frozen=True, kw_only=True):
    """How far a batch is; counts answers that its tasks want, so a task with overlap 3 is 3."""

    id: str
    title: str
    state: str
    overlap: int
    claim_hours: float
    tasks: int = 0
    open: int = 0
    taken: int = 0
    answered: int = 0
    gone: int = 0
    """Not to be given, since the batch is not open."""
    skipped: int = 0
    flagged: int = 0
    """How often that was done."""
    oldest_seconds: int | None = None
    """How long ago the batch was opened, if it has a free task."""


class Contested(Wire, frozen=True, kw_only=True):
    """A task that more members answered than it wanted: all answers stand, the lead decides."""

    task: str
    batch: str
    wanted: int
    members: tuple[str, ...]
    """Ids of who answered it."""


class FlaggedTask(Wire, frozen=True, kw_only=True):
    """A task that members called broken."""

    task: str
    batch: str
    members: tuple[str, ...]


class TeamStatus(Wire, frozen=True, kw_only=True):
    """The answer to `GET /v1/teams/{team}/status`."""

    team: str
    title: str
    now: datetime
    members: tuple[MemberStatus, ...] = ()
    batches: tuple[BatchStatus, ...] = ()
    contested: tuple[Contested, ...] = ()
    """At most 100."""
    flagged: tuple[FlaggedTask, ...] = ()
    """At most 100."""
