"""The benches run and tell what is missed; the figures themselves are for another day."""

import importlib.util
import random
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parent.parent / "bench"
sys.path.append(str(BENCH))

from long_shift import Outcome, Sample  # noqa: E402
from suite.keys import Figures, measure  # noqa: E402
from suite.programs import child  # noqa: E402
from suite.ptys import Piece, Pty  # noqa: E402
from suite.sustained import lags, words  # noqa: E402
from suite.table import Line, versus, within, written  # noqa: E402
from terminal import environment  # noqa: E402


def test_every_group_can_be_imported() -> None:
    spec = importlib.util.spec_from_file_location("bench_main", BENCH / "__main__.py")
    assert spec is not None and spec.loader is not None
    main = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(main)
    for module in main.GROUPS.values():
        assert callable(importlib.import_module(module).lines)


@pytest.mark.parametrize(
    ("line", "met"),
    [
        (versus("row", 3.0, 2.0, 1.5, "ms", of="stock"), True),
        (versus("row", 3.1, 2.0, 1.5, "ms", of="stock"), False),
        (within("row", 4.0, 4, "ms"), True),
        (within("row", 4.1, 4, "ms"), False),
        (Line("row"), None),
    ],
)
def test_a_bar_is_met_or_missed(line: Line, met: bool | None) -> None:
    assert line.met is met
    assert ("MISSED" in written(line), "met" in written(line)) == (met is False, met is True)


def test_keys_are_timed(tmp_path: Path) -> None:
    with Pty(child("echo"), environment(tmp_path)) as pty:
        pty.shown(pty.until_written("ready"))
        found = measure({"echo": pty}, 8)["echo"]
    assert found.unseen == 0 and found.bytes == 1 and 0 < found.p50 <= found.p99


def test_the_lag_of_a_key_is_until_its_word_is_shown(tmp_path: Path) -> None:
    keys = words(12, seed=1)
    with Pty(child("echo"), environment(tmp_path), (40, 5)) as pty:
        pieces = [Piece(float(n) + 0.25, key.encode()) for n, key in enumerate(keys)]
        found = lags(pty, keys, [float(n) for n in range(len(keys))], pieces)
        assert found == [250.0] * len(keys.replace(" ", ""))


def test_memory_that_keeps_growing_is_seen() -> None:
    keys = Figures(1.0, 1.0, 1.0, 0)
    chance = random.Random(1)

    def shift(growth: float) -> Outcome:
        samples = [
            Sample(n / 8, n, 50 + growth * n / 8 + chance.uniform(-0.3, 0.3), 8, 5, n / 10, 0.1)
            for n in range(64)
        ]
        return Outcome(samples, keys, keys, [], 1, 1, 1)

    assert shift(4.0).keeps_growing
    assert not shift(0.0).keeps_growing
