"""Workstations on disk, of which nothing is replaced.

A `Machine` is a data folder with its services and its client; it can be killed at any write to
its disk, have a full disk, and be copied. What is between (the store's door, the client's door)
only counts, fails and writes down what passed.
"""

import random
import shutil
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import msgspec

from tests.sync.history import Entry
from tests.sync.site import PASSWORD, Site
from trainer_tui.domain.draft import Cause
from trainer_tui.domain.errors import StoreError, TrainerError
from trainer_tui.domain.membership import Wish
from trainer_tui.domain.message import Pair
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.services.sync_status import Outcome
from trainer_tui.services.syncing import Syncing
from trainer_tui.services.workstation import Workstation
from trainer_tui.store.token_file import TokenFile
from trainer_tui.store.workspace import Workspace
from trainer_tui.sync.answers import CONNECT, READ
from trainer_tui.sync.client import HubLine, LoosePage
from trainer_tui.sync.credentials import Token
from trainer_tui.sync.outbox import Outgoing
from trainer_tui.sync.protocol import (
    Change,
    ChangeKind,
    Claimed,
    ClaimRequest,
    RecordChange,
    Result,
    Status,
)

SYNC_WRITES = ("mark", "put_batch", "put_received", "put_hub", "put_away")
"""The writes to the disk by which an exchange leaves its traces."""


class Killed(BaseException):
    """The workstation's process was killed; nothing in it handles this."""


class Door:
    """The way to a store, at which its process can be killed and its disk be full."""

    def __init__(self, store: Workspace) -> None:
        self.store = store
        self.kill_at = 0
        """The so many-th write of an exchange is the last thing that happens; 0: none."""
        self.kill_before = False
        """Whether it is the last thing that does not happen any more."""
        self.full_for = ""
        """The next write of this kind finds the disk full; empty: none."""
        self.writes = 0

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.store, name)
        if name not in SYNC_WRITES:
            return method

        def write(*args: Any) -> Any:
            self.writes += 1
            if name == self.full_for:
                self.full_for = ""
                raise StoreError("The disk is full.")
            if self.writes == self.kill_at and self.kill_before:
                raise Killed
            done = method(*args)
            if self.writes == self.kill_at:
                raise Killed
            return done

        return write


class Heard(HubLine):
    """A line that writes down what it heard, and may push less than it is asked to.

    A hub may take a part of a push, and answer for it in any order: so does this one, where
    the machine has a `chance`.
    """

    def __init__(self, url: str, token: Token | None, machine: "Machine") -> None:
        super().__init__(url, token)
        self._machine = machine

    def push(self, operations: Sequence[Outgoing]) -> list[Result]:
        machine, log = self._machine, self._machine.site.log
        for one in operations:
            log.wrote(machine.name, one.op_id)
        chance = machine.chance
        some = list(operations)
        if chance is not None and len(some) > 1 and chance.random() < 0.5:
            some = chance.sample(some, chance.randint(1, len(some)))
        pushed = super().push(some)
        digests = {one.op_id: one.digest for one in operations}
        for result in pushed:
            if result.status in (Status.ACCEPTED, Status.DUPLICATE, Status.CONFLICT):
                log.acked(machine.name, result.op_id, result.seq, digests[result.op_id])
            elif result.status is Status.REFUSED:
                machine.refusals.append(result)
        if chance is None:
            return pushed
        return chance.sample(pushed, len(pushed))

    def claim(self, request: ClaimRequest) -> Claimed:
        claimed = super().claim(request)
        self._machine.given += [one.claim.id for one in claimed.tasks]
        return claimed

    def changes(self, cursor: str | None, limit: int) -> LoosePage:
        machine = self._machine
        began = machine.site.log.tick()
        page = super().changes(cursor, min(limit, machine.page))
        entries = [_entry(bytes(raw)) for raw in page.changes]
        machine.site.log.read(
            began, machine.name, machine.member, cursor, entries, page.cursor, page.more
        )
        return page

    def _open(self) -> httpx.Client:
        with self._lock:
            if self._client is None and not self._closed:
                # As `sync.client` makes it, but for the certificates, which take 0.1 s to load.
                self._client = httpx.Client(
                    verify=_certificates(),
                    follow_redirects=False,
                    trust_env=False,
                    timeout=httpx.Timeout(READ, connect=CONNECT),
                    limits=httpx.Limits(max_connections=1),
                )
        return super()._open()


@cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()


def _entry(raw: bytes) -> Entry:
    change = msgspec.json.decode(raw, type=Change)
    op_id = ""
    if change.kind == ChangeKind.RECORD:
        op_id = msgspec.json.decode(bytes(change.body), type=RecordChange).op_id
    return Entry(change.team, change.seq, change.kind, op_id)


