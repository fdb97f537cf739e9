"""Who may do what in which team, and which task is whose for how long."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec


class Role(StrEnum):
    """What a member is in a team."""

    TRAINER = "trainer"
    """Writes: sees what is claimed and what is the own."""
    REVIEWER = "reviewer"
    """Reads what others wrote, never the own."""
    LEAD = "lead"
    """Publishes, certifies, moves people, sees who works on what."""
    CLIENT = "client"
    """Receives what was accepted, and nothing else."""


class Membership(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One member in one team; a team works on one client's project."""

    team: str
    """The team's id, see `domain.ids`."""
    title: str = ""
    """What people call the team."""
    role: Role = Role.TRAINER
    certified: bool = False
    """Whether the team's tasks are given to this member."""
    ended: bool = False
    """Whether the member has left the team; what was claimed there may still be sent."""


class Wish(NamedTuple):
    """Which tasks a trainer would like to have ahead."""

    tasks: int = 20
    """So many at a time; 0: none but those there are."""
    without: tuple[str, ...] = ()
    """Content warnings that the trainer has opted out of."""


class Claim(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A task reserved for one trainer for a time; it expires, the text never does."""

    id: str
    task_id: str
    batch_id: str
    team: str
    granted_at: datetime
    """By the hub's clock, UTC."""
    seconds: int
    """How long it lasts from the moment it was told; counted on a clock that never jumps."""
