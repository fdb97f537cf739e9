"""Replays a shift of eight hours in minutes by keys alone, and says what grows over it"""

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

sys.path.append(str(Path(__file__).parent.parent / "terminal"))

from desk import AT_LIST, AT_TEXT, BEFORE_SENDING, import_tasks, write_tasks
from suite.keys import Figures, figures, type_one
from suite.programs import SENTENCE, acted
from suite.ptys import Pty
from suite.table import Line, Options, number, within
from terminal import environment, key, pasted, program

HOURS = 8.0
TASKS = 60
"""Worked in eight hours; each is about a thousand keys, so 60,000 in all."""
MOST_GROWTH = 1.0
"""MB an hour that memory may grow after the warm-up: less is not told from noise."""
WARM = 0.4
"""The part of the shift after which everything was opened several times."""
PATIENCE = 30.0
PATCH = """
import collections, gc, os, signal, time
from datetime import UTC, datetime, timedelta
from trainer_tui.services import system
import trainer_tui.ui.app as app
import trainer_tui.ui.saving as saving
faster, began, wall = {faster}, time.monotonic(), datetime.now(UTC)
passed = lambda: (time.monotonic() - began) * faster
system.SystemClock.monotonic = lambda self: began + passed()
system.SystemClock.now = lambda self: wall + timedelta(seconds=passed())
app.OBSERVE_EVERY /= faster
saving.AFTER_LAST_KEY /= faster
saving.AT_LEAST_EVERY /= faster
def objects(*_):
    gc.collect()
    counted = collections.Counter(type(found).__module__ + "." + type(found).__name__
                                  for found in gc.get_objects())
    with open({objects!r} + ".new", "w") as file:
        file.writelines(f"{{count}} {{name}}\\n" for name, count in counted.items())
    os.replace({objects!r} + ".new", {objects!r})
signal.signal(signal.SIGUSR1, objects)
kept = []
{leak}
"""
"""Makes the clock of the shift, its heartbeats and the autosave run faster, and counts the
objects in memory when asked."""
LEAK = """
from trainer_tui.ui.screens.write import WriteScreen
mount = WriteScreen.on_mount
WriteScreen.on_mount = lambda self: (kept.append((self, bytearray(400_000))), mount(self))[1]
"""
"""Keeps every screen; a harness that does not mind proves nothing."""


class Sample(NamedTuple):
    """What the program held at one moment."""

    hour: float
    tasks: int
    memory: float
    """MB that are its own."""
    files: int
    threads: int
    cpu: float
    """Seconds of processor time so far."""
    folder: float
    """MB of the data folder."""


