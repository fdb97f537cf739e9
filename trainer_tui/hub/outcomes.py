"""What a push comes to for the claims on its tasks: answered, skipped, flagged, or nothing."""

from collections.abc import Collection, Iterator

import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.domain.progress import NOTHING_YET, History, histories
from trainer_tui.domain.submission import WorkRecord
from trainer_tui.hub import schema
from trainer_tui.hub.operations import SUBMISSION, WITHDRAWAL, Arrived, record_of

ENDS = {SUBMISSION: "answered", "skip": "skipped", "flag": "flagged"}
"""The kinds of work that end a claim, and the word for it."""


def outcomes(
    connection: Connection,
    member_id: str,
    team_id: str,
    arrivals: Collection[Arrived],
    withdrawn: Collection[str],
) -> dict[str, str | None]:
    """Say by task id what the member's work comes to with `arrivals`; None: nothing stands.

    `withdrawn` are the tasks on which something stored was taken back: for these, and those
    on which `arrivals` take something back, all that the member ever sent is folded again,
    since a withdrawal may have come before what it names.
    """
    found: dict[str, str | None] = {}
    folded = {a.task_id for a in arrivals if a.kind == WITHDRAWAL} | set(withdrawn)
    for arrival in arrivals:
        if arrival.task_id is None or arrival.task_id in folded:
            continue
        # An answer is the last word, in whatever order a skip came with it.
        if found.get(arrival.task_id) != ENDS[SUBMISSION]:
            found[arrival.task_id] = ENDS[arrival.kind]
    again = sorted({a.task_id for a in arrivals if a.task_id in folded if a.task_id is not None})
    if again:
        records = [*_stored(connection, member_id, team_id, again)]
        records += [record_of(a.kind, a.body) for a in arrivals if a.task_id in folded]
        by_task = histories(records)
        found |= {task_id: _outcome(by_task.get(task_id, NOTHING_YET)) for task_id in again}
    return found


def _stored(
    connection: Connection, member_id: str, team_id: str, task_ids: Collection[str]
) -> Iterator[WorkRecord]:
    stored = schema.operations.c
    rows = connection.execute(
        sa.select(stored.kind, stored.body)
        .where(
            stored.team_id == team_id,
            stored.task_id.in_(task_ids),
            stored.member_id == member_id,
        )
        .order_by(stored.seq)
    )
    return (record_of(row.kind, row.body) for row in rows)


def _outcome(history: History) -> str | None:
    if history.last is not None:
        return ENDS[SUBMISSION]
    if history.flag is not None:
        return ENDS["flag"]
    return ENDS["skip"] if history.skip is not None else None
