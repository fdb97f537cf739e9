"""Calls to the system fail: nothing changes, it is said, and the next try works."""

import errno
from pathlib import Path

import failing_calls
import pytest


@pytest.mark.parametrize(
    ("code", "first"), [(errno.ENOSPC, 1), (errno.EIO, 3), (errno.EMFILE, 6)], ids=str
)
def test_a_failed_call_changes_nothing(fast: Path, code: int, first: int) -> None:
    row = failing_calls.failures(fast, code, first=first, stride=8)
    assert row.clean, row.problems()
    assert row.rounds > 20


@pytest.mark.parametrize("mutant", failing_calls.MUTANTS)
def test_a_mutant_does_not_pass(fast: Path, mutant: str) -> None:
    assert not failing_calls.failures(fast, errno.ENOSPC, stride=4, mutant=mutant).clean
