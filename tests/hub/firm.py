"""A firm for tests of dispatch: teams, members and batches on a hub, with little to write."""

from collections.abc import Sequence

import sqlalchemy as sa

from trainer_tui.domain.membership import Role
from trainer_tui.domain.task import BatchHead, Kind, Task
from trainer_tui.hub import dispatch, people, publishing, schema
from trainer_tui.hub.feed import append
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync.protocol import Claimed, ClaimIds, ClaimRequest, Renewed

LEAD = "the-lead"


def task(
    name: str, *, priority: int = 0, warnings: Sequence[str] = (), kind: Kind = Kind.WRITE
) -> Task:
    return Task(
        id=name,
        kind=kind,
        title=f"Task {name}",
        instructions="Write a letter to a neighbor.",
        priority=priority,
        warnings=tuple(warnings),
    )


def names(count: int, prefix: str = "t") -> list[str]:
    return [f"{prefix}{number:06d}" for number in range(count)]


class Firm:
    """Calls on one hub, by names."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def team(self, team_id: str = "north") -> str:
        people.create_team(self.hub, LEAD, team_id, team_id.title())
        return team_id

    def trainer(self, name: str, *teams: str, certified: bool = True) -> Caller:
        member_id = people.create_member(self.hub, LEAD, name, None)
        for team_id in teams or ("north",):
            people.set_membership(
                self.hub, LEAD, team_id, member_id, role=Role.TRAINER, certified=certified
            )
        return self.caller(member_id, name)

    def caller(self, member_id: str, name: str = "") -> Caller:
        found = self.hub.database.read(lambda c: people.memberships_of(c, member_id))
        return Caller(member_id, name, "a-session", found)

    def batch(
        self,
        tasks: Sequence[Task],
        *,
        team: str = "north",
        name: str = "letters",
        overlap: int = 1,
        hours: float = 1.0,
        opened: bool = True,
    ) -> None:
        head = BatchHead(id=name, title=name.title())
        publishing.put_batch(self.hub, LEAD, team, head, overlap=overlap, claim_hours=hours)
        for at in range(0, len(tasks), 500):
            publishing.add_tasks(self.hub, LEAD, team, name, tasks[at : at + 500])
        if opened:
            publishing.open_batch(self.hub, LEAD, team, name)

    def claim(
        self,
        caller: Caller,
        count: int = 20,
        *,
        batch: str | None = None,
        without: Sequence[str] = (),
        request_id: str = "",
    ) -> Claimed:
        request = ClaimRequest(
            count=count, batch=batch, without=tuple(without), request_id=request_id
        )
        return dispatch.claim(self.hub, caller, request)

    def given(self, caller: Caller, count: int = 20, **options: object) -> list[str]:
        """Claim, and return the ids of the tasks."""
        return ids(self.claim(caller, count, **options))

    def settle(
        self, caller: Caller, task_id: str, why: str = "answered", team: str = "north"
    ) -> bool:
        def work(connection: sa.Connection) -> bool:
            done = self._settled(connection, caller, {task_id: why}, team)
            append(connection, team, done.news, self.hub.now())
            return done.in_time[task_id]

        return self.hub.database.write(work)

    def settle_all(
        self, caller: Caller, task_ids: Sequence[str], why: str = "answered", team: str = "north"
    ) -> None:
        outcomes = dict.fromkeys(task_ids, why)
        self.hub.database.write(lambda c: self._settled(c, caller, outcomes, team))

    def _settled(
        self, connection: sa.Connection, caller: Caller, outcomes: dict[str, str], team: str
    ) -> dispatch.Settled:
        return dispatch.settle_all(
            connection,
            team_id=team,
            member_id=caller.member_id,
            outcomes=outcomes,
            now=self.hub.now(),
        )

    def take_back(self, caller: Caller, task_id: str, team: str = "north") -> None:
        self.hub.database.write(
            lambda c: dispatch.take_back(
                c,
                team_id=team,
                task_id=task_id,
                member_id=caller.member_id,
                now=self.hub.now(),
            )
        )

    def release(self, caller: Caller, claimed: Claimed) -> Renewed:
        return dispatch.release(self.hub, caller, claim_ids(claimed))

    def renew(self, caller: Caller, claimed: Claimed) -> Renewed:
        return dispatch.renew(self.hub, caller, claim_ids(claimed))

    def feed(self, team: str = "north") -> list[sa.Row[tuple[object, ...]]]:
        query = sa.select(schema.changes).where(schema.changes.c.team_id == team)
        return list(
            self.hub.database.read(lambda c: c.execute(query.order_by(schema.changes.c.seq)).all())
        )


def ids(claimed: Claimed) -> list[str]:
    return [one.task.id for one in claimed.tasks]


def claim_ids(claimed: Claimed) -> ClaimIds:
    return ClaimIds(claims=tuple(one.claim.id for one in claimed.tasks))
