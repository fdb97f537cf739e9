"""How fast a hub stores a push, beside what its database does by itself, on this machine.

`python tests/bench/push_rate.py`: pushes of 100 records of 3 KB, each on a claimed task, and
bare upserts of as many rows of that size take turns, on SQLite and on a PostgreSQL that is
started for it; without HTTP. The ratio is that of the medians, so that what else runs here
slows both.
"""

import argparse
import contextlib
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent.parent))

import psycopg

from tests.hub import floors, stage
from tests.hub.databases import opened, put_hub
from tests.hub.postgres import Postgres
from trainer_tui.hub.pushing import push
from trainer_tui.sync.protocol import Status

TEXT = "words, words and more of them; é “Maui” \n" * 60
WARM = 5
BAR = 0.6

Rows = list[tuple[str, float, bytes]]


def upserts_postgres(url: str) -> Callable[[Rows], None]:
    """Return what upserts rows in one transaction of PostgreSQL."""
    connection = psycopg.connect(url, autocommit=True)
    connection.execute(floors._TABLE.format(bytes="bytea"))

    def upsert(rows: Rows) -> None:
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(floors._UPSERT.format("%s"), rows)

    return upsert


def upserts_sqlite(path: Path) -> Callable[[Rows], None]:
    """Return what upserts rows in one transaction of SQLite, with the settings of the hub."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(floors._TABLE.format(bytes="blob"))

    def upsert(rows: Rows) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(floors._UPSERT.format("?"), rows)
        connection.execute("COMMIT")

    return upsert


def measure(url: str, upsert: Callable[[Rows], None], pushes: int) -> tuple[float, float]:
    """Return the medians of the seconds of a push and of as many bare upserts."""
    hub = opened(put_hub(url))
    size = floors.ROWS
    stage.add_teams(hub, "north", tasks=size * (pushes + WARM))
    ada = stage.add_member(hub, "ada", "north")
    stage.claim(hub, ada, "north", range(size * (pushes + WARM)))
    # What a database knows of its tables, it learns within a minute by itself.
    hub.database.write(lambda connection: connection.exec_driver_sql("ANALYZE"))
    ours, bare = [], []
    for turn in range(pushes + WARM):
        numbers = range(turn * size, (turn + 1) * size)
        batch = [
            stage.operation("north", stage.submission(hub.new_id(), number, TEXT))
            for number in numbers
        ]
        rows = [(hub.new_id(), 0.0, os.urandom(floors.SIZE // 2).hex().encode()) for _ in numbers]
        began = time.perf_counter()
        upsert(rows)
        between = time.perf_counter()
        results = push(hub, ada, batch)
        ended = time.perf_counter()
        assert all(result.status is Status.ACCEPTED for result in results), results[0]
        if turn >= WARM:
            bare.append(between - began)
            ours.append(ended - between)
    hub.database.close()
    return statistics.median(ours), statistics.median(bare)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pushes", type=int, default=100)
    args = parser.parse_args()
    with contextlib.suppress(OSError):  # others on this machine are noise; only root may
        os.nice(-20)
    with tempfile.TemporaryDirectory(prefix="push-rate-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Postgres(folder / "server", settings=["shared_buffers = 256MB"]).create()
        try:
            upsert = upserts_postgres(server.database("bare"))
            report("PostgreSQL", *measure(server.database("hub"), upsert, args.pushes))
        finally:
            server.stop("immediate")
        upsert = upserts_sqlite(folder / "bare.db")
        report("SQLite", *measure(f"sqlite:///{folder}/hub.db", upsert, args.pushes))


def report(database: str, ours: float, bare: float) -> None:
    """Print one measurement."""
    ratio = bare / ours
    print(
        f"{database}: a push {ours * 1e3:.1f} ms ({floors.ROWS / ours:,.0f} records/s), "
        f"bare upserts {bare * 1e3:.1f} ms, ratio {ratio:.2f} "
        f"({'met' if ratio >= BAR else 'missed'}, bar {BAR})",
        flush=True,
    )


if __name__ == "__main__":
    main()
