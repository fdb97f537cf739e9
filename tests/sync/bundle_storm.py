"""Bundles in any order, repeated and lost, beside a line: in the end all machines agree.

The short form runs with the tests; the long one by
`python -m tests.sync.bundle_storm --examples 500 --seed 1`.
"""

import argparse
import os
import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.hub.firm import LEAD
from tests.sync.laptops import Laptop, World
from trainer_tui.domain.errors import TrainerError
from trainer_tui.domain.sync import SyncState
from trainer_tui.hub import bundles, people
from trainer_tui.sync.bundle import BadBundle
from trainer_tui.sync.bundle_key import as_line

KINDS = (
    "write", "write", "skip", "withdraw", "end", "out", "out", "receive", "receive", "answer",
    "answer", "take", "take", "take", "sync", "crash", "copy", "days", "certify",
)  # fmt: skip
Step = tuple[str, int, int]
"""What happens, and two numbers that choose among what there is."""


class Storm:
    """One member on a machine with a line, one without, and copies of the latter."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, tasks=12)
        self.member = self.world.member("ada")
        self.near = self.world.laptop("near", wanted=2)
        far = self.world.laptop("far", log_in="")
        far.syncing.bundling().enter_key(as_line(bundles.key(self.world.hub, self.member)))
        self.far = [far]
        self.gone: list[bytes] = []
        """Every bundle to the hub that was ever made; one may arrive often, or never."""
        self.come: list[bytes] = []
        self.aged = False

    def run(self, steps: Sequence[Step]) -> None:
        """Let it happen, then let everything arrive, and look."""
        for kind, which, more in steps:
            try:
                getattr(self, f"_{kind}")(which, more)
            except BadBundle as error:
                assert "has not been taken in here" in error.message
        self._settle()
        self._look()

    def end(self) -> None:
        for laptop in self._all():
            laptop.sound.close()
        self.world.end()

    def _all(self) -> list[Laptop]:
        return [self.near, *self.far]

    def _at(self, which: int) -> Laptop:
        return self._all()[which % len(self._all())]

    # What may happen

    def _write(self, which: int, more: int) -> None:
        laptop = self._at(which)
        rows = laptop.station.rows()
        if rows:
            laptop.send(rows[more % len(rows)].task.id, f"Text {which} {more}.")

    def _skip(self, which: int, more: int) -> None:
        laptop = self._at(which)
        if tasks := laptop.open_tasks():
            laptop.station.shifts.ensure(laptop.station.profile)
            laptop.station.writing.skip(tasks[more % len(tasks)], "Other")

    def _withdraw(self, which: int, more: int) -> None:
        laptop = self._at(which)
        if (newest := laptop.station.tasks.newest()) is not None:
            laptop.station.shifts.ensure(laptop.station.profile)
            laptop.station.writing.withdraw(newest.task_id)

    def _end(self, which: int, more: int) -> None:
        laptop = self._at(which)
        if laptop.station.shifts.current is not None:
            laptop.station.shifts.end()

    def _out(self, which: int, more: int) -> None:
        self.gone.append(self._at(which).syncing.bundling().out(more % 3).data)

    def _receive(self, which: int, more: int) -> None:
        if self.gone:
            bundles.receive(self.world.hub, self.gone[which % len(self.gone)])

    def _answer(self, which: int, more: int) -> None:
        count = more % 3 if which % 3 == 0 else None
        made = bundles.make(self.world.hub, self.member, count, whole=which % 5 == 0)
        self.come.append(made.data)

    def _take(self, which: int, more: int) -> None:
        if self.come:
            self._take_in(self._at(which), self.come[more % len(self.come)])

    def _take_in(self, laptop: Laptop, data: bytes) -> None:
        before = laptop.store.hub().reached
        acked = {r.id for r in laptop.records() if r.sync is SyncState.ACKED}
        laptop.syncing.bundling().take_in(data)
        after = laptop.store.hub().reached
        for team, (own, wide) in before.items():
            assert after[team][0] >= own and after[team][1] >= wide
        assert acked <= {r.id for r in laptop.records() if r.sync is SyncState.ACKED}

    def _sync(self, which: int, more: int) -> None:
        self.near.synced()

    def _crash(self, which: int, more: int) -> None:
        self._at(which).crash()

    def _copy(self, which: int, more: int) -> None:
        if len(self.far) < 3:
            self.far[0].sound.close()
            name = f"copy{len(self.far)}"
            shutil.copytree(self.far[0].home, self.world.folder / name)
            self.far[0].open()
            self.far.append(self.world.laptop(name, log_in=""))

    def _days(self, which: int, more: int) -> None:
        self.aged = True
        self.world.clock.advance(86_400.0 * (1 + more % 3))

    def _certify(self, which: int, more: int) -> None:
        people.set_membership(self.world.hub, LEAD, "north", self.member, certified=more % 2 == 0)

    # How it ends

    def _settle(self) -> None:
        people.set_membership(self.world.hub, LEAD, "north", self.member, certified=False)
        for _ in range(3):
            self.near.synced()
            for laptop in self.far:
                bundles.receive(self.world.hub, laptop.syncing.bundling().out(0).data)
                self._take_in(laptop, bundles.make(self.world.hub, self.member).data)

    def _look(self) -> None:
        stored = self.world.operations()
        for laptop in self._all():
            for record in laptop.records():
                assert record.sync is SyncState.ACKED, (record.id, record.refusal)
                assert record.id in stored
            assert laptop.syncing.status().waiting == 0
            assert not laptop.syncing.status().set_aside
            assert laptop.crash().store.hub().reached == self.near.store.hub().reached
        seen = [self._seen(laptop) for laptop in self._all()]
        for other in seen[1:]:
            for what, value in seen[0].items():
                assert other[what] == value, f"{what}: {value} and {other[what]}"

    def _seen(self, laptop: Laptop) -> dict[str, Any]:
        state, tasks = laptop.store.hub(), laptop.station.tasks
        touched = {one["task_id"] for one in self.world.operations().values() if "task_id" in one}
        seen: dict[str, Any] = {
            "heads": {task: laptop.head(task) for task in sorted(touched)},
            "newest": {task: _id(tasks.history(task).newest) for task in sorted(touched)},
            "teams": state.memberships,
        }
        if not self.aged:  # what has expired is let go at once only where there is a line
            seen["claims"] = sorted(held.claim.id for held in state.held)
        return seen


def _id(record: Any) -> str:
    return record.id if record is not None else ""


def steps_of(chance: random.Random, count: int) -> Iterator[Step]:
    for _ in range(count):
        yield chance.choice(KINDS), chance.randrange(60), chance.randrange(60)


def run(steps: Sequence[Step]) -> None:
    """Run one storm in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="storm-") as name:
        storm = Storm(Path(name))
        try:
            storm.run(steps)
        finally:
            storm.end()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    os.fsync = lambda fd: None  # type: ignore[assignment]  # what is stored matters here, not when
    for seed in range(args.seed, args.seed + args.examples):
        steps = list(steps_of(random.Random(seed), args.steps))
        try:
            run(steps)
        except (AssertionError, TrainerError):
            print(f"seed {seed}: {steps}")
            raise
    print(f"{args.examples} storms of {args.steps} steps: all machines agree")


if __name__ == "__main__":
    main()
