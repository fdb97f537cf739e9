import tempfile
from collections.abc import Callable, Iterator
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


@pytest.fixture(params=["sqlite", "postgresql"])
def hub(request: pytest.FixtureRequest, new_url: Callable[[str], str], now: Time) -> Iterator[Hub]:
    """An empty hub on each kind of database."""
    database = Database(new_url(request.param))
    new_id = id_maker()
    install(database, now=now, new_id=new_id)
    yield open_hub(database, now=now, new_id=new_id)
    database.close()
