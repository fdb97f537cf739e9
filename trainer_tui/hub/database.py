"""The database behind the hub: SQLite in a file, or PostgreSQL, by the same code."""

import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from trainer_tui.domain.errors import BadInput, TrainerError

T = TypeVar("T")

TRIES = 4
"""How often a transaction is begun that the database broke off for the sake of another one."""
_BROKEN_OFF = {"40001", "40P01"}
"""Serialization failure and deadlock (PostgreSQL's codes)."""


class Unavailable(TrainerError):
    """The database cannot be reached now; whoever asked may ask again."""

    title = "The hub cannot reach its database"


class Database:
    """Runs transactions. A function that it is given may run several times, so it must have
    no effect but through its connection.
    """

    def __init__(self, url: str, *, connections: int = 16, statement_seconds: float = 15.0) -> None:
        self.url = sa.engine.make_url(url)
        backend = self.url.get_backend_name()
        if backend not in ("sqlite", "postgresql"):
            raise BadInput(
                f"{backend!r} is no database that the hub knows",
                "sqlite:///FILE or postgresql://USER@HOST/NAME",
            )
        self.postgres = backend == "postgresql"
        self.engine = (
            self._postgres(connections, statement_seconds) if self.postgres else (self._sqlite())
        )

    def _postgres(self, connections: int, statement_seconds: float) -> Engine:
        milliseconds = int(statement_seconds * 1000)
        # Work that is acknowledged has reached every synchronous replica, whatever the
        # server's default is.
        options = f"-c statement_timeout={milliseconds} -c synchronous_commit=on"
        return sa.create_engine(
            self.url.set(drivername="postgresql+psycopg"),
            pool_size=connections,
            max_overflow=0,
            pool_timeout=statement_seconds,
            pool_pre_ping=True,
            connect_args={"options": options, "connect_timeout": 5},
        )

    def _sqlite(self) -> Engine:
        if self.url.database:
            Path(self.url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = sa.create_engine(self.url, connect_args={"timeout": 30}, pool_size=8)

        @event.listens_for(engine, "connect")
        def prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
            connection.isolation_level = None  # we say BEGIN ourselves
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            reads = connection.get_execution_options().get("reads", False)
            connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

        return engine

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction and return what it returns once that is on the disk.

        Raises `Unavailable`: then it is unknown whether it was, so the work must be such
        that doing it again does no harm.
        """
        return self._run(work, {})

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which only reads, over one state of the database."""
        options: dict[str, Any] = {"reads": True}
        if self.postgres:
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        return self._run(work, options)

    def _run(self, work: Callable[[Connection], T], options: dict[str, Any]) -> T:
        for left in reversed(range(TRIES)):
            try:
                with self.engine.connect().execution_options(**options) as connection:
                    with connection.begin():
                        return work(connection)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) in _BROKEN_OFF and left:
                    time.sleep(random.uniform(0, 0.02 * 2 ** (TRIES - left)))
                    continue
                if isinstance(error, OperationalError) or error.connection_invalidated:
                    raise Unavailable("the database does not answer", "Try again.") from error
                raise
            except sa.exc.TimeoutError as error:
                raise Unavailable("all connections are in use", "Try again.") from error
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
