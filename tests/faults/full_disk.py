"""A disk of one megabyte that is full at any moment, under the store and under the program."""

import contextlib
import random
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import commands
import store_samples as samples
import syscalls
from subjects import SUBJECTS, StoreError, Verdict, mutated, verify
from table import Row

PAGE = 4096


@cache
def possible() -> str:
    """Return why no small disk can be mounted here; empty if it can."""
    if shutil.which("mount") is None:
        return "there is no mount here"
    try:
        with tempfile.TemporaryDirectory() as folder, small_disk(Path(folder) / "data"):
            return ""
    except subprocess.CalledProcessError as error:
        return f"mounting is not allowed here: {error.stderr.decode().strip()[:80]}"


@contextlib.contextmanager
def small_disk(place: Path, size: str = "1m") -> Iterator[Path]:
    """Mount an empty disk of that size."""
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(place)],
        check=True,
        capture_output=True,
    )
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path, leave: int = 0) -> Path:
    """Take all room but `leave` bytes; return the file that takes it."""
    ballast = place / "ballast"
    with contextlib.suppress(OSError), open(ballast, "wb", buffering=0) as file:
        while True:
            file.write(b"x" * PAGE)
    if leave:
        with open(ballast, "rb+", buffering=0) as file:
            file.truncate(max(ballast.stat().st_size - leave, 0))
    return ballast


def store_rounds(
    folder: Path, rounds: int, seed: int = 1, subject: str = "ours", mutant: str = ""
) -> Row:
    """Fill the disk under an open store, do operations until one fails, make room, do it again."""
    row = Row("F4 disk full, store")
    chance = random.Random(seed)
    for number in range(rounds):
        workload = ("insert", "update", "journal")[number % 3]
        with small_disk(folder / "disk") as disk, mutated(mutant):
            acknowledged, verdict = _one(disk / "data", disk, workload, chance, subject)
        row.add(verdict, acknowledged, f"{workload}, round {number}")
        if mutant and not verdict.clean:
            break
    return row


def _one(
    home: Path, disk: Path, workload: str, chance: random.Random, subject: str
) -> tuple[int, Verdict]:
    store = SUBJECTS[subject](home)
    done = [number for number in range(chance.randrange(1, 30)) if not store.do(workload, number)]
    ballast = fill(disk, chance.randrange(12) * PAGE)
    refused: list[int] = []
    said = 0
    following = len(done)
    while len(refused) < 3 and following < 300:
        try:
            store.do(workload, following)
            done.append(following)
        except (StoreError, OSError, ValueError) as error:
            refused.append(following)
            said += isinstance(error, OSError) or "full" in str(error)
        following += 1
    if subject == "ours":
        before = samples.view(store.store)  # type: ignore[attr-defined]
        same = samples.view_of(home) == before
    else:
        same = True
    if refused and chance.random() < 0.3:  # it is killed while the disk is full
        store.close()
        found = verify(subject, home, workload, done, refused)
        if not found.clean:
            return len(done), found
        try:
            store = SUBJECTS[subject](home)
        except StoreError:
            ballast.unlink()
            store = SUBJECTS[subject](home)
    ballast.unlink(missing_ok=True)
    for _ in range(4):  # the same process, with room
        try:
            store.do(workload, following)
        except (StoreError, OSError, ValueError) as error:
            return len(done), Verdict(wrong=1, unreadable=1, said=f"with room: {error}")
        done.append(following)
        following += 1
    store.close()
    verdict = verify(subject, home, workload, done, refused)
    verdict.wrong += (said < len(refused)) + (not same)
    if not same:
        verdict.said += " what failed is on the disk"
    return len(done), verdict


