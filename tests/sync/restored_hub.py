"""F17 and F18: the hub is restored from an older copy, or made anew; a folder is copied.

`python -m tests.sync.restored_hub --rounds 10 --seed 1`. Workstations work and exchange, the
hub is copied, they go on, and then the copy takes the hub's place: as a backup that is
restored as it should be, or as a file that somebody has put back, so that the hub does not
know of it. What was acknowledged has to be at the hub again after a day of exchanges.
"""

import random
import shutil
import sqlite3
import zlib
from contextlib import closing, suppress
from pathlib import Path

from tests.sync import agreement, mutants
from tests.sync.history import Faults, Log
from tests.sync.machines import Machine
from tests.sync.site import Site
from tests.sync.table import Row, command
from trainer_tui.domain.errors import TrainerError
from trainer_tui.hub import backup
from trainer_tui.hub.database import Database

BACKUP, FILE, FILE_AND_OTHERS = "backup", "file", "file, others first"
WAYS = (BACKUP, FILE, FILE_AND_OTHERS)
_DAY = 25 * 3600.0


class Restored:
    """One round: a hub of its own, whose past comes back."""

    def __init__(self, folder: Path, seed: str) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        folder.mkdir(parents=True)
        self.file = folder / "hub.db"
        self.site = Site(f"sqlite:///{self.file}", seed=1)

    def run(self, way: str) -> Faults:
        """Restore in a way; nothing is claimed after the copy, as work on that is refused."""
        with self.site as site:
            site.publish("north", tasks=60)
            ada, bob = site.member("ada", "north"), site.member("bob", "north")
            homes = ((ada, "ada", "ada-1"), (ada, "ada", "ada-2"), (bob, "bob", "bob-1"))
            self.machines = [
                Machine(site, self.folder / home, member, name, wanted=12).log_in()
                for member, name, home in homes
            ]
            self._work(3)
            copy = self._copy(way)
            self._work(4)
            self._take_back_the_past(way, copy)
            return self._agree(way)

    def _work(self, steps: int) -> None:
        for machine in self.machines:
            machine.sync()
            for _ in range(steps):
                with suppress(TrainerError):
                    task_id = self.chance.choice(machine.workable())
                    machine.send(task_id, f"A letter, {self.chance.random()}.")
                    if self.chance.random() < 0.2:
                        machine.do("withdraw", task_id)
            machine.end_shift()
            machine.sync()

    def _copy(self, way: str) -> Path:
        copy = self.folder / "copy"
        if way == BACKUP:
            backup.back_up(self.site.database, copy)
        else:
            with (
                closing(sqlite3.connect(self.file)) as source,
                closing(sqlite3.connect(copy)) as to,
            ):
                source.backup(to)
        return copy

    def _take_back_the_past(self, way: str, copy: Path) -> None:
        site = self.site
        site.process.kill()
        site.database.close()
        for path in self.folder.glob("hub.db*"):
            path.unlink()
        if way == BACKUP:
            database = Database(site.url)
            backup.restore(copy, database)
            database.close()
        else:
            shutil.copy(copy, self.file)
        site.database = Database(site.url)
        site.process.start()
        if way == FILE_AND_OTHERS:
            self._others_first()

    def _others_first(self) -> None:
        """Let so much happen at the hub that no cursor is beyond its end any more.

        The second of Ada's machines exchanges first, so that what it brings has numbers up to
        which the first one has read in the feed that is gone.
        """
        site = self.site
        self._exchange_and_write(self.machines[1])
        cleo = Machine(
            site, self.folder / "cleo", site.member("cleo", "north"), "cleo", wanted=20
        ).log_in()
        cleo.sync()
        for _ in range(2):
            self._exchange_and_write(cleo)
        self.machines.append(cleo)

    def _exchange_and_write(self, machine: Machine) -> None:
        machine.sync()
        for task_id in machine.workable():
            with suppress(TrainerError):
                machine.send(task_id, f"Another letter, {self.chance.random()}.")
        machine.sync()

    def _agree(self, way: str) -> Faults:
        wrong = []
        for machine in self.machines:
            machine.end_shift()
            machine.wanted = 0
            machine.kill()
        for exchange in range(4):
            for machine in self.machines:
                if exchange == 1:
                    machine.clock.ahead += _DAY
                outcome = machine.sync()
                if outcome.trouble is not None:
                    wrong.append(f"{machine.name} does not get through: {outcome.trouble}")
        refused = [f"{m.name} was refused: {r.code}" for m in self.machines for r in m.refusals]
        found = agreement.check(self.site, self.machines, ["north"], renumbered=True)
        for machine in self.machines:
            machine.close()
        return found + Faults(wrong=[*wrong, *refused])


