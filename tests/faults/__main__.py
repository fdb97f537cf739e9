"""Puts the store and the workstation through every fault, and prints one table.

`python tests/faults` is the long form, about 15 minutes on two cores; `--short` takes two.
Each technique has a number, by which `--only` takes it: F1 kills at random, F2 at every system
call, F3 cuts the power, F4 fills the disk, F5 lets calls fail, F6 starts two processes, F7 rots
bytes, F8 changes the format, F9 compares with a model, F27 ends the screen in every way.
Exit code 1 says that something acknowledged was lost, that a safeguard taken out was not
missed, or that stock TinyDB lost nothing where it should: then the harness is broken.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "store"))
sys.path.append(str(Path(__file__).parents[1] / "terminal"))

import bit_rot
import failing_calls
import formats
import full_disk
import kill_any_time
import model
import power_cut
import power_cut_image
import screen_ways
import syscalls
import two_writers
from commands import FEW
from subjects import MEMORY
from table import Row, table


@dataclass(frozen=True)
class Technique:
    """One of the techniques, with its long and its short form."""

    name: str
    long: Callable[[Path, argparse.Namespace], Row | list[Row]]
    short: Callable[[Path, argparse.Namespace], Row | list[Row]]
    in_memory: bool = False
    """Whether the speed of the disk plays no part, so that it may as well be none."""


def _kills(workload: str) -> Technique:
    return Technique(
        "F1",
        lambda folder, args: kill_any_time.run(folder, workload, args.rounds, args.seed),
        lambda folder, args: kill_any_time.run(folder, workload, 60, args.seed),
    )


TECHNIQUES = (
    Technique(
        "F9",
        lambda folder, args: model.run(folder, args.examples, 200, args.seed),
        lambda folder, args: model.run(folder, 30, 30, args.seed),
        in_memory=True,
    ),
    Technique(
        "F5",
        lambda folder, args: syscalls.run_failed(folder),
        lambda folder, args: syscalls.run_failed(folder, FEW[:1], 2),
    ),
    Technique(
        "F27",
        lambda folder, args: screen_ways.run(folder, 42, 20, args.seed),
        lambda folder, args: screen_ways.run(folder, 7, 2, args.seed),
    ),
    Technique(
        "F2",
        lambda folder, args: syscalls.run_killed(folder),
        lambda folder, args: syscalls.run_killed(folder, FEW),
    ),
    Technique(
        "F3",
        lambda folder, args: power_cut.run(folder, args.seed, 24, 1, 15),
        lambda folder, args: power_cut.run(folder, args.seed, 8, 3),
        in_memory=True,
    ),
    Technique(
        "F7",
        lambda folder, args: bit_rot.run(folder, 20_000, args.seed),
        lambda folder, args: bit_rot.run(folder, 500, args.seed, every_bit=False),
        in_memory=True,
    ),
    Technique(
        "F3",
        lambda folder, args: power_cut_image.run(folder, 240, args.seed),
        lambda folder, args: power_cut_image.run(folder, 24, args.seed),
        in_memory=True,
    ),
    *map(_kills, kill_any_time.MUTANTS),
    Technique(
        "F5",
        lambda folder, args: failing_calls.run(folder, args.seed),
        lambda folder, args: failing_calls.run(folder, args.seed, 3),
        in_memory=True,
    ),
    Technique(
        "F4",
        lambda folder, args: full_disk.run(folder, 240, args.seed),
        lambda folder, args: full_disk.run(folder, 30, args.seed),
    ),
    Technique(
        "F6",
        lambda folder, args: two_writers.run(folder, 45),
        lambda folder, args: two_writers.run(folder, 6),
    ),
    Technique(
        "F8",
        lambda folder, args: formats.run(folder, args.seed, 15),
        lambda folder, args: formats.run(folder, args.seed, 1),
        in_memory=True,
    ),
)


def _run(number: int, args: argparse.Namespace) -> tuple[int, list[Row], float]:
    """Run one technique in a folder of its own; returns its rows and the seconds it took."""
    technique = TECHNIQUES[number]
    tempfile.tempdir = MEMORY if technique.in_memory else None
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        rows = (technique.short if args.short else technique.long)(Path(folder) / "f", args)
    return number, rows if isinstance(rows, list) else [rows], time.monotonic() - begin


def main() -> int:
    """Run the techniques, print the table."""
    parser = argparse.ArgumentParser(
        prog="python tests/faults",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=500, help="kills at random, per workload")
    parser.add_argument("--examples", type=int, default=1_000, help="of the model, 200 steps each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="such as F1,F3")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--jobs", type=int, default=2, help="techniques at a time")
    args = parser.parse_args()
    wanted = args.only.upper().split(",") if args.only else {one.name for one in TECHNIQUES}
    numbers = [number for number, one in enumerate(TECHNIQUES) if one.name in wanted]
    if not numbers:
        parser.error(f"there are {', '.join(sorted({one.name for one in TECHNIQUES}))}")
    found: dict[int, list[Row]] = {}
    with ProcessPoolExecutor(args.jobs, mp_context=get_context("fork")) as pool:
        running = [pool.submit(_run, number, args) for number in numbers]
        for done in as_completed(running):
            number, rows, seconds = done.result()
            found[number] = rows
            for row in rows:
                said = "as it should be" if row.clean else "NOT as it should be"
                print(f"{seconds:6.0f} s  {row.technique}: {said}", file=sys.stderr, flush=True)
    rows = [row for number in sorted(found) for row in found[number]]
    rows.sort(key=lambda row: int(row.technique.split()[0].strip("Fabc")))
    print(table(rows))
    for row in rows:
        if not row.clean:
            print(row.problems())
    return 0 if all(row.clean for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
