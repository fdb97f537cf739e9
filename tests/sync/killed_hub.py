"""F13 and F14: the hub is killed around its commits, or its database restarted, in mid-exchange.

`python -m tests.sync.killed_hub --rounds 20 --seed 1`. While workstations exchange, the hub is
killed with signal 9 before or after a commit, before an answer, or at any time; on PostgreSQL
the server is also stopped as if its machine had, again and again. What was acknowledged has to
be there, once.
"""

import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.hub.postgres import Postgres
from tests.sync import agreement
from tests.sync.history import Faults, Log
from tests.sync.machines import Machine
from tests.sync.site import Site
from tests.sync.table import Row, command
from trainer_tui.domain.errors import TrainerError

PLACES = [
    f"{where}:{path}"
    for where in ("before_commit", "after_commit", "before_response")
    for path in ("/v1/push", "/v1/claims", "/v1/claims/renew")
]
ANY_TIME = ""
TRIES = 12
_LONGEST = 30.0
"""Seconds that workstations go on exchanging with a hub that does not end."""


class Firm:
    """A team of its own on a site, with a few workstations."""

    def __init__(self, site: Site, folder: Path, stem: str, chance: random.Random) -> None:
        self.site, self.stem, self.chance = site, stem, chance
        site.log = Log()
        site.line.heal()
        site.publish(stem, tasks=60)
        self.machines = []
        for name in ("ada", "bob"):
            member = site.member(f"{stem}-{name}", stem)
            machine = Machine(site, folder / f"{stem}-{name}", member, f"{stem}-{name}", wanted=4)
            self.machines.append(machine.log_in())
        self._ended = threading.Event()

    def work(self, until: Callable[[], bool]) -> None:
        """Let all write and exchange until something has come about."""
        self._ended.clear()
        threads = [threading.Thread(target=self._live, args=(one,)) for one in self.machines]
        for thread in threads:
            thread.start()
        end = time.monotonic() + _LONGEST
        while not until() and time.monotonic() < end:
            time.sleep(0.005)
        self._ended.set()
        for thread in threads:
            thread.join()

    def _live(self, machine: Machine) -> None:
        chance = random.Random(self.chance.random())
        number = 0
        while not self._ended.is_set():
            if number % 4 == 3:
                # More than half of each claim has passed, so that what is in hand is renewed.
                machine.clock.ahead += 13 * 3600.0
            with suppress(TrainerError):
                tasks = machine.workable()
                if tasks:
                    number += 1
                    task_id, text = chance.choice(tasks), f"Letter {number} of {self.stem}."
                    do = machine.send if chance.random() < 0.7 else machine.save
                    do(task_id, text)
            machine.sync()

    def agree(self) -> Faults:
        """Let all exchange twice, and compare."""
        wrong = []
        for machine in self.machines:
            machine.end_shift()
            machine.wanted = 0
            machine.kill()
        for _ in range(2):
            for machine in self.machines:
                outcome = machine.sync_until_well(TRIES)
                if outcome.trouble is not None:
                    wrong.append(f"{machine.name} does not get through: {outcome.trouble}")
        found = agreement.check(self.site, self.machines, [self.stem])
        for machine in self.machines:
            machine.close()
        return found + Faults(wrong=wrong)


def one_round(site: Site, folder: Path, stem: str, place: str, chance: random.Random) -> Faults:
    """Kill the hub at a place, start it again, and compare."""
    firm = Firm(site, folder, stem, chance)
    if place == ANY_TIME:
        end = time.monotonic() + chance.uniform(0.1, 0.8)
        firm.work(lambda: time.monotonic() > end)
        threads = [threading.Thread(target=one.sync) for one in firm.machines]
        for one in firm.machines:
            with suppress(TrainerError):
                one.send(one.workable()[0], "The letter on the way.")
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0, 0.05))
        site.process.kill()
        for thread in threads:
            thread.join()
    else:
        site.process.restart(fail=f"{place}:{chance.randint(1, 3)}")
        firm.work(lambda: not site.process.alive())
    met = not site.process.alive()
    site.process.restart()
    found = firm.agree()
    return found if met else found + Faults(wrong=[f"the hub did not come to {place}"])


def kills(folder: Path, url: str, kind: str, places: list[str], seed: int, mutant: str = "") -> Row:
    """Kill a hub at all of some places; return the row."""
    row = Row(f"F13 hub killed, {kind}")
    chance = random.Random(f"{seed} {kind}")
    with Site(url, seed=seed, mutant=mutant) as site:
        for number, place in enumerate(places):
            faults = one_round(site, folder, f"k{number}", place, chance)
            row.add(faults, len(site.log.acknowledged), f"seed {seed}, {place or 'any time'}")
            if mutant and not row.clean:
                break
    return row


def restarts(folder: Path, server: Postgres, rounds: int, seed: int) -> Row:
    """Stop PostgreSQL at once and start it, so often, while workstations exchange."""
    row = Row("F14 PostgreSQL stopped at once")
    chance = random.Random(f"{seed} restarts")
    with Site(server.database(f"restarts{seed}"), seed=seed) as site:
        for number in range(rounds):
            firm = Firm(site, folder, f"r{number}", chance)
            ended = threading.Event()

            def storm(ended: threading.Event = ended) -> None:
                for _ in range(2):
                    time.sleep(chance.uniform(0.1, 0.6))
                    server.stop("immediate")
                    server.start()
                ended.set()

            thread = threading.Thread(target=storm)
            thread.start()
            firm.work(ended.is_set)
            thread.join()
            row.add(firm.agree(), len(site.log.acknowledged), f"seed {seed} round {number}")
    return row


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server of its own."""
    with tempfile.TemporaryDirectory(prefix="killed-hub-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Postgres(folder / "server", settings=("shared_buffers = 32MB",)).create()
        try:
            yield server
        finally:
            server.stop("immediate")


MUTANT = "answers before its commit"


def run(folder: Path, rounds: int, seed: int) -> list[Row]:
    """Return the rows of both databases, with the mutant."""
    folder.mkdir(parents=True, exist_ok=True)
    places = [*PLACES, *[ANY_TIME] * rounds]
    sqlite = kills(folder / "s", f"sqlite:///{folder}/hub.db", "SQLite", places, seed)
    caught = kills(
        folder / "m", f"sqlite:///{folder}/mutant.db", "mutant", [ANY_TIME] * 12, seed, MUTANT
    )
    sqlite.mutants[MUTANT] = not caught.clean
    with postgres() as server:
        other = kills(folder / "p", server.database("hub"), "PostgreSQL", places, seed)
        stopped = restarts(folder / "r", server, rounds, seed)
    return [sqlite, other, stopped]


if __name__ == "__main__":
    raise SystemExit(command(__doc__, 20, run))
