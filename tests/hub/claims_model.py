"""Any order of claims, returns, answers, expiries, closings, moves and revocations, against a
model of a few lines: a task has slots, and a slot is nobody's, somebody's until a moment, or
answered.

The tests run a few examples; `python -m tests.hub.claims_model` runs many, and the mutants.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as with_seed
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.hub.conftest import FAST, Time
from tests.hub.firm import LEAD, Firm, ids, task
from tests.hub.postgres import Postgres
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub import dispatch, granting, people, publishing, schema, settling
from trainer_tui.hub.database import Database
from trainer_tui.hub.installing import install, open_hub
from trainer_tui.hub.state import Caller
from trainer_tui.sync.protocol import ClaimIds

LIMIT = 4
"""Claims that a member may hold in these tests."""
TEAMS = ("north", "south")
BATCHES = {"one": 1, "two": 2}
"""Batches of each team, and how many answers their tasks want."""
PRIORITIES = (0, 2, 0, -1, 2)
"""Of the tasks of each batch."""
HOUR = 3600.0


@dataclass
class Held:
    member: str
    until: float
    claim: str


@dataclass
class Entry:
    """A task in the model."""

    batch: str
    order: tuple[int, int]
    slots: list[Held | str | None]
    """`answered` is a text."""
    done: set[str] = field(default_factory=set)
    """Who answered, skipped or flagged it."""
    ever: set[str] = field(default_factory=set)


class Claims(RuleBasedStateMachine):
    """Runs the hub and the model side by side."""

    firm: Firm
    now: Time
    trainers: list[Caller]

    def fresh(self) -> tuple[Firm, Time, list[Caller]]:
        """Return a firm at its beginning, its clock and its trainers."""
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self.firm, self.now, self.trainers = self.fresh()
        self.team = {one.member_id: "north" for one in self.trainers}
        self.revoked: set[str] = set()
        self.closed: set[tuple[str, str]] = set()
        self.tasks: dict[tuple[str, str], Entry] = {}
        position = 0
        for team in TEAMS:
            for batch, overlap in BATCHES.items():
                for number, priority in enumerate(PRIORITIES):
                    position += 1
                    self.tasks[team, f"{batch}{number}"] = Entry(
                        batch, (-priority, position), [None] * overlap
                    )

    def _free(self, slot: Held | str | None) -> bool:
        return slot is None or (isinstance(slot, Held) and slot.until <= self.now.at)

    def _mine(self, member: str) -> Iterator[tuple[tuple[str, str], Entry, int, Held]]:
        for key, entry in sorted(self.tasks.items()):
            for at, slot in enumerate(entry.slots):
                if isinstance(slot, Held) and slot.member == member:
                    yield key, entry, at, slot

    def _running(self, member: str, team: str) -> int:
        mine = self._mine(member)
        return sum(key[0] == team and slot.until > self.now.at for key, _, _, slot in mine)

    @rule(who=st.integers(0, 3), wanted=st.integers(0, 5))
    def claim(self, who: int, wanted: int) -> None:
        caller = self.trainers[who]
        member, team = caller.member_id, self.team[caller.member_id]
        expected = []
        if member not in self.revoked:
            holding = {key for key, _, _, slot in self._mine(member) if slot.until > self.now.at}
            open_to = [
                (entry.order, key)
                for key, entry in self.tasks.items()
                if key[0] == team
                and (team, entry.batch) not in self.closed
                and key not in holding
                and member not in entry.done
                and any(map(self._free, entry.slots))
            ]
            room = LIMIT - self._running(member, team)
            expected = [key for _, key in sorted(open_to)][: min(wanted, room)]
        claimed = self.firm.claim(caller, wanted)
        assert [(team, name) for name in ids(claimed)] == expected
        for key, one in zip(expected, claimed.tasks, strict=True):
            entry = self.tasks[key]
            at = next(at for at, slot in enumerate(entry.slots) if self._free(slot))
            entry.slots[at] = Held(member, self.now.at + HOUR, one.claim.id)
            entry.ever.add(member)

    @rule(who=st.integers(0, 3))
    def renew(self, who: int) -> None:
        caller = self.trainers[who]
        mine = list(self._mine(caller.member_id))[:LIMIT]
        room = LIMIT - self._running(caller.member_id, self.team[caller.member_id])
        expected = []
        for key, _, _, slot in mine:
            if slot.until <= self.now.at:
                if room <= 0 or caller.member_id in self.revoked:
                    continue
                room -= 1
            assert key[0] == self.team[caller.member_id]
            slot.until = self.now.at + HOUR
            expected.append(slot.claim)
        asked = ClaimIds(claims=tuple(slot.claim for _, _, _, slot in mine))
        renewed = dispatch.renew(self.firm.hub, caller, asked)
        assert [one.id for one in renewed.claims] == expected

    @rule(who=st.integers(0, 3), which=st.integers(0, 20))
    def release(self, who: int, which: int) -> None:
        caller = self.trainers[who]
        mine = list(self._mine(caller.member_id))
        if mine:
            _, entry, at, slot = mine[which % len(mine)]
            released = dispatch.release(self.firm.hub, caller, ClaimIds(claims=(slot.claim,)))
            assert [one.id for one in released.claims] == [slot.claim]
            entry.slots[at] = None

    @rule(
        who=st.integers(0, 3),
        which=st.integers(0, 20),
        why=st.sampled_from(["answered", "answered", "skipped", "flagged"]),
    )
    def settle(self, who: int, which: int, why: str) -> None:
        """Work comes on any task that the member ever had and is not done with."""
        caller = self.trainers[who]
        member = caller.member_id
        had = [
            key
            for key, entry in sorted(self.tasks.items())
            if member in entry.ever and member not in entry.done
        ]
        if not had:
            return
        key = had[which % len(had)]
        entry = self.tasks[key]
        own = next(
            (
                at
                for at, slot in enumerate(entry.slots)
                if isinstance(slot, Held) and slot.member == member
            ),
            None,
        )
        held = entry.slots[own] if own is not None else None
        in_time = isinstance(held, Held) and held.until > self.now.at
        assert self.firm.settle(caller, key[1], why, key[0]) is in_time
        entry.done.add(member)
        if own is None and why == "answered":
            own = next((at for at, slot in enumerate(entry.slots) if self._free(slot)), None)
        if own is not None:
            entry.slots[own] = "answered" if why == "answered" else None

    @rule(hours=st.sampled_from([0.1, 0.4, 1.0, 3.0]))
    def time_goes_by(self, hours: float) -> None:
        self.now.at += hours * HOUR

    @rule(team=st.sampled_from(TEAMS), batch=st.sampled_from(sorted(BATCHES)))
    def turn_a_batch(self, team: str, batch: str) -> None:
        hub = self.firm.hub
        if (team, batch) in self.closed:
            publishing.open_batch(hub, LEAD, team, batch)
            self.closed.remove((team, batch))
        else:
            publishing.close_batch(hub, LEAD, team, batch)
            self.closed.add((team, batch))

    def _give_back(self, member: str) -> None:
        for _, entry, at, _ in list(self._mine(member)):
            entry.slots[at] = None

    @rule(who=st.integers(0, 3))
    def move(self, who: int) -> None:
        member = self.trainers[who].member_id
        old = self.team[member]
        new = TEAMS[1 - TEAMS.index(old)]
        people.move(self.firm.hub, LEAD, member, old, new, certified=True)
        self._give_back(member)
        self.team[member] = new

    @precondition(lambda self: len(self.revoked) < 2)
    @rule(who=st.integers(0, 3), sure=st.integers(0, 4))
    def revoke(self, who: int, sure: int) -> None:
        if sure == 0:
            member = self.trainers[who].member_id
            people.revoke(self.firm.hub, LEAD, member)
            self._give_back(member)
            self.revoked.add(member)

    @invariant()
    def nothing_is_lost_and_nobody_has_too_much(self) -> None:
        hub, slots, claims = self.firm.hub, schema.slots, schema.claims
        rows, running = hub.database.read(
            lambda c: (
                c.execute(sa.select(slots).order_by(slots.c.number)).all(),
                c.execute(sa.select(claims).where(claims.c.ended_at.is_(None))).all(),
            )
        )
        states: dict[tuple[str, str], list[Held | str | None]] = {}
        known = {row.id: row for row in running}
        for row in rows:
            one: Held | str | None = None
            if row.state == schema.ANSWERED:
                one = "answered"
            elif row.claim_id is not None:
                claim = known.pop(row.claim_id)
                assert claim.until == row.until
                one = Held(claim.member_id, claim.until, claim.id)
            states.setdefault((row.team_id, row.task_id), []).append(one)
        assert known == {}
        assert states == {key: entry.slots for key, entry in self.tasks.items()}


def _set_up(database: Database) -> tuple[Firm, Time, list[Caller]]:
    now = Time()
    new_id = id_maker()
    install(database, now=now, new_id=new_id)
    firm = Firm(open_hub(database, now=now, new_id=new_id))
    for team in TEAMS:
        firm.team(team)
        for batch, overlap in BATCHES.items():
            some = [task(f"{batch}{at}", priority=one) for at, one in enumerate(PRIORITIES)]
            firm.batch(some, team=team, name=batch, overlap=overlap)
    return firm, now, [firm.trainer(f"Trainer {number}") for number in range(4)]


def run(
    machine: type[Claims],
    examples: int,
    *,
    steps: int = 40,
    seed: int | None = None,
    shrink: bool = True,
) -> None:
    """Run a machine; raises what the first disagreement raises, of the shortest way to it."""
    limits = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        derandomize=seed is None,
        suppress_health_check=list(HealthCheck),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatch, "MAX_CLAIMS", LIMIT)
        chosen = machine if seed is None else with_seed(seed)(machine)
        run_state_machine_as_test(chosen, settings=limits)


def copying(begin: str, copy: Callable[[], tuple[str, Callable[[], None]]]) -> type[Claims]:
    """Return the machine that begins each example on a copy of one beginning.

    `begin` is the address of an empty database; `copy` copies it, and returns the address
    and what drops it.
    """
    first = Database(begin)
    firm, now, trainers = _set_up(first)
    start, new_id = now.at, firm.hub.new_id
    first.close()

    class OnCopies(Claims):
        def fresh(self) -> tuple[Firm, Time, list[Caller]]:
            address, self.drop = copy()
            clock = Time(start)
            hub = open_hub(Database(address), now=clock, new_id=new_id)
            return Firm(hub), clock, trainers

        def teardown(self) -> None:
            self.firm.hub.database.close()
            self.drop()

    return OnCopies


def on_files(folder: Path) -> type[Claims]:
    """Return the machine on SQLite."""
    made = count()

    def copy() -> tuple[str, Callable[[], None]]:
        path = folder / f"{next(made)}.db"
        shutil.copy(folder / "first.db", path)

        def drop() -> None:
            for one in folder.glob(f"{path.name}*"):
                one.unlink()

        return f"sqlite:///{path}", drop

    return copying(f"sqlite:///{folder / 'first.db'}", copy)


def on_postgres(server: Postgres) -> type[Claims]:
    """Return the machine on PostgreSQL."""
    made = count()
    begin = server.database("first")

    def command(text: str) -> None:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(text)  # type: ignore[call-overload]  # a test's own names

    def copy() -> tuple[str, Callable[[], None]]:
        name = f"copy{next(made)}"
        command(f"CREATE DATABASE {name} TEMPLATE first")
        return server.url(name), lambda: command(f"DROP DATABASE {name}")

    return copying(begin, copy)


def _no_limit(*words: Any) -> object:
    teams = _standing(*words)
    return {team: one._replace(held=0) for team, one in teams.items()}


_standing = dispatch._standing
MUTANTS = {
    "no limit": (dispatch, "_standing", _no_limit),
    "claims that never expire": (dispatch, "free_expired", lambda *_, **__: 0),
    "late answers that fill no place": (settling, "_fill", lambda *_: None),
    "ends that are not written": (settling, "_end", lambda *_: None),
    "what is taken over runs on": (granting, "end_taken_over", lambda *_: None),
}
"""What the model must notice."""


def main() -> None:
    """Run many examples, and then see that each mutant fails."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--examples", type=int, default=300)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    words = parser.parse_args()
    print(f"seed {words.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="hub-tests-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server: Postgres | None = None
        if words.database == "postgresql":
            server = Postgres(folder / "server", settings=FAST).create()
        try:
            machine = on_postgres(server) if server else on_files(folder)
            run(machine, words.examples, steps=words.steps, seed=words.seed)
            print(f"{words.examples} examples agree with the model", flush=True)
            for mutant, (module, attribute, value) in MUTANTS.items():
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(module, attribute, value)
                    try:
                        run(
                            machine,
                            words.examples,
                            steps=words.steps,
                            seed=words.seed,
                            shrink=False,
                        )
                    except (AssertionError, KeyError, ExceptionGroup):
                        print(f"noticed: {mutant}", flush=True)
                    else:
                        sys.exit(f"not noticed: {mutant}")
        finally:
            if server:
                server.stop("immediate")


if __name__ == "__main__":
    main()
