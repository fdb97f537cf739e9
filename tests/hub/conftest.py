import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.hub.postgres import Postgres
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub.database import Database
from trainer_tui.hub.installing import install, open_hub
from trainer_tui.hub.state import Hub

FAST = ("fsync = off", "shared_buffers = 32MB")
"""For tests that look at what is stored and not at what outlives a power cut."""


class Time:
    """The hub's clock, set by the test."""

    def __init__(self, at: float = 1_790_000_000.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests of a worker; its folder must be open to the server's user."""
    with tempfile.TemporaryDirectory(prefix="hub-tests-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Postgres(folder / "server", settings=FAST).create()
        yield server
        server.stop("immediate")


@pytest.fixture
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Make the address of an empty database of a kind: `sqlite` or `postgresql`."""
    made = iter(range(1000))

    def make(kind: str) -> str:
        name = f"t{abs(hash(request.node.nodeid))}_{next(made)}"
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / name}.db"
        server: Postgres = request.getfixturevalue("postgres")
        return server.database(name)

    return make


@pytest.fixture
def now() -> Time:
    return Time()


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Postgres | None], str]:
    """Make a database that holds a hub, once of each kind, for others to be copies of it."""
    folder = tmp_path_factory.mktemp("installed")

    @cache
    def name(kind: str, server: Postgres | None) -> str:
        url = server.database("installed") if server else f"sqlite:///{folder / kind}.db"
        database = Database(url)
        install(database, now=Time(), new_id=id_maker())
        database.close()
        return "installed" if server else str(folder / f"{kind}.db")

    return name


@pytest.fixture
def new_hub_url(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    installed: Callable[[str, Postgres | None], str],
) -> Callable[[str], str]:
    """Make the address of a database of a kind that holds a hub; quicker than `install`."""
    made = iter(range(1000))

    def make(kind: str) -> str:
        name = f"h{abs(hash(request.node.nodeid))}_{next(made)}"
        if kind == "sqlite":
            shutil.copy(installed(kind, None), tmp_path / f"{name}.db")
            return f"sqlite:///{tmp_path / name}.db"
        server: Postgres = request.getfixturevalue("postgres")
        return server.database(name, like=installed(kind, server))

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def hub(
    request: pytest.FixtureRequest, new_hub_url: Callable[[str], str], now: Time
) -> Iterator[Hub]:
    """An empty hub on each kind of database."""
    database = Database(new_hub_url(request.param))
    yield open_hub(database, now=now, new_id=id_maker())
    database.close()
