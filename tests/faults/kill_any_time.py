"""kill -9 at random moments while a writer inserts, updates up and down, or appends."""

import random
import shutil
import time
from pathlib import Path

from subjects import Verdict, verify
from table import Row
from writer import Writers

LONGEST = 0.05
"""Seconds a writer lives at most after its first acknowledgment."""
FRESH_EVERY = 20
"""Rounds on one store, so that a round does not grow with those before it."""


def one_round(
    writers: Writers, home: Path, workload: str, number: int, chance: random.Random, **job: str
) -> list[int]:
    """Let a writer work and kill it; return what it acknowledged."""
    writers.start(home, workload, number * 10_000, **job)
    time.sleep(chance.uniform(0, LONGEST))
    return list(writers.kill())


def kill_rounds(
    folder: Path, workload: str, rounds: int, seed: int = 1, subject: str = "ours", mutant: str = ""
) -> Row:
    """Run rounds over one growing store; stop early once a mutant is caught."""
    row = Row(f"F1 kill -9 at random, {workload}s")
    chance = random.Random(f"{seed} {workload}")
    acknowledged: list[int] = []
    home = folder / "data"
    with Writers() as writers:
        for number in range(rounds):
            if number % FRESH_EVERY == 0:
                shutil.rmtree(home, ignore_errors=True)
                acknowledged = []
            job = {"subject": subject, "mutant": mutant}
            new = one_round(writers, home, workload, number, chance, **job)
            acknowledged += new
            verdict = verify(subject, home, workload, acknowledged)
            if writers.error:  # it could not go on with what was there
                assert writers.error.startswith(("StoreError", "JSONDecodeError")), writers.error
                verdict.unreadable, verdict.said = 1, writers.error
            row.add(verdict, len(new), f"round {number}")
            if not verdict.clean:
                if mutant:
                    break
                shutil.rmtree(home, ignore_errors=True)
                acknowledged = []
    return row


MUTANTS = {
    "insert": ("in place", "acknowledged early"),
    "update": ("in place", "acknowledged early"),
    "journal": ("acknowledged early",),
}


def run(folder: Path, workload: str, rounds: int = 500, seed: int = 1) -> Row:
    """Return the row of a workload, with its mutants and stock TinyDB."""
    row = kill_rounds(folder / "ours", workload, rounds, seed)
    for mutant in MUTANTS[workload]:
        found = kill_rounds(folder / mutant, workload, max(rounds, 60), seed, mutant=mutant)
        row.mutants[mutant] = not found.clean
    if workload == "update":  # what shrinks and grows is what stock TinyDB cannot do
        stock = kill_rounds(folder / "stock", workload, min(rounds, 200), seed, "stock")
        row.stock = Verdict(stock.lost, stock.wrong, stock.unreadable)
    return row
