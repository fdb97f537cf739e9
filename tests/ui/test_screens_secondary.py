"""The screens around the work: what was sent, versions, report, help, settings and the rest."""

import gc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Static

from tests.ui.conftest import HOSTILE, HOSTILE_SHOWN, FakeClock, send, write
from trainer_tui.domain.draft import Cause
from trainer_tui.domain.errors import ConfigError
from trainer_tui.domain.message import Pair
from trainer_tui.domain.progress import State
from trainer_tui.domain.provenance import Provenance
from trainer_tui.domain.settings import Settings
from trainer_tui.domain.verdicts import Verdict
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui.actions import BY_ID, CONTEXTS, in_context
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.copying import doubt
from trainer_tui.ui.screens.debug import DebugScreen
from trainer_tui.ui.screens.help import HelpScreen
from trainer_tui.ui.screens.pause import PauseScreen
from trainer_tui.ui.screens.preview import MOST_CHARACTERS, PreviewScreen
from trainer_tui.ui.screens.report import ReportScreen, written
from trainer_tui.ui.screens.sent import SentScreen
from trainer_tui.ui.screens.settings import Chooser, SettingsScreen
from trainer_tui.ui.screens.shift import ShiftScreen
from trainer_tui.ui.screens.versions import VersionsScreen
from trainer_tui.ui.screens.write import WriteScreen
from trainer_tui.ui.widgets.bars import HintBar, TitleBar
from trainer_tui.ui.widgets.line_input import LineInput
from trainer_tui.ui.widgets.version_list import VersionList


def key(action: str) -> str:
    return BY_ID[action].keys.partition(",")[0]


async def settle(pilot: Pilot[int]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def shown_text(pilot: Pilot[int]) -> str:
    """What stands on the whole screen."""
    await pilot.pause()
    await pilot.pause()
    size = pilot.app.size
    lines = pilot.app.screen._compositor.render_strips(size)
    return "\n".join(strip.text.rstrip() for strip in lines)


async def at(pilot: Pilot[int], task_id: str, *actions: str) -> str:
    """Go to a task on the list and press the keys of some actions."""
    screen = pilot.app.screen
    assert isinstance(screen, ShiftScreen)
    screen.reload(task_id)
    for action in actions:
        await pilot.pause()
        await pilot.press(key(action))
    return await shown_text(pilot)


# Sent


async def test_sent_work_is_shown_with_state_roles_note_and_facts(
    app: TrainerApp, station: Workstation, clock: FakeClock
) -> None:
    write(station, "b.two", ("Write a limerick about a router.", ""))
    clock.work(station, 300)
    station.writing.save(station.writing.look("b.two"), Cause.LEAVE)
    send(station, "b.two", ("Write a limerick about a router.", HOSTILE), note=HOSTILE)
    async with app.run_test(size=(110, 36)) as pilot:
        text = await at(pilot, "b.two", "shift.open")
        assert isinstance(app.screen, SentScreen)
        for expected in (
            "✓ submitted 3 Jun",
            "revision 1",
            "revision 1 · stays on this machine",
            "system  given",
            "You are a poet.",
            "note to the reviewer",
            "5 min active · guidelines version 2",
        ):
            assert expected in text
        assert text.count(HOSTILE_SHOWN) == 2
        assert "\x1b" not in text
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, ShiftScreen)


def judged_by_hand(station: Workstation, *verdicts: Verdict, **said: Any) -> None:
    """Put a submission into the store as another version of the program may have left it."""
    station.writing.open("b.one")
    draft = msgspec.structs.replace(station.writing.look("b.one"), pairs=(Pair("p", "r"),))
    station.writing.submit(draft)
    sent = station.tasks.history("b.one").last
    assert sent is not None
    about = {"revision": 2, "replaces": sent.id, "verdicts": verdicts, **said}
    later = msgspec.structs.replace(sent, id=f"{sent.id}-2", **about)
    station.tasks.add_record(later)


