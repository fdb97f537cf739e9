import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from tests.hub import killing, restarting, stage
from tests.hub.databases import opened, put_hub, server
from tests.hub.postgres import Postgres
from trainer_tui.hub import schema
from trainer_tui.hub.database import Database, Unavailable
from trainer_tui.hub.pushing import push
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync.protocol import Status

KINDS = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


@KINDS
def test_what_was_acknowledged_outlives_kill_9(
    kind: str, new_hub_url: Callable[[str], str]
) -> None:
    assert killing.kill(new_hub_url(kind), rounds=6, seed=1) == []


def test_acknowledging_first_is_caught(new_hub_url: Callable[[str], str]) -> None:
    faults = killing.kill(new_hub_url("sqlite"), rounds=2, seed=1, send=killing.tell_first)
    assert any("lost" in fault for fault in faults)


@pytest.fixture
def restarted() -> Iterator[Postgres]:
    """A server of its own, since others must not notice its restarts."""
    with server("fsync = off", "shared_buffers = 32MB") as made:
        yield made


def test_a_database_that_restarts(restarted: Postgres) -> None:
    crowd = restarting.restart(restarted, put_hub(restarted.database("hub")), rounds=3, seed=1)
    assert crowd.faults == []
    assert crowd.unavailable


def test_transactions_that_are_broken_off(new_hub_url: Callable[[str], str]) -> None:
    crowd = restarting.break_off(new_hub_url("postgresql"), seconds=1.5, seed=1)
    assert crowd.faults == []


@pytest.mark.parametrize("mutant", [restarting.confident, restarting.careless])
def test_what_breaking_off_catches(
    mutant: Any, new_hub_url: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Database.write

    def only_pushes(self: Database, work: Any) -> Any:
        return (mutant if "_store" in work.__qualname__ else write)(self, work)

    monkeypatch.setattr(Database, "write", only_pushes)
    crowd = restarting.break_off(new_hub_url("postgresql"), seconds=0.7, seed=1)
    assert crowd.faults


def one_push(hub: Hub, member: Caller) -> Status:
    (result,) = push(hub, member, [stage.operation("north", stage.shift(hub.new_id()))])
    return result.status


def test_no_connection_is_free(new_hub_url: Callable[[str], str]) -> None:
    hub = opened(new_hub_url("postgresql"), connections=1, statement_seconds=0.3)
    stage.add_teams(hub, "north")
    ada = stage.add_member(hub, "ada", "north")
    with hub.database.engine.connect():
        with pytest.raises(Unavailable, match="in use"):
            one_push(hub, ada)
    assert one_push(hub, ada) is Status.ACCEPTED
    hub.database.close()


def test_a_statement_takes_too_long(new_hub_url: Callable[[str], str]) -> None:
    hub = opened(new_hub_url("postgresql"), statement_seconds=0.3)
    stage.add_teams(hub, "north")
    ada = stage.add_member(hub, "ada", "north")
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with hub.database.engine.begin() as connection:
            connection.execute(sa.select(schema.members).with_for_update())
            held.set()
            done.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    try:
        with pytest.raises(Unavailable, match="does not answer"):
            one_push(hub, ada)
    finally:
        done.set()
        holder.join()
    assert one_push(hub, ada) is Status.ACCEPTED
    hub.database.close()


def test_a_server_that_is_a_standby_now(new_hub_url: Callable[[str], str]) -> None:
    hub = opened(new_hub_url("postgresql"))
    stage.add_teams(hub, "north")
    ada = stage.add_member(hub, "ada", "north")
    setting = 'ALTER DATABASE "{}" SET default_transaction_read_only = {}'
    name = hub.database.read(lambda c: c.exec_driver_sql("SELECT current_database()").scalar())
    hub.database.write(lambda c: c.exec_driver_sql(setting.format(name, "on")))
    hub.database.close()
    for _ in range(2):
        with pytest.raises(Unavailable):
            one_push(hub, ada)

    def undo(connection: sa.Connection) -> None:
        connection.exec_driver_sql("SET TRANSACTION READ WRITE")
        connection.exec_driver_sql(setting.format(name, "off"))

    hub.database.write(undo)
    hub.database.close()
    assert one_push(hub, ada) is Status.ACCEPTED
    hub.database.close()