class Clock:
    """The real clock, moved by a test."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


class Machine:
    """A data folder with the services of a workstation."""

    def __init__(
        self,
        site: Site,
        home: Path,
        member: str,
        name: str,
        *,
        wanted: int = 6,
        chance: random.Random | None = None,
    ) -> None:
        self.site, self.home, self.member, self.login = site, home, member, name
        self.name = home.name
        self.wanted, self.chance = wanted, chance
        self.page = 200
        """Changes asked for at once."""
        self.clock = Clock()
        self.new_ids: Callable[[Callable[[], Iterable[str]]], Callable[[], str]] = id_maker
        self.saved: dict[str, str] = {}
        """The text of each live draft, as it was acknowledged to the trainer."""
        self.recorded: set[str] = set()
        """The ids of all records that were acknowledged to the trainer."""
        self.refusals: list[Result] = []
        self.given: list[str] = []
        """The ids of claims that this machine asked for and was told of."""
        self.open()

    def open(self) -> "Machine":
        self.sound = Workspace.open(self.home)
        self.store = Door(self.sound)
        self.new_id = self.new_ids(self._known)
        store: Any = self.store
        self.station = Workstation(store, self.clock, self.new_id, program="test")
        self.syncing = Syncing(
            store,
            self.station,
            self.clock,
            self.new_id,
            TokenFile(self.home),
            wanted=Wish(tasks=self.wanted),
            program="test",
            connect=lambda url, token: Heard(url, token, self),
            chance=lambda: 0.5,
        )
        return self

    def _known(self) -> Iterator[str]:
        yield from (shift.id for shift in self.sound.shifts())
        yield from (record.id for record in self.sound.records())

    def log_in(self) -> "Machine":
        self.syncing.log_in(self.site.address, self.login, PASSWORD, self.name)
        return self

    def kill(self) -> "Machine":
        """Let go of the folder as a killed process does, and start again."""
        self.sound.close()
        return self.open()

    def copied(self, home: Path) -> "Machine":
        """Return a machine on a copy of the folder, as a restored backup or a moved disk."""
        self.sound.close()
        shutil.copytree(self.home, home)
        self.open()
        copy = Machine(
            self.site, home, self.member, self.login, wanted=self.wanted, chance=self.chance
        )
        copy.saved, copy.recorded = dict(self.saved), set(self.recorded)
        return copy

    def sync(self) -> Outcome:
        """Exchange everything; if the process is killed on the way, it starts again."""
        try:
            return self.syncing.sync()
        except Killed:
            self.kill()
            return Outcome(trouble=StoreError("killed"))

    def sync_until_well(self, tries: int) -> Outcome:
        """Exchange until it goes well, at most so often."""
        for _ in range(tries):
            outcome = self.sync()
            if outcome.trouble is None:
                return outcome
        return outcome

    # The trainer's work

    def workable(self) -> list[str]:
        """Return the tasks that can be written on, those that are claimed now first."""
        return [row.task.id for row in self.station.rows() if row.state.value != "flagged"]

    def save(self, task_id: str, text: str) -> None:
        self.station.writing.save(self._text(task_id, text), Cause.TYPING)
        self.saved[task_id] = text

    def send(self, task_id: str, text: str) -> str:
        change = self.station.writing.submit(self._text(task_id, text))
        self.saved.pop(task_id, None)
        return self.note(change.record_id)

    def do(self, verb: str, task_id: str) -> str:
        """Skip, flag or withdraw."""
        writing, reason = self.station.writing, ("1",)
        if verb == "withdraw":
            change = writing.withdraw(task_id)
        else:
            change = getattr(writing, verb)(task_id, *reason)
        return self.note(change.record_id)

    def note(self, record_id: str | None) -> str:
        """Keep in mind what the trainer was told to be saved."""
        assert record_id is not None
        self.recorded.add(record_id)
        self.recorded |= {record.id for record in self.sound.records()}
        return record_id

    def end_shift(self) -> None:
        shifts = self.station.shifts
        if shifts.current is not None:
            shifts.end()

    def _text(self, task_id: str, text: str) -> Any:
        shift = self.station.shifts
        shift.ensure(self.station.profile)
        draft = self.station.writing.open(task_id)
        shift.report_time(task_id, 7.0)
        return msgspec.structs.replace(draft, pairs=(Pair("A prompt", text),))

    def close(self) -> None:
        with suppress(TrainerError):
            self.syncing.close()
        self.sound.close()
