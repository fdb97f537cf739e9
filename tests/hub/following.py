"""F15: does who follows a feed miss what others write at the same time?

`python -m tests.hub.following --rounds 20 --seed 1`. In two processes eight writers append
to one feed, some in transactions that take their time before they commit, and readers follow
it page by page. Each reader has to see every change that is in scope, once and in order.
"""

import argparse
import contextlib
import multiprocessing
import random
import threading
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from tests.hub import stage
from tests.hub.databases import each_database, opened
from trainer_tui.domain.membership import Membership
from trainer_tui.hub import schema
from trainer_tui.hub.database import Unavailable
from trainer_tui.hub.feed import CursorGone, NewChange, append, page
from trainer_tui.hub.state import Caller, Hub

TEAM = "north"
WRITERS = 4
"""In each of two processes."""
ADA = Caller("ada", "ada", "", (Membership(team=TEAM, certified=True),))
_BODY = b'{"claim_id":"x"}'

Append = Callable[[Hub, Any, random.Random, int], None]
"""Appends some changes in a transaction that may be slow."""


def in_order_of_commits(hub: Hub, _: Any, chance: random.Random, count: int) -> None:
    """Append as the hub does."""
    slow = chance.random() < 0.3

    def work(connection: sa.Connection) -> None:
        if slow:
            time.sleep(chance.uniform(0, 0.005))
        append(connection, TEAM, [_news(chance) for _ in range(count)], 0.0)
        if slow:
            time.sleep(chance.uniform(0, 0.01))

    hub.database.write(work)


def number_first(hub: Hub, last: Any, chance: random.Random, count: int) -> None:
    """The mutant: take the numbers early and commit later, as a `bigserial` does."""
    with last.get_lock():
        numbers = range(last.value + 1, last.value + count + 1)
        last.value += count
    time.sleep(chance.uniform(0, 0.03))

    def work(connection: sa.Connection) -> None:
        for number in numbers:
            connection.execute(
                sa.insert(schema.changes).values(
                    team_id=TEAM, seq=number, at=0.0, **_news(chance)._asdict()
                )
            )
        counters = schema.counters
        connection.execute(
            sa.update(counters).where(counters.c.seq < numbers[-1]).values(seq=numbers[-1])
        )

    hub.database.write(work)


def _news(chance: random.Random) -> NewChange:
    whom = chance.choice(["ada", None, "bo"])
    return NewChange("claim_ended", whom, body=_BODY)


def _take_part(
    url: str, seed: int, how: Append, last: Any, rounds: int, done: Any, told: Any
) -> None:
    """Write from some threads and follow from one, in a process of its own."""
    hub = opened(url)
    chance = random.Random(seed)

    def write(own: random.Random) -> None:
        for _ in range(rounds):
            while True:
                with contextlib.suppress(Unavailable):
                    how(hub, last, own, own.randint(1, 3))
                    break

    threads = [
        threading.Thread(target=write, args=(random.Random(chance.random()),))
        for _ in range(WRITERS)
    ]
    seen: list[int] = []
    follower = threading.Thread(target=_follow, args=(hub, done, seen, chance))
    for thread in (*threads, follower):
        thread.start()
    for thread in threads:
        thread.join()
    told.put("written")
    follower.join()
    told.put(seen)
    hub.database.close()


def _follow(hub: Hub, done: Any, seen: list[int], chance: random.Random) -> None:
    cursor = None
    while True:
        last_time = done.is_set()
        try:
            read = page(hub, ADA, cursor, chance.randint(1, 20))
        except CursorGone:
            return
        seen += [change.seq for change in read.changes]
        cursor = read.cursor
        if last_time and not read.changes:
            return
        if not read.more:
            time.sleep(chance.uniform(0, 0.003))


def follow(url: str, *, rounds: int, seed: int, how: Append = in_order_of_commits) -> list[str]:
    """Let all write and follow in a database that holds a hub; return what went wrong."""
    hub = opened(url)
    stage.add_teams(hub, TEAM, tasks=0)
    context = multiprocessing.get_context("fork")
    last, done, told = context.Value("q", 0), context.Event(), context.Queue()
    processes = [
        context.Process(target=_take_part, args=(url, seed + n, how, last, rounds, done, told))
        for n in range(2)
    ]
    for process in processes:
        process.start()
    for _ in processes:
        assert told.get(timeout=300) == "written"
    done.set()
    views = [told.get(timeout=300) for _ in processes]
    for process in processes:
        process.join()
    changes = schema.changes.c
    rows = hub.database.read(
        lambda c: c.execute(sa.select(changes.seq, changes.member_id).order_by(changes.seq)).all()
    )
    hub.database.close()
    faults = []
    if [row.seq for row in rows] != list(range(1, len(rows) + 1)):
        faults.append("the numbers of the feed have a gap")
    wanted = [row.seq for row in rows if row.member_id in (None, "ada")]
    for number, seen in enumerate(views):
        if missed := set(wanted) - set(seen):
            faults.append(f"reader {number} missed {len(missed)} of {len(wanted)} changes")
        elif seen != wanted:
            faults.append(f"reader {number} saw changes twice, out of order or not in scope")
    return faults


def main() -> None:
    """Run the long form, and show that the mutant is caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="transactions of each writer")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    for how in (in_order_of_commits, number_first):
        for kind, url in each_database():
            faults = follow(url, rounds=args.rounds, seed=args.seed, how=how)
            print(f"{kind}, {how.__name__}: {faults or 'nothing missed'}", flush=True)


if __name__ == "__main__":
    main()