@pytest.mark.parametrize("size", [(120, 60), (80, 60)])
async def test_sent_work_is_shown_with_all_that_was_said_about_it(
    app: TrainerApp, station: Workstation, size: tuple[int, int]
) -> None:
    short = {"rule": "words", "at_most": 3}
    judged_by_hand(
        station,
        Verdict(rule={"rule": "words", "at_least": 2}, met=True, figure="4"),
        Verdict(rule=short, met=False, figure="4"),
        Verdict(rule=short, met=False, figure="5", waived=f"{HOSTILE}\n✓ met"),
        Verdict(rule={"rule": f"lab:{HOSTILE}"}, met=None),
        self_scores={"clarity": 6, HOSTILE: 2},
        explanation=f"First line.\n{HOSTILE}",
        provenance=Provenance(typed=300, outside=100, largest_outside=100, active_seconds=600),
        guidelines_version=HOSTILE,
    )
    async with app.run_test(size=size) as pilot:
        text = await at(pilot, "b.one", "shift.open")
        # Long lines are wrapped.
        told = " ".join(" ".join(line.strip("│ ") for line in text.splitlines()).split())
        origin = "75 % typed, 25 % pasted from outside (100 characters) · 10 min at the text"
        for expected in (
            "▌rules 1 of 4 met",
            "✓ at least 2 words: 4",
            "✗ at most 3 words: 4",
            f"? {HOSTILE_SHOWN}: not checked",
            f"clarity 6 of 7 · {HOSTILE_SHOWN} 2 of 7",
            f"~ at most 3 words: 5, waived: {HOSTILE_SHOWN}␤✓ met",
            f"▌where the text comes from {origin} First line. {HOSTILE_SHOWN}",
            f"0 s active · guidelines version {HOSTILE_SHOWN}",
        ):
            assert expected in told
        assert "\x1b" not in text


async def test_what_was_not_said_takes_no_room(app: TrainerApp, station: Workstation) -> None:
    judged_by_hand(station, provenance=None)
    async with app.run_test(size=(100, 30)) as pilot:
        text = await at(pilot, "b.one", "shift.open")
        assert "▌assistant" in text
        for heading in ("▌rules", "▌your own scores", "▌where the text"):
            assert heading not in text


async def test_revisions_can_be_walked_and_the_ends_say_so(
    app: TrainerApp, station: Workstation
) -> None:
    send(station, "b.one", ("p", "the first"))
    send(station, "b.one", ("p", "the second"))
    async with app.run_test(size=(100, 30)) as pilot:
        text = await at(pilot, "b.one", "shift.open")
        assert "the second" in text and "2 of 2 revisions" in text
        await pilot.press(key("sent.older"))
        text = await shown_text(pilot)
        assert "the first" in text and "not the newest" in text
        screen = app.screen
        assert isinstance(screen, SentScreen)
        assert screen.why_not("older") and not screen.why_not("newer")


async def test_sent_work_is_taken_back_from_its_screen(
    app: TrainerApp, station: Workstation
) -> None:
    send(station, "b.one", ("p", "r"))
    async with app.run_test(size=(100, 30)) as pilot:
        await at(pilot, "b.one", "shift.open", "sent.withdraw")
        await pilot.press(key("dialog.yes"))
        await settle(pilot)
        assert isinstance(app.screen, ShiftScreen)
    assert station.tasks.state("b.one") is State.DRAFT


async def test_sent_work_is_corrected_from_its_screen(
    app: TrainerApp, station: Workstation
) -> None:
    send(station, "b.one", ("p", "r"))
    async with app.run_test(size=(100, 30)) as pilot:
        await at(pilot, "b.one", "shift.open", "sent.correct")
        await settle(pilot)
        assert isinstance(app.screen, WriteScreen)
        assert not any(isinstance(screen, SentScreen) for screen in app.screen_stack)


async def test_a_flag_is_shown_with_its_reason_and_cannot_be_corrected(
    app: TrainerApp, station: Workstation
) -> None:
    station.writing.flag("b.four", "Other", HOSTILE)
    async with app.run_test(size=(110, 30)) as pilot:
        text = await at(pilot, "b.four", "shift.open")
        assert "⚑ flagged" in text and "Other · stays on this machine" in text
        assert text.count(HOSTILE_SHOWN) >= 2
        await pilot.press(key("sent.correct"))
        await settle(pilot)
        assert isinstance(app.screen, SentScreen)


