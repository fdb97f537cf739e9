"""Prints what the store costs as ratios to the floor of this disk, measured in the same run.

Run it as a script: `python tests/bench/bench_store.py [folder]`. The folder decides
which disk is measured; it defaults to the current one.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from trainer_tui.domain.draft import Cause, Draft
from trainer_tui.domain.message import Pair
from trainer_tui.domain.shift import Activity, LedgerEntry, Shift
from trainer_tui.domain.submission import Submission
from trainer_tui.store.workspace import Workspace

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
TEXT = "The quick brown fox jumps over the lazy dog, and so on and so forth. " * 28


def submission(number: int) -> Submission:
    return Submission(
        id=f"r{number:05}",
        task_id=f"b.{number}",
        batch_id="b",
        shift_id="s",
        at=NOW,
        pairs=(Pair("A prompt", TEXT),),
        draft_id=f"d{number}",
    )


def median_ms(action: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def bare_append(folder: Path) -> Callable[[], None]:
    fd = os.open(folder / "append", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    line = b"x" * 200 + b"\n"

    def append() -> None:
        os.write(fd, line)
        os.fsync(fd)

    return append


def bare_replace(folder: Path) -> Callable[[], None]:
    data = b"x" * 2000

    def replace() -> None:
        fd = os.open(folder / "new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.write(fd, data)
        os.fsync(fd)
        os.close(fd)
        os.replace(folder / "new", folder / "replaced")

    return replace


def store_with(home: Path, records: int) -> Workspace:
    store = Workspace.open(home)
    store.put_shift(Shift(id="s", trainer="ann", team="team", started_at=NOW))
    for number in range(records):
        store.add_record(submission(number))
    return store


def main(folder: Path) -> None:
    append, replace = bare_append(folder), bare_replace(folder)
    store = store_with(folder / "store", 100)
    number = iter(range(100_000))
    words = TEXT

    def save() -> None:
        nonlocal words
        words += f" {next(number)}"
        draft = Draft(id="d", task_id="b.1", pairs=(Pair("A prompt", words),))
        store.save_draft(draft, Cause.TYPING, NOW)

    def heartbeat() -> None:
        store.add_ledger("s", [LedgerEntry(NOW, Activity.ACTIVE, 15.0, "b.1")])

    # One of each in turn, so that a disk that changes its mood changes it for all.
    floors: list[float] = []
    saves: list[float] = []
    beats: list[float] = []
    for _ in range(400):
        floors.append(median_ms(append, 1))
        saves.append(median_ms(save, 1))
        beats.append(median_ms(heartbeat, 1))
    floor = statistics.median(floors)
    print(f"bare append + fsync           {floor:8.3f} ms")
    print(f"autosave                      {statistics.median(saves) / floor:8.2f} x (limit 1.5)")
    print(f"ledger entry                  {statistics.median(beats) / floor:8.2f} x (limit 1.5)")

    taken = iter(range(100, 1000))
    floors, submits = [], []
    for _ in range(20):
        floors.append(median_ms(replace, 5))
        submits.append(median_ms(lambda: store.add_record(submission(next(taken))), 1))
    floor = statistics.median(floors)
    print(f"bare temp + fsync + replace   {floor:8.3f} ms")
    print(f"submit at 100 in the shift    {statistics.median(submits) / floor:8.2f} x (limit 6)")
    store.close()

    store_with(folder / "large", 500).close()
    opened = median_ms(lambda: Workspace.open(folder / "large").close(), 9)
    print(f"open a shift of 500 records   {opened:8.2f} ms (limit 25)")
    read = median_ms(lambda: Workspace.open(folder / "large", read_only=True).close(), 9)
    print(f"the same, read-only           {read:8.2f} ms")


if __name__ == "__main__":
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd()
    with tempfile.TemporaryDirectory(dir=where) as temporary:
        main(Path(temporary))
