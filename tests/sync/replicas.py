"""F10: machines of two people work, fail and exchange at random, then agree with the hub.

`python -m tests.sync.replicas --rounds 100 --seed 1`. In each round three workstations (two of
them one member's, the second a copy of the first one's folder) claim, write, submit, correct,
take back, skip, flag, give back, end shifts and exchange over a bad line; they are killed at
writes to their disks, these are full at times, claims run out, and the hub is killed. Then the
line heals, all exchange twice, and P1 to P10 have to hold.
"""

import argparse
import random
import shutil
import tempfile
import threading
import time
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tests.sync import agreement, mutants
from tests.sync.history import Faults, Log
from tests.sync.machines import SYNC_WRITES, Machine
from tests.sync.site import Site
from tests.sync.table import Row, table
from trainer_tui.domain.errors import TrainerError
from trainer_tui.services.sync_status import Phase

TASKS = 40
STEPS = 60
TRIES = 12
"""Exchanges within which a workstation gets through on a line that has healed."""


class Round:
    """One round, on a site that other rounds have used."""

    def __init__(self, site: Site, folder: Path, seed: str) -> None:
        self.site, self.folder = site, folder
        self.chance = random.Random(seed)
        site.log = Log()
        stem = f"t{zlib.crc32(seed.encode())}"
        self.teams = (f"{stem}a", f"{stem}b")
        for team in self.teams:
            site.publish(team, tasks=TASKS)
        self.people = {name: site.member(f"{stem}-{name}", *self.teams) for name in ("ada", "bob")}
        site.line.heal()
        self.machines = [self._machine(name, f"{name}-1").log_in() for name in self.people]
        self.refusable: set[str] = set()
        self.texts = 0

    def _machine(self, name: str, folder: str) -> Machine:
        login = f"{self.teams[0][:-1]}-{name}"
        chance = random.Random(self.chance.random())
        return Machine(
            self.site, self.folder / folder, self.people[name], login, wanted=4, chance=chance
        )

    def run(self, steps: int, *, kills: int = 1) -> Faults:
        """Let all work for so many steps, in which the hub is killed so often; compare."""
        chance, site = self.chance, self.site
        for machine in self.machines:
            machine.sync()
        site.line.spoil()
        ends = set(chance.sample(range(steps // 4, steps), kills))
        copied = chance.randrange(steps // 6, steps // 2)
        for step in range(steps):
            if step == copied:
                self._copy()
            if step in ends:
                self._kill_hub()
            elif not site.process.alive():  # it came to a failpoint
                site.process.restart()
            if chance.random() < 0.12:
                self._all_at_once()
            elif chance.random() < 0.02:
                site.let_expire(self.teams[1])
            else:
                self._step(chance.choice(self.machines))
        return self.agree()

    def _copy(self) -> None:
        """Let Ada's folder be copied, and both be used."""
        original = self.machines[0]
        if self.chance.random() < 0.5:
            original.end_shift()
        if (shift := original.station.shifts.current) is not None:
            self.refusable.add(shift.id)  # both will end it, each with its own hours
        self.machines.append(original.copied(self.folder / "ada-2"))

    def _kill_hub(self) -> None:
        """Kill the hub while all exchange, and start it again on the same port."""
        threads = self._exchanging(self.machines)
        time.sleep(self.chance.uniform(0, 0.2))
        self.site.process.kill()
        for thread in threads:
            thread.join()
        self.site.process.start()

    def _all_at_once(self) -> None:
        for thread in self._exchanging(self.machines):
            thread.join()

    def _exchanging(self, machines: Sequence[Machine]) -> list[threading.Thread]:
        threads = [threading.Thread(target=machine.sync) for machine in machines]
        for thread in threads:
            thread.start()
        return threads

    def _step(self, machine: Machine) -> None:
        """Let a trainer do something that may not be possible now."""
        chance = self.chance
        with suppress(TrainerError):
            match chance.choices(
                ["sync", "send", "correct", "save", "skip", "flag", "withdraw", "end", "kill",
                 "give back", "trouble", "log in", "page"],
                [16, 24, 12, 8, 4, 3, 7, 3, 3, 2, 14, 1, 3],
            )[0]:  # fmt: skip
                case "sync":
                    machine.sync()
                case "end":
                    machine.end_shift()
                case "kill":
                    machine.kill()
                case "log in":
                    machine.log_in()
                case "page":
                    machine.page = chance.choice((1, 2, 5, 200))
                case "trouble":
                    self._trouble(machine)
                case verb:
                    self._work(machine, verb)

    def _work(self, machine: Machine, verb: str) -> None:
        tasks = machine.workable()
        if verb in ("correct", "withdraw"):
            tasks = sorted({record.task_id for record in machine.sound.records()})
        if not tasks:
            machine.sync()
            return
        task_id = self.chance.choice(tasks)
        self.texts += 1
        text = f"Dear neighbor, this is letter {self.texts}."
        if verb in ("send", "correct"):
            machine.send(task_id, text)
        elif verb == "save":
            machine.save(task_id, text)
        elif verb == "give back":
            machine.syncing.give_back(task_id)
        else:
            machine.do(verb, task_id)

    def _trouble(self, machine: Machine) -> None:
        """Let an exchange meet the end of the process, or a full disk."""
        door = machine.store
        if self.chance.random() < 0.5:
            door.kill_at = door.writes + self.chance.randint(1, 6)
            door.kill_before = self.chance.random() < 0.5
        else:
            # It stays so until such a write comes, in this exchange or a later one.
            door.full_for = self.chance.choice(("put_received", *SYNC_WRITES))
        machine.sync()
        machine.store.kill_at = 0

    def agree(self) -> Faults:
        """Heal the line, let all exchange twice, and compare."""
        if not self.site.process.alive():
            self.site.process.restart()
        self.site.line.heal()
        faults: list[str] = []
        for machine in self.machines:
            machine.end_shift()
            machine.wanted, machine.chance = 0, None
            machine.kill()
            if (
                machine.syncing.sync().trouble
                and machine.syncing.status().phase is Phase.SIGNED_OUT
            ):
                machine.log_in()  # the copy of a folder shares its session, which a login ends
        for _ in range(2):
            for machine in self.machines:
                outcome = machine.sync_until_well(TRIES)
                if outcome.trouble is not None:
                    faults.append(f"{machine.name} does not get through: {outcome.trouble}")
        found = agreement.check(
            self.site,
            self.machines,
            self.teams,
            renewing=self.teams[1:],
            refusable=self.refusable,
        )
        refused = [
            f"{machine.name} was refused {result.op_id}: {result.code}"
            for machine in self.machines
            for result in machine.refusals
            # The hours for a second team have an id that follows from the shift's.
            if result.op_id[:24] not in {id[:24] for id in self.refusable}
        ]
        for machine in self.machines:
            machine.close()
        return found + Faults(wrong=[*faults, *refused])


def rounds(
    folder: Path,
    count: int,
    seed: int,
    *,
    steps: int = STEPS,
    kills: int = 1,
    hub_mutant: str = "",
    stop_at_first: bool = False,
) -> Row:
    """Run rounds over one hub on SQLite; return the row without its mutants."""
    row = Row("F10 many replicas")
    with Site(f"sqlite:///{folder}/hub.db", seed=seed, mutant=hub_mutant) as site:
        for number in range(count):
            homes = folder / str(number)
            faults = Round(site, homes, f"{seed}/{number}").run(steps, kills=kills)
            row.add(faults, len(site.log.acknowledged), f"seed {seed} round {number}")
            shutil.rmtree(homes, ignore_errors=True)
            if stop_at_first and not row.clean:
                break
    return row


MUTANTS = {
    "acked before the answer": mutants.acknowledged_before_the_answer,
    "cursor before the page": mutants.cursor_before_the_page,
    "results by position": mutants.results_by_position,
    "hole on a full disk": mutants.hole_on_a_full_disk,
    "ids that count": mutants.ids_that_count,
}
HUB_MUTANTS = ("without deduplication", "a page with a hole")
MUTANT_ROUNDS = 20
"""Rounds within which each mutant is caught; with four seeds it took six at most."""


def run(folder: Path, count: int, seed: int) -> Row:
    """Return the row with its mutants."""
    row = rounds(folder / "sound", count, seed)
    for name, mutant in MUTANTS.items():
        with mutant():
            found = rounds(folder / name, MUTANT_ROUNDS, seed, kills=0, stop_at_first=True)
        row.mutants[name] = not found.clean
    for name in HUB_MUTANTS:
        found = rounds(
            folder / name, MUTANT_ROUNDS, seed, kills=0, hub_mutant=name, stop_at_first=True
        )
        row.mutants[name] = not found.clean
    return row


def main() -> int:
    """Run it as asked; exit code 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="replicas-") as name:
        row = run(Path(name), asked.rounds, asked.seed)
    print(table([row]))
    print("\n".join(row.examples))
    return 0 if row.clean else 1


if __name__ == "__main__":
    raise SystemExit(main())
