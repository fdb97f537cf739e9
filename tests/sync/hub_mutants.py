"""Safeguards taken out of a hub process that a test starts: each has to be missed.

`MutatedHub` starts a process whose environment names one; nothing of them is in the program.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from tests.hub.serving import HubProcess, failing_front, main

VARIABLE = "HUB_MUTANT"


class MutatedHub(HubProcess):
    """A hub process without the safeguard of a name."""

    entry = "tests.sync.hub_mutants"

    def __init__(self, url: str, mutant: str, **options: Any) -> None:
        super().__init__(url, **options)
        self.mutant = mutant

    def start(self, *, ready: bool = True) -> HubProcess:
        os.environ[VARIABLE] = self.mutant
        try:
            return super().start(ready=ready)
        finally:
            del os.environ[VARIABLE]


def front(url: str, settings: Any) -> Any:
    """Make the hub's application without the safeguard that the environment names."""
    made = failing_front(url, settings)
    MUTANTS[os.environ[VARIABLE]](made)
    return made


def _without_deduplication(_: Any) -> None:
    """Nobody looks whether an operation is there; the newer one takes its place."""
    import sqlalchemy as sa

    from trainer_tui.hub import bulk, pushing, schema

    insert = bulk.insert

    def inserting(connection: Any, table: Any, names: Any, rows: Any) -> None:
        if table is schema.operations:
            ids = [row[0] for row in rows]
            connection.execute(sa.delete(table).where(table.c.op_id.in_(ids)))
        insert(connection, table, names, rows)

    bulk.insert = inserting
    pushing._Push._known = lambda self, arrivals: {}


def _page_with_a_hole(_: Any) -> None:
    """The feed leaves out a change in the middle of a page, and the cursor passes over it."""
    from trainer_tui.hub import feed

    bodies = feed._bodies

    def holed(connection: Any, team_id: str, seqs: Sequence[int]) -> Any:
        found = bodies(connection, team_id, seqs)
        return [*found[:1], *found[2:]] if len(found) > 2 else found

    feed._bodies = holed


def _answer_early(made: Any) -> None:
    """What a push comes to is told first, and committed a moment later."""
    database = made.service.hub.database
    write = database.write

    def early(work: Any) -> Any:
        if not work.__qualname__.startswith("_store"):
            return write(work)
        told: list[Any] = []

        def first(connection: Any) -> None:
            told.append(work(connection))
            raise _Undone

        with suppress(_Undone):
            write(first)

        def later() -> None:
            time.sleep(0.15)
            with suppress(Exception):
                write(work)

        threading.Thread(target=later, daemon=True).start()
        return told[-1]

    database.write = early


class _Undone(Exception):
    """Ends a transaction that was only tried."""


MUTANTS: dict[str, Callable[[Any], None]] = {
    "without deduplication": _without_deduplication,
    "a page with a hole": _page_with_a_hole,
    "answers before its commit": _answer_early,
}


if __name__ == "__main__":
    from tests.sync.hub_mutants import front as importable

    main(sys.argv[1], importable)
