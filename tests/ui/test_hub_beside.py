"""Syncing goes on beside the work: when, how often, what is told of it, and no key waits."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot

from tests.ui.conftest import send, tasks, write
from tests.ui.hub import FakeSyncing, press, refused, set_aside, settle, until
from trainer_tui.domain.errors import TrainerError
from trainer_tui.domain.task import Batch, Kind, Task
from trainer_tui.services.sync_status import Outcome, Phase
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui import exchange
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.hub_words import claim_sentence, figure
from trainer_tui.ui.screens.shift import ShiftScreen
from trainer_tui.ui.screens.sync import SyncScreen
from trainer_tui.ui.screens.write import WriteScreen
from trainer_tui.ui.widgets.bars import HintBar, TitleBar
from trainer_tui.ui.widgets.editor import Editor
from trainer_tui.ui.widgets.task_table import TaskTable

MakeApp = Callable[..., TrainerApp]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fingers rest for no time at all."""
    monkeypatch.setattr(exchange, "AFTER_WORK", 0.01)


def table(pilot: Pilot[int]) -> TaskTable:
    return pilot.app.query_one(TaskTable)


def title(pilot: Pilot[int]) -> str:
    return str(pilot.app.screen.query_one(TitleBar).render())


def told(app: TrainerApp) -> list[str]:
    return [notification.message for notification in app._notifications]


class Held:
    """An exchange that goes on until it is let go, with the workstation's lock if asked."""

    def __init__(self, station: Workstation | None = None) -> None:
        self.station = station
        self.begun, self.go = threading.Event(), threading.Event()
        self.waited_in_vain = False

    def __call__(self) -> Outcome:
        if self.station is None:
            self._wait()
        else:
            with self.station.lock:
                self._wait()
        return Outcome()

    def _wait(self) -> None:
        self.begun.set()
        self.waited_in_vain = not self.go.wait(20)


def came(station: Workstation, number: int = 12) -> Outcome:
    """Let tasks come in ahead of those that are there."""
    new = tuple(
        Task(id=f"b.n{n}", kind=Kind.WRITE, title=f"New {n}", instructions="i", priority=5)
        for n in range(number)
    )
    batch = station.tasks.batches["b"]
    station.add_batch(msgspec.structs.replace(batch, tasks=(*tasks(), *new)))
    return Outcome(claimed=number, tasks=frozenset(task.id for task in new))


# When


async def test_without_a_hub_nothing_is_shown_and_nothing_done(
    make_app: MakeApp, station: Workstation
) -> None:
    syncing = FakeSyncing(phase=Phase.NO_HUB)
    app = make_app(syncing=syncing)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        before = title(pilot)
        assert before.endswith("active")
        assert "y sync" not in str(app.screen.query_one(HintBar).render())
        await press(pilot, "s", "1")
        await settle(pilot)
        assert title(pilot) == before
        await pilot.press("y")
        await settle(pilot)
        assert isinstance(app.screen, SyncScreen)
    assert syncing.exchanges == 0


