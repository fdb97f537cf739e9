"""F14: PostgreSQL stops and starts, breaks transactions off, has no connection left, is slow.

`python -m tests.hub.restarting --rounds 20 --seed 1`. Whoever pushes or reads sees an answer
or `Unavailable`, never another error; what was answered is there, once, and in the feed.
"""

import argparse
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tests.hub import stage
from tests.hub.databases import opened, put_hub, server
from tests.hub.postgres import Postgres
from trainer_tui.hub import schema
from trainer_tui.hub.database import Database, Unavailable
from trainer_tui.hub.feed import page
from trainer_tui.hub.pushing import push
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync.protocol import Result, Status

T = TypeVar("T")

TEAM = "north"
SENDERS = 4
SIZE = 3

INJECTED = """
CREATE FUNCTION broken_off() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF random() < 0.3 THEN RAISE EXCEPTION 'injected' USING ERRCODE = '40001'; END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER at_once AFTER INSERT ON operations
  FOR EACH STATEMENT EXECUTE FUNCTION broken_off();
CREATE CONSTRAINT TRIGGER at_commit AFTER UPDATE ON counters DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION broken_off();
"""
"""Transactions end as those do that PostgreSQL sacrifices, some only at their commit."""


class _Crowd:
    """Members who push, and one of them who reads, until they are told to stop."""

    def __init__(self, hub: Hub, seed: int) -> None:
        self.hub = hub
        self.faults: list[str] = []
        self.answered: dict[str, Result] = {}
        self.unavailable = 0
        self._stop = threading.Event()
        self._seen: list[int] = []
        stage.add_teams(hub, TEAM, tasks=0)
        self._members = [stage.add_member(hub, f"m{n}", TEAM) for n in range(SENDERS)]
        chances = [random.Random(seed * 100 + n) for n in range(SENDERS)]
        pairs = zip(self._members, chances, strict=True)
        self._threads = [threading.Thread(target=self._send, args=pair) for pair in pairs]
        self._threads.append(threading.Thread(target=self._read, args=(self._members[0],)))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let all come to an end and look at what is there."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self.faults += self._check()

    def _send(self, member: Caller, chance: random.Random) -> None:
        while not self._stop.is_set():
            ids = [self.hub.new_id() for _ in range(SIZE)]
            batch = [stage.operation(TEAM, stage.shift(id)) for id in ids]
            if results := self._until_answered(lambda batch=batch: push(self.hub, member, batch)):
                self.answered.update({result.op_id: result for result in results})
            time.sleep(chance.uniform(0, 0.01))

    def _read(self, member: Caller) -> None:
        cursor = None
        while True:
            last_time = self._stop.is_set() and not any(t.is_alive() for t in self._threads[:-1])
            read = self._until_answered(lambda at=cursor: page(self.hub, member, at, 50))
            if read is None:
                return
            self._seen += [change.seq for change in read.changes]
            cursor = read.cursor
            if last_time and not read.more:
                return
            time.sleep(0.005)

    def _until_answered(self, ask: Callable[[], T]) -> T | None:
        while True:
            try:
                return ask()
            except Unavailable:
                self.unavailable += 1
                time.sleep(0.02)
            except Exception as error:
                self.faults.append(f"a caller saw {type(error).__name__}: {error}"[:300])
                return None

    def _check(self) -> Iterator[str]:
        stored, changes = schema.operations.c, schema.changes.c
        rows = self.hub.database.read(
            lambda c: c.execute(sa.select(stored.op_id, stored.seq, stored.member_id)).all()
        )
        numbers = self.hub.database.read(
            lambda c: c.execute(sa.select(changes.seq).order_by(changes.seq)).scalars().all()
        )
        there = {row.op_id: row.seq for row in rows}
        bad = [r for r in self.answered.values() if there.get(r.op_id) != r.seq]
        if bad:
            yield f"{len(bad)} of {len(self.answered)} answered operations are not there"
        if any(r.status not in (Status.ACCEPTED, Status.DUPLICATE) for r in self.answered.values()):
            yield "an operation was refused"
        if list(numbers) != list(range(1, len(numbers) + 1)) or len(numbers) != len(rows):
            yield "the feed has a gap, or says something twice"
        mine = sorted(row.seq for row in rows if row.member_id == self._members[0].member_id)
        if self._seen != mine:
            yield f"the reader saw {len(self._seen)} changes of {len(mine)}"
        if not self.answered:
            yield "nothing was ever answered"


def restart(server: Postgres, url: str, *, rounds: int, seed: int) -> _Crowd:
    """Stop the server as if its machine had stopped, again and again, while all work."""
    chance = random.Random(seed)
    crowd = _Crowd(opened(url), seed)
    crowd.start()
    for _ in range(rounds):
        time.sleep(chance.uniform(0.1, 0.4))
        server.stop("immediate")
        time.sleep(chance.uniform(0, 0.1))
        server.start()
    time.sleep(0.2)
    crowd.stop()
    crowd.hub.database.close()
    return crowd


def break_off(url: str, *, seconds: float, seed: int) -> _Crowd:
    """Let transactions be broken off for the sake of others, some at their commit."""
    crowd = _Crowd(opened(url), seed)
    crowd.hub.database.write(lambda c: c.exec_driver_sql(INJECTED))
    crowd.start()
    time.sleep(seconds)
    crowd.stop()
    crowd.hub.database.close()
    return crowd


def confident(self: Database, work: Callable[[sa.Connection], object]) -> object:
    """The mutant: takes a transaction for done that broke off when it was to be committed."""
    with self.engine.connect() as connection:
        transaction = connection.begin()
        result = work(connection)
        try:
            transaction.commit()
        except DBAPIError:
            return result
        return result


def careless(self: Database, work: Callable[[sa.Connection], object]) -> object:
    """The mutant: lets the errors of the driver out."""
    with self.engine.begin() as connection:
        return work(connection)


def main() -> None:
    """Run the long form."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with server() as made:
        broken = break_off(put_hub(made.database("b")), seconds=args.rounds / 2, seed=args.seed)
        restarted = restart(made, put_hub(made.database("r")), rounds=args.rounds, seed=args.seed)
    for name, crowd in (("broken off", broken), ("restarted", restarted)):
        print(
            f"{name}: {len(crowd.answered)} operations answered, {crowd.unavailable} times "
            f"unavailable, {len(crowd.faults)} faults"
        )
        print(*crowd.faults, sep="\n", flush=True)


if __name__ == "__main__":
    main()
