"""How long a claim of 20 tasks takes on PostgreSQL with 100,000 open ones and 64 trainers.

`python -m tests.hub.bench_claims` prints milliseconds at the level of storage, without HTTP:
for one client, for 64 that ask again at once (a closed loop, so that the figure is mostly the
queue), and for 64 that come at a pace; each beside the floor, one bare indexed
`UPDATE ... RETURNING` of 20 rows by the same clients. Then what a claim costs where
much is taken, or done with by the member. The server writes to the disk at each commit.
"""

import argparse
import multiprocessing
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
import psycopg
import sqlalchemy as sa

from tests.hub.firm import Firm, task
from tests.hub.postgres import Postgres
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub import bulk, dispatch, schema
from trainer_tui.hub.database import Database
from trainer_tui.hub.installing import install, open_hub
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync.protocol import ClaimRequest

COUNT = 20
SETTINGS = ("shared_buffers = 256MB", "max_wal_size = 1GB")
_FLOOR = (
    "UPDATE floor SET state = 1 WHERE id IN (SELECT id FROM floor WHERE state = 0"
    " ORDER BY id LIMIT 20 FOR UPDATE SKIP LOCKED) RETURNING id"
)


class Load(NamedTuple):
    """How many ask, how often, and for how long."""

    clients: int
    every: float | None
    """Seconds from one request of a client to its next; None: at once."""
    seconds: float
    processes: int


def _fill(hub: Hub, tasks: int, overlap: int) -> None:
    """Publish without the calls, which take their time."""
    firm = Firm(hub)
    firm.team()
    firm.batch([], overlap=overlap, opened=True)
    numbers = range(1, tasks + 1)
    body = msgspec.structs.replace(task("x"), instructions="Write a letter. " * 60)
    some = [
        ("north", f"t{n:06d}", "letters", "[]", msgspec.json.encode(
            msgspec.structs.replace(body, id=f"t{n:06d}")
        ))
        for n in numbers
    ]  # fmt: skip
    slots = [
        ("north", f"t{n:06d}", number, "letters", 0, n, "[]", schema.FREE, 0.0)
        for n in numbers
        for number in range(1, overlap + 1)
    ]
    names = (
        "team_id", "task_id", "number", "batch_id", "rank", "position", "warnings", "state",
        "until",
    )  # fmt: skip

    def write(connection: sa.Connection) -> None:
        for at in range(0, len(some), 10_000):
            columns = ("team_id", "id", "batch_id", "warnings", "body")
            bulk.insert(connection, schema.tasks, columns, some[at : at + 10_000])
        for at in range(0, len(slots), 10_000):
            bulk.insert(connection, schema.slots, names, slots[at : at + 10_000])
        connection.execute(sa.text("ANALYZE tasks, slots"))

    hub.database.write(write)


