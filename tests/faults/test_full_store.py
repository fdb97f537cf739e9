"""The disk is full, or a file may not grow; once there is room the same process saves again."""

import os
import subprocess
import sys
from pathlib import Path

import full_disk
import pytest
from writer import HERE

mountable = pytest.mark.skipif(bool(full_disk.possible()), reason=full_disk.possible())


@mountable
def test_nothing_is_lost_on_a_full_disk(tmp_path: Path) -> None:
    row = full_disk.store_rounds(tmp_path, 9)
    assert row.clean, row.problems()


@mountable
@pytest.mark.parametrize("mutant", ["in place", "cache kept"])
def test_a_mutant_loses_there(tmp_path: Path, mutant: str) -> None:
    assert not full_disk.store_rounds(tmp_path, 60, mutant=mutant).clean


@mountable
def test_stock_tinydb_loses_there(tmp_path: Path) -> None:
    assert full_disk.store_rounds(tmp_path, 6, subject="stock").lost


@pytest.mark.skipif(os.name == "nt", reason="no such limit there")
def test_nothing_is_lost_where_a_file_may_not_grow(tmp_path: Path) -> None:
    paths = [str(HERE), str(HERE.parent / "store"), str(HERE.parent / "terminal")]
    source = (
        f"import sys; sys.path[:0] = {paths!r}\n"
        "import full_disk; from pathlib import Path\n"
        "acknowledged, verdict = full_disk.limited(Path(sys.argv[1]))\n"
        "print(acknowledged > 60 and verdict.clean, verdict)"
    )
    command = [sys.executable, "-c", source, str(tmp_path / "data")]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.stderr == ""
    assert result.stdout.startswith("True "), result.stdout
