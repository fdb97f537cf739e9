"""Databases that hold a hub, for harnesses that run by themselves."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.hub.postgres import Postgres
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub.database import Database
from trainer_tui.hub.installing import install, open_hub
from trainer_tui.hub.state import Hub


def opened(url: str, *, connections: int = 16, statement_seconds: float = 15.0) -> Hub:
    """Open the hub in a database that holds one, as one of its processes."""
    database = Database(url, connections=connections, statement_seconds=statement_seconds)
    return open_hub(database, now=time.time, new_id=id_maker())


def put_hub(url: str) -> str:
    """Make an empty database a hub, and return its address."""
    database = Database(url)
    install(database, now=time.time, new_id=id_maker())
    database.close()
    return url


@contextmanager
def server(*settings: str) -> Iterator[Postgres]:
    """A PostgreSQL of its own, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="hub-faults-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        made = Postgres(folder / "server", settings=settings).create()
        try:
            yield made
        finally:
            made.stop("immediate")


def each_database(kinds: Sequence[str] = ("sqlite", "postgresql")) -> Iterator[tuple[str, str]]:
    """Yield each kind of database with the address of one that holds a hub."""
    if "sqlite" in kinds:
        with tempfile.TemporaryDirectory() as folder:
            yield "sqlite", put_hub(f"sqlite:///{folder}/hub.db")
    if "postgresql" in kinds:
        with server() as made:
            yield "postgresql", put_hub(made.database("hub"))
