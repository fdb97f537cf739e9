"""What a lead does: people, batches, and who works on what; each in a team that they lead.

The policy has let the caller through for the team in the path. What else a call names, a
member or another team, is looked at here: what is not the caller's is not there.
"""

import sqlalchemy as sa

from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.membership import Membership, Role
from trainer_tui.hub import people, publishing, schema, standing
from trainer_tui.hub.policy import Call
from trainer_tui.hub.problems import Refused
from trainer_tui.hub.routes.endpoints import Asked, Endpoint, require_ids
from trainer_tui.sync.administration import (
    Members,
    MembershipChange,
    Move,
    Published,
    PublishRequest,
    Tasks,
    Teams,
    TeamStatus,
)


def teams(asked: Asked) -> Teams:
    """List the teams that the caller leads."""
    led = asked.caller.teams(Role.LEAD)
    return Teams(teams=tuple(team for team in people.teams(asked.hub) if team.id in led))


def members(asked: Asked) -> Members:
    """List who is or was in the team."""
    return Members(members=people.members(asked.hub, asked.path["team"]))


def set_membership(asked: Asked) -> Membership:
    """Certify a member of the team, change the role, end the membership or begin it again."""
    body: MembershipChange = asked.body
    team, member = asked.path["team"], asked.path["member"]
    _require_member(asked, team, member)
    return people.set_membership(
        asked.hub,
        asked.caller.member_id,
        team,
        member,
        role=body.role,
        certified=body.certified,
        ended=body.ended,
    )


def move(asked: Asked) -> None:
    """Move a member of the team to another one that the caller leads too."""
    body: Move = asked.body
    require_ids(body.member, body.to)
    if body.to not in asked.caller.teams(Role.LEAD):
        raise Refused(404, "there is no such team")
    actor, team = asked.caller.member_id, asked.path["team"]
    _require_member(asked, team, body.member)
    people.move(asked.hub, actor, body.member, team, body.to, certified=body.certified)


def revoke(asked: Asked) -> None:
    """Shut a member of the team out of the hub, at once and everywhere."""
    _require_member(asked, asked.path["team"], asked.path["member"], now=True)
    if asked.path["member"] == asked.caller.member_id:
        raise BadInput("nobody shuts out themselves", "Another lead does, or the operator.")
    people.revoke(asked.hub, asked.caller.member_id, asked.path["member"])


def _require_member(asked: Asked, team_id: str, member_id: str, *, now: bool = False) -> None:
    """Pass if somebody is in a team, or was; raises `Refused` with 404."""
    memberships = schema.memberships.c
    query = sa.select(memberships.ended_at).where(
        memberships.team_id == team_id, memberships.member_id == member_id
    )
    row = asked.hub.database.read(lambda connection: connection.execute(query).first())
    if row is None or (now and row.ended_at is not None):
        raise Refused(404, "there is no such member")


def status(asked: Asked) -> TeamStatus:
    """Tell who works on what, and how far the batches are."""
    return standing.status(asked.hub, asked.path["team"])


def put_batch(asked: Asked) -> Published:
    """Make a batch, or change its head; nothing is given out before it is opened."""
    body: PublishRequest = asked.body
    if body.head.id != asked.path["batch"]:
        raise Refused(400, "the batch has another id than the path")
    return publishing.put_batch(
        asked.hub,
        asked.caller.member_id,
        asked.path["team"],
        body.head,
        overlap=body.overlap,
        claim_hours=body.claim_hours,
    )


def add_tasks(asked: Asked) -> Published:
    """Add tasks to a batch, or change those that nobody has claimed."""
    body: Tasks = asked.body
    actor, path = asked.caller.member_id, asked.path
    return publishing.add_tasks(asked.hub, actor, path["team"], path["batch"], body.tasks)


def open_batch(asked: Asked) -> Published:
    """Let the tasks of a batch be given out."""
    actor, path = asked.caller.member_id, asked.path
    return publishing.open_batch(asked.hub, actor, path["team"], path["batch"])


def close_batch(asked: Asked) -> Published:
    """Give nothing of a batch out any more."""
    actor, path = asked.caller.member_id, asked.path
    return publishing.close_batch(asked.hub, actor, path["team"], path["batch"])


_TEAM = "/v1/teams/{team}"
_MEMBER = _TEAM + "/members/{member}"
_BATCH = _TEAM + "/batches/{batch}"

ENDPOINTS = (
    Endpoint(Call.TEAMS, "GET", "/v1/teams", teams, Teams),
    Endpoint(Call.MEMBERS, "GET", _TEAM + "/members", members, Members),
    Endpoint(Call.SET_MEMBERSHIP, "PUT", _MEMBER, set_membership, Membership, MembershipChange),
    Endpoint(Call.MOVE, "POST", _TEAM + "/moves", move, body=Move, status=204),
    Endpoint(Call.REVOKE, "POST", _MEMBER + "/revoke", revoke, status=204),
    Endpoint(Call.STATUS, "GET", _TEAM + "/status", status, TeamStatus),
    Endpoint(Call.PUT_BATCH, "PUT", _BATCH, put_batch, Published, PublishRequest),
    Endpoint(Call.ADD_TASKS, "POST", _BATCH + "/tasks", add_tasks, Published, Tasks),
    Endpoint(Call.OPEN_BATCH, "POST", _BATCH + "/open", open_batch, Published),
    Endpoint(Call.CLOSE_BATCH, "POST", _BATCH + "/close", close_batch, Published),
)
