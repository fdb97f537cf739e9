"""Two teams on one hub, somebody of every role in each, and ways to ask as any of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx
import sqlalchemy as sa

from tests.hub import stage
from trainer_tui.domain.membership import Role
from trainer_tui.domain.task import BatchHead, Kind, Task
from trainer_tui.hub import passwords, publishing, schema, sessions
from trainer_tui.hub.app import Front, create_app
from trainer_tui.hub.settings import Settings
from trainer_tui.hub.state import Hub

TEAMS = ("north", "south")
PASSWORD = "canary-password-7f3a"
SECRET = "canary-title-of-"
"""Begins every title and text of a team's tasks; the team's id follows."""
_HASHED = passwords.hashed(PASSWORD)

RELAXED = Settings(
    login_rate=1e6, login_burst=10**6, open_rate=1e6, open_burst=10**6, member_rate=1e6,
    member_burst=10**6, tick_seconds=0.02, threads=4, bodies_each=512,
)  # fmt: skip


def add_team(hub: Hub, team_id: str) -> None:
    """Put a team into the database."""
    teams, counters = schema.teams, schema.counters
    with hub.database.engine.begin() as connection:
        connection.execute(
            sa.insert(teams).values(id=team_id, title=team_id.title(), created_at=0.0)
        )
        connection.execute(sa.insert(counters).values(team_id=team_id, seq=0))


def add_member(hub: Hub, name: str, password: str | None = _HASHED) -> str:
    """Put a member into the database and return the id."""
    id = hub.new_id()
    with hub.database.engine.begin() as connection:
        connection.execute(
            sa.insert(schema.members).values(
                id=id, name=name, password=password, bundle_key=b"k" * 32, created_at=0.0
            )
        )
    return id


def join(hub: Hub, team_id: str, member_id: str, role: str, *, ended: bool = False) -> None:
    """Make a member one of a team."""
    with hub.database.engine.begin() as connection:
        connection.execute(
            sa.insert(schema.memberships).values(
                team_id=team_id,
                member_id=member_id,
                role=role,
                certified=True,
                since=0.0,
                ended_at=1.0 if ended else None,
            )
        )


class Person(NamedTuple):
    """Somebody who is logged in."""

    id: str
    name: str
    token: str
    session: str


def log_in(hub: Hub, member_id: str) -> Person:
    """Open a session."""
    opened = sessions.open_session(hub, member_id, "test")
    return Person(member_id, opened.name, opened.token, opened.id)


def populate(hub: Hub) -> dict[tuple[str, str], Person]:
    """Fill a hub; return its people by team and role, `former` and `newcomer` among these."""
    people: dict[tuple[str, str], Person] = {}
    for team in TEAMS:
        add_team(hub, team)
        for role in (*Role, "former"):
            member = add_member(hub, f"{role} of {team}")
            join(hub, team, member, "trainer" if role == "former" else role, ended=role == "former")
            people[team, str(role)] = log_in(hub, member)
    people["", "newcomer"] = log_in(hub, add_member(hub, "newcomer"))
    return people


def publish(hub: Hub, team: str, tasks: int = 12) -> None:
    """A batch with the same ids in every team, and the team's name in what it says."""
    publishing.put_batch(hub, "op", team, BatchHead(id=stage.BATCH, title=SECRET + team))
    rows = [
        Task(
            id=stage.task_id(number),
            kind=Kind.WRITE,
            title=SECRET + team,
            instructions=SECRET + team,
        )
        for number in range(tasks)
    ]
    publishing.add_tasks(hub, "op", team, stage.BATCH, rows)
    publishing.open_batch(hub, "op", team, stage.BATCH)


class Asking:
    """Asks a hub in this process, over HTTP but without a socket."""

    def __init__(self, front: Front, address: str = "192.0.2.7") -> None:
        self.front = front
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(
                front,  # type: ignore[arg-type]  # litestar and httpx name ASGI's types differently
                client=(address, 40000),
                raise_app_exceptions=False,
            ),
            base_url="http://hub",
        )

    async def __call__(
        self, method: str, path: str, token: str = "", json: Any = None, **more: Any
    ) -> httpx.Response:
        headers = dict(more.pop("headers", {}))
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if json is not None:
            more["json"] = json
        return await self.client.request(method, path, headers=headers, **more)


@contextmanager
def asking(hub: Hub, settings: Settings = RELAXED) -> Iterator[Asking]:
    """Serve a hub in this process."""
    front = create_app(hub, settings)
    try:
        yield Asking(front)
    finally:
        front.service.threads.close()
        front.service.hashing.close()
