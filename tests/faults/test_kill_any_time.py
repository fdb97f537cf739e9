"""A writer is killed at random moments; what it acknowledged through a pipe must be there."""

from pathlib import Path

import pytest
from kill_any_time import kill_rounds
from subjects import WORKLOADS


@pytest.mark.parametrize("workload", WORKLOADS)
def test_what_was_acknowledged_survives_kill_9(tmp_path: Path, workload: str) -> None:
    row = kill_rounds(tmp_path, workload, 15)
    assert row.clean, row.problems()
    assert row.acknowledged > row.rounds


@pytest.mark.parametrize(
    ("workload", "mutant"), [("update", "in place"), ("journal", "acknowledged early")]
)
def test_a_mutant_does_not(tmp_path: Path, workload: str, mutant: str) -> None:
    assert not kill_rounds(tmp_path, workload, 100, mutant=mutant).clean
