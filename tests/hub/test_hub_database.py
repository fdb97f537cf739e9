import threading

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.hub import schema
from trainer_tui.hub.feed import NewChange, append
from trainer_tui.hub.state import Hub


def _team(hub: Hub, team_id: str) -> None:
    def create(connection: Connection) -> None:
        connection.execute(sa.insert(schema.teams).values(id=team_id, title="", created_at=0.0))
        connection.execute(sa.insert(schema.counters).values(team_id=team_id, seq=0))

    hub.database.write(create)


def _numbers(hub: Hub) -> list[int]:
    query = sa.select(schema.changes.c.seq).order_by(schema.changes.c.seq)
    return list(hub.database.read(lambda c: c.execute(query).scalars().all()))


def test_numbers_of_a_feed_have_no_gap(hub: Hub) -> None:
    _team(hub, "north")
    news = [NewChange("batch", None, body=b"{}")] * 3

    def work() -> None:
        for _ in range(5):
            hub.database.write(lambda c: append(c, "north", news, 0.0))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _numbers(hub) == list(range(1, 61))


def test_what_fails_leaves_nothing(hub: Hub) -> None:
    _team(hub, "north")

    def work(connection: Connection) -> None:
        append(connection, "north", [NewChange("batch", None, body=b"{}")], 0.0)
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        hub.database.write(work)
    assert _numbers(hub) == []
    assert hub.database.write(
        lambda c: append(c, "north", [NewChange("batch", None, body=b"{}")], 0.0)
    ) == [1]
