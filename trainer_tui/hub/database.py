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
_NOT_HERE = {"25006", "25P03", "25P04"}
"""No writing on what is a standby now, and transactions that took longer than the server lets."""


class Unavailable(TrainerError):
    """The database cannot be reached now; whoever asked may ask again."""

    title = "The hub cannot reach its database"


class Database:
    """Runs transactions. A function that it is given may run several times, so it must have
    no effect but through its connection.
    """

    def __init__(self, url: str, *, connections: int = 16, statement_seconds: float = 15.0) -> None:
        scheme = url.partition("://")[0]
        self.postgres = scheme in ("postgresql", "postgres")
        if self.postgres:
            self.engine = _postgres(url, connections, statement_seconds)
        elif scheme == "sqlite":
            self.engine = _sqlite(url)
        else:
            raise BadInput(
                f"{scheme!r} is no database that the hub knows",
                "sqlite:///FILE or postgresql://USER@HOST/NAME",
            )

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
                state = getattr(error.orig, "sqlstate", None)
                if state in _BROKEN_OFF and left:
                    time.sleep(random.uniform(0, 0.02 * 2 ** (TRIES - left)))
                    continue
                if state in _NOT_HERE:
                    self.engine.dispose()  # the next connections look for the primary
                elif not isinstance(error, OperationalError) and not error.connection_invalidated:
                    raise
                raise Unavailable("the database does not answer", "Try again.") from error
            except sa.exc.TimeoutError as error:
                raise Unavailable("all connections are in use", "Try again.") from error
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _postgres(url: str, connections: int, statement_seconds: float) -> Engine:
    """Leave the URL to PostgreSQL's own library, which knows several hosts, services and
    password files.
    """
    import psycopg
    from psycopg.types.array import ListBinaryDumper

    # Work that is acknowledged has reached every synchronous replica, whatever the server's
    # default is.
    milliseconds = int(statement_seconds * 1000)
    options = f"-c statement_timeout={milliseconds} -c synchronous_commit=on"

    def connect() -> Any:
        connection = psycopg.connect(url, options=options, connect_timeout=5)
        # Many rows travel as arrays; as text each byte of a record would be written as two.
        connection.adapters.register_dumper(list, ListBinaryDumper)
        return connection

    return sa.create_engine(
        "postgresql+psycopg://",
        creator=connect,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=statement_seconds,
        pool_pre_ping=True,
    )


def _sqlite(url: str) -> Engine:
    file = sa.engine.make_url(url).database
    if file:
        Path(file).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"timeout": 30}, pool_size=8)

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
