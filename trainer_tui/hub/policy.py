"""Who may call what: one table, and what is not in it is denied.

The table decides about calls. Which rows a call then touches follows from the caller's
memberships, in the query itself, so that what belongs to others looks as if it were not there.
"""

from collections.abc import Mapping
from enum import StrEnum

from trainer_tui.domain.membership import Role
from trainer_tui.hub.problems import Refused
from trainer_tui.hub.state import Caller


class Call(StrEnum):
    """Every call that the hub answers; also its name in logs and metrics."""

    HELLO = "hello"
    LOGIN = "login"
    SESSIONS = "sessions"
    END_SESSION = "end_session"
    PUSH = "push"
    CHANGES = "changes"
    HAVE = "have"
    CLAIM = "claim"
    RENEW = "renew"
    RELEASE = "release"
    TEAMS = "teams"
    MEMBERS = "members"
    SET_MEMBERSHIP = "set_membership"
    MOVE = "move"
    REVOKE = "revoke"
    STATUS = "status"
    PUT_BATCH = "put_batch"
    ADD_TASKS = "add_tasks"
    OPEN_BATCH = "open_batch"
    CLOSE_BATCH = "close_batch"
    HEALTH = "health"
    READY = "ready"
    METRICS = "metrics"
    OPENAPI = "openapi"


class Actor(StrEnum):
    """What somebody can be towards a team, or towards the hub."""

    ANYONE = "anyone"
    """Has no token."""
    MEMBER = "member"
    """Is logged in, whatever the teams are."""
    FORMER = "former"
    """Has left the team."""
    TRAINER = Role.TRAINER
    REVIEWER = Role.REVIEWER
    LEAD = Role.LEAD
    CLIENT = Role.CLIENT


class Reach(StrEnum):
    """How far a call may go."""

    OPEN = "open"
    """It tells nothing about anybody."""
    OWN = "own"
    """What is the caller's own."""
    TEAM = "team"
    """All of the team that the path names, and of no other."""


_OPEN: Mapping[Actor, Reach] = {Actor.ANYONE: Reach.OPEN}
_EVERY_MEMBER: Mapping[Actor, Reach] = {Actor.MEMBER: Reach.OWN}
_WORKERS: Mapping[Actor, Reach] = {
    Actor.TRAINER: Reach.OWN,
    Actor.REVIEWER: Reach.OWN,
    Actor.LEAD: Reach.OWN,
    # What was claimed may still be sent by who has left.
    Actor.FORMER: Reach.OWN,
}
_TRAINERS: Mapping[Actor, Reach] = {Actor.TRAINER: Reach.OWN}
_LEADS: Mapping[Actor, Reach] = {Actor.LEAD: Reach.TEAM}

TABLE: Mapping[Call, Mapping[Actor, Reach]] = {
    Call.HELLO: _OPEN,
    Call.LOGIN: _OPEN,
    Call.HEALTH: _OPEN,
    Call.READY: _OPEN,
    Call.OPENAPI: _OPEN,
    # Whom the figures are shown to is a matter of address and token, see `routes.operating`.
    Call.METRICS: _OPEN,
    Call.SESSIONS: _EVERY_MEMBER,
    Call.END_SESSION: _EVERY_MEMBER,
    # Also who is in no team yet: so they learn that they were taken into one.
    Call.CHANGES: _EVERY_MEMBER,
    Call.PUSH: _WORKERS,
    Call.HAVE: _WORKERS,
    Call.CLAIM: _TRAINERS,
    Call.RENEW: _TRAINERS,
    Call.RELEASE: _TRAINERS,
    Call.TEAMS: _LEADS,
    Call.MEMBERS: _LEADS,
    Call.SET_MEMBERSHIP: _LEADS,
    Call.MOVE: _LEADS,
    Call.REVOKE: _LEADS,
    Call.STATUS: _LEADS,
    Call.PUT_BATCH: _LEADS,
    Call.ADD_TASKS: _LEADS,
    Call.OPEN_BATCH: _LEADS,
    Call.CLOSE_BATCH: _LEADS,
}


def is_open(call: Call) -> bool:
    """Whether a call needs no token; raises `KeyError` for one that is not in the table."""
    return Actor.ANYONE in TABLE[call]


def actors(caller: Caller, team_id: str | None = None) -> frozenset[Actor]:
    """Return what a caller is: towards one team, or taking all of theirs together."""
    return frozenset(
        {Actor.MEMBER}
        | {
            Actor.FORMER if membership.ended else Actor(membership.role)
            for membership in caller.memberships
            if team_id is None or membership.team == team_id
        }
    )


def require(call: Call, caller: Caller, team_id: str | None = None) -> None:
    """Pass if the caller may make the call, on the team if the path names one.

    Raises `Refused`: 404 for a team that the caller is not in, so that nobody learns which
    there are, 403 for what the role does not permit.
    """
    found = actors(caller, team_id)
    if found & TABLE[call].keys():
        return
    if team_id is not None and not found - {Actor.MEMBER, Actor.FORMER}:
        raise Refused(404, "there is no such team")
    raise Refused(403, "your role does not permit this", "Ask a lead of the team.")
