"""Records a second that a hub stores, beside what its database does by itself, on this machine.

`python tests/bench/push_rate.py`: pushes of 100 records of 3 KB, each on a claimed task, from
one or more processes, on SQLite and on a PostgreSQL that is started for it; without HTTP.
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent.parent))

from tests.hub import floors, stage
from tests.hub.postgres import Postgres
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub.database import Database
from trainer_tui.hub.installing import install, open_hub
from trainer_tui.hub.pushing import push
from trainer_tui.hub.state import Caller, Hub

TEXT = "words, words and more of them; é “Maui” \n" * 60


def opened(url: str) -> Hub:
    """Open the hub in a database that holds one."""
    return open_hub(Database(url), now=time.time, new_id=id_maker())


def prepare(url: str, workers: int, pushes: int) -> list[Caller]:
    """Make a hub with as many claimed tasks as will be answered."""
    database = Database(url)
    install(database, now=time.time, new_id=id_maker())
    database.close()
    hub = opened(url)
    count = pushes * floors.ROWS
    stage.add_teams(hub, "north", tasks=count * workers)
    callers = [stage.add_member(hub, f"m{n}", "north") for n in range(workers)]
    for number, caller in enumerate(callers):
        stage.claim(hub, caller, "north", range(count * number, count * (number + 1)))
    hub.database.close()
    return callers


def work(url: str, caller: Caller, first: int, pushes: int, ready: Barrier) -> None:
    """Push what was claimed, after all processes are there."""
    hub = opened(url)
    size = floors.ROWS
    batches = [
        [
            stage.operation("north", stage.submission(hub.new_id(), first + n * size + k, TEXT))
            for k in range(size)
        ]
        for n in range(pushes)
    ]
    push(hub, caller, [])
    ready.wait()
    for batch in batches:
        results = push(hub, caller, batch)
        assert all(result.status == "accepted" for result in results), results[0]
    ready.wait()


def measure(url: str, workers: int, pushes: int) -> float:
    """Return the records a second of some processes together."""
    callers = prepare(url, workers, pushes)
    ready = multiprocessing.Barrier(workers + 1)
    processes = [
        multiprocessing.Process(
            target=work, args=(url, caller, pushes * floors.ROWS * n, pushes, ready)
        )
        for n, caller in enumerate(callers)
    ]
    for process in processes:
        process.start()
    ready.wait()
    began = time.perf_counter()
    ready.wait()
    spent = time.perf_counter() - began
    for process in processes:
        process.join()
    return workers * pushes * floors.ROWS / spent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pushes", type=int, default=40)
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2, 4])
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="push-rate-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Postgres(folder / "server", settings=["shared_buffers = 256MB"]).create()
        try:
            floor = floors.upsert_postgres(server.database("floor"))
            for workers in args.processes:
                url = server.database(f"hub{workers}")
                line("PostgreSQL", workers, measure(url, workers, args.pushes), floor)
            floor = floors.upsert_sqlite(folder)
            for workers in args.processes:
                url = f"sqlite:///{folder}/hub{workers}.db"
                line("SQLite", workers, measure(url, workers, args.pushes), floor)
        finally:
            server.stop("immediate")


def line(database: str, workers: int, rate: float, floor: float) -> None:
    """Print one measurement."""
    print(
        f"{database}, {workers} processes: {rate:,.0f} records/s, "
        f"bare upsert {floor:,.0f}, ratio {rate / floor:.2f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
