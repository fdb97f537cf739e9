"""How things stand with the hub, and what an exchange with it came to: records for the screen."""

from datetime import datetime
from enum import StrEnum

import msgspec

from trainer_tui.domain.errors import TrainerError


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
    """Titles of the teams, with the role if it is not a trainer's, and with why no tasks come."""
    waiting: int = 0
    """Records that are still to leave."""
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
