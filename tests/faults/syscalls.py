"""strace at the program: killed at each of its system calls, or told of an error by it.

Only the calls on files below the home folder count; those before are the start of Python.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import commands
from commands import Step
from subjects import Verdict
from table import Row
from tinydb import TinyDB

CALLS = ("fsync,fdatasync,write,pwrite64,rename,renameat,renameat2,link,linkat,unlink,unlinkat,"
         "ftruncate,openat,mkdir,rmdir,fchmod,chmod,read,flock")  # fmt: skip
ERRORS = {
    "write": ("ENOSPC", "EIO"),
    "fsync": ("EIO", "ENOSPC"),
    "rename": ("EIO",),
    "link": ("ENOSPC",),
    "unlink": ("EROFS",),
    "ftruncate": ("EIO",),
    "openat": ("EMFILE", "EROFS"),
    "mkdir": ("ENOSPC",),
    "fchmod": ("EROFS",),
    "read": ("EIO",),
    "flock": ("ENOLCK",),
}
"""Which errors each call is let fail with."""
_LINE = re.compile(r"^(?:\d+ +)?(\w+)\(")


@cache
def possible() -> str:
    """Return why strace cannot be used here; empty if it can."""
    if shutil.which("strace") is None:
        return "there is no strace here"
    tried = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "true"]
    done = subprocess.run(tried, capture_output=True, text=True)
    return "" if done.returncode == 0 else f"strace is not allowed here: {done.stderr.strip()}"


def _strace(*more: str) -> tuple[str, ...]:
    # Not --seccomp-bpf, with which an injection is silently left out.
    return ("strace", "-f", "-qq", *more)


def calls(
    folder: Path, step: Step, mutant: str = "", *, reading: bool = False
) -> list[tuple[str, int]]:
    """Return the system calls of a step on its home folder: each name with its count so far.

    Without `reading` only those that change something: a kill at any other one leaves what
    a kill at the next of these leaves.
    """
    home = commands.copied(folder, step)
    log = folder / "trace"
    before = _strace("-y", "-o", str(log), "-e", f"trace={CALLS}")
    done = commands.run(home, step.argv, *before, mutant=mutant)
    assert done.returncode == 0, done.stderr.decode()
    counts: dict[str, int] = {}
    found = []
    for line in log.read_text(errors="replace").splitlines():
        if matched := _LINE.match(line):
            name = matched[1]
            counts[name] = counts.get(name, 0) + 1
            looks = name in ("read", "flock") or (name == "openat" and "O_CREAT" not in line)
            if looks and not reading:
                continue
            # What is said on standard output is said from the moment after that call.
            if str(home) in line.replace(f"AT_FDCWD<{home}>", "") or " write(1<" in line:
                found.append((name, counts[name]))
    return found


def killed(
    folder: Path, step: Step, mutant: str = "", stride: int = 1
) -> Iterator[tuple[str, Verdict, bool]]:
    """Kill a step at each of its calls; yields where, what was wrong, and whether it was said."""
    before = commands.state(folder / step.start)
    after = _after(folder, step)
    points = calls(folder, step, mutant)
    for name, nth in points[::-stride]:
        home = commands.copied(folder, step)
        inject = ("-o", "/dev/null", "-e", f"trace={name}", "-e",
                  f"inject={name}:signal=KILL:when={nth}")  # fmt: skip
        done = commands.run(home, step.argv, *_strace(*inject), mutant=mutant)
        assert done.returncode in (0, -9, 137), done
        said = done.returncode == 0 or acknowledged(done.stdout + done.stderr)
        yield f"{step.name}, {name} {nth}", _verdict(home, step, before, after, said), said


def failed(folder: Path, step: Step, stride: int = 1) -> Iterator[tuple[str, Verdict, bool]]:
    """Let each call of a step fail; yields as `killed` does."""
    before = commands.state(folder / step.start)
    after = _after(folder, step)
    for name, nth in calls(folder, step, reading=True)[::stride]:
        for code in ERRORS.get(name, ()):
            home = commands.copied(folder, step)
            inject = ("-o", "/dev/null", "-e", f"trace={name}", "-e",
                      f"inject={name}:error={code}:when={nth}")  # fmt: skip
            done = commands.run(home, step.argv, *_strace(*inject))
            where = f"{step.name}, {name} {nth} {code}"
            verdict = _verdict(home, step, before, after, done.returncode == 0)
            words = done.stderr.decode()
            if "Traceback" in words or "made a mistake" in words:
                verdict.wrong, verdict.said = 1, words
            if done.returncode not in (0, 2, 3):
                verdict.wrong, verdict.said = 1, f"exit code {done.returncode}: {words}"
            yield where, verdict, done.returncode == 0


def _after(folder: Path, step: Step) -> commands.State:
    home = commands.copied(folder, step)
    done = commands.run(home, step.argv)
    assert done.returncode == 0, done.stderr.decode()
    return commands.state(home)


_DONE = ("Saved", "Submitted", "Skipped", "Flagged", "Took back", "added", "put away", "Restored",
         "written to", "The shift")  # fmt: skip


def acknowledged(output: bytes) -> bool:
    """Whether a command has said that it is done."""
    return any(word in output.decode() for word in _DONE)


def _verdict(
    home: Path, step: Step, before: commands.State, after: commands.State, said: bool
) -> Verdict:
    """Compare a folder after a fault: each part of it as before or as after, if said as after."""
    try:
        commands.reopened(home)
        found = commands.state(home)
    except Exception as error:
        return Verdict(lost=1, unreadable=1, said=repr(error))
    verdict = Verdict(unreadable=bool(found.troubles), said="; ".join(found.troubles))
    for part in after.parts:
        there, old, new = (s.parts.get(part) or None for s in (found, before, after))
        must = said and part not in step.courtesy
        if there != new and (must or there != old):
            verdict.lost += said
            verdict.wrong += not said
            verdict.said += f" {part}: {there!r} for {old!r} or {new!r}"
    left = [path for path in found.leftovers if "/data/" in path and "config" not in path]
    verdict.wrong += len(left)
    verdict.said += " ".join(left)
    return verdict


def run_killed(folder: Path, names: tuple[str, ...] = (), stride: int = 1) -> Row:
    """Return the row of kills at every call."""
    row = Row("F2 kill at every syscall (packaged commands)")
    if why := possible():
        row.ran, row.note = False, why
        return row
    commands.prepare(folder)
    for step in commands.STEPS:
        if not names or step.name in names:
            for where, verdict, said in killed(folder, step, stride=stride):
                row.add(verdict, int(said), where)
    for mutant, name in (("in place", "undo"), ("written at exit", "undo")):
        step = next(step for step in commands.STEPS if step.name == name)
        row.mutants[mutant] = any(
            not verdict.clean for _, verdict, _ in killed(folder, step, mutant)
        )
    row.stock = stock(folder, "signal=KILL")
    return row


def run_failed(folder: Path, names: tuple[str, ...] = (), stride: int = 1) -> Row:
    """Return the row of errors from every call."""
    row = Row("F5 error from every syscall (packaged commands)")
    if why := possible():
        row.ran, row.note = False, why
        return row
    commands.prepare(folder)
    for step in commands.STEPS:
        if not names or step.name in names:
            for where, verdict, said in failed(folder, step, stride):
                row.add(verdict, int(said), where)
    row.stock = stock(folder, "error=ENOSPC")
    return row


STOCK = """
import sys
from tinydb import TinyDB
database = TinyDB(sys.argv[1])
database.update({"text": "short"}, doc_ids=[1])
"""


def stock(
    folder: Path, fault: str, names: tuple[str, ...] = ("write", "fsync", "ftruncate")
) -> Verdict:
    """Do the same to an update of one of three documents in stock TinyDB."""
    verdict = Verdict()
    base, path = folder / "stock.json", folder / "stock-run.json"
    with TinyDB(base) as database:
        for _ in range(3):
            database.insert({"text": "x" * 1_900})
    argv = [sys.executable, "-c", STOCK, str(path)]
    for name in names:
        for nth in range(1, 4):
            shutil.copy(base, path)
            inject = ("-o", "/dev/null", "-P", str(path), "-e", f"trace={name}", "-e",
                      f"inject={name}:{fault}:when={nth}")  # fmt: skip
            done = subprocess.run([*_strace(*inject), *argv], capture_output=True)
            try:
                with TinyDB(path) as database:
                    texts = [document["text"] for document in database.all()]
            except ValueError:
                verdict.unreadable += 1
                verdict.lost += 3
                continue
            old = ["x" * 1_900] * 3
            new = ["short", *old[1:]]
            if texts != new and (done.returncode == 0 or texts != old):
                verdict.lost += 1
            verdict.wrong += done.returncode > 0 and texts == new  # refused and there all the same
    return verdict
