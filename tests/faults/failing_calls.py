"""Every call that the store makes to the system fails once, at every place, with every error."""

import errno
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
import store_samples as samples
from subjects import StoreError, Verdict, mutated
from table import Row

from trainer_tui.store.workspace import Workspace

T = TypeVar("T")
CODES = (errno.ENOSPC, errno.EIO, errno.EINTR, errno.EROFS, errno.EMFILE)
SHORT = (errno.ENOSPC, errno.EINTR)
"""The codes before which a write may have taken half of the bytes."""
MUTANTS = ("in place", "cache kept", "append kept")


def _complaints(
    home: Path, calls: samples.FailingCalls, expected: list[dict[str, object]]
) -> tuple[int, list[str]]:
    """Do all operations while one call fails; return how many were done, and what is wrong."""
    wrong: list[str] = []

    def once_more(action: Callable[[], T]) -> T:
        """Do what changes nothing; if the fault hits it, do it again."""
        try:
            return action()
        except StoreError as error:
            if not (calls.failed and error.hint):
                wrong.append(f"an error without a cause or a hint: {error}")
            return action()

    store = once_more(lambda: Workspace.open(home))
    done = 0
    for number, operation in enumerate(samples.OPERATIONS):
        try:
            operation(store)
        except StoreError as error:
            if not (calls.failed and error.hint) or str(home) in error.message:
                wrong.append(f"an error without a cause or a hint: {error}")
            if samples.view(store) != expected[number]:
                wrong.append(f"{calls.failed} failed in operation {number}: the change is seen")
            if samples.view_of(home) != expected[number]:
                wrong.append(f"{calls.failed} failed in operation {number}: it is on the disk")
            operation(store)
        done += 1
        if (number % 6 == 5 or calls.failed) and once_more(lambda: samples.view(store)) != (
            expected[number + 1]
        ):
            wrong.append(f"{calls.failed} failed before operation {number}: not as acknowledged")
    store.close()
    # A temporary file that could not be removed either goes at the next start.
    store = once_more(lambda: Workspace.open(home))
    wrong += [f"left behind: {path.name}" for path in home.rglob("*.tmp")]
    if once_more(lambda: samples.view(store)) != expected[-1]:
        wrong.append(f"{calls.failed} failed: something is lost after opening again")
    wrong += [f"trouble: {trouble.message}" for trouble in store.troubles()]
    store.close()
    return done, wrong


def failures(folder: Path, code: int, *, first: int = 1, stride: int = 1, mutant: str = "") -> Row:
    """Let call `first`, `first + stride`, ... of a run fail, until there are no more calls."""
    row = Row("F5 error from every call of the store")
    expected = samples.build(folder / "expected")
    nth = first
    home = folder / "data"
    with pytest.MonkeyPatch.context() as patch, mutated(mutant):
        calls = samples.FailingCalls(patch, code, short=code in SHORT)
        while True:
            shutil.rmtree(home, ignore_errors=True)
            calls.arm(nth)
            try:
                done, wrong = _complaints(home, calls, expected)
            except StoreError as error:
                done, wrong = 0, [f"the second try failed too: {error.message}"]
            name, failed = errno.errorcode[code], calls.failed
            calls.arm(0)
            said = "; ".join(wrong[:2])
            row.add(Verdict(wrong=len(wrong), said=said), done, f"{name} from {failed}, {nth}")
            nth += stride
            if not failed or (mutant and not row.clean):
                return row


def run(folder: Path, seed: int = 1, stride: int = 1) -> Row:
    """Return the row over all codes, with its mutants."""
    row = Row("F5 error from every call of the store")
    for code in CODES:
        found = failures(folder / str(code), code, first=seed % stride + 1, stride=stride)
        row.join(found)
    for mutant in MUTANTS:
        found = failures(folder / mutant, errno.ENOSPC, first=seed, mutant=mutant)
        row.mutants[mutant] = not found.clean
    return row
