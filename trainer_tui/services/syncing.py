"""Work leaves for the hub, and what is new there comes in, whenever a line exists."""

from datetime import datetime
from enum import StrEnum

import msgspec

from trainer_tui.domain.errors import TrainerError
from trainer_tui.services.changes import Change


class Phase(StrEnum):
    """What the line to the hub is doing."""

    NO_HUB = "no hub"
    """Nobody has logged in: everything stays on this machine."""
    IDLE = "idle"
    SYNCING = "syncing"
    OFFLINE = "offline"
    """The hub did not answer; it is asked again by itself."""
    SIGNED_OUT = "signed out"
    """The hub does not know the token any more; work goes on, and leaves after a login."""
    TOO_OLD = "too old"
    """The hub speaks another protocol; work goes on, and leaves after an update."""


class Refused(msgspec.Struct, frozen=True):
    """A record that the hub will not take as it is; it stays on this machine."""

    record_id: str
    task_id: str
    title: str
    """Of the task."""
    what: str
    """`submission`, `skip`, `flag`, `withdrawal` or `shift`."""
    code: str
    reason: str
    """A sentence."""
    way_out: str
    """What to do, a sentence."""


class SetAside(msgspec.Struct, frozen=True):
    """Something from the hub that this version cannot read; its bytes are in the quarantine."""

    id: str
    what: str
    reason: str
    place: str
    """The file in the data folder."""


class SyncStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How things stand with the hub, from memory, at once."""

    phase: Phase
    hub: str = ""
    """The hub's address."""
    member: str = ""
    """As whom one is logged in."""
    teams: tuple[str, ...] = ()
    """Titles of the teams, with the role where it is not that of a trainer."""
    waiting: int = 0
    """Records, and hours of shifts that have ended, still to leave."""
    staying: int = 0
    """Records of batches that came from no hub; they stay here."""
    refused: tuple[Refused, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    last_at: datetime | None = None
    """When all was exchanged last, UTC."""
    next_in: float | None = None
    """Seconds until the next try; None: only after work, or on request."""
    trouble: TrainerError | None = None
    """Why the last try failed."""
    skew: float = 0.0
    """Seconds by which this machine's clock is ahead of the hub's, where that is worth a word."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one exchange with the hub came to, as far as it got."""

    sent: int = 0
    """Records and shifts that the hub has now and had not before."""
    late: int = 0
    """Of these, work whose claim had expired; it is kept all the same."""
    refused: int = 0
    received: int = 0
    """Changes that came in."""
    claimed: int = 0
    """Tasks that became this member's."""
    tasks: frozenset[str] = frozenset()
    """Ids of the tasks whose text or state may have changed, as in `Change`."""
    trouble: TrainerError | None = None
    """Why it got no further."""


class Syncing:
    """The line to the hub. Every method may be called by any thread.

    `status`, `time_left` and `next_in` answer from memory. All that is marked *network*
    takes as long as the network does and belongs into a worker; none of these holds the
    workstation's lock meanwhile. Expected trouble of `sync` is in its outcome and in the
    status; the other methods raise a `TrainerError`.
    """

    def status(self) -> SyncStatus:
        """Return how things stand."""
        raise NotImplementedError

    def sync(self) -> Outcome:
        """Exchange everything, once (*network*); never raises a `TrainerError`.

        Call it at the start, after a submission, when the trainer asks, and when
        `SyncStatus.next_in` has passed. A call while another one runs lets that one go
        round once more and returns at once.
        """
        raise NotImplementedError

    def log_in(self, url: str, name: str, password: str, device: str = "") -> SyncStatus:
        """Open a session at a hub and remember it (*network*)."""
        raise NotImplementedError

    def log_out(self) -> SyncStatus:
        """End the session, at the hub too if it answers (*network*); all work stays here."""
        raise NotImplementedError

    def send_again(self, record_id: str) -> Change:
        """Let a refused record leave again with the next exchange."""
        raise NotImplementedError

    def keep_here(self, record_id: str) -> Change:
        """Let a refused record be: it stays on this machine and is not shown as refused."""
        raise NotImplementedError

    def confirm(self, id: str) -> Change:
        """The trainer has read about something that was set aside; its bytes stay."""
        raise NotImplementedError

    def give_back(self, task_id: str) -> Change:
        """Give a claimed task back to the hub (*network*); text that exists stays here."""
        raise NotImplementedError

    def time_left(self, task_id: str) -> float | None:
        """Return the seconds for which a task is still this member's, negative when over.

        None: it is not claimed.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Break off what is going on, so that the program can end."""
        raise NotImplementedError
