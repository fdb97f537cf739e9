"""F12: the same batch many times at once, through several hub processes.

`python -m tests.hub.delivering --rounds 200 --seed 1`. In each round some senders push the
same operations at the same time, in orders of their own, some with another body under an id
that is taken. Each operation has to be there once, with one change in the feed.
"""

import argparse
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from tests.hub import stage
from tests.hub.databases import each_database, opened
from trainer_tui.hub import pushing, schema
from trainer_tui.hub.database import Unavailable
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync.protocol import Result, Status

TEAM = "north"


def deliver(url: str, *, rounds: int, seed: int, times: int = 10) -> list[str]:
    """Run the rounds on a database that holds a hub; return what went wrong."""
    hubs = [opened(url) for _ in range(2)]
    chance = random.Random(seed)
    stage.add_teams(hubs[0], TEAM, tasks=0)
    ada = stage.add_member(hubs[0], "ada", TEAM)
    faults: list[str] = []
    for number in range(rounds):
        tasks = range(number * 10, number * 10 + 10)
        stage.add_tasks(hubs[0], TEAM, tasks)
        stage.claim(hubs[0], ada, TEAM, tasks)
        faults += [f"round {number}: {fault}" for fault in _round(hubs, ada, tasks, times, chance)]
    for hub in hubs:
        hub.database.close()
    return faults


def _round(
    hubs: Sequence[Hub], ada: Caller, tasks: Sequence[int], times: int, chance: random.Random
) -> Iterator[str]:
    ids = [hubs[0].new_id() for _ in tasks]
    batch = [
        stage.operation(TEAM, stage.submission(id, task))
        for id, task in zip(ids, tasks, strict=True)
    ]
    taken = ids[0]
    pushing.push(hubs[0], ada, batch[:1])
    other = stage.operation(TEAM, stage.submission(taken, tasks[0], text="Something else."))
    answers: list[Sequence[Result]] = []
    orders = [chance.sample(batch, len(batch)) for _ in range(times)]

    def send(at: int) -> None:
        for _ in range(20):
            try:
                answers.append(pushing.push(hubs[at % len(hubs)], ada, [*orders[at], other]))
                return
            except Unavailable:
                continue

    threads = [threading.Thread(target=send, args=(at,)) for at in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(answers) < times:
        yield f"{times - len(answers)} pushes of {times} were never answered"
    yield from _check(hubs[0], ids, [result for answer in answers for result in answer], times)


def _check(hub: Hub, ids: list[str], results: list[Result], times: int) -> Iterator[str]:
    operations, changes, aside = schema.operations.c, schema.changes.c, schema.set_aside.c

    def counted(column: sa.Column[str]) -> dict[str, int]:
        query = sa.select(column, sa.func.count()).where(column.in_(ids)).group_by(column)
        return {id: count for id, count in hub.database.read(lambda c: c.execute(query).all())}

    rows, told, kept = (counted(x) for x in (operations.op_id, changes.op_id, aside.op_id))
    for id in ids:
        if rows.get(id) != 1 or told.get(id) != 1:
            yield f"{id} is there {rows.get(id, 0)} times, and {told.get(id, 0)} in the feed"
        mine = [result for result in results if result.op_id == id]
        good = [result.seq for result in mine if result.status != Status.REFUSED]
        fresh = sum(result.status is Status.ACCEPTED for result in mine)
        if fresh != (id != ids[0]) or len(set(good)) != 1 or len(good) != times:
            yield f"{id} was answered {[(r.status.value, r.seq) for r in mine]}"
    refused = [r for r in results if r.code == "other_body"]
    if len(refused) != times or kept != {ids[0]: 1}:
        yield f"another body was refused {len(refused)} times of {times}, and kept as {kept}"


@contextmanager
def without_deduplication() -> Iterator[None]:
    """The first mutant: nobody looks whether an operation is there."""
    with _instead("_known", lambda self, arrivals: {}):
        yield


@contextmanager
def without_digests() -> Iterator[None]:
    """The second: an id that is there is taken for the same operation, whatever it says."""

    def compare(self: pushing._Push, number: int, arrival: object, stored: sa.Row[object]) -> None:
        self._results[number] = Result(op_id=stored.op_id, status=Status.DUPLICATE, seq=stored.seq)

    with _instead("_compare", compare):
        yield


@contextmanager
def _instead(name: str, method: Callable[..., object]) -> Iterator[None]:
    kept = getattr(pushing._Push, name)
    setattr(pushing._Push, name, method)
    try:
        yield
    finally:
        setattr(pushing._Push, name, kept)


MUTANTS = (without_deduplication, without_digests)


def main() -> None:
    """Run the long form."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    for kind, url in each_database():
        faults = deliver(url, rounds=args.rounds, seed=args.seed)
        print(
            f"{kind}: {args.rounds} rounds of 10 senders, {len(faults)} faults", *faults, sep="\n"
        )


if __name__ == "__main__":
    main()
