"""The Shift screen: the list, its filter, and what can be done to a task from there."""

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.ui.conftest import FakeClock, send, write
from trainer_tui.domain.errors import ConfigError
from trainer_tui.domain.progress import State
from trainer_tui.domain.settings import Settings
from trainer_tui.domain.task import Batch, Kind, Task
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui.actions import ACTIONS, BY_ID, CONTEXTS
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.filtering import Filter
from trainer_tui.ui.keymap import keymap
from trainer_tui.ui.screens.help import HelpScreen
from trainer_tui.ui.screens.report import ReportScreen
from trainer_tui.ui.screens.shift import ShiftScreen
from trainer_tui.ui.screens.write import WriteScreen
from trainer_tui.ui.widgets.bars import HintBar, TitleBar
from trainer_tui.ui.widgets.task_table import TaskTable


def table(pilot: Pilot[int]) -> TaskTable:
    return pilot.app.screen.query_one(TaskTable)


def lines(table: TaskTable) -> list[str]:
    return [table.render_line(y).text for y in range(table.size.height)]


async def settle(pilot: Pilot[int]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_the_list_shows_state_kind_title_and_estimate(
    app: TrainerApp, station: Workstation
) -> None:
    write(station, "b.five", ("p", "r"))
    send(station, "b.one", ("p", "r"))
    async with app.run_test(size=(120, 36)) as pilot:
        shown = lines(table(pilot))
        assert "✎ draft" in shown[0] and "Name ten fruits" in shown[0]
        assert "○ open" in shown[1] and "Limerick about a router" in shown[1]
        assert "· later" in shown[4] and "Order these" in shown[4]
        assert "✓ done" in shown[5] and "15m" in shown[5]


async def test_hostile_titles_are_shown_and_not_obeyed(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        shown = "\n".join(lines(table(pilot)))
        assert "\x1b" not in shown and "␛]52" in shown and "[@click" in shown


async def test_the_filter_narrows_by_every_word_and_esc_clears_it(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        await pilot.press("slash", *"chat")
        await pilot.pause()
        assert [row.task.id for row in table(pilot).rows] == ["b.three"]
        await pilot.press("escape")
        await pilot.pause()
        assert len(table(pilot).rows) == 6
        assert table(pilot).has_focus


async def test_esc_clears_a_filter_from_the_list_too(app: TrainerApp, station: Workstation) -> None:
    async with app.run_test() as pilot:
        await pilot.press("slash", *"chat", "enter")
        await pilot.pause()
        assert table(pilot).has_focus and len(table(pilot).rows) == 1
        await pilot.press("escape")
        await pilot.pause()
        assert len(table(pilot).rows) == 6


async def test_a_read_only_window_says_why_nothing_can_be_done(
    app: TrainerApp, station: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(station._store, "read_only", True)
    async with app.run_test() as pilot:
        await pilot.press("s")
        await settle(pilot)
        (told,) = app._notifications
        assert "read-only" in told.message
        assert isinstance(app.screen, ShiftScreen)


async def test_an_empty_result_names_the_key_to_press(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        await pilot.press("slash", *"zzz")
        await pilot.pause()
        empty = pilot.app.screen.query_one("#empty")
        assert empty.display and "Esc clears" in str(empty.render())


async def test_a_task_skipped_leaves_the_cursor_on_the_next(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        await pilot.press("s")
        await pilot.pause(0.1)
        await pilot.press("2")
        await settle(pilot)
        assert station.tasks.state("b.one") is State.SKIPPED
        assert table(pilot).current is not None
        assert table(pilot).current.task.id == "b.two"
        await pilot.press("u")
        await settle(pilot)
        assert station.tasks.state("b.one") is State.OPEN


async def test_an_action_that_is_not_possible_says_why(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        await pilot.press("u")
        await settle(pilot)
        (told,) = app._notifications
        assert "nothing to undo" in told.message.lower()


async def test_the_last_task_is_under_the_cursor_at_the_next_start(
    app: TrainerApp, station: Workstation
) -> None:
    station.update_profile(last_task="b.three")
    async with app.run_test() as pilot:
        current = table(pilot).current
        assert current is not None and current.task.id == "b.three"


async def test_a_warned_text_stays_covered_until_asked_for(
    app: TrainerApp, station: Workstation
) -> None:
    task = Task(
        id="w.1", kind=Kind.WRITE, title="T", instructions="the hard text", warnings=("grief",)
    )
    station.add_batch(Batch(id="w", title="W", tasks=(task,)))
    station.update_profile(batch_filter="w")
    async with app.run_test() as pilot:
        brief = pilot.app.screen.query_one("#brief")
        await pilot.pause(0.2)
        assert "grief" in str(brief.render()) and "the hard text" not in str(brief.render())
        await pilot.press("space")
        await pilot.pause()
        assert "the hard text" in str(brief.render())


async def test_the_brief_of_a_megabyte_shows_its_beginning_and_says_so(
    app: TrainerApp, station: Workstation
) -> None:
    task = Task(id="l.1", kind=Kind.RESPOND, title="T", instructions="i", prompts=("x" * 10**6,))
    station.add_batch(Batch(id="l", title="L", tasks=(task,)))
    station.update_profile(batch_filter="l")
    async with app.run_test() as pilot:
        await pilot.pause(0.2)
        text = str(pilot.app.screen.query_one("#brief").render())
        assert "980,000 characters more" in text and len(text) < 25_000


async def test_a_warned_task_asks_before_it_opens(app: TrainerApp, station: Workstation) -> None:
    task = Task(
        id="w.1",
        kind=Kind.RESPOND,
        title="T",
        instructions="i",
        prompts=("x",),
        warnings=("grief",),
    )
    station.add_batch(Batch(id="w", title="W", tasks=(task,)))
    station.update_profile(batch_filter="w")
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert "grief" in str(app.screen.query_one("#box").border_title)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, ShiftScreen), "the safe answer is under the cursor"
        await pilot.press("enter")
        await pilot.pause(0.2)
        await pilot.press("y")
        await pilot.pause(0.3)
        assert isinstance(app.screen, WriteScreen)


async def test_ten_thousand_tasks_format_only_what_is_seen(
    app: TrainerApp, station: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = tuple(
        Task(id=f"m.{n}", kind=Kind.WRITE, title=f"Task {n}", instructions="")
        for n in range(10_000)
    )
    station.add_batch(Batch(id="m", title="M", tasks=many))
    async with app.run_test(size=(80, 24)) as pilot:
        formatted = 0
        real = TaskTable._segments

        def counting(self: TaskTable, *args: object) -> object:
            nonlocal formatted
            formatted += 1
            return real(self, *args)  # type: ignore[arg-type]

        monkeypatch.setattr(TaskTable, "_segments", counting)
        await pilot.press("G")
        await pilot.pause()
        assert table(pilot).cursor == 10_005
        assert formatted < 100


async def test_the_shift_pauses_ends_and_begins_anew(
    app: TrainerApp, station: Workstation, clock: FakeClock
) -> None:
    first = station.shifts.current
    async with app.run_test() as pilot:
        await pilot.press("p")
        await pilot.pause(0.1)
        assert station.shifts.paused
        await pilot.press("p")
        await settle(pilot)
        assert not station.shifts.paused
        await pilot.press("E")
        await pilot.pause(0.1)
        await pilot.press("y")
        await pilot.pause(0.2)
        assert station.shifts.current is None
        await pilot.press("escape")
        await settle(pilot)
        assert "ended" in str(pilot.app.screen.query_one("#banner").render())
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert isinstance(app.screen, WriteScreen)
        assert station.shifts.current is not None and station.shifts.current != first


async def test_hints_follow_the_focus(app: TrainerApp, station: Workstation) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        hints = pilot.app.screen.query_one(HintBar)
        assert "enter open" in str(hints.render())
        await pilot.press("slash")
        await pilot.pause()
        assert "esc clear" in str(hints.render())


async def test_the_header_says_what_counts(app: TrainerApp, station: Workstation) -> None:
    send(station, "b.one", ("p", "r"))
    async with app.run_test(size=(120, 36)) as pilot:
        title = str(pilot.app.screen.query_one(TitleBar).render())
        assert "1 done this shift" in title and "0:00 active" in title


async def test_keys_are_remapped_in_bindings_and_hints(
    make_app: object, station: Workstation
) -> None:
    app = make_app(Settings(keys={"shift.open": "o"}))  # type: ignore[operator]
    async with app.run_test(size=(120, 36)) as pilot:
        assert "o open" in str(pilot.app.screen.query_one(HintBar).render())
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, ShiftScreen)
        await pilot.press("o")
        await pilot.pause(0.2)
        assert isinstance(app.screen, WriteScreen)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"shift.opn": "o"}, "Did you mean 'shift.open'"),
        ({"shift.open": "entr"}, "Did you mean 'enter'"),
        ({"shift.open": "s"}, "both"),
        ({"write.save": "ctrl+k"}, "of the text editor itself"),
        ({"write.save": "x"}, "needed for typing"),
        ({"app.quit": "f8"}, "both"),
        ({"shift.open": ""}, "is not a key"),
    ],
)
def test_keys_that_make_no_sense_are_refused(keys: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        keymap(keys)
    assert told in f"{caught.value.message} {caught.value.hint}"


def test_the_keys_as_they_ship_take_no_key_twice_and_steal_no_editing_key() -> None:
    assert keymap({action.id: action.keys for action in ACTIONS})
    assert len(BY_ID) == len(ACTIONS)
    assert {action.context for action in ACTIONS} == set(CONTEXTS)


def test_a_growing_query_narrows_and_a_shrinking_one_widens(station: Workstation) -> None:
    search = Filter(station.rows())
    assert len(search.narrow("l")) > len(search.narrow("lim")) == 1
    assert len(search.narrow("l")) > 1
    assert len(search.narrow("")) == 6


def test_every_action_has_its_method() -> None:
    from textual.screen import Screen

    import trainer_tui.ui.screens as screens
    from trainer_tui.ui.widgets.editor import Editor
    from trainer_tui.ui.widgets.find_bar import FindBar

    names = [path.stem for path in Path(screens.__path__[0]).glob("*.py")]
    classes: dict[str, list[type]] = {"app": [TrainerApp], "find": [FindBar], "edit": [Editor]}
    for name in names:
        module = __import__(f"trainer_tui.ui.screens.{name}", fromlist=["x"])
        found = [c for c in vars(module).values() if isinstance(c, type) and issubclass(c, Screen)]
        classes.setdefault(name, []).extend(c for c in found if c.__module__ == module.__name__)
    homes = {
        "filter": "shift",
        "command": "write",
        "dialog": "dialogs",
        "checks": "rules",
        "sending": "send",
    }
    for action in ACTIONS:
        verb = f"filter_{action.verb}" if action.context == "filter" else action.verb
        home = classes[homes.get(action.context, action.context)]
        assert any(hasattr(c, f"action_{verb}") for c in home), action.id


async def test_keys_act_in_order_on_a_page_without_focus(app: TrainerApp) -> None:
    async with app.run_test() as pilot:
        await pilot.press("r")
        await pilot.pause()
        assert isinstance(app.screen, ReportScreen) and app.focused is None
        for key in ("escape", "f1"):
            app.post_message(events.Key(key, None))
        await pilot.pause(0.3)
        assert [type(screen) for screen in app.screen_stack] == [ShiftScreen, HelpScreen]


async def test_every_key_that_moves_the_list_moves_its_cursor(
    app: TrainerApp, station: Workstation
) -> None:
    tasks = [Task(id=f"m.{n}", kind=Kind.WRITE, title=f"T{n}", instructions="i") for n in range(99)]
    station.add_batch(Batch(id="m", title="M", tasks=tuple(tasks)))
    station.update_profile(batch_filter="m")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        rows = table(pilot)
        page = rows.size.height
        for key, cursor in (
            ("pagedown", page),
            ("pageup", 0),
            ("end", 98),
            ("home", 0),
            ("ctrl+d", page),
            ("ctrl+u", 0),
            ("down", 1),
            ("up", 0),
        ):
            await pilot.press(key)
            await pilot.pause()
            assert rows.cursor == cursor, key
            assert 0 <= rows.cursor - rows.scroll_offset.y < page, key


async def test_who_leaves_comes_back_to_the_task_under_the_cursor(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        await pilot.press("j", "j")
        current = table(pilot).current
        assert current is not None
        await pilot.press("q")
    assert station.profile.last_task == current.task.id