async def test_a_read_only_window_leaves_it_to_the_other_one(
    make_app: MakeApp, station: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(station._store, "read_only", True)
    syncing = FakeSyncing()
    async with make_app(syncing=syncing).run_test() as pilot:
        await pilot.press("y")
        await settle(pilot)
    assert syncing.exchanges == 0


async def test_it_syncs_at_the_start_after_work_and_at_the_end_of_the_shift(
    make_app: MakeApp, station: Workstation
) -> None:
    syncing = FakeSyncing()
    app = make_app(syncing=syncing)
    async with app.run_test() as pilot:
        await until(lambda: syncing.exchanges == 1)
        for number, keys in enumerate((("s", "1"), ("u",), ("f", "1"), ("E", "y")), 2):
            await press(pilot, *keys)
            await until(lambda number=number: syncing.exchanges == number)
        await press(pilot, "escape")
        await settle(pilot)
    assert syncing.exchanges == 5


async def test_a_submission_leaves_by_itself(make_app: MakeApp, station: Workstation) -> None:
    write(station, "b.one", ("p", "r"))
    syncing = FakeSyncing()
    async with make_app(syncing=syncing).run_test() as pilot:
        await until(lambda: syncing.exchanges == 1)
        await press(pilot, "g", "enter", "f8", "f8")
        await until(lambda: syncing.exchanges == 2)
        assert station.tasks.history("b.one").last is not None


async def test_it_comes_back_when_the_service_says_so(
    make_app: MakeApp, station: Workstation
) -> None:
    syncing = FakeSyncing(next_in=0.02)
    async with make_app(syncing=syncing).run_test() as pilot:
        await until(lambda: syncing.exchanges >= 3)
        syncing.change(next_in=None)
        await pilot.pause(0.1)
        await settle(pilot)
        done = syncing.exchanges
        await pilot.pause(0.2)
    assert syncing.exchanges == done and syncing.most_at_once == 1


async def test_two_requests_make_one_exchange(make_app: MakeApp, station: Workstation) -> None:
    syncing = FakeSyncing()
    syncing.doing = held = Held()
    app = make_app(syncing=syncing)
    async with app.run_test() as pilot:
        await until(held.begun.is_set)
        await pilot.press("y", "y", "ctrl+f10")
        held.go.set()
        await settle(pilot)
        assert syncing.exchanges == 1
        assert told(app) == ["Synced. Nothing was waiting, and nothing is new."]
        app.exchange.after_work()
        app.exchange.after_work()
        await until(lambda: syncing.exchanges == 2)
        await settle(pilot)
    assert syncing.exchanges == 2 and syncing.most_at_once == 1


async def test_what_is_sent_while_one_runs_leaves_with_another(
    make_app: MakeApp, station: Workstation
) -> None:
    syncing = FakeSyncing()
    syncing.doing = held = Held()
    app = make_app(syncing=syncing)
    async with app.run_test() as pilot:
        await until(held.begun.is_set)
        await press(pilot, "s", "1")
        await until(lambda: app.exchange._again)
        held.go.set()
        await until(lambda: syncing.exchanges == 2)
        await settle(pilot)
    assert syncing.exchanges == 2 and syncing.most_at_once == 1


# In nobody's way


async def test_no_key_waits_for_an_exchange_or_its_lock(
    make_app: MakeApp, station: Workstation
) -> None:
    syncing = FakeSyncing()
    app = make_app(syncing=syncing)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(lambda: syncing.exchanges == 1)
        await settle(pilot)
        await press(pilot, "enter")
        syncing.doing = held = Held(station)
        app.exchange.after_work()
        await until(held.begun.is_set)
        await pilot.press(*"typed while it runs")
        editor = app.screen.query(Editor).first()
        assert "typed while it runs" in {one.text for one in app.screen.query(Editor)}
        assert editor.is_mounted and not held.go.is_set()
        held.go.set()
        await settle(pilot)
        await press(pilot, "escape", "escape")
        await settle(pilot)
        assert isinstance(app.screen, ShiftScreen)
        syncing.doing = held = Held(station)
        app.exchange.after_work()
        await until(held.begun.is_set)
        await pilot.press("g", "j", "j", "k")
        assert table(pilot).cursor == 1
        await pilot.press("slash", *"rout")
        assert [row.task.id for row in table(pilot).rows] == ["b.two"]
        await pilot.press("escape")
        assert len(table(pilot).rows) == 6
        assert not held.go.is_set()
        held.go.set()
        await settle(pilot)
        assert not held.waited_in_vain


async def test_new_tasks_come_in_quietly_and_the_cursor_stays(
    make_app: MakeApp, station: Workstation
) -> None:
    syncing = FakeSyncing()
    app = make_app(syncing=syncing)
    more = tuple(
        Task(id=f"m.{n}", kind=Kind.WRITE, title=f"T{n}", instructions="i") for n in range(40)
    )
    station.add_batch(Batch(id="m", title="M", tasks=more))
    async with app.run_test(size=(120, 14)) as pilot:
        await until(lambda: syncing.exchanges == 1)
        await pilot.press("j", "j", "j")
        rows = table(pilot)
        before = rows.cursor - rows.scroll_offset.y
        syncing.doing = lambda: came(station)
        app.exchange.after_work()
        await until(lambda: syncing.exchanges == 2)
        await settle(pilot)
        assert len(rows.rows) == 58 and rows.rows[0].task.title == "New 0"
        assert rows.current is not None and rows.current.task.id == "b.four"
        assert rows.cursor - rows.scroll_offset.y == before
        assert told(app) == ["12 tasks came in."]


async def test_what_came_is_told_where_the_list_is_seen(
    make_app: MakeApp, station: Workstation
) -> None:
    syncing = FakeSyncing()
    app = make_app(syncing=syncing)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(lambda: syncing.exchanges == 1)
        await settle(pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, WriteScreen)
        await pilot.press(*"abc")
        focused = app.focused
        assert isinstance(focused, Editor)
        place = focused.selection
        syncing.doing = lambda: msgspec.structs.replace(came(station), refused=2, late=1)
        app.exchange.after_work()
        await until(lambda: syncing.exchanges == 2)
        await settle(pilot)
        assert told(app) == []
        assert app.focused is focused and focused.selection == place and focused.text == "abc"
        await press(pilot, "escape", "escape")
        await settle(pilot)
        (words,) = told(app)
        assert words.startswith("12 tasks came in. 1 record arrived after")
        assert "refused 2 records" in words


async def test_the_list_is_not_painted_when_nothing_on_it_changed(
    make_app: MakeApp, station: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncing = FakeSyncing()
    app = make_app(syncing=syncing)
    painted: list[str] = []
    async with app.run_test() as pilot:
        await until(lambda: syncing.exchanges == 1)
        await settle(pilot)
        for name in ("refresh", "show"):
            monkeypatch.setattr(
                table(pilot), name, lambda *_, name=name, **__: painted.append(name)
            )
        syncing.doing = lambda: Outcome(sent=3, tasks=frozenset({"b.one"}))
        app.exchange.after_work()
        await until(lambda: syncing.exchanges == 2)
        await settle(pilot)
        assert painted == []
        syncing.doing = lambda: came(station)
        app.exchange.after_work()
        await until(lambda: syncing.exchanges == 3)
        await settle(pilot)
        assert "show" in painted


async def test_a_task_that_is_taken_away_under_the_cursor_does_no_harm(
    make_app: MakeApp, station: Workstation
) -> None:
    syncing = FakeSyncing()
    app = make_app(syncing=syncing)

    def take_away() -> None:
        batch = station.tasks.batches["b"]
        station.add_batch(msgspec.structs.replace(batch, tasks=batch.tasks[3:]))

    async with app.run_test() as pilot:
        await until(lambda: syncing.exchanges == 1)
        await settle(pilot)
        take_away()  # the list does not know it yet
        await pilot.press("j", "k", "j")
        await pilot.pause(0.2)
        syncing.doing = lambda: Outcome(tasks=frozenset({"b.one", "b.two", "b.three"}))
        app.exchange.after_work()
        await until(lambda: syncing.exchanges == 2)
        await settle(pilot)
        assert [row.task.id for row in table(pilot).rows] == ["b.four", "b.five", "b.six"]
        assert app.is_running


async def test_quitting_waits_for_no_network(make_app: MakeApp, station: Workstation) -> None:
    syncing = FakeSyncing()
    syncing.doing = held = Held()
    app = make_app(syncing=syncing)
    try:
        async with app.run_test() as pilot:
            await until(held.begun.is_set)
            await pilot.press("q")
        assert app.return_code == 0 and syncing.closed.is_set()
        assert syncing.at_once == 1, "it has not come back"
    finally:
        held.go.set()


async def test_a_fault_in_an_exchange_closes_nothing(
    make_app: MakeApp, station: Workstation
) -> None:
    syncing = FakeSyncing()
    app = make_app(syncing=syncing)

    def fail() -> Outcome:
        raise RuntimeError("a fault")

    async with app.run_test() as pilot:
        await until(lambda: syncing.exchanges == 1)
        await settle(pilot)
        syncing.doing = fail
        await pilot.press("y")
        await settle(pilot)
        assert app.is_running
        assert "your work is not touched" in told(app)[0] and "no file" in told(app)[0]


async def test_trouble_is_told_to_who_asks_and_only_shown_to_others(
    make_app: MakeApp, station: Workstation
) -> None:
    trouble = TrainerError("no answer", "Look at the cable.", title="Offline")
    syncing = FakeSyncing(waiting=3)
    syncing.doing = lambda: Outcome(trouble=trouble)
    app = make_app(syncing=syncing)
    async with app.run_test() as pilot:
        await until(lambda: syncing.exchanges == 1)
        await settle(pilot)
        assert told(app) == []
        await pilot.press("y")
        await settle(pilot)
        assert told(app) == ["No answer\nLook at the cable."]


# The title bar and the list


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ({"phase": Phase.NO_HUB}, ""),
        ({}, "✓ synced "),
        ({"last_at": None}, "not synced yet"),
        ({"waiting": 3}, "↑ 3 waiting"),
        ({"phase": Phase.OFFLINE}, "offline"),
        ({"phase": Phase.OFFLINE, "waiting": 3}, "offline · ↑ 3 waiting"),
        ({"phase": Phase.SIGNED_OUT, "waiting": 3}, "signed out · ↑ 3"),
        ({"phase": Phase.TOO_OLD, "waiting": 1200}, "update needed · ↑ 1,200"),
        ({"phase": Phase.OFFLINE, "refused": (refused(), refused(2))}, "! 2 refused"),
        ({"set_aside": (set_aside(),), "waiting": 1}, "! 1 set aside"),
    ],
)
def test_the_figure_says_how_things_stand(status: dict[str, Any], words: str) -> None:
    said = figure(FakeSyncing(**status).status(), datetime.now(UTC))
    assert said.startswith(words) and bool(said) == bool(words)


