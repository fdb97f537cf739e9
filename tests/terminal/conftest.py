"""A home folder of its own for every test, and terminals that are closed whatever happens."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from desk import Desk, import_tasks, write_tasks


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder as the import of three tasks leaves it, to be copied and not used."""
    folder = tmp_path_factory.mktemp("imported")
    import_tasks(folder, write_tasks())
    return folder


@pytest.fixture
def home(tmp_path: Path, imported: Path) -> Path:
    """The trainer's home folder, with three tasks of prompt and response on the list."""
    return shutil.copytree(imported, tmp_path / "home")


@pytest.fixture
def open_desk() -> Iterator[Callable[..., Desk]]:
    """Opens the program on a terminal as often as wanted."""
    with ExitStack() as opened:
        yield lambda *args, **kwargs: opened.enter_context(Desk(*args, **kwargs))


@pytest.fixture
def desk(home: Path, open_desk: Callable[..., Desk]) -> Desk:
    """The program, open at its list of three tasks."""
    return open_desk(home)
