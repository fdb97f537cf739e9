"""P1 to P10: whether a hub and the workstations that have been exchanging with it agree."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from tests.sync import history
from tests.sync.history import Faults
from tests.sync.machines import Machine
from tests.sync.site import Site
from trainer_tui.domain.progress import History, histories
from trainer_tui.domain.sync import SyncState
from trainer_tui.hub import schema
from trainer_tui.hub.operations import record_of
from trainer_tui.sync.outbox import body_of
from trainer_tui.sync.protocol import digest


def check(
    site: Site,
    machines: Sequence[Machine],
    teams: Sequence[str],
    *,
    renewing: Collection[str] = (),
    refusable: Collection[str] = (),
    renumbered: bool = False,
) -> Faults:
    """Compare all there is of some teams, after the machines had exchanged everything.

    In the teams of `renewing` claims run out, so that who holds what is not compared;
    `refusable` are ids of shifts whose hours two copies of a folder may disagree on; a hub
    that was restored has `renumbered` what it knows.
    """
    final = site.final(*teams)
    faults = history.faults(site.log, final, renumbered=renumbered)
    stored = site.database.read(lambda connection: _stored(connection, teams))
    counters = site.database.read(lambda connection: _counters(connection, teams))
    lost = [fault for one in machines for fault in _lost(one, stored, refusable)]
    doubled = [*_doubled(site, teams)]
    wrong = [*_gaps(final, counters), *_bodies(stored)]
    for machine in machines:
        own = {op_id: row for op_id, row in stored.items() if row.member_id == machine.member}
        wrong += _disagreements(machine, own, teams)
        wrong += _claims(site, machine, set(teams) - set(renewing))
    wrong += _heads(machines)
    return faults + Faults(lost, doubled, wrong)


def _stored(connection: Connection, teams: Sequence[str]) -> dict[str, Any]:
    stored = schema.operations
    rows = connection.execute(
        sa.select(stored)
        .where(stored.c.team_id.in_(teams))
        .order_by(stored.c.team_id, stored.c.seq)
    )
    return {row.op_id: row for row in rows}


def _counters(connection: Connection, teams: Sequence[str]) -> dict[str, int]:
    counters = schema.counters.c
    rows = connection.execute(
        sa.select(counters.team_id, counters.seq).where(counters.team_id.in_(teams))
    )
    return {row.team_id: row.seq for row in rows}


def _lost(machine: Machine, stored: Mapping[str, Any], refusable: Collection[str]) -> Iterator[str]:
    """P1 and P8: what was written is on the machine, and at the hub; the newest text is there."""
    records = {record.id: record for record in machine.sound.records()}
    for record_id in machine.recorded - records.keys():
        yield f"P8: {record_id} is no longer on {machine.name}"
    for record in records.values():
        batch = machine.station.tasks.batches.get(record.batch_id)
        if batch is None:
            yield f"P8: the batch of {record.id} is no longer on {machine.name}"
        elif record.id not in stored:
            yield f"P1: {record.id} ({record.sync.value}) of {machine.name} is not at the hub"
        elif record.sync is not SyncState.ACKED:
            yield f"P6: {record.id} is at the hub, on {machine.name} {record.sync.value}"
    for shift in machine.sound.shifts():
        if shift.ended_at is None or not machine.sound.ledger(shift.id):
            continue
        if shift.sync is not SyncState.ACKED and shift.id not in refusable:
            yield f"P1: the hours {shift.id} of {machine.name} are {shift.sync.value}"
        elif shift.id not in stored:
            yield f"P1: the hours {shift.id} of {machine.name} are not at the hub"
    for task_id, text in machine.saved.items():
        draft = machine.sound.draft(task_id)
        if draft is None or [pair.response for pair in draft.pairs] != [text]:
            yield f"P8: the text of {task_id} on {machine.name} is not the one saved last"


def _doubled(site: Site, teams: Sequence[str]) -> Iterator[str]:
    """P3: nobody holds a task twice."""
    claims = schema.claims.c
    query = sa.select(claims.task_id, claims.member_id).where(
        claims.team_id.in_(teams), claims.ended_at.is_(None)
    )
    running = site.database.read(lambda connection: connection.execute(query).all())
    for row, count in Counter(map(tuple, running)).items():
        if count > 1:
            yield f"P3: {row} is held twice"


def _gaps(final: history.Final, counters: Mapping[str, int]) -> Iterator[str]:
    """P4: numbers without a gap, up to the counter."""
    seqs = defaultdict(list)
    for entry in final.feed:
        seqs[entry.team].append(entry.seq)
    for team, last in counters.items():
        if seqs[team] != list(range(1, last + 1)):
            yield f"P4: the feed of {team} has {len(seqs[team])} changes and ends at {last}"


def _bodies(stored: Mapping[str, Any]) -> Iterator[str]:
    """P2: a body is the one whose fingerprint was kept."""
    for op_id, row in stored.items():
        if digest(row.body) != row.digest:
            yield f"P2: the body of {op_id} is not the one that came"


def _disagreements(machine: Machine, own: Mapping[str, Any], teams: Sequence[str]) -> Iterator[str]:
    """P5, P6, P7, P9, P10: the machine knows what the hub knows of its member, and no more."""
    name = machine.name
    state = machine.sound.hub()
    for unread in state.unread:
        yield f"P7: {name} has set aside {unread.what}: {unread.reason}"
    records = {record.id: record for record in machine.sound.received()}
    records |= {record.id: record for record in machine.sound.records()}
    there = {op_id: row for op_id, row in own.items() if row.kind != "shift"}
    for op_id in there.keys() - records.keys():
        yield f"P5: {op_id} is not on {name}"
    for op_id in records.keys() - there.keys():
        yield f"P9: {op_id} on {name} is nothing that its member has at the hub"
    for op_id in there.keys() & records.keys():
        if digest(body_of(records[op_id])) != there[op_id].digest:
            yield f"P6: {op_id} says something else on {name}"
        if records[op_id].hub_seq != there[op_id].seq:
            yield f"P10: {op_id} is {there[op_id].seq}, on {name} {records[op_id].hub_seq}"
    for batch in machine.station.batches():
        if batch.team not in teams:
            yield f"P9: {name} has a batch of {batch.team}"
    at_hub = histories(record_of(row.kind, row.body) for row in there.values())
    for task_id in {row.task_id for row in there.values()}:
        here = machine.station.tasks.history(task_id)
        if _head(here) != _head(at_hub[task_id]):
            yield f"P10: {task_id} is {_head(here)} on {name}, {_head(at_hub[task_id])} at the hub"


def _claims(site: Site, machine: Machine, teams: Collection[str]) -> Iterator[str]:
    """P6: the machine holds the claims that run at the hub, and their tasks are on its list."""
    claims = schema.claims
    query = sa.select(claims.c.id).where(
        claims.c.team_id.in_(teams),
        claims.c.member_id == machine.member,
        claims.c.ended_at.is_(None),
    )
    running = set(site.database.read(lambda connection: connection.execute(query).scalars().all()))
    held = {one.claim for one in machine.sound.hub().held if one.claim.team in teams}
    if {claim.id for claim in held} != running:
        known = {claim.id for claim in held}
        yield f"P6: {machine.name} lacks {running - known}, has too many {known - running}"
    for claim in held:
        if claim.task_id not in machine.station.tasks:
            yield f"P5: {machine.name} lacks the task {claim.task_id} that it holds"


def _heads(machines: Sequence[Machine]) -> Iterator[str]:
    """P10: all machines of a member show the same of every task that both have."""
    for number, one in enumerate(machines):
        for other in machines[:number]:
            if one.member != other.member:
                continue
            tasks = [record.task_id for record in one.sound.records()]
            for task_id in {*tasks, *(record.task_id for record in other.sound.records())}:
                here = _head(one.station.tasks.history(task_id))
                there = _head(other.station.tasks.history(task_id))
                if here != there:
                    yield f"P10: {task_id} is {here} on {one.name}, {there} on {other.name}"


def _head(history: History) -> tuple[Any, ...]:
    parts = (history.last, history.withdrawn, history.skip, history.flag, history.newest)
    return (history.revision, *(part.id if part else "" for part in parts))