@dataclass
class Shift:
    """The program on a terminal, and what has been done with it."""

    home: Path
    pty: Pty
    faster: float
    chance: random.Random
    settled: int = 0
    sent: int = 0
    keys: int = 0

    # Doing

    def until(self, *wanted: str) -> None:
        """Wait until the screen shows some texts."""

        def seen() -> bool:
            screen = str(self.pty)
            return all(text in screen for text in wanted)

        self.pty.shown(self.pty.take(0.0, 0.0))
        if not seen() and acted(self.pty, seen, PATIENCE) is None:
            raise AssertionError(f"{wanted} was not shown\n{self.pty}")

    def press(self, *names: str, until: Sequence[str] = ()) -> None:
        """Press keys one after the other; Escape is not to become part of what follows."""
        for name in names:
            if name == "escape":  # which is one by itself only if nothing follows for a while
                self.pty.shown(self.pty.take(0.05, 0.05))
            self.pty.shown(self.pty.send(key(name).encode()))
            self.keys += 1
            if name == "escape":
                time.sleep(0.15)
                self.pty.shown(self.pty.take(0.05, 0.3))
        if until:
            self.until(*until)

    def write(self, count: int) -> None:
        """Type so many characters, in bursts."""
        while count > 0:
            burst = "".join(self.chance.choices("abcdefghijklmno     ", k=min(count, 40)))
            self.pty.shown(self.pty.send(burst.encode()) + self.pty.take(0.0, 0.02))
            self.keys += len(burst)
            count -= len(burst)

    def quiet(self) -> None:
        """Let what is going on be done."""
        until = time.perf_counter() + 0.3
        while (left := until - time.perf_counter()) > 0:
            self.pty.shown(self.pty.take(0.0, left))

    # A shift

    def task(self, number_: int, length: int) -> None:
        """Work the task on the screen and come to the next one."""
        self.write(length // 5)
        self.press("tab")
        self.write(length // 2)
        for every, do in (
            (2, self._paste),
            (3, self._mend),
            (4, self._find),
            (5, self._look_around),
            (6, self._versions),
            (10, self._theme),
        ):
            if number_ % every == 0:
                do()
        self.write(length - length // 5 - length // 2)
        self.press("ctrl+s")
        if number_ % 7 == 6:
            self._skip()
        else:
            self._submit()
        if number_ % 9 == 8:
            self._at_the_list()

    def _paste(self) -> None:
        self.pty.shown(self.pty.send(pasted(SENTENCE * 20).encode()))

    def _mend(self) -> None:
        self.press(*(["ctrl+left"] * 5), *(["backspace"] * 10), *(["ctrl+z"] * 3), "ctrl+y")
        self.press("ctrl+end")

    def _find(self) -> None:
        self.press("ctrl+f", until=["Find"])
        self.press(*"ab", "enter", "enter", "escape", until=[AT_TEXT])
        self.press("ctrl+end")

    def _look_around(self) -> None:
        self.press("f1", until=["esc back"])
        self.press("pagedown", "escape", until=[AT_TEXT])
        self.press("ctrl+p", until=["Search"])
        self.press(*"help", "escape", until=[AT_TEXT])
        self.press("f3", until=["Preview"])
        self.press("pagedown", "escape", until=[AT_TEXT])

    def _versions(self) -> None:
        self.press("f9", until=["Versions"])
        self.press("j", "j", "d", "k", "escape", until=[AT_TEXT])

    def _theme(self) -> None:
        self.press("ctrl+g", until=["Settings"])
        self.press("space", "escape", until=[AT_TEXT])

    def _submit(self) -> None:
        self.press("f8", until=[BEFORE_SENDING])
        self.sent += 1
        self.settled += 1
        self.press("f8", until=[f"{self.sent} done this shift", AT_TEXT])

    def _skip(self) -> None:
        self.press("escape", "s", until=["Why skip"])
        self.settled += 1
        self.press("1", until=["Skipped", AT_TEXT])

    def _at_the_list(self) -> None:
        """Take the last one back, send it again; read the report; pause."""
        self.press("escape", "q", until=[AT_LIST])
        self.press("/", until=["esc clear"])
        self.press(*"number 1", "escape", until=[AT_LIST])
        self.press("r", until=["report"])
        self.press("escape", until=[AT_LIST])
        self.press("p", until=["resume"])
        self.press("p", until=[AT_LIST, "active"])
        self.press("n", "enter", until=[AT_TEXT])

    # Looking

    def sample(self) -> Sample:
        """Measure the program as it is now."""
        pid = self.pty.process.pid
        files = [path.stat() for path in (self.home / "data").rglob("*") if path.is_file()]
        return Sample(
            (time.perf_counter() - self.pty.started) * self.faster / 3600,
            self.settled,
            self.pty.memory("RssAnon"),
            len(list(Path(f"/proc/{pid}/fd").iterdir())),
            len(list(Path(f"/proc/{pid}/task").iterdir())),
            self.pty.cpu(),
            sum(file.st_size for file in files) / 1e6,
        )

    def objects(self) -> Counter[str]:
        """Count the objects in the program's memory by type."""
        file = self.home / "objects"
        file.unlink(missing_ok=True)
        self.pty.process.send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + PATIENCE
        while not file.exists() and time.monotonic() < deadline:
            self.pty.shown(self.pty.take(0.0, 0.1))
        counted: Counter[str] = Counter()
        for line in file.read_text().splitlines():
            count, _, name = line.partition(" ")
            counted[name] = int(count)
        return counted

    def keys_painted(self, count: int) -> Figures:
        """Measure what a key takes here and now."""
        taken = []
        for _ in range(count):
            time.sleep(0.05)
            taken.append(type_one(self.pty, self.chance))
        return figures(taken)


class Outcome(NamedTuple):
    """What came of a shift."""

    samples: list[Sample]
    first_keys: Figures
    last_keys: Figures
    grown: list[tuple[str, int]]
    """Types of objects of which there were more at the end than after the warm-up, by how many."""
    keys: int
    sent: int
    heartbeats: int

    @property
    def warm(self) -> list[Sample]:
        """The samples after the warm-up."""
        return [s for s in self.samples if s.tasks >= WARM * self.samples[-1].tasks]

    def growth(self, field: str) -> float:
        """Return how much of something is added in an hour of the shift after the warm-up."""
        warm = self.warm
        hours = [sample.hour for sample in warm]
        values = [float(getattr(sample, field)) for sample in warm]
        middle, mean = sum(hours) / len(hours), sum(values) / len(values)
        spread = sum((hour - middle) ** 2 for hour in hours)
        both = sum((h - middle) * (v - mean) for h, v in zip(hours, values, strict=True))
        return both / spread if spread else 0.0

    @property
    def keeps_growing(self) -> bool:
        """Whether memory grows after the warm-up, by more than chance."""
        third = max(len(self.warm) // 3, 1)
        first = max(sample.memory for sample in self.warm[:third])
        last = min(sample.memory for sample in self.warm[-third:])
        return self.growth("memory") > MOST_GROWTH and last > first


def replay(
    home: Path,
    tasks: int = TASKS,
    length: int = 1000,
    seconds: float = 480.0,
    *,
    leak: bool = False,
    told: Callable[[Sample], None] = lambda sample: None,
) -> Outcome:
    """Work a shift; `seconds` is how long the eight hours are to take, if they can."""
    import_tasks(home, write_tasks(tasks + 20))
    faster = HOURS * 3600 / seconds
    patch = PATCH.format(faster=faster, objects=str(home / "objects"), leak=LEAK if leak else "")
    chance = random.Random(1)
    with Pty(program(patch=patch), environment(home), (120, 40), cwd=home) as pty:
        shift = Shift(home, pty, faster, chance)
        shift.until(AT_LIST)
        shift.press("enter", until=[AT_TEXT, "Response"])
        first = shift.keys_painted(40)
        samples = [shift.sample()]
        objects: Counter[str] = Counter()
        for number_ in range(tasks):
            shift.task(number_, length)
            shift.quiet()
            samples.append(shift.sample())
            told(samples[-1])
            if number_ == int(tasks * WARM):
                objects = shift.objects()
            ahead = pty.started + seconds * (number_ + 1) / tasks - time.perf_counter()
            if ahead > 0:  # the trainer thinks, and the clock goes on
                until = time.perf_counter() + ahead
                while (left := until - time.perf_counter()) > 0:
                    pty.shown(pty.take(0.0, left))
        grown = shift.objects()
        grown.subtract(objects)
        last = shift.keys_painted(40)
        ledgers = (home / "data" / "shifts").glob("*.ledger.jsonl")
        beats = sum(len(path.read_bytes().splitlines()) - 1 for path in ledgers)
        most = [(name, count) for name, count in grown.most_common(12) if count > 0]
        return Outcome(samples, first, last, most, shift.keys, shift.sent, beats)


def lines(options: Options) -> Iterator[Line]:
    """Return the rows of the one table."""
    tasks = options.many(TASKS, 12)
    seconds = 480.0 * tasks / TASKS
    found = replay(options.folder / "home", tasks, seconds=seconds)
    last = found.samples[-1]
    done = f"{found.sent} submitted, {found.keys:,} keys, {found.heartbeats:,} ledger lines"
    yield Line(f"long shift: {HOURS:.0f} hours in {seconds:.0f} s", ours=done)
    warm = found.warm[0]
    yield Line(
        "long shift: memory growth after warm-up, MB an hour",
        f"{number(warm.memory)} MB at hour {number(warm.hour)}",
        "",
        f"{found.growth('memory'):.2f}",
        None,
        f"<= {MOST_GROWTH:g} or back again",
        not found.keeps_growing,
    )
    row = "long shift: open files and threads at the end"
    same = last.files <= warm.files and last.threads <= warm.threads + 1
    before = f"{warm.files} and {warm.threads} after the warm-up"
    yield Line(row, before, "", f"{last.files} and {last.threads}", None, "no more", same)
    row = "long shift: key to paint at the end"
    yield within(row, found.last_keys.p50, 1.5 * found.first_keys.p50, "ms")


def main() -> int:
    """Work a shift and print what grew; return 1 if memory keeps growing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=TASKS)
    parser.add_argument("--length", type=int, default=1000, help="characters typed in each task")
    parser.add_argument("--seconds", type=float, default=480.0, help="of the whole shift")
    parser.add_argument("--leak", action="store_true", help="with a leak put in, to be found")
    args = parser.parse_args()
    print(f"{'hour':>6}{'tasks':>7}{'MB':>8}{'files':>7}{'threads':>9}{'cpu s':>8}{'data MB':>9}")

    def told(sample: Sample) -> None:
        print(
            f"{sample.hour:>6.2f}{sample.tasks:>7}{sample.memory:>8.1f}{sample.files:>7}"
            f"{sample.threads:>9}{sample.cpu:>8.1f}{sample.folder:>9.2f}",
            flush=True,
        )

    with tempfile.TemporaryDirectory() as folder:
        found = replay(
            Path(folder) / "home",
            args.tasks,
            args.length,
            args.seconds,
            leak=args.leak,
            told=told,
        )
    print(f"{found.sent} submitted, {found.keys:,} keys, {found.heartbeats:,} ledger lines")
    for field, unit in (("memory", "MB"), ("files", ""), ("threads", ""), ("cpu", "s")):
        print(f"{field} an hour, after the warm-up: {found.growth(field):+.2f} {unit}")
    print(f"key to paint p50/p99 ms: {found.first_keys} at first, {found.last_keys} at last")
    verdict = "memory KEEPS GROWING" if found.keeps_growing else "memory does not keep growing"
    print(f"{verdict}; objects of which there are more than after the warm-up:")
    print("\n".join(f"{count:>9} {name}" for name, count in found.grown) or "      none")
    return found.keeps_growing


if __name__ == "__main__":
    sys.exit(main())
