"""A home folder of its own for every test, and terminals that are closed whatever happens."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from desk import Desk, import_tasks, write_tasks


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The trainer's home folder, with three tasks of prompt and response on the list."""
    folder = tmp_path / "home"
    import_tasks(folder, write_tasks())
    return folder


@pytest.fixture
def open_desk() -> Iterator[Callable[..., Desk]]:
    """Opens the program on a terminal as often as wanted."""
    with ExitStack() as opened:
        yield lambda *args, **kwargs: opened.enter_context(Desk(*args, **kwargs))


@pytest.fixture
def desk(home: Path, open_desk: Callable[..., Desk]) -> Desk:
    """The program, open at its list of three tasks."""
    return open_desk(home)