def test_a_sync_of_another_day_is_dated() -> None:
    status = FakeSyncing(last_at=datetime(2025, 6, 3, 12, 0, tzinfo=UTC)).status()
    assert figure(status, datetime(2025, 6, 8, 9, 30, tzinfo=UTC)) == "✓ synced 3 Jun"


async def test_trying_again_is_no_news(make_app: MakeApp, station: Workstation) -> None:
    syncing = FakeSyncing(phase=Phase.OFFLINE, waiting=2)
    syncing.doing = held = Held()
    app = make_app(syncing=syncing)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(held.begun.is_set)
        await app.exchange.look()
        assert syncing.now.phase is Phase.SYNCING
        assert "offline · ↑ 2 waiting" in title(pilot)
        held.go.set()
        await settle(pilot)


@pytest.mark.parametrize(
    ("width", "status", "kept", "gone"),
    [
        (120, {}, ("done this shift", "active", "✓ synced"), ()),
        (80, {}, ("active", "✓ synced"), ("done",)),
        (50, {}, ("active",), ("synced",)),
        (50, {"refused": (refused(),)}, ("! 1 refused",), ("done",)),
        (40, {"phase": Phase.SIGNED_OUT, "waiting": 3}, ("signed out · ↑ 3",), ("active",)),
    ],
)
async def test_what_needs_the_person_is_left_out_last(
    make_app: MakeApp,
    station: Workstation,
    width: int,
    status: dict[str, Any],
    kept: tuple[str, ...],
    gone: tuple[str, ...],
) -> None:
    syncing = FakeSyncing(**status)
    async with make_app(syncing=syncing).run_test(size=(width, 24)) as pilot:
        await settle(pilot)
        words = title(pilot)
        assert all(part in words for part in kept) and not any(part in words for part in gone)


