"""Commands of the program, killed at a system call or told of an error by it.

Where strace is missing, the calls of the store that fail in its own process stand in.
"""

from pathlib import Path

import commands
import pytest
import syscalls

pytestmark = pytest.mark.skipif(bool(syscalls.possible()), reason=syscalls.possible())
STEPS = {step.name: step for step in commands.STEPS}


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    commands.prepare(tmp_path)
    return tmp_path


def test_a_kill_leaves_a_command_done_or_not_begun(prepared: Path) -> None:
    found = list(syscalls.killed(prepared, STEPS["submit draft"], stride=4))
    assert len(found) > 4
    assert [one for one in found if not one[1].clean] == []
    assert {said for _, _, said in found} == {True, False}


def test_an_error_leaves_a_command_done_or_not_begun(prepared: Path) -> None:
    found = list(syscalls.failed(prepared, STEPS["draft"], stride=11))
    assert len(found) > 4
    assert [one for one in found if not one[1].clean] == []


def test_a_program_that_saves_when_it_ends_does_not_pass(prepared: Path) -> None:
    found = syscalls.killed(prepared, STEPS["undo"], "written at exit")
    assert any(not verdict.clean for _, verdict, _ in found)


def test_stock_tinydb_does_not_pass(tmp_path: Path) -> None:
    assert syscalls.stock(tmp_path, "signal=KILL", ("ftruncate",)).unreadable