def command_rounds(folder: Path, rounds: int, seed: int = 1) -> Row:
    """Run the commands of the program with so many pages left, from none on."""
    row = Row("F4 disk full, packaged commands")
    if not (folder / "worked").exists():
        commands.prepare(folder)
    chance = random.Random(seed)
    steps = [step for step in commands.STEPS if step.start == "worked"]
    for number in range(rounds):
        step = steps[number % len(steps)]
        before = commands.state(folder / step.start)
        home = folder / "run"
        with small_disk(home) as disk:
            shutil.copytree(folder / step.start, disk, dirs_exist_ok=True)
            ballast = fill(disk, (number // len(steps) + chance.randrange(2)) * PAGE)
            full = commands.run(home, step.argv)
            found = commands.state(home)
            ballast.unlink()
            verdict = Verdict(unreadable=bool(found.troubles), said=full.stderr.decode())
            if full.returncode:
                verdict.wrong += full.returncode != 3 or b"made a mistake" in full.stderr
                changed = [part for part in before.parts if not _kept(part, before, found)]
                # Opening a shift and what is done in it are two steps, one after the other;
                # and what is done before the step that failed must be said.
                partly = bool(set(changed) - {"shifts", "profile"})
                verdict.lost += partly and not syscalls.acknowledged(full.stdout + full.stderr)
                verdict.said += f" changed: {changed}"
                again = commands.run(home, step.argv)
                verdict.wrong += again.returncode != 0
                verdict.said += again.stderr.decode()
            commands.reopened(home)
            verdict.lost += commands.state(home).parts != _expected(folder, step).parts
            row.add(verdict, 1, f"{step.name}, {number // len(steps)} pages left")
    return row


_after: dict[str, commands.State] = {}


def _expected(folder: Path, step: commands.Step) -> commands.State:
    if step.name not in _after:
        home = shutil.copytree(folder / step.start, folder / f"after {step.name}")
        assert commands.run(home, step.argv).returncode == 0
        _after[step.name] = commands.state(home)
    return _after[step.name]


def _kept(part: str, before: commands.State, found: commands.State) -> bool:
    return bool(found.parts.get(part) == before.parts[part])


def run(folder: Path, rounds: int = 150, seed: int = 1) -> list[Row]:
    """Return the rows of the store and of the commands."""
    rows = [Row("F4 disk full, store"), Row("F4 disk full, packaged commands")]
    if why := possible():
        rows[1].ran, rows[1].note = False, why
        rows[0].note = f"by a limit of the size of a file; {why}"
        acknowledged, verdict = limited(folder)
        rows[0].add(verdict, acknowledged, "limited")
        return rows
    rows = [store_rounds(folder / "store", rounds, seed)]
    for mutant in ("in place", "cache kept"):
        found = store_rounds(folder / mutant, 60, seed, mutant=mutant)
        rows[0].mutants[mutant] = not found.clean
    stock = store_rounds(folder / "stock", max(rounds // 5, 9), seed, "stock")
    rows[0].stock = Verdict(stock.lost, stock.wrong, stock.unreadable)
    return [*rows, command_rounds(folder / "commands", rounds, seed)]


LIMITED = 30_000
"""Bytes that a file may have in the rounds without a disk of their own."""


def limited(home: Path) -> tuple[int, Verdict]:
    """Let a store run into a limit of the size of a file, then lift it; needs no privileges.

    Returns how much was acknowledged, and what was wrong.
    """
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = SUBJECTS["ours"](home)
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    done: dict[str, list[int]] = {"insert": [], "journal": []}
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMITED, unlimited[1]))
    failed = 0
    for number in range(60):
        for workload, numbers in done.items():
            try:
                store.do(workload, number)
                numbers.append(number)
            except StoreError as error:
                assert "grow" in error.message, error
                failed += 1
    assert failed, "nothing ever failed"
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    for workload, numbers in done.items():
        store.do(workload, 100)
        numbers.append(100)
    store.close()
    for workload, numbers in done.items():
        verdict = verify("ours", home, workload, numbers)
        if not verdict.clean:
            break
    return sum(map(len, done.values())), verdict
