"""What a hub's database holds, against what was acknowledged."""

from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.hub import schema
from trainer_tui.hub.database import Database


class Findings(NamedTuple):
    """What is wrong, in counts."""

    lost: int
    """Acknowledged, and not there or under another number."""
    doubled: int
    """Ids with more than one change in the feed."""
    unacknowledged: int
    """There, but no answer about it arrived: no fault."""
    together: int
    """Tasks that two members held at the same moment, though the batch wants one answer."""
    gaps: int
    """Numbers missing in the feeds."""

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.together or self.gaps)

    def __str__(self) -> str:
        return (
            f"lost {self.lost}, doubled {self.doubled}, two on one task {self.together}, "
            f"gaps in the feed {self.gaps} (stored without an answer: {self.unacknowledged})"
        )


def verify(database: Database, acknowledged: Mapping[str, int]) -> Findings:
    """Compare; `acknowledged` gives the number by the operation's id."""

    def look(connection: Connection) -> Findings:
        stored = {
            row.op_id: row.seq
            for row in connection.execute(
                sa.select(schema.operations.c.op_id, schema.operations.c.seq)
            )
        }
        lost = sum(stored.get(op_id) != seq for op_id, seq in acknowledged.items())
        told: defaultdict[str, int] = defaultdict(int)
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        changes = schema.changes
        for row in connection.execute(sa.select(changes.c.team_id, changes.c.seq, changes.c.op_id)):
            numbers[row.team_id].append(row.seq)
            if row.op_id is not None:
                told[row.op_id] += 1
        return Findings(
            lost=lost,
            doubled=sum(count > 1 for count in told.values()),
            unacknowledged=len(stored.keys() - acknowledged.keys()),
            together=_together(connection),
            gaps=sum(sorted(found) != list(range(1, len(found) + 1)) for found in numbers.values()),
        )

    return database.read(look)


def _together(connection: Connection) -> int:
    claims, batches = schema.claims, schema.batches
    rows = connection.execute(
        sa.select(claims.c.team_id, claims.c.task_id, claims.c.granted_at, claims.c.until,
                  claims.c.ended_at)
        .join(batches, (batches.c.team_id == claims.c.team_id)
              & (batches.c.id == claims.c.batch_id))
        .where(batches.c.overlap == 1)
    )  # fmt: skip
    held: defaultdict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for row in rows:
        end = row.until if row.ended_at is None else min(row.until, row.ended_at)
        held[row.team_id, row.task_id].append((row.granted_at, end))
    found = 0
    for spans in held.values():
        spans.sort()
        found += any(next_start < end for (_, end), (next_start, _) in pairwise(spans))
    return found