# Versions


def long_session(station: Workstation, clock: FakeClock) -> None:
    """Twenty versions typed over three minutes, and one that was pasted."""
    draft = station.writing.open("b.one")
    for number in range(20):
        clock.advance(9)
        pair = Pair("p", "word " * (number + 1))
        draft = msgspec.structs.replace(draft, pairs=(pair,))
        station.writing.save(draft, Cause.TYPING)
    draft = msgspec.structs.replace(draft, pairs=(Pair("p", "quite another text"),))
    station.writing.save(draft, Cause.PASTE)


async def test_typing_of_a_minute_is_one_line_until_it_is_opened(
    app: TrainerApp, station: Workstation, clock: FakeClock
) -> None:
    long_session(station, clock)
    async with app.run_test(size=(110, 40)) as pilot:
        text = await at(pilot, "b.one", "shift.versions")
        versions = app.screen.query_one(VersionList)
        assert "paste" in text and "21 versions" in text and "quite another text" in text
        folded = len(versions.lines)
        assert folded < 7
        await pilot.press(key("versions.down"), key("versions.down"), key("versions.expand"))
        assert len(versions.lines) > folded + 3
        await pilot.press(key("versions.expand"))
        assert len(versions.lines) == folded


async def test_differences_are_shown_on_demand_with_signs(
    app: TrainerApp, station: Workstation
) -> None:
    write(station, "b.one", ("p", f"The quick brown fox {HOSTILE}\nstays\nstays too"))
    write(station, "b.one", ("p", f"The quick red fox {HOSTILE}\nstays\nstays too\nis new"))
    station.writing.save(station.writing.look("b.one"), Cause.LEAVE)
    async with app.run_test(size=(140, 30)) as pilot:
        await at(pilot, "b.one", "shift.versions")
        await pilot.press(key("versions.last"), key("versions.expand"), key("versions.last"))
        await pilot.press(key("versions.diff"))
        text = await shown_text(pilot)
        assert "± The quick [-brown-]red fox" in text
        assert "+ is new" in text
        assert HOSTILE_SHOWN in text
        await pilot.press(key("versions.diff"))
        assert "The quick brown fox" in await shown_text(pilot)


async def test_a_version_chosen_from_the_list_becomes_the_draft(
    app: TrainerApp, station: Workstation
) -> None:
    write(station, "b.one", ("p", "the old text"))
    station.writing.save(station.writing.look("b.one"), Cause.LEAVE)
    write(station, "b.one", ("p", "the new text"))
    async with app.run_test(size=(100, 30)) as pilot:
        await at(pilot, "b.one", "shift.versions", "versions.last", "versions.restore")
        await settle(pilot)
        assert isinstance(app.screen, ShiftScreen)
    assert station.writing.look("b.one").pairs[0].response == "the old text"
    assert station.writing.versions("b.one")[-1].cause is Cause.RESTORE


async def test_a_version_cannot_be_restored_where_nothing_can_be_written(
    app: TrainerApp, station: Workstation
) -> None:
    write(station, "b.one", ("p", "r"))
    station.writing.flag("b.one", "Other")
    async with app.run_test(size=(100, 30)) as pilot:
        await at(pilot, "b.one", "shift.versions", "versions.restore")
        assert isinstance(app.screen, VersionsScreen)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, ShiftScreen)


# Report


def worked_shift(station: Workstation, clock: FakeClock) -> None:
    station.writing.open("b.one")
    clock.work(station, 900)
    send(station, "b.one", ("p", "one two three"))
    send(station, "b.one", ("p", "one two three four"), note="Better.")
    station.writing.skip("b.three", "Other", HOSTILE)
    station.writing.flag("b.four", "Other")
    send(station, "b.five", ("p", "apple pear"))
    station.writing.withdraw("b.five")