def folder_of_yesterday(site: Site, folder: Path, seed: str) -> Faults:
    """Let a folder be lost after more work had left it, and an older copy take its place."""
    chance = random.Random(seed)
    stem = f"f{zlib.crc32(seed.encode())}"
    site.log = Log()
    site.publish(stem, tasks=20)
    machine = Machine(site, folder / stem, site.member(stem, stem), stem, wanted=8).log_in()
    machine.sync()
    tasks = machine.workable()
    for task_id in tasks[:3]:
        machine.send(task_id, "A letter.")
    machine.save(tasks[3], "A letter that is not done.")
    if chance.random() < 0.5:
        machine.sync()  # else it leaves from both folders
    machine.end_shift()
    copy = machine.copied(folder / f"{stem}-copy")
    for task_id in chance.sample(tasks, 4):
        with suppress(TrainerError):
            machine.send(task_id, f"A letter of the day after, {chance.random()}.")
    machine.end_shift()
    machine.sync()
    machine.close()
    for task_id in chance.sample(tasks, 4):
        with suppress(TrainerError):
            copy.send(task_id, f"A letter after the loss, {chance.random()}.")
    copy.end_shift()
    copy.wanted = 0
    copy.kill()
    wrong = [str(o.trouble) for o in (copy.sync(), copy.sync()) if o.trouble is not None]
    wrong += [f"refused: {result.code}" for result in copy.refusals]
    found = agreement.check(site, [copy], [stem])
    copy.close()
    return found + Faults(wrong=wrong)


def restores(folder: Path, rounds: int, seed: int, ways: tuple[str, ...] = WAYS) -> Row:
    """Restore a hub in each of some ways, so often."""
    row = Row("F17 hub restored")
    for number in range(rounds):
        for way in ways:
            one = Restored(folder / f"{number}-{way}", f"{seed}/{number}")
            faults = one.run(way)
            row.add(faults, len(one.site.log.acknowledged), f"seed {seed} round {number}, {way}")
    return row


def folders(folder: Path, rounds: int, seed: int) -> Row:
    """Restore a workstation's folder so often, all on one hub."""
    row = Row("F18 folder restored")
    with Site(f"sqlite:///{folder}/hub.db", seed=seed) as site:
        for number in range(rounds):
            faults = folder_of_yesterday(site, folder, f"{seed}/{number}")
            row.add(faults, len(site.log.acknowledged), f"seed {seed} round {number}")
    return row


def run(folder: Path, rounds: int, seed: int) -> list[Row]:
    """Return the rows with their mutants."""
    row = restores(folder / "sound", rounds, seed)
    for name, (mutant, way) in MUTANTS.items():
        with mutant():
            row.mutants[name] = not restores(folder / name, 1, seed, (way,)).clean
    copied = folders(folder / "folders", rounds, seed)
    with mutants.ids_that_count():
        copied.mutants["ids that count"] = not folders(folder / "counting", 4, seed).clean
    return [row, copied]


MUTANTS = {
    "have is skipped": (mutants.have_is_skipped, FILE),
    "numbers are trusted": (mutants.numbers_are_trusted, FILE_AND_OTHERS),
}


if __name__ == "__main__":
    raise SystemExit(command(__doc__, 10, run))
