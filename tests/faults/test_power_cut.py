"""The power goes at any moment: of a modelled disk, and of a real one where it can be mounted."""

from pathlib import Path

import power_cut
import power_cut_image
import pytest
from subjects import mutated


def test_what_was_acknowledged_or_shown_survives_a_power_cut(fast: Path) -> None:
    row = power_cut.cuts(fast, most=8, kills=7)
    assert row.clean, row.problems()
    assert row.rounds > 100


def test_a_setting_survives_a_power_cut(fast: Path) -> None:
    row = power_cut.settings_cuts(fast / "ours")
    assert row.clean, row.problems()
    with mutated("no fsync of the way"):
        assert not power_cut.settings_cuts(fast / "mutant").clean


@pytest.mark.parametrize("mutant", power_cut.MUTANTS)
def test_a_store_without_this_safeguard_does_not_pass(fast: Path, mutant: str) -> None:
    assert not power_cut.caught(fast, mutant).clean


def test_stock_tinydb_does_not_pass_either(fast: Path) -> None:
    assert power_cut.stock_cuts(fast).unreadable


mountable = pytest.mark.skipif(bool(power_cut_image.possible()), reason=power_cut_image.possible())


@mountable
@pytest.mark.parametrize("options", power_cut_image.OPTIONS)
def test_the_image_of_a_disk_that_lost_its_power_has_all(fast: Path, options: str) -> None:
    row = power_cut_image.cut_rounds(fast, "update", options, 4)
    assert row.clean, row.problems()
    assert row.acknowledged > row.rounds


@mountable
@pytest.mark.parametrize(
    ("workload", "mutant"), [("journal", "no fsync"), ("update", "no folder fsync")]
)
def test_the_image_of_a_store_without_it_has_not(fast: Path, workload: str, mutant: str) -> None:
    assert not power_cut_image.cut_rounds(fast, workload, "writeback", 40, mutant=mutant).clean
