"""Puts the line between workstations and hubs through every fault, and prints one table.

`python -m tests.sync --rounds 20 --seed 1` takes about half an hour on two cores; `--only F10`
one fault. Exit code 1 says that something acknowledged was lost or doubled, that hub and
workstations disagreed, or that a safeguard taken out was not missed: then the harness is broken.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hub import delivering, following
from tests.hub.databases import each_database
from tests.sync import killed_hub, lost_answers, replicas, restored_hub
from tests.sync.history import Faults
from tests.sync.table import Row, table


def _many_replicas(folder: Path, rounds: int, seed: int) -> list[Row]:
    return [replicas.run(folder, rounds, seed)]


def _every_fate(folder: Path, rounds: int, seed: int) -> list[Row]:
    return [lost_answers.run(folder, seed)[0]]


def _deliveries(folder: Path, rounds: int, seed: int) -> list[Row]:
    """The same at once through several hub processes; ten operations a round."""
    found = []
    for kind, url in each_database():
        row = Row(f"F12 delivered at once, {kind}")
        faults = delivering.deliver(url, rounds=rounds, seed=seed)
        row.add(Faults(doubled=faults), 10 * rounds, kind)
        row.rounds = rounds
        found.append(row)
    for mutant in delivering.MUTANTS:
        for _, url in each_database(("sqlite",)):
            with mutant():
                caught = bool(delivering.deliver(url, rounds=2, seed=seed))
            found[0].mutants[mutant.__name__.replace("_", " ")] = caught
    return found


def _followers(folder: Path, rounds: int, seed: int) -> list[Row]:
    """Readers of a feed that many write to."""
    found = []
    for kind, url in each_database():
        row = Row(f"F15 followed while written, {kind}")
        faults = following.follow(url, rounds=rounds, seed=seed)
        row.add(Faults(lost=faults), 0, kind)
        row.rounds = rounds
        found.append(row)
    for _, url in each_database(("postgresql",)):
        caught = following.follow(url, rounds=4, seed=seed, how=following.number_first)
        found[-1].mutants["number first"] = bool(caught)
    return found


FAULTS: dict[str, Callable[[Path, int, int], list[Row]]] = {
    "F10": _many_replicas,
    "F11": _every_fate,
    "F12": _deliveries,
    "F13": killed_hub.run,
    "F15": _followers,
    "F17": restored_hub.run,
}
ALSO = {"F14": "F13", "F18": "F17", "F29": "F10"}
"""What is tried together with another."""


def rows(only: list[str], rounds: int, seed: int) -> Iterator[Row]:
    """Yield the rows, and tell as each is done."""
    wanted = {ALSO.get(name, name) for name in only} or FAULTS.keys()
    for name, run in FAULTS.items():
        if name not in wanted:
            continue
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="sync-faults-") as folder:
            found = run(Path(folder), rounds, seed)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        yield from found


def main() -> int:
    """Run what is asked for and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    names = sorted([*FAULTS, *ALSO])
    parser.add_argument("--only", action="append", default=[], choices=names)
    asked = parser.parse_args()
    found = list(rows(asked.only, asked.rounds, asked.seed))
    print(table(found))
    print("\n".join(f"{row.fault}: {said}" for row in found for said in row.examples))
    return 0 if all(row.clean for row in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
