"""The primary dies under load: `python -m tests.hub.failover --help`.

Two PostgreSQL servers, of which the first acknowledges nothing before the second has it on its
disk, and three hub processes that know both. In the middle of the day the first is killed with
signal 9 and the second is promoted.
"""

import argparse
import asyncio
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from tests.hub.population import populate
from tests.hub.replication import Replicated
from tests.hub.serving import HubProcess
from tests.hub.simulate import Day, Log, live, report
from tests.hub.verifying import verify
from trainer_tui.hub.database import Database


def main() -> int:
    """Run it as asked and return the exit code: 0 if nothing was lost, doubled or skipped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trainers", type=int, default=200)
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument("--hubs", type=int, default=3)
    parser.add_argument("--after", type=float, default=6.0, help="seconds until the primary dies")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="failover-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        servers = Replicated(folder / "servers")
        try:
            return _run(asked, servers)
        finally:
            servers.stop()


def _run(asked: argparse.Namespace, servers: Replicated) -> int:
    servers.primary.database("hub")
    url = servers.url("hub")
    wanted = asked.trainers * asked.submissions
    people = populate(
        url, teams=4, trainers=asked.trainers, tasks=wanted + wanted // 4, claim_seconds=600
    )
    hubs = [HubProcess(url, install=False) for _ in range(asked.hubs)]
    log = Log()
    try:
        for hub in hubs:
            hub.start()
        addresses = [hub.address for hub in hubs]
        day = Day(asked.submissions, long_offline=0.0)

        async def under_load() -> float:
            work = asyncio.create_task(live(people, addresses, day, asked.seed, 600, log))
            await asyncio.sleep(asked.after)
            if work.done():
                raise SystemExit("the day was over before the primary died: more --trainers")
            before = len(log.acknowledged)
            began = time.perf_counter()
            await asyncio.to_thread(servers.primary.kill)
            await asyncio.to_thread(servers.promote)
            print(f"killed with {before} operations acknowledged; promoted after "
                  f"{time.perf_counter() - began:.1f} s")  # fmt: skip
            return await work

        spent = asyncio.run(under_load())
    finally:
        for hub in hubs:
            hub.kill()
    pause = max(after - before for before, after in pairwise(sorted(log.moments)))
    print(f"longest time without an answer to a push: {pause:.2f} s")
    database = Database(servers.standby.url("hub"))
    findings = verify(database, log.acknowledged)
    database.close()
    for line in report(log, spent, findings):
        print(line)
    return 0 if findings.clean and not log.refused else 1


if __name__ == "__main__":
    raise SystemExit(main())
