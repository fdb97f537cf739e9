"""One writer: a second process is told of the first, and a killed one is out of the way at once."""

from pathlib import Path

import pytest
from two_writers import admitted, rivals


@pytest.mark.parametrize("case", ["plain", "with a forked child", "lock file removed"])
def test_a_second_process_is_refused_until_the_first_is_killed(tmp_path: Path, case: str) -> None:
    fork, removed = case == "with a forked child", case == "lock file removed"
    verdict, _ = admitted(tmp_path / "data", fork=fork, remove_lock=removed)
    assert verdict.clean, verdict


def test_of_two_rivals_one_writes(tmp_path: Path) -> None:
    verdict, acknowledged = rivals(tmp_path)
    assert verdict.clean, verdict
    assert acknowledged


def test_without_the_lock_both_do(tmp_path: Path) -> None:
    assert not rivals(tmp_path, mutant="no lock")[0].clean
