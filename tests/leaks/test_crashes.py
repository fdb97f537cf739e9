"""Whatever goes wrong, nothing that was typed, said or set is told."""

from pathlib import Path

import faults
import pytest


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        ("a flow", "group"),
    ],
)
def test_a_fault_tells_no_text(tmp_path: Path, where: str, kind: str) -> None:
    assert faults.run(tmp_path / "home", where, kind) == []


def test_a_report_that_tells_is_seen(tmp_path: Path) -> None:
    assert faults.run(tmp_path / "home", "an action", "message", faults.MUTANT)
