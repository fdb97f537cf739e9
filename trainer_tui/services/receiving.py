"""Puts what comes from the hub where it belongs: tasks, records of other machines, standing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.link import Held, HubState, Mark, Unread
from trainer_tui.domain.membership import Membership
from trainer_tui.domain.submission import WorkRecord
from trainer_tui.domain.sync import SyncState
from trainer_tui.domain.task import Batch, BatchHead, Task
from trainer_tui.services.ports import Clock, Store
from trainer_tui.services.reading_changes import ReadChange, Unreadable, id_of, read_change
from trainer_tui.services.remembering import Memory
from trainer_tui.services.workstation import Workstation
from trainer_tui.sync.outbox import SHIFT, body_of
from trainer_tui.sync.protocol import (
    BatchChange,
    ClaimedTask,
    ClaimEnded,
    Places,
    RecordChange,
    digest,
)
from trainer_tui.sync.trouble import NoHub

MAX_UNREAD = 1000
"""Changes set aside and not yet confirmed; a hub that sends more is not listened to."""


def _of_another_team(batch_id: str) -> Unreadable:
    reason = f"Another team has a batch {batch_id!r} too; a lead can publish it with another id."
    return Unreadable("a batch", reason)


class Taken(NamedTuple):
    """What a page came to."""

    changes: int
    tasks: frozenset[str]
    """Whose text or state may have changed."""


class _BatchNews(msgspec.Struct):
    """What one page says about one batch."""

    team: str
    head: BatchHead | None = None
    head_seq: int = 0
    tasks: dict[str, Task] = {}
    ended: set[str] = set()
    raws: list[bytes] = []


class _News(msgspec.Struct):
    """What one page says, folded in its order."""

    held: dict[str, Held]
    memberships: dict[str, Membership]
    closed: set[str]
    batches: dict[str, _BatchNews] = {}
    received: dict[str, dict[str, WorkRecord]] = {}
    marks: list[Mark] = []
    aside: dict[bytes, Unreadable] = {}
    readable: set[str] = set()


class Receiving:
    """Applies pages of the feed.

    First what can be repeated is written: bytes set aside, batches, records, marks. Then one
    write moves the cursor, together with claims, memberships and the list of what was set
    aside. Whatever stops it in between, the cursor stands before the page, which comes again.
    """

    def __init__(self, store: Store, station: Workstation, memory: Memory, clock: Clock) -> None:
        self._store, self._station, self._memory, self._clock = store, station, memory, clock

    def take(
        self,
        changes: Iterable[bytes],
        cursor: str | None,
        now_there: datetime,
        reached: Places | None = None,
    ) -> Taken:
        """Apply a page; `now_there` is the hub's clock, `reached` the cursor in the clear.

        Raises `StoreError` and `NoHub`.
        """
        state = self._memory.state
        news = _News(
            held={held.claim.id: held for held in state.held},
            memberships={one.team: one for one in state.memberships},
            closed=set(state.closed),
        )
        count = 0
        for raw in changes:
            count += 1
            try:
                change = read_change(raw)
                self._fold(news, change, state, now_there)
                news.readable.add(change.id)
            except Unreadable as problem:
                news.aside[raw] = problem
        tasks = self._put_batches(news, state)
        tasks |= self._put_records(news)
        unread = self._put_aside(news)
        heads = {id: one.head_seq for id, one in news.batches.items() if one.head is not None}

        def moved(now: HubState) -> HubState:
            known = {one.id: one for one in now.unread if one.id not in news.readable}
            return msgspec.structs.replace(
                now,
                cursor=cursor,
                reached=reached or {},
                held=tuple(news.held.values()),
                memberships=tuple(news.memberships.values()),
                unread=tuple({**known, **unread, **known}.values()),
                heads=now.heads | heads,
                closed=tuple(sorted(news.closed)),
            )

        self._memory.change(moved)
        return Taken(count, frozenset(tasks))

    def let_go(self, task_ids: set[str]) -> frozenset[str]:
        """Take tasks off the list whose claims are over; those with work on them stay.

        Returns the ids of those that are gone.
        """
        station, gone = self._station, set()
        with station.lock:
            tasks = station.tasks
            known = [task_id for task_id in task_ids if task_id in tasks]
            for batch_id in {tasks.batch_of(task_id).id for task_id in known}:
                batch = tasks.batches[batch_id]
                left = tuple(
                    task for task in batch.tasks if task.id not in task_ids or self.kept(task.id)
                )
                if batch.hub and len(left) < len(batch.tasks):
                    gone |= {task.id for task in batch.tasks} - {task.id for task in left}
                    station.add_batch(msgspec.structs.replace(batch, tasks=left))
        return frozenset(gone)

    def kept(self, task_id: str) -> bool:
        """Whether a task stays though its claim is over: somebody works or worked on it."""
        return self._station.writing.opened(task_id) or self._station.tasks.worked_on(task_id)

    def _fold(self, news: _News, change: ReadChange, state: HubState, now_there: datetime) -> None:
        match change.body:
            case BatchChange(head=head, closed=closed):
                if change.seq > state.heads.get(head.id, 0):
                    batch = self._batch(news, head.id, change)
                    batch.head, batch.head_seq = head, change.seq
                    (news.closed.add if closed else news.closed.discard)(head.id)
            case ClaimedTask(claim=claim, task=task):
                batch = self._batch(news, claim.batch_id, change)
                batch.tasks[task.id] = task
                batch.ended.discard(task.id)
                ago = (now_there - claim.granted_at).total_seconds()
                before = next((h for h in state.held if h.claim == claim), None)
                news.held[claim.id] = before or self._memory.told(claim, ago)
            case ClaimEnded(claim_id=claim_id, task_id=task_id):
                news.held.pop(claim_id, None)
                if all(held.claim.task_id != task_id for held in news.held.values()):
                    self._end(news, task_id, change)
            case RecordChange():
                self._fold_record(news, change, change.body)
            case Membership() as membership:
                news.memberships[membership.team] = membership

    def _batch(self, news: _News, batch_id: str, change: ReadChange) -> _BatchNews:
        here = self._station.tasks.batches.get(batch_id)
        if here is not None and here.hub and here.team != change.team:
            raise _of_another_team(batch_id)
        batch = news.batches.setdefault(batch_id, _BatchNews(change.team))
        if batch.team != change.team:
            raise _of_another_team(batch_id)
        batch.raws.append(change.raw)
        return batch

    def _end(self, news: _News, task_id: str, change: ReadChange) -> None:
        tasks = self._station.tasks
        batch_ids = [id for id, one in news.batches.items() if task_id in one.tasks]
        if task_id in tasks and tasks.batch_of(task_id).hub:
            batch_ids.append(tasks.batch_of(task_id).id)
        for batch_id in batch_ids[:1]:
            self._batch(news, batch_id, change).ended.add(task_id)

    def _fold_record(self, news: _News, change: ReadChange, body: RecordChange) -> None:
        record = change.record
        if record is None:
            if body.kind != SHIFT:  # hours are settled by the push that brings them
                raise Unreadable("a record", "This version does not know such records.")
            return
        own = self._station.tasks.own(record.id)
        if own is None:
            got = {"sync": SyncState.ACKED, "refusal": None, "hub_seq": change.seq}
            received = msgspec.structs.replace(record, **got)
            news.received.setdefault(record.batch_id, {})[record.id] = received
        elif digest(bytes(body.record)) != digest(body_of(own)):
            raise Unreadable("a record", "Another one with the same id is on this machine.")
        else:
            mark = Mark(
                record_id=own.id, shift_id=own.shift_id, sync=SyncState.ACKED, hub_seq=change.seq
            )
            news.marks.append(mark)

    def _put_batches(self, news: _News, state: HubState) -> set[str]:
        changed: set[str] = set()
        link = state.link
        for batch_id, batch_news in news.batches.items():
            try:
                changed |= self._put_batch(batch_id, batch_news, news, link.hub if link else "")
            except (Unreadable, NotAllowed) as problem:
                reason = problem.reason if isinstance(problem, Unreadable) else problem.message
                for raw in batch_news.raws:
                    news.aside[raw] = Unreadable("a batch", reason)
                    news.readable.discard(id_of(raw))
                for task_id in batch_news.tasks:
                    gone = [c for c, held in news.held.items() if held.claim.task_id == task_id]
                    for claim_id in gone:
                        del news.held[claim_id]
                batch_news.head = None
        return changed

    def _put_batch(self, batch_id: str, about: _BatchNews, news: _News, hub: str) -> set[str]:
        """Bring a batch up to date; returns the ids of the tasks that are not as before."""
        station = self._station
        with station.lock:
            tasks = station.tasks
            old = tasks.batches.get(batch_id)
            if old is not None and (old.hub, old.team) != (hub, about.team):
                if old.hub or any(tasks.worked_on(task.id) for task in old.tasks):
                    raise Unreadable("a batch", f"A batch {batch_id!r} is here from elsewhere.")
                old = None
            head = about.head or old
            if head is None:
                raise Unreadable("a batch", f"The batch {batch_id!r} was not told of.")
            before = {task.id: task for task in old.tasks} if old else {}
            received = news.received.get(batch_id, {}).values()
            worked = {record.task_id for record in received}
            now = before | about.tasks
            for task_id in about.ended & set(now):
                if not (self.kept(task_id) or task_id in worked):
                    del now[task_id]
            fields = {name: getattr(head, name) for name in BatchHead.__struct_fields__}
            fields |= {"hub": hub, "team": about.team, "sample": False, "source": ""}
            if old is not None:
                # What the workstation has put there by itself.
                fields["earlier_guidelines"] = old.earlier_guidelines
            else:
                fields["earlier_guidelines"] = ()
            station.add_batch(Batch(**fields, tasks=tuple(now.values())))
            return {id for id in {*before, *now} if before.get(id) != now.get(id)}

    def _put_records(self, news: _News) -> set[str]:
        records: list[WorkRecord] = []
        for batch_id, received in news.received.items():
            self._store.put_received(batch_id, received.values())
            records += received.values()
        records += self._store.mark(news.marks)
        return set(self._station.tasks.put_records(records))

    def _put_aside(self, news: _News) -> Mapping[str, Unread]:
        waiting = sum(not one.confirmed for one in self._memory.state.unread)
        if waiting + len(news.aside) > MAX_UNREAD:
            raise NoHub("the hub sends more than can be set aside that cannot be read")
        found = {}
        for raw, problem in news.aside.items():
            place = self._store.put_away("hub-change", raw)
            id = id_of(raw)
            found[id] = Unread(id=id, what=problem.what, reason=problem.reason, place=place)
        return found
