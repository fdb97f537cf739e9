"""A firm on a hub: teams, trainers with their tokens, and open tasks."""

import time
from typing import NamedTuple

from trainer_tui.domain.membership import Role
from trainer_tui.domain.task import BatchHead, Kind, Task
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub import people, publishing, sessions
from trainer_tui.hub.database import Database
from trainer_tui.hub.installing import install, open_hub

OPERATOR = "operator"
_CHUNK = 500


class Member(NamedTuple):
    """A trainer with a token."""

    id: str
    name: str
    team: str
    token: str


class Population(NamedTuple):
    """Who works there."""

    trainers: tuple[Member, ...]


def populate(
    url: str, *, teams: int, trainers: int, tasks: int, claim_seconds: float
) -> Population:
    """Make an empty database a hub with so many of each; the tasks are spread over the teams."""
    database = Database(url)
    new_id = id_maker()
    install(database, now=time.time, new_id=new_id)
    hub = open_hub(database, now=time.time, new_id=new_id)
    for number in range(teams):
        team = _team(number)
        people.create_team(hub, OPERATOR, team, f"Team {number}")
        head = BatchHead(id=f"{team}-batch", title="Letters", team=team)
        publishing.put_batch(hub, OPERATOR, team, head, overlap=1, claim_hours=claim_seconds / 3600)
        made = [
            Task(
                id=f"{team}-batch.{n}",
                kind=Kind.WRITE,
                title=f"A letter, number {n}",
                instructions="Write a letter to a neighbor about the tree between the gardens.",
            )
            for n in range(-(-tasks // teams))
        ]
        for start in range(0, len(made), _CHUNK):
            publishing.add_tasks(hub, OPERATOR, team, head.id, made[start : start + _CHUNK])
        publishing.open_batch(hub, OPERATOR, team, head.id)
    members = []
    for number in range(trainers):
        name, team = f"trainer-{number}", _team(number % teams)
        member_id = people.create_member(hub, OPERATOR, name, None)
        people.set_membership(hub, OPERATOR, team, member_id, role=Role.TRAINER, certified=True)
        token = sessions.open_session(hub, member_id, "simulated").token
        members.append(Member(member_id, name, team, token))
    database.close()
    return Population(tuple(members))


def _team(number: int) -> str:
    return f"team-{number}"
