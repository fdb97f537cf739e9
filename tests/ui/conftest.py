"""A workstation over a store of its own, on a clock that only moves when told."""

import itertools
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from trainer_tui.domain.draft import Cause
from trainer_tui.domain.message import Message, Pair, Role
from trainer_tui.domain.settings import Settings
from trainer_tui.domain.task import Batch, Category, Guidelines, Kind, Scale, Task
from trainer_tui.services.syncing import Syncing
from trainer_tui.services.workstation import Workstation
from trainer_tui.store.workspace import Workspace
from trainer_tui.ui.app import TrainerApp

HOSTILE = "a\x1b]52;c;eA==\x07 [@click=app.quit]x[/] [/foo] \u202eb"
"""Markup, an escape sequence that would write to the clipboard, and a change of direction."""
HOSTILE_SHOWN = "a␛]52;c;eA==␇ [@click=app.quit]x[/] [/foo] ↤b"


class FakeClock:
    """Both clocks, moved by hand."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return datetime(2025, 6, 3, 9, 0, tzinfo=UTC) + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    def advance(self, seconds: float) -> None:
        self.passed += seconds

    def work(self, station: Workstation, seconds: float) -> None:
        """Let time pass as somebody at the keys lets it pass."""
        while seconds > 0:
            self.advance(min(seconds, 30.0))
            station.shifts.touch()
            station.shifts.tick()
            seconds -= 30.0


def tasks() -> tuple[Task, ...]:
    """Five tasks of the kinds that can be written, and one that cannot."""
    return (
        Task(
            id="b.one",
            kind=Kind.WRITE,
            title="Explain recursion",
            instructions="Explain recursion to a child, with one example.",
            category=Category.OPEN_QA,
            rules=({"rule": "words", "at_most": 300},),
            estimate_minutes=15,
        ),
        Task(
            id="b.two",
            kind=Kind.RESPOND,
            title="Limerick about a router",
            instructions="Answer as a poet.",
            category=Category.GENERATION,
            prompts=("Write a limerick about a router.",),
            system="You are a poet.",
            context=(Message(Role.USER, "Hello"), Message(Role.ASSISTANT, "Hello!")),
        ),
        Task(
            id="b.three",
            kind=Kind.DIALOGUE,
            title="Dialogue on a random topic",
            instructions="Pick a topic that you know well.",
            category=Category.CHAT,
            browsing=False,
        ),
        Task(
            id="b.four",
            kind=Kind.WRITE,
            title=HOSTILE,
            instructions=HOSTILE,
        ),
        Task(id="b.five", kind=Kind.WRITE, title="Name ten fruits", instructions="Ten."),
        Task(id="b.six", kind=Kind.RANK, title="Order these", instructions="Best first."),
    )


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def station(tmp_path: Path, clock: FakeClock) -> Iterator[Workstation]:
    """A workstation with one batch and an open shift."""
    numbers = itertools.count(1)

    def new_id() -> str:
        return str(uuid.UUID(int=next(numbers) | 7 << 76 | 2 << 62))

    station = Workstation(Workspace.open(tmp_path / "home"), clock, new_id, program="test")
    station.update_profile(trainer="Ada", team="Atlas")
    station.add_batch(
        Batch(
            id="b",
            title="Sample work",
            team="Atlas",
            tasks=tasks(),
            guidelines=Guidelines("2", "Be **plain**."),
            rubric=(Scale("clarity", "Is it easy to follow?"),),
        )
    )
    station.shifts.ensure(station.profile)
    station.shifts.watch()
    yield station
    station.close()


@pytest.fixture
def saved_settings() -> list[Settings]:
    """What was saved, in order."""
    return []


@pytest.fixture
def make_app(station: Workstation, saved_settings: list[Settings]) -> Callable[..., TrainerApp]:
    def make(settings: Settings | None = None, syncing: Syncing | None = None) -> TrainerApp:
        return TrainerApp(
            station,
            settings or Settings(),
            saved_settings.append,
            lambda error: "no file",
            syncing=syncing,
        )

    return make


@pytest.fixture
def app(make_app: Callable[..., TrainerApp]) -> TrainerApp:
    return make_app()


def write(station: Workstation, task_id: str, *pairs: tuple[str, str], note: str = "") -> None:
    """Save a draft of a task."""
    draft = station.writing.open(task_id)
    draft = msgspec.structs.replace(draft, pairs=tuple(Pair(*pair) for pair in pairs), note=note)
    station.writing.save(draft, Cause.TYPING)


def send(station: Workstation, task_id: str, *pairs: tuple[str, str], note: str = "") -> None:
    """Write and submit a task."""
    write(station, task_id, *pairs, note=note)
    station.writing.submit(station.writing.look(task_id))
