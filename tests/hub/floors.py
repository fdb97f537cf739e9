"""What a database does by itself: the ceilings that the hub is measured against."""

import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from trainer_tui.domain.uuid7 import id_maker

ROWS = 100
"""A transaction, as a full push."""
SIZE = 3_000
"""Bytes of a record."""

_TABLE = "CREATE TABLE floor (id text PRIMARY KEY, at double precision, body {bytes})"
_UPSERT = (
    "INSERT INTO floor VALUES ({0}, {0}, {0}) "
    "ON CONFLICT (id) DO UPDATE SET at = excluded.at, body = excluded.body"
)


def _rows(transactions: int) -> Iterator[list[tuple[str, float, bytes]]]:
    new_id = id_maker()
    for _ in range(transactions):
        yield [(new_id(), 0.0, os.urandom(SIZE // 2).hex().encode()) for _ in range(ROWS)]


def upsert_postgres(url: str, transactions: int = 100) -> float:
    """Return the rows a second of one connection that upserts `ROWS` a transaction."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_TABLE.format(bytes="bytea"))
        batches = list(_rows(transactions))
        began = time.perf_counter()
        for rows in batches:
            with connection.transaction(), connection.cursor() as cursor:
                cursor.executemany(_UPSERT.format("%s"), rows)
        spent = time.perf_counter() - began
        connection.execute("DROP TABLE floor")
    return transactions * ROWS / spent


def copy_postgres(url: str, transactions: int = 100) -> float:
    """The same with COPY, which no statement is faster than."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_TABLE.format(bytes="bytea"))
        batches = list(_rows(transactions))
        began = time.perf_counter()
        for rows in batches:
            with connection.transaction(), connection.cursor() as cursor:
                with cursor.copy("COPY floor FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
        spent = time.perf_counter() - began
        connection.execute("DROP TABLE floor")
    return transactions * ROWS / spent


def upsert_sqlite(folder: Path, transactions: int = 100) -> float:
    """The same on SQLite, with the settings that the hub has."""
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(_TABLE.format(bytes="blob"))
    batches = list(_rows(transactions))
    began = time.perf_counter()
    for rows in batches:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_UPSERT.format("?"), rows)
        connection.execute("COMMIT")
    spent = time.perf_counter() - began
    connection.close()
    return transactions * ROWS / spent
