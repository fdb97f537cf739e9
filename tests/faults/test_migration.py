"""A migration that is cut short anywhere loses nothing, and what is newer is left alone."""

from pathlib import Path

import formats


def test_a_power_cut_in_a_migration_loses_nothing(fast: Path) -> None:
    row = formats.led_on(fast)
    assert row.clean, row.problems()
    assert row.rounds > 30


def test_a_migration_in_place_would(fast: Path) -> None:
    assert formats.in_place_is_caught(fast)


def test_a_newer_store_is_refused_and_left_as_it_is(fast: Path) -> None:
    row = formats.refused(fast)
    assert row.clean, row.problems()