async def test_an_empty_list_tells_of_the_hub_from_the_start(
    make_app: MakeApp, station: Workstation
) -> None:
    station.close_batch("b")
    async with make_app(syncing=FakeSyncing()).run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        words = str(pilot.app.screen.query_one("#empty").render())
        assert "come in by themselves" in words and "import" not in words


def test_a_claim_of_seconds_is_said_in_a_sentence() -> None:
    assert claim_sentence(45.0) == "This task is yours for less than 2 min."
    assert claim_sentence(200.0) == "This task is yours for another 3 min."


async def test_a_claim_is_shown_while_it_is_short_and_told_when_it_is_over(
    make_app: MakeApp, station: Workstation
) -> None:
    batch = station.tasks.batches["b"]
    station.add_batch(msgspec.structs.replace(batch, hub="h"))
    send(station, "b.five", ("p", "r"))
    syncing = FakeSyncing()
    syncing.left = {"b.one": 2500.0, "b.two": -5.0, "b.three": 90_000.0, "b.five": 60.0}
    app = make_app(syncing=syncing)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(lambda: syncing.exchanges == 1)
        await settle(pilot)
        shown = {
            row.task.id: table(pilot).render_line(y).text for y, row in enumerate(table(pilot).rows)
        }
        assert "41m left" in shown["b.one"] and "expired" in shown["b.two"]
        assert not any("left" in shown[name] for name in ("b.three", "b.five"))
        brief = app.screen.query_one("#brief")
        assert "yours for another 41 min" in str(brief.render())
        await pilot.press("j")
        await pilot.pause(0.2)
        words = " ".join(str(brief.render()).split())
        assert "is over. Your text stays, and it can still be sent" in words
        syncing.left = {}
        await app.exchange.look()
        await pilot.pause()
        assert "is over" not in str(brief.render())
        assert "expired" not in table(pilot).render_line(1).text
