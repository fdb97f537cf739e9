import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync import laptops
from tests.sync.laptops import Laptop, World


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda fd: None)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with laptops.world(tmp_path) as made:
        yield made


@pytest.fixture
def laptop(world: World) -> Laptop:
    world.member()
    return world.laptop()
