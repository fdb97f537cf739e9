"""The feed of a team: numbers without a gap, in the order of the commits."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.hub import schema


class NewChange(NamedTuple):
    """A change that is about to get its number."""

    kind: str
    member_id: str | None
    """Whom it is for; None: all of the team."""
    op_id: str | None = None
    body: bytes | None = None


def append(
    connection: Connection, team_id: str, news: Sequence[NewChange], now: float
) -> list[int]:
    """Give changes the next numbers of the team's feed, and return these.

    The counter's row stays locked until the commit: call it as late as possible. With
    several teams in one transaction call it in the order of their ids.
    """
    if not news:
        return []
    counters, changes = schema.counters, schema.changes
    last: int = connection.execute(
        sa.update(counters)
        .where(counters.c.team_id == team_id)
        .values(seq=counters.c.seq + len(news))
        .returning(counters.c.seq)
    ).scalar_one()
    numbers = list(range(last - len(news) + 1, last + 1))
    connection.execute(
        sa.insert(changes),
        [
            {"team_id": team_id, "seq": seq, "at": now, **change._asdict()}
            for seq, change in zip(numbers, news, strict=True)
        ],
    )
    return numbers