def test_the_report_has_the_figures_of_the_shift(station: Workstation, clock: FakeClock) -> None:
    worked_shift(station, clock)
    parts = written(station.report(), 100)
    text = "".join(part if isinstance(part, str) else part[0] for part in parts)
    figures = dict(
        line.strip().rsplit(None, 1) for line in text.partition("Figures")[2].splitlines()[1:8]
    )
    assert figures == {
        "tasks submitted": "1",
        "an active hour": "4.0",
        "of them corrected": "1",
        "skipped": "1",
        "flagged": "1",
        "taken back": "1",
        "words of responses": "7",
    }
    assert "active 15 min" in text
    assert f"Other: {HOSTILE_SHOWN}" in text
    assert "↩ taken back" in text and "✓ corrected" in text


def test_a_pace_is_not_named_in_the_first_ten_minutes(station: Workstation) -> None:
    parts = written(station.report(), 60)
    text = "".join(part if isinstance(part, str) else part[0] for part in parts)
    assert "after ten active minutes" in text
    assert "Nothing was sent in this shift yet." in text


async def test_the_report_opens_is_copied_and_closes(
    app: TrainerApp, station: Workstation, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_shift(station, clock)
    monkeypatch.setenv("TMUX", "somewhere")
    async with app.run_test(size=(80, 24)) as pilot:
        text = await at(pilot, "b.one", "shift.report")
        assert isinstance(app.screen, ReportScreen)
        assert "█" in text and "active 15 min" in text
        await pilot.press(key("report.copy"))
        await settle(pilot)
        assert "tasks submitted" in app.clipboard
        copies = list(Path(station.home).glob("report-*.txt"))
        assert [path.read_text() for path in copies] == [app.clipboard]
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, ShiftScreen)


def test_a_file_is_written_only_where_the_terminal_may_drop_a_copy() -> None:
    assert doubt({"TERM": "xterm-256color"}) is None
    assert doubt({"TERM": "tmux-256color", "TMUX": "x"}) == "tmux"
    assert doubt({"TERM": "linux"}) is not None


# Help, debug, preview, pause


async def test_help_lists_the_keys_as_they_are_now(
    make_app: Callable[..., TrainerApp],
) -> None:
    app = make_app(Settings(keys={"shift.skip": "z"}))
    async with app.run_test(size=(110, 60)) as pilot:
        await pilot.press(key("app.help"))
        text = await shown_text(pilot)
        assert isinstance(app.screen, HelpScreen)
        assert f"z  {BY_ID['shift.skip'].description}" in text
        for action in in_context("shift"):
            assert action.description in text
        assert "How saving works" in text
        await pilot.press(key("app.help"))
        await pilot.pause()
        assert isinstance(app.screen, ShiftScreen)


async def test_debug_shows_facts_and_no_text(app: TrainerApp, station: Workstation) -> None:
    write(station, "b.one", ("a secret prompt", "a secret response"))
    async with app.run_test(size=(110, 60)) as pilot:
        await pilot.press(key("app.debug"))
        text = await shown_text(pilot)
        assert isinstance(app.screen, DebugScreen)
        for expected in ("Python", "textual", "tinydb", station.home, "draft", "Troubles met"):
            assert expected in text
        assert "secret" not in text and "Explain recursion" not in text
        await pilot.press(key("debug.copy"))
        await settle(pilot)
        assert "Troubles met" in app.clipboard
        await pilot.press(key("app.debug"))
        await pilot.pause()
        assert isinstance(app.screen, ShiftScreen)


