"""Two processes at one store: only one ever writes, and a dead one is out of the way at once."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import commands
from subjects import Verdict, verify
from table import Row
from terminal import command
from writer import Writers

REFUSED_WITHIN = 0.100
"""Seconds in which a second writer must know, beside what starting a program takes."""
REGAINED_WITHIN = 1.0
HOLDER = """
import os, sys, time
from pathlib import Path
from trainer_tui.store.workspace import Workspace
store = Workspace.open(Path(sys.argv[1]))
if sys.argv[2] == "fork" and os.fork() == 0:
    os.close(1)
    time.sleep(600)
print(os.getpid(), flush=True)
time.sleep(600)
"""
OPENER = """
import sys, time
from pathlib import Path
from trainer_tui.domain.errors import StoreBusy
from trainer_tui.store.workspace import Workspace
import filelock
begin = time.perf_counter()
try:
    Workspace.open(Path(sys.argv[1]))
    print("open", time.perf_counter() - begin, flush=True)
except StoreBusy as error:
    print("busy", time.perf_counter() - begin, error.message, flush=True)
"""


def _python(source: str, *argv: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", source, *argv], stdout=subprocess.PIPE, text=True,
        start_new_session=True
    )  # fmt: skip


def opened(home: Path) -> tuple[bool, float, str]:
    """Open a store in another process; whether it could, in how many seconds, and its words."""
    done = subprocess.run(
        [sys.executable, "-c", OPENER, str(home)], capture_output=True, text=True, check=True
    )
    word, seconds, *rest = done.stdout.split(" ", 2)
    return word == "open", float(seconds), "".join(rest)


def admitted(home: Path, *, fork: bool = False, remove_lock: bool = False) -> tuple[Verdict, float]:
    """Hold a store, try to open it beside that, kill the holder, open it again.

    Returns what was wrong and how long the refusal took.
    """
    verdict = Verdict()
    holder = _python(HOLDER, str(home), "fork" if fork else "")
    try:
        assert holder.stdout
        pid = int(holder.stdout.readline())
        if remove_lock:
            (home / "lock").unlink()
        could, refusal, words = opened(home)
        if could or str(pid) not in words:
            verdict.wrong, verdict.said = 1, f"a second writer: {could}, {words}"
        if not could and remove_lock:
            assert not opened(home)[0]
        os.kill(pid, signal.SIGKILL)  # and not the child that it may have
        holder.wait()
        end = time.monotonic() + REGAINED_WITHIN
        while not (could := opened(home)[0]) and time.monotonic() < end:
            time.sleep(0.02)
        if not could:
            verdict.unreadable, verdict.said = 1, "the lock of a dead process was not free"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(holder.pid, signal.SIGKILL)
        holder.communicate()
    return verdict, refusal


def rivals(folder: Path, subject: str = "ours", mutant: str = "") -> tuple[Verdict, int]:
    """Let two writers work on one store for a moment; return what was wrong, and how many acks."""
    home = folder / "data"
    with Writers() as one, Writers() as other:
        pause = 0.001 if subject == "ours" else 0.0
        job = {"subject": subject, "mutant": mutant, "step": 2, "pause": pause}
        one.start(home, "insert", 0, **job)
        other.start(home, "insert", 1, **job)
        time.sleep(0.1)
        acknowledged = [*other.kill(), *one.kill()]
        refused = other.error.startswith("StoreBusy")
    verdict = verify(subject, home, "insert", acknowledged)
    if subject == "ours" and not refused:
        verdict.wrong, verdict.said = 1, f"the second writer was not refused: {other.error}"
    return verdict, len(acknowledged)


def beside_a_command(folder: Path) -> Verdict:
    """Run commands while a writer holds the store: refused without a trace, with its pid."""
    if not (folder / "worked").exists():
        commands.prepare(folder)
    verdict = Verdict()
    home = folder / "worked"
    before = commands.state(home)
    holder = _python(HOLDER, str(home / "data"), "")
    try:
        assert holder.stdout
        pid = int(holder.stdout.readline())
        for step in commands.STEPS:
            if step.start == "worked" and step.name not in ("settings set", "export"):
                done = commands.run(home, step.argv)
                if done.returncode != 3 or str(pid) not in done.stderr.decode():
                    verdict.wrong += 1
                    verdict.said += f" {step.name}: {done.returncode} {done.stderr.decode()}"
        reading = command(home, "status", "--json")
        verdict.wrong += reading.returncode != 0 or not json.loads(reading.stdout)
    finally:
        holder.kill()
        holder.communicate()
    verdict.lost += commands.state(home) != before
    return verdict


def run(folder: Path, rounds: int = 30) -> Row:
    """Return the row, with the slowest refusal in its note."""
    row = Row("F6 two processes")
    slowest = 0.0
    for number in range(rounds):
        verdict, seconds = admitted(
            folder / "held", fork=number % 3 == 1, remove_lock=number % 3 == 2
        )
        slowest = max(slowest, seconds)
        row.add(verdict, 0, f"holder {number}")
    if slowest > REFUSED_WITHIN:
        row.add(Verdict(wrong=1, said=f"refused only after {slowest:.3f} s"), 0)
    for number in range(max(rounds // 3, 3)):
        verdict, count = rivals(folder / f"rivals{number}")
        row.add(verdict, count, f"rivals {number}")
    row.add(beside_a_command(folder / "commands"), 0, "commands")
    verdict, _ = rivals(folder / "no lock", mutant="no lock")
    row.mutants["no lock"] = not verdict.clean
    row.stock = Verdict()
    for number in range(40):  # both are let in; that they meet is chance
        row.add_stock(rivals(folder / f"stock{number}", "stock")[0])
        if number >= 4 and not row.stock.clean:
            break
    row.note = f"refused in at most {slowest * 1000:.0f} ms"
    return row
