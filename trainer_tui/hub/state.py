"""What every call on the hub works with: its database, its clock, its ids and who it is."""

from collections.abc import Callable
from typing import NamedTuple

from trainer_tui.domain.membership import Membership, Role
from trainer_tui.hub.database import Database


class Hub(NamedTuple):
    """One hub, as one of its processes holds it; several may serve the same database."""

    database: Database
    now: Callable[[], float]
    """Seconds since 1970."""
    new_id: Callable[[], str]
    """Makes a fresh UUIDv7."""
    id: str
    epoch: str
    cursor_key: bytes
    """Signs the cursors, so that nobody reads from where they may not."""


class Caller(NamedTuple):
    """The member behind a request, as the token says and nothing else."""

    member_id: str
    name: str
    session_id: str
    memberships: tuple[Membership, ...]
    """Also those that have ended."""

    def membership(self, team_id: str) -> Membership | None:
        """Return the membership in a team, ended or not; None if there never was one."""
        return next((known for known in self.memberships if known.team == team_id), None)

    def teams(self, *roles: Role) -> tuple[str, ...]:
        """Return the ids of the teams where this member now has one of the roles, sorted."""
        found = (m.team for m in self.memberships if m.role in roles and not m.ended)
        return tuple(sorted(found))
