"""A trainer's desk for tests: a real store, a clock moved by hand, and failures on demand."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from trainer_tui.domain.draft import Cause, Draft
from trainer_tui.domain.errors import StoreError
from trainer_tui.domain.message import Message, Pair, Role
from trainer_tui.domain.task import Batch, Guidelines, Kind, Task
from trainer_tui.services.changes import Change
from trainer_tui.services.workstation import Workstation
from trainer_tui.store.workspace import Workspace

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WRITES = (
    "put_profile",
    "put_batch",
    "put_shift",
    "add_record",
    "add_ledger",
    "save_draft",
    "retire_draft",
)
"""The methods of a store that write what a trainer does."""


class Clock:
    """A wall clock and a monotonic one; each can be moved without the other."""

    def __init__(self) -> None:
        self.wall = START
        self.passed = 1_000.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.passed

    def advance(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.passed += seconds


class Shaky:
    """A store of which some methods fail as on a full disk, before they have done anything."""

    def __init__(self, store: Workspace, failing: tuple[str, ...]) -> None:
        self.sound = store
        self.failing = set(failing)
        self.before: Callable[[str], None] = lambda name: None
        """Called with the name of a method that writes, before it runs."""
        self.done: list[tuple[str, tuple[Any, ...]]] = []
        """The writes that succeeded, with their arguments."""

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.sound, name)
        if not callable(value):
            return value

        def call(*args: Any, **kwargs: Any) -> Any:
            if name in WRITES:
                self.before(name)
            if name in self.failing:
                raise StoreError("The disk is full.")
            result = value(*args, **kwargs)
            if name in WRITES:
                self.done.append((name, args))
            return result

        return call

    def count(self, name: str) -> int:
        return sum(done == name for done, _ in self.done)


class Desk:
    """A workstation over a data folder that can be left, or crash, and be opened again."""

    def __init__(self, home: Path, *, idle_after: float = 120.0) -> None:
        self.home = home
        self.clock = Clock()
        self.idle_after = idle_after
        numbers = itertools.count(1)
        self.new_id = lambda: f"id-{next(numbers):06d}"
        self.open()

    def open(
        self, *, read_only: bool = False, failing: frozenset[str] = frozenset()
    ) -> Workstation:
        self.store = Shaky(Workspace.open(self.home, read_only=read_only), failing)
        self.station = Workstation(
            self.store, self.clock, self.new_id, program="test", idle_after=self.idle_after
        )
        self.tasks, self.shifts = self.station.tasks, self.station.shifts
        self.writing = self.station.writing
        return self.station

    def close(self) -> None:
        self.store.failing.clear()
        self.station.close()

    def crash(self) -> None:
        """Let go of the data folder without a word to the services, as a killed process does."""
        self.store.sound.close()

    def reopen(self) -> Workstation:
        self.crash()
        return self.open()

    def begin(self) -> None:
        """Open the shift and count time."""
        self.shifts.ensure(self.station.profile)
        self.shifts.watch()

    def live(self, seconds: float, *, every: float = 5.0, typing: bool = True) -> None:
        """Let time pass while the clock is looked at, and somebody types or not."""
        end = self.clock.passed + seconds
        while self.clock.passed < end:
            self.clock.advance(min(every, end - self.clock.passed))
            if typing:
                self.shifts.touch()
            self.shifts.tick()

    def text(self, task_id: str, *responses: str, note: str = "") -> Draft:
        """What the trainer has typed into the open task."""
        pairs = tuple(Pair(f"Prompt {n}", text) for n, text in enumerate(responses))
        return msgspec.structs.replace(self.writing.look(task_id), pairs=pairs, note=note)

    def write(self, task_id: str, *responses: str, note: str = "") -> Draft:
        """Open a task, type, and save."""
        self.writing.open(task_id)
        draft = self.text(task_id, *responses, note=note)
        self.writing.save(draft, Cause.TYPING)
        return draft

    def send(self, task_id: str, *responses: str, note: str = "") -> Change:
        """Write a task and submit it."""
        return self.writing.submit(self.write(task_id, *(responses or ("Done.",)), note=note))


def task(name: str, kind: Kind = Kind.WRITE, *, batch_id: str = "b", **fields: Any) -> Task:
    return Task(
        id=f"{batch_id}.{name}", kind=kind, title=f"Task {name}", instructions="Do it.", **fields
    )


def batch(batch_id: str = "b", *tasks: Task, **fields: Any) -> Batch:
    own = tasks or (
        task("one", batch_id=batch_id),
        task("two", batch_id=batch_id),
        task("talk", Kind.DIALOGUE, batch_id=batch_id),
        task("rank", Kind.RANK, batch_id=batch_id),
        task(
            "given",
            Kind.RESPOND,
            batch_id=batch_id,
            prompts=("Prompt 0",),
            system="Be brief.",
            context=(Message(Role.USER, "Hello"), Message(Role.ASSISTANT, "Hello!")),
        ),
    )
    return Batch(
        **{
            "id": batch_id,
            "title": "Sample work",
            "tasks": own,
            "guidelines": Guidelines("7"),
            "skip_reasons": ("Too long", "Other"),
            "flag_reasons": ("Garbled", "Other"),
            **fields,
        }
    )


def seen(station: Workstation) -> dict[str, Any]:
    """Everything that a workstation shows of its state, but for the running time."""
    tasks, shifts = station.tasks, station.shifts
    ids = [task.id for one in station.batches() for task in one.tasks]
    return {
        "rows": station.rows(),
        "figures": station.figures()._replace(time=None),
        "profile": station.profile,
        "batches": station.batches(),
        "histories": {id: tasks.history(id) for id in ids},
        "drafts": {id: tasks.has_draft(id) for id in ids},
        "texts": {id: (*(d := station.writing.look(id)).pairs, d.note) for id in ids},
        "submissions": tasks.submissions(),
        "shift": shifts.current,
        "shifts": shifts.all(),
        "undo": station.tasks.newest(),
    }
