"""Lets the techniques find the samples of the store and the terminal, and gives them room."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "store"))
sys.path.append(str(Path(__file__).parents[1] / "terminal"))

from subjects import MEMORY


@pytest.fixture
def fast(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one, for what does not hang on the speed of a disk."""
    with tempfile.TemporaryDirectory(dir=MEMORY or tmp_path) as folder:
        yield Path(folder)