async def test_a_preview_renders_and_obeys_nothing(app: TrainerApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        source = f"# Title\n\nSome **bold** text\n\n{HOSTILE}\n"
        await app.push_screen(PreviewScreen(HOSTILE, source))
        text = await shown_text(pilot)
        assert "Some bold text" in text and "**" not in text
        assert text.count(HOSTILE_SHOWN) == 2
        await pilot.press("escape")
        await pilot.pause()
        await app.push_screen(PreviewScreen("Response", "word\n" * MOST_CHARACTERS))
        assert "the first 60,000 characters" in await shown_text(pilot)


async def test_a_pause_covers_the_screen_until_it_is_resumed(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        text = await at(pilot, "b.one", "shift.pause")
        await pilot.pause()
        assert isinstance(app.screen, PauseScreen)
        assert station.shifts.paused
        text = await shown_text(pilot)
        assert "Paused since" in text and "Explain recursion" not in text
        await pilot.press(key("pause.resume"))
        await settle(pilot)
        assert isinstance(app.screen, ShiftScreen)
    assert not station.shifts.paused


# Settings


async def test_arrows_go_from_setting_to_setting_in_a_small_terminal_too(app: TrainerApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("ctrl+g", "down", "down")
        await pilot.pause()
        assert app.focused is not None
        assert app.focused.id == "density"


async def test_a_change_of_theme_is_seen_and_saved_at_once(
    app: TrainerApp, saved_settings: list[Settings]
) -> None:
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press(key("app.settings"))
        assert isinstance(app.screen, SettingsScreen)
        await pilot.press("down", key("settings.more"))
        assert app.theme == "paper"
        assert saved_settings[-1].theme == "paper"
        await pilot.press("left")
        assert saved_settings[-1].theme == "dusk"
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, ShiftScreen)


async def test_what_is_typed_is_saved_on_going_on_and_errors_stand_beside(
    app: TrainerApp, saved_settings: list[Settings]
) -> None:
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press(key("app.settings"))
        field = app.screen.query_one("#idle_minutes", LineInput)
        field.focus()
        field.value = "0"
        await pilot.press("enter")
        assert "✗ not saved" in await shown_text(pilot)
        field.value = "soon"
        await pilot.press("down")
        assert "'soon' is not a number" in await shown_text(pilot)
        assert not saved_settings
        field.focus()
        field.value = "3.5"
        await pilot.press("down")
        assert saved_settings[-1].idle_minutes == 3.5
        assert "✗" not in await shown_text(pilot)


async def test_a_file_that_cannot_be_written_is_told_and_nothing_changes(
    app: TrainerApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(settings: Settings) -> None:
        raise ConfigError(f"it cannot be saved {HOSTILE}")

    monkeypatch.setattr(app, "_save_settings", refuse)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(key("app.settings"), "down", key("settings.more"))
        assert f"✗ not saved: it cannot be saved {HOSTILE_SHOWN}" in await shown_text(pilot)
        assert app.screen.query_one("#theme", Chooser).value == "dusk"
        assert app.settings.theme == "dusk"


# All of them


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (40, 10), (120, 36)])
async def test_no_screen_minds_the_size(
    app: TrainerApp, station: Workstation, clock: FakeClock, size: tuple[int, int]
) -> None:
    worked_shift(station, clock)
    long_session(station, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        for screen in (
            SentScreen("b.one"),
            SentScreen("b.four"),
            VersionsScreen("b.one", station.writing.versions("b.one")),
            ReportScreen(station.report()),
            HelpScreen(tuple(CONTEXTS)),
            SettingsScreen(),
            DebugScreen(),
            PreviewScreen("Response", "# A\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"),
        ):
            await app.push_screen(screen)
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert app.screen is screen
            assert screen.query_one(TitleBar).region.y == 0
            assert screen.query_one(HintBar).region.bottom == size[1]
            assert all(w.region.right <= size[0] for w in screen.query(Static) if w.display)
            app.pop_screen()


async def test_closed_screens_do_not_stay_in_memory_with_what_they_painted(
    app: TrainerApp, station: Workstation
) -> None:
    send(station, "b.one", ("p", "r"))
    async with app.run_test(size=(100, 30)) as pilot:
        await at(pilot, "b.one")
        painted = []
        for _ in range(4):
            await pilot.press(key("shift.open"))
            await settle(pilot)
            assert isinstance(app.screen, SentScreen)
            painted += [weakref.ref(w._styles_cache) for w in app.screen.walk_children(Widget)]
            await pilot.press(key("sent.back"))
            await settle(pilot)
        gc.collect()
        held = sum(cache() is not None for cache in painted)
        # The last one may still be held by what went on.
        assert held <= len(painted) / 4
