import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from desks import Clock, Desk, batch

from trainer_tui.services.workstation import Workstation


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The files are the real ones; that they outlive a power cut is for the store's tests."""
    monkeypatch.setattr(os, "fsync", lambda fd: None)


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes desks with one batch and an open shift, each in a folder of its own."""
    made: list[Desk] = []

    def make(**options: float) -> Desk:
        desk = Desk(tmp_path / f"home-{len(made)}", **options)
        desk.station.update_profile(trainer="Ada", team="Atlas")
        desk.station.add_batch(batch())
        desk.begin()
        made.append(desk)
        return desk

    yield make
    for desk in made:
        with suppress(Exception):
            desk.crash()


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


@pytest.fixture
def clock(desk: Desk) -> Clock:
    return desk.clock


@pytest.fixture
def station(desk: Desk) -> Workstation:
    return desk.station
