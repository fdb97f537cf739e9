import multiprocessing
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub import audit, schema
from trainer_tui.hub.database import Database
from trainer_tui.hub.installing import open_hub
from trainer_tui.hub.state import Hub


def write(hub: Hub, count: int = 1, **fields: Any) -> None:
    said = {"actor": "lead", "action": "revoke", "team_id": "north", "subject": "ada"} | fields
    said.setdefault("details", {"why": "left"})
    for _ in range(count):
        hub.database.write(lambda c: audit.record(c, hub, **said))


def from_another_process(url: str, count: int) -> None:
    hub = open_hub(Database(url), now=time.time, new_id=id_maker())
    write(hub, count, actor="another")
    hub.database.close()


def tamper(hub: Hub, statement: Any) -> None:
    hub.database.write(lambda c: c.execute(statement))


def count(hub: Hub) -> int:
    query = sa.select(sa.func.count()).select_from(schema.audit)
    return int(hub.database.read(lambda c: c.execute(query).scalar_one()))


def test_an_empty_trail_fits(hub: Hub) -> None:
    assert audit.verify(hub) is None


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_trail_of_several_processes_fits(kind: str, new_hub_url: Callable[[str], str]) -> None:
    url = new_hub_url(kind)
    hub = open_hub(Database(url), now=time.time, new_id=id_maker())
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=from_another_process, args=(url, 8)) for _ in range(2)]
    others_here = [threading.Thread(target=write, args=(hub, 8)) for _ in range(3)]
    for one in (*others, *others_here):
        one.start()
    for one in (*others, *others_here):
        one.join()
    assert count(hub) == 40
    assert audit.verify(hub) is None
    hub.database.close()


def test_a_row_goes_with_its_transaction(hub: Hub) -> None:
    def fail(connection: sa.Connection) -> None:
        audit.record(connection, hub, actor="a", action="b", team_id=None, subject="", details={})
        raise RuntimeError("on purpose")

    write(hub)
    with pytest.raises(RuntimeError, match="on purpose"):
        hub.database.write(fail)
    write(hub)
    assert count(hub) == 2 and audit.verify(hub) is None


@pytest.mark.parametrize(
    "change",
    [
        {"at": 1.0}, {"actor": "x"}, {"action": "x"}, {"team_id": None}, {"subject": "x"},
        {"details": b"{}"}, {"previous": "0" * 64}, {"hash": "f" * 64}, {"number": 99},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_a_changed_row_is_found(hub: Hub, change: dict[str, Any]) -> None:
    write(hub, 5)
    tamper(hub, sa.update(schema.audit).where(schema.audit.c.number == 3).values(**change))
    assert audit.verify(hub) == 3


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_removed_row_is_found(hub: Hub, number: int) -> None:
    write(hub, 5)
    tamper(hub, sa.delete(schema.audit).where(schema.audit.c.number == number))
    assert audit.verify(hub) == number


def test_a_row_put_in_is_found(hub: Hub) -> None:
    write(hub, 3)
    row = hub.database.read(
        lambda c: c.execute(sa.select(schema.audit).where(schema.audit.c.number == 3)).one()
    )
    fields = row._asdict() | {"number": 4, "previous": row.hash}
    fields["hash"] = audit._hash(fields)  # even one whose own hash is right
    tamper(hub, sa.insert(schema.audit).values(**fields))
    assert audit.verify(hub) == 4


def test_names_of_strangers_can_be_stored(hub: Hub) -> None:
    write(hub, subject="a\x00b\ud800\n" + "x" * 5000, actor="y" * 300, details={"name": "\x00"})
    assert audit.verify(hub) is None
    assert count(hub) == 1
