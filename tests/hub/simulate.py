"""A firm's day against a real hub: `python -m tests.hub.simulate --help`.

Each trainer claims tasks, writes, loses the line for a while, comes back with what has piled
up, at times after the claims have run out, at times twice because an answer was lost. What was
acknowledged is compared with what the database holds in the end. In the same run the database
alone is measured, as a ceiling.
"""

import argparse
import asyncio
import gzip
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import httpx
import msgspec

from tests.hub import floors
from tests.hub.population import Member, Population, populate
from tests.hub.postgres import Postgres
from tests.hub.serving import HubProcess
from tests.hub.verifying import Findings, verify
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub.database import Database
from trainer_tui.sync.protocol import (
    VERSION,
    VERSION_HEADER,
    Claimed,
    ClaimedTask,
    ClaimRequest,
    Operation,
    Push,
    Pushed,
    Result,
    Status,
)

AT_ONCE = 64
"""Requests in flight."""
TEXT = 3_000
"""Characters of a submission."""
TAKEN = (Status.ACCEPTED, Status.DUPLICATE, Status.CONFLICT)


class Day(NamedTuple):
    """How a trainer's day goes."""

    submissions: int = 40
    offline: float = 0.1
    """Chance, after a submission, that the line is gone for the next few."""
    long_offline: float = 0.005
    """Chance that it is gone until the claims have run out."""
    seconds: float = 0.0
    """How long the writing takes in all; 0: as fast as the hub answers."""
    lost_answer: float = 0.05
    """Chance that the answer to a push is lost, so that it is sent again."""


class Log:
    """What was acknowledged, and how long it took."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, int] = {}
        self.late = 0
        self.refused: Counter[str] = Counter()
        self.push: list[float] = []
        self.claim: list[float] = []
        self.moments: list[float] = []
        """When a push was answered, by `time.perf_counter`."""
        self.again = 0
        """Requests that had to be sent again: no answer, or 429 or 5xx."""

    def note(self, results: tuple[Result, ...]) -> list[str]:
        """Keep what was said, and return the ids that are done with."""
        self.moments.append(time.perf_counter())
        done = []
        for result in results:
            if result.status in TAKEN:
                known = self.acknowledged.setdefault(result.op_id, result.seq)
                if known != result.seq:
                    self.refused["told another number"] += 1
                self.late += result.late and result.status is Status.ACCEPTED
            elif result.status is Status.REFUSED:
                self.refused[result.code] += 1
            else:
                continue
            done.append(result.op_id)
        return done


class Line:
    """Requests of all trainers to the hubs, so many at a time."""

    def __init__(self, addresses: list[str], log: Log) -> None:
        limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
        self._client = httpx.AsyncClient(limits=limits, timeout=60)
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._addresses, self._log = addresses, log

    async def post(self, member: Member, path: str, body: bytes, times: list[float]) -> bytes:
        """Ask until there is an answer; each try may go to another hub."""
        headers = {
            "Authorization": f"Bearer {member.token}",
            VERSION_HEADER: str(VERSION),
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
        }
        packed = gzip.compress(body, 1)
        while True:
            async with self._turn:
                began = time.perf_counter()
                try:
                    answer = await self._client.post(
                        random.choice(self._addresses) + path, content=packed, headers=headers
                    )
                except httpx.TransportError:
                    answer = None
                spent = time.perf_counter() - began
            if answer is not None and answer.status_code < 300:
                times.append(spent)
                return answer.content
            if answer is not None and answer.status_code not in (429, 500, 502, 503, 504):
                raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
            self._log.again += 1
            await asyncio.sleep(random.uniform(0.02, 0.3))

    async def close(self) -> None:
        await self._client.aclose()


class Trainer:
    """One member's day."""

    def __init__(
        self, member: Member, line: Line, log: Log, chance: random.Random, day: Day, claim: float
    ) -> None:
        self._member, self._line, self._log, self._chance = member, line, log, chance
        self._day, self._claim_seconds = day, claim
        self._new_id = id_maker(random=chance.randbytes)
        self._text = "".join(chance.choices("abcdefghij klmnop qrstuvwxyz", k=TEXT))

    async def work(self) -> None:
        """Claim, write, send, until the day's work is done."""
        tasks: list[ClaimedTask] = []
        pending: dict[str, bytes] = {}
        offline = 0
        await asyncio.sleep(self._chance.uniform(0, 0.1 * self._day.seconds or 2))
        for _ in range(self._day.submissions):
            if not tasks:
                tasks = await self._claim()
                if not tasks:
                    break
            if self._day.seconds:
                pause = self._day.seconds / self._day.submissions
                await asyncio.sleep(self._chance.expovariate(1 / pause))
            task = tasks.pop()
            op_id, body = self._written(task)
            pending[op_id] = body
            if offline:
                offline -= 1
                continue
            draw = self._chance.random()
            if draw < self._day.long_offline:
                await asyncio.sleep(self._claim_seconds * 1.3)
            elif draw < self._day.long_offline + self._day.offline:
                offline = self._chance.randint(1, 8)
                continue
            await self._push(pending)
        while pending:
            await self._push(pending)

    async def _claim(self) -> list[ClaimedTask]:
        request = ClaimRequest(count=20, request_id=self._new_id())
        body = msgspec.json.encode(request)
        for _ in range(1 + (self._chance.random() < self._day.lost_answer)):
            said = await self._line.post(self._member, "/v1/claims", body, self._log.claim)
        return list(msgspec.json.decode(said, type=Claimed).tasks)

    async def _push(self, pending: dict[str, bytes]) -> None:
        body = msgspec.json.encode(Push(operations=tuple(map(msgspec.Raw, pending.values()))))
        for _ in range(1 + (self._chance.random() < self._day.lost_answer)):
            said = await self._line.post(self._member, "/v1/push", body, self._log.push)
        for op_id in self._log.note(msgspec.json.decode(said, type=Pushed).results):
            pending.pop(op_id, None)

    def _written(self, task: ClaimedTask) -> tuple[str, bytes]:
        op_id = self._new_id()
        record = {
            "id": op_id,
            "task_id": task.task.id,
            "batch_id": task.claim.batch_id,
            "shift_id": self._member.id,
            "at": datetime.now(UTC),
            "pairs": [{"prompt": "A question", "response": self._text}],
        }
        operation = Operation(
            op_id=op_id,
            kind="submission",
            team=task.claim.team,
            body=msgspec.Raw(msgspec.json.encode(record)),
        )
        return op_id, msgspec.json.encode(operation)


