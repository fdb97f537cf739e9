"""F13: kill -9 of a process that pushes, at any time, and just before and after a commit.

`python -m tests.hub.killing --rounds 100 --seed 1`. The process tells through a pipe what was
acknowledged to it. After its end all of that is there, in whole pushes and without a gap, and
whoever sends everything again is told which of it was there.
"""

import argparse
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from tests.hub import stage
from tests.hub.databases import each_database, opened
from trainer_tui.hub import schema
from trainer_tui.hub.pushing import push
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync.protocol import Status

TEAM = "north"
PUSHES, SIZE = 12, 5
POINTS = ("before", "after", "random")

Sender = Callable[[Hub, Caller, Sequence[bytes], int], None]
"""Pushes a batch and writes to a pipe what was acknowledged."""


def tell_then(hub: Hub, caller: Caller, batch: Sequence[bytes], pipe: int) -> None:
    """Acknowledge what is stored."""
    for result in push(hub, caller, batch):
        os.write(pipe, f"{result.op_id} {result.seq}\n".encode())


def tell_first(hub: Hub, caller: Caller, batch: Sequence[bytes], pipe: int) -> None:
    """The mutant: acknowledge what will be stored."""
    for raw in batch:
        os.write(pipe, f"{msgspec.json.decode(raw)['op_id']} 0\n".encode())
    push(hub, caller, batch)


def _child(
    url: str, caller: Caller, batches: list[list[bytes]], pipe: int, point: str, at: int,
    send: Sender,
) -> None:  # fmt: skip
    hub = opened(url)
    if point in ("before", "after"):
        _die_at_commit(hub, point, at)
    for batch in batches:
        send(hub, caller, batch, pipe)
    time.sleep(60)


def _die_at_commit(hub: Hub, point: str, at: int) -> None:
    left = at
    dialect: Any = hub.database.engine.dialect
    commit = dialect.do_commit

    def counted(connection: object) -> None:
        nonlocal left
        left -= 1
        if point == "before" and left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        commit(connection)
        if point == "after" and left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    dialect.do_commit = counted


def kill(url: str, *, rounds: int, seed: int, send: Sender = tell_then) -> list[str]:
    """Run the rounds on a database that holds a hub; return what went wrong."""
    hub = opened(url)
    chance = random.Random(seed)
    stage.add_teams(hub, TEAM, tasks=0)
    ada = stage.add_member(hub, "ada", TEAM)
    faults: list[str] = []
    for number in range(rounds):
        tasks = range(number * PUSHES * SIZE, (number + 1) * PUSHES * SIZE)
        stage.add_tasks(hub, TEAM, tasks)
        stage.claim(hub, ada, TEAM, tasks)
        raws = [stage.operation(TEAM, stage.submission(hub.new_id(), task)) for task in tasks]
        batches = [raws[start : start + SIZE] for start in range(0, len(raws), SIZE)]
        point = POINTS[number % len(POINTS)]
        acked = _one_life(url, ada, batches, point, chance, send)
        said = (f"round {number} ({point}): {fault}" for fault in _check(hub, ada, batches, acked))
        faults += said
    hub.database.close()
    return faults


def _one_life(
    url: str, ada: Caller, batches: list[list[bytes]], point: str, chance: random.Random,
    send: Sender,
) -> dict[str, int]:  # fmt: skip
    read, write = os.pipe()
    at = chance.randint(1, len(batches))
    process = multiprocessing.get_context("fork").Process(
        target=_child, args=(url, ada, batches, write, point, at, send)
    )
    process.start()
    os.close(write)
    said = b""
    with os.fdopen(read, "rb", buffering=0) as pipe:
        if point == "random":
            said = pipe.read(1)  # it has begun
            time.sleep(chance.uniform(0, 0.05))
            process.kill()
        while part := pipe.read(65536):
            said += part
    process.join()
    lines = said.decode().split("\n")[:-1]  # the last line may be cut
    return {op_id: int(seq) for op_id, seq in (line.split() for line in lines)}


def _check(
    hub: Hub, ada: Caller, batches: list[list[bytes]], acked: dict[str, int]
) -> Iterator[str]:
    ids = [[msgspec.json.decode(raw)["op_id"] for raw in batch] for batch in batches]
    stored = _stored(hub)
    if lost := acked.keys() - stored.keys():
        yield f"{len(lost)} were acknowledged and are lost"
    if any(seq and stored.get(op_id, seq) != seq for op_id, seq in acked.items()):
        yield "an operation is not under the number that was told"
    if any(0 < len(stored.keys() & set(batch)) < len(batch) for batch in ids):
        yield "a push is there in part"
    for batch in batches:
        for result in push(hub, ada, batch):
            there = stored.get(result.op_id)
            wanted = Status.ACCEPTED if there is None else Status.DUPLICATE
            if result.status is not wanted or (there is not None and result.seq != there):
                yield f"{result.op_id}, sent again, is {result.status} {result.seq}"
    after = _stored(hub)
    if missing := {op_id for batch in ids for op_id in batch} - after.keys():
        yield f"{len(missing)} are missing although all was sent again"
    changes = schema.changes.c
    query = sa.select(changes.seq).order_by(changes.seq)
    numbers = hub.database.read(lambda c: c.execute(query).scalars().all())
    if list(numbers) != list(range(1, len(numbers) + 1)):
        yield "the numbers of the feed have a gap"


def _stored(hub: Hub) -> dict[str, int]:
    stored = schema.operations.c
    query = sa.select(stored.op_id, stored.seq)
    return {op_id: seq for op_id, seq in hub.database.read(lambda c: c.execute(query).all())}


def main() -> None:
    """Run the long form."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    for kind, url in each_database():
        faults = kill(url, rounds=args.rounds, seed=args.seed)
        print(f"{kind}: killed {args.rounds} times, {len(faults)} faults")
        print(*faults, sep="\n", flush=True)


if __name__ == "__main__":
    main()