def _ask_often(url: str, members: list[str], load: Load, floor: bool, seed: int) -> list[float]:
    """Let some clients claim, in a process of their own; return the seconds of each claim."""
    database = Database(url)
    hub = open_hub(database, now=time.time, new_id=id_maker())
    took: list[float] = []
    end = time.monotonic() + load.seconds

    def ask(member: str) -> None:
        chance = random.Random(f"{seed} {member}")
        with _claiming(hub, url, member, floor) as claim:
            claim()  # opens the connection, prepares the statements
            while time.monotonic() < end:
                if load.every:
                    time.sleep(chance.expovariate(1 / load.every))
                began = time.perf_counter()
                claim()
                took.append(time.perf_counter() - began)

    threads = [threading.Thread(target=ask, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()
    return took


@contextmanager
def _claiming(hub: Hub, url: str, member: str, floor: bool) -> Iterator[Callable[[], None]]:
    if floor:
        with psycopg.connect(url, autocommit=True) as connection:
            yield lambda: _bare(connection)
        return
    caller, new_id = Caller(member, "", "", ()), id_maker()

    def claim() -> None:
        request = ClaimRequest(count=COUNT, request_id=new_id())
        claimed = dispatch.claim(hub, caller, request)
        if len(claimed.tasks) < COUNT:
            # Out of the way of the limit, and out of what is measured by the next one.
            _forget(hub, member)

    yield claim


def _bare(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    connection.execute(_FLOOR).fetchall()


def _forget(hub: Hub, member: str) -> None:
    claims = schema.claims
    hub.database.write(
        lambda c: c.execute(
            sa.update(claims)
            .where(claims.c.member_id == member, claims.c.ended_at.is_(None))
            .values(ended_at=0.0, why="answered")
        )
    )


def _measure(url: str, members: list[str], load: Load, floor: bool) -> list[float]:
    shares = [members[at :: load.processes] for at in range(load.processes)]
    with multiprocessing.get_context("spawn").Pool(load.processes) as pool:
        took = pool.starmap(
            _ask_often, [(url, some, load, floor, at) for at, some in enumerate(shares)]
        )
    return [one for some in took for one in some]


def _say(what: str, took: list[float], seconds: float | None = None) -> None:
    took = sorted(took)
    at_99 = took[min(len(took) - 1, int(len(took) * 0.99))]
    rate = f"{len(took) / seconds:8.0f}/s" if seconds else " " * 10
    print(
        f"{what:<52} p50 {statistics.median(took) * 1000:7.1f}  p99 {at_99 * 1000:7.1f} "
        f"{rate}  n {len(took)}",
        flush=True,
    )


def _alone(hub: Hub, caller: Caller, rounds: int) -> list[float]:
    """Claim by one client; what is held is done with between the claims, out of the figure."""
    took = []
    dispatch.claim(hub, caller, ClaimRequest(count=COUNT))  # opens the connection
    for _ in range(rounds):
        _forget(hub, caller.member_id)
        began = time.perf_counter()
        claimed = dispatch.claim(hub, caller, ClaimRequest(count=COUNT))
        took.append(time.perf_counter() - began)
        assert len(claimed.tasks) == COUNT
    return took


def _take(hub: Hub, first: int, last: int, *numbers: int, state: int = schema.TAKEN) -> None:
    slots = schema.slots
    hub.database.write(
        lambda c: c.execute(
            sa.update(slots)
            .where(slots.c.position.between(first, last), slots.c.number.in_(numbers))
            .values(state=state, until=hub.now() + 86400)
        )
    )


def _done(hub: Hub, caller: Caller, last: int) -> None:
    """Let a member have answered all tasks to one."""
    names = (
        "id", "team_id", "task_id", "number", "batch_id", "member_id", "request_id", "rank",
        "position", "granted_at", "until", "ended_at", "why",
    )  # fmt: skip
    rows = [
        (
            f"{caller.member_id}-{n}", "north", f"t{n:06d}", 1, "letters", caller.member_id,
            f"before-{n // 20}", 0, n, 0.0, 0.0, 0.0, "answered",
        )
        for n in range(1, last + 1)
    ]  # fmt: skip
    hub.database.write(lambda c: bulk.insert(c, schema.claims, names, rows))


def _hub(server: Postgres, name: str, tasks: int, overlap: int) -> Hub:
    database = Database(server.database(name))
    install(database, now=time.time, new_id=id_maker())
    hub = open_hub(database, now=time.time, new_id=id_maker())
    _fill(hub, tasks, overlap)
    return hub


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each part")
    parser.add_argument("--every", type=float, default=10.0, help="seconds, of each trainer")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Postgres(folder / "server", settings=SETTINGS).create()
        try:
            _run(server, words)
        finally:
            server.stop("immediate")


def _run(server: Postgres, words: argparse.Namespace) -> None:
    hub = _hub(server, "claims", words.tasks, 1)
    firm = Firm(hub)
    callers = [firm.trainer(f"Trainer {number}") for number in range(words.clients)]
    members = [one.member_id for one in callers]
    url = server.url("claims")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE floor (id integer PRIMARY KEY, state integer, body text)")
        connection.execute(
            "INSERT INTO floor SELECT n, 0, repeat('x', 900) FROM generate_series(1, 400000) n"
        )
        connection.execute("CREATE INDEX ON floor (id) WHERE state = 0")
        connection.execute("VACUUM ANALYZE floor")
        took = []
        for _ in range(200):
            began = time.perf_counter()
            _bare(connection)
            took.append(time.perf_counter() - began)
        _say("one client: floor", took)
    solo = firm.trainer("Solo")
    _say("one client: claim", _alone(hub, solo, 200))
    for what, every in (("coming at a pace", words.every), ("in a closed loop", None)):
        load = Load(words.clients, every, words.seconds, words.processes)
        for floor in (True, False):
            took = _measure(url, members, load, floor)
            thing = "floor" if floor else "claim"
            _say(f"{words.clients} clients {what}: {thing}", took, words.seconds)
    hub.database.close()

    print("\nwhat must make no difference, one client:")
    hub = _hub(server, "length", words.tasks, 3)
    firm = Firm(hub)
    many = words.tasks // 5
    _say("nothing taken", _alone(hub, firm.trainer("Ana"), 100))
    done = firm.trainer("Ben")
    _done(hub, done, many)
    _say(f"overlap 3, {many} of these answered by the member", _alone(hub, done, 100))
    _take(hub, 1, many, 1, 2, 3)
    _say(f"{many} taken by others at the head", _alone(hub, firm.trainer("Cid"), 100))
    hub.database.close()


if __name__ == "__main__":
    main()
