"""A real hub process with a bad line in front, and its database as a test looks into it."""

import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from tests.hub.firm import LEAD
from tests.hub.serving import HubProcess
from tests.sync.history import Entry, Final, Log
from tests.sync.hub_mutants import MutatedHub
from tests.sync.proxy import BadLine, Fate
from trainer_tui.domain.membership import Role
from trainer_tui.domain.task import BatchHead, Kind, Task
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub import people, publishing, schema
from trainer_tui.hub.database import Database
from trainer_tui.hub.installing import install, open_hub
from trainer_tui.hub.passwords import hashed
from trainer_tui.sync.protocol import digest

PASSWORD = "a long password that nobody guesses"
_HASHED = hashed(PASSWORD)
MOSTLY_WELL = (*[Fate.WELL] * 12, *Fate)
"""Fates among which an exchange of half a dozen requests gets through about every other time."""


class Site:
    """One hub process over a database, with a bad line in front of it."""

    def __init__(
        self, url: str, *, seed: int = 1, fates: Sequence[Fate] = MOSTLY_WELL, mutant: str = ""
    ) -> None:
        self.url = url
        self.database = Database(url)
        install(self.database, now=time.time, new_id=id_maker())
        self.process = (
            MutatedHub(url, mutant, install=False) if mutant else HubProcess(url, install=False)
        )
        self.line = BadLine(self.process.port, seed=seed, fates=fates, hangs=0.05)
        self.log = Log()

    def __enter__(self) -> "Site":
        self.process.start()
        self.line.__enter__()
        self.line.heal()
        return self

    def __exit__(self, *about: Any) -> None:
        self.process.kill()
        self.line.__exit__(None, None, None)
        self.database.close()

    @property
    def address(self) -> str:
        """What workstations log in to: the bad line."""
        return f"http://127.0.0.1:{self.line.port}"

    def publish(self, team: str, *, tasks: int, name: str = "") -> None:
        """Make a team with a batch of so many tasks."""
        hub = open_hub(self.database, now=time.time, new_id=id_maker())
        people.create_team(hub, LEAD, team, team.title())
        batch = name or f"{team}-letters"
        publishing.put_batch(hub, LEAD, team, BatchHead(id=batch, title="Letters"))
        made = [
            Task(
                id=f"{batch}.{number}",
                kind=Kind.WRITE,
                title=f"Letter {number}",
                instructions="Write a letter to a neighbor.",
            )
            for number in range(tasks)
        ]
        publishing.add_tasks(hub, LEAD, team, batch, made)
        publishing.open_batch(hub, LEAD, team, batch)

    def member(self, name: str, *teams: str) -> str:
        """Make a trainer of some teams; return the id."""
        hub = open_hub(self.database, now=time.time, new_id=id_maker())
        member = people.create_member(hub, LEAD, name, _HASHED)
        for team in teams:
            people.set_membership(hub, LEAD, team, member, role=Role.TRAINER, certified=True)
        return member

    def let_expire(self, team: str) -> None:
        """Let the time of all claims of a team be over."""
        past = time.time() - 60

        def expire(connection: sa.Connection) -> None:
            for table in (schema.claims, schema.slots):
                open_ones = (
                    table.c.ended_at.is_(None) if table is schema.claims else table.c.state == 1
                )
                connection.execute(
                    sa.update(table).where(table.c.team_id == team, open_ones).values(until=past)
                )

        self.database.write(expire)

    def final(self, *teams: str) -> Final:
        """Return what is there in the end, of some teams."""

        def look(connection: sa.Connection) -> Final:
            changes, stored = schema.changes, schema.operations
            told = connection.execute(
                sa.select(changes).where(changes.c.team_id.in_(teams))
                .order_by(changes.c.team_id, changes.c.seq)
            ).all()  # fmt: skip
            operations = connection.execute(
                sa.select(stored).where(stored.c.team_id.in_(teams))
            ).all()
            return Final(
                feed=[Entry(row.team_id, row.seq, row.kind, row.op_id or "") for row in told],
                meant_for={(row.team_id, row.seq): row.member_id for row in told},
                owner={row.op_id: row.member_id for row in operations},
                digests={row.op_id: digest(row.body) for row in operations},
                tasks={row.op_id: row.task_id for row in operations if row.task_id},
            )

        return self.database.read(look)