async def live(
    people: Population, addresses: list[str], day: Day, seed: int, claim: float, log: Log
) -> float:
    """Let all trainers work; returns the seconds that it took."""
    line = Line(addresses, log)
    began = time.perf_counter()
    await asyncio.gather(
        *(
            Trainer(member, line, log, random.Random(f"{seed}/{n}"), day, claim).work()
            for n, member in enumerate(people.trainers)
        )
    )
    spent = time.perf_counter() - began
    await line.close()
    return spent


def share(times: list[float], part: float) -> float:
    """Return a quantile in milliseconds."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] * 1000 if ordered else 0.0


def report(log: Log, spent: float, findings: Findings) -> Iterator[str]:
    """Say what came out."""
    operations = len(log.acknowledged)
    yield f"operations {operations} in {spent:.1f} s: {operations / spent:.0f} a second"
    for name, times in (("push", log.push), ("claim", log.claim)):
        yield (
            f"{name:<6} {len(times)} requests, p50 {share(times, 0.5):.1f} ms, "
            f"p99 {share(times, 0.99):.1f} ms"
        )
    yield f"late {log.late}, sent again {log.again}, refused {dict(log.refused)}"
    yield str(findings)


def main() -> int:
    """Run it as asked and return the exit code: 0 if nothing was lost, doubled or given twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trainers", type=int, default=1000)
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument("--teams", type=int, default=10)
    parser.add_argument("--hubs", type=int, default=2)
    parser.add_argument("--claim-seconds", type=float, default=40)
    parser.add_argument(
        "--seconds", type=float, default=0, help="length of the day; 0: as fast as the hub answers"
    )
    parser.add_argument("--sqlite", action="store_true", help="on SQLite, with one hub process")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="simulate-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = None
        if asked.sqlite:
            url = f"sqlite:///{folder / 'hub.db'}"
            print(f"ceiling: upsert {floors.upsert_sqlite(folder):.0f} rows a second")
        else:
            server = Postgres(folder / "server", settings=["shared_buffers = 256MB"]).create()
            url = server.database("hub")
            upsert, copy = floors.upsert_postgres(url), floors.copy_postgres(url)
            print(f"ceiling: upsert {upsert:.0f}, COPY {copy:.0f} rows a second, 100 a transaction")
        try:
            return _run(asked, url)
        finally:
            if server is not None:
                server.stop("immediate")


def _run(asked: argparse.Namespace, url: str) -> int:
    wanted = asked.trainers * asked.submissions
    people = populate(
        url,
        teams=asked.teams,
        trainers=asked.trainers,
        tasks=wanted + wanted // 4,
        claim_seconds=asked.claim_seconds,
    )
    hubs = [HubProcess(url, install=False) for _ in range(1 if asked.sqlite else asked.hubs)]
    log, day = Log(), Day(submissions=asked.submissions, seconds=asked.seconds)
    try:
        for hub in hubs:
            hub.start()
        addresses = [hub.address for hub in hubs]
        spent = asyncio.run(live(people, addresses, day, asked.seed, asked.claim_seconds, log))
    finally:
        for hub in hubs:
            hub.kill()
    database = Database(url)
    findings = verify(database, log.acknowledged)
    database.close()
    for line in report(log, spent, findings):
        print(line)
    return 0 if findings.clean and not log.refused else 1


if __name__ == "__main__":
    raise SystemExit(main())
