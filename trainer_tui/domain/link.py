"""What a workstation remembers of its hub: who it is there, how far it has read, what it holds."""

from datetime import datetime

import msgspec

from trainer_tui.domain.membership import Claim, Membership
from trainer_tui.domain.sync import SyncState


class Link(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The hub that this workstation belongs to, and as whom; the token is not here."""

    url: str
    """Empty where there is no line: everything goes by shift bundles."""
    hub: str
    """The hub's id."""
    epoch: str
    """Another one after the hub was restored from a backup; empty: nothing was heard yet."""
    member: str
    """Id of the member."""
    name: str
    """What people call the member."""
    device: str = ""
    since: datetime
    """When this workstation first logged in there, UTC."""


class Held(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A claim, and when this workstation heard of it."""

    claim: Claim
    told_at: datetime
    """By this machine's clock, UTC: its seconds count from here."""


class Unread(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change from the hub that could not be read; its bytes are in the quarantine."""

    id: str
    """Follows from its bytes."""
    what: str
    """Its kind, as far as that is known."""
    reason: str
    place: str
    """The file that holds its bytes."""
    confirmed: bool = False
    """Whether the trainer has read about it."""


class HubState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that a workstation remembers of its hub, replaced as a whole by one write."""

    link: Link | None = None
    cursor: str | None = None
    """Where to read on; None: from the start."""
    reached: dict[str, tuple[int, int]] = {}
    """What the cursor says, as the hub put it in the clear (`sync.protocol.Places`)."""
    bundle: str = ""
    """Id of the newest shift bundle from the hub that was applied; ids are in the hub's order."""
    memberships: tuple[Membership, ...] = ()
    held: tuple[Held, ...] = ()
    unread: tuple[Unread, ...] = ()
    heads: dict[str, int] = {}
    """By batch, the hub's number of the head that is here: an older one is passed over."""
    closed: tuple[str, ...] = ()
    """Batches that their lead has closed: claims in them that nobody has begun are given back."""
    kept: tuple[str, ...] = ()
    """Ids of refused records that the trainer lets be."""
    exchanged_at: datetime | None = None
    """When all was exchanged last, UTC."""
    compared_at: datetime | None = None
    """When the hub was asked last whether it has all that it acknowledged, UTC."""
    program: str = ""
    """The version that read last: a newer one may read what could not be read."""

    @property
    def line(self) -> Link | None:
        """The link, if there is a hub to talk with and not only one for shift bundles."""
        return self.link if self.link is not None and self.link.url else None


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """How far a record, or the hours of a shift (`record_id` is the shift's), got."""

    record_id: str
    shift_id: str
    sync: SyncState
    refusal: str | None = None
    hub_seq: int = 0
    receipt: str = ""
    """Empty: the record keeps the one that it has."""
