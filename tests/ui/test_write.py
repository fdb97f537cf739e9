"""The Write screen: nothing typed is lost, and what is sent is what was read."""

import asyncio
from collections.abc import Callable

import pytest
from textual import events
from textual.pilot import Pilot

from tests.ui.conftest import FakeClock
from trainer_tui.domain.draft import Cause
from trainer_tui.domain.errors import StoreError
from trainer_tui.domain.message import Pair
from trainer_tui.domain.progress import State
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui import saving
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.screens.send import SendScreen
from trainer_tui.ui.screens.shift import ShiftScreen
from trainer_tui.ui.screens.write import WriteScreen
from trainer_tui.ui.widgets.status import StatusLine

MakeApp = Callable[[], TrainerApp]


async def settle(pilot: Pilot[int]) -> None:
    """Wait for flows and saves, then for the screen."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def wait_for(pilot: Pilot[int], screen: type) -> None:
    for _ in range(200):
        if isinstance(pilot.app.screen, screen) and pilot.app.screen.is_mounted:
            await pilot.pause()
            return
        await pilot.pause(0.02)
    raise AssertionError(f"{pilot.app.screen} is not {screen.__name__}")


def paste(app: TrainerApp, text: str) -> None:
    app.post_message(events.Paste(text))


async def open_task(pilot: Pilot[int], task_id: str) -> WriteScreen:
    await pilot.app.open_task(task_id)  # type: ignore[attr-defined]
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, WriteScreen)
    return screen


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20), (40, 10)])
async def test_a_pair_is_written_read_and_sent(
    app: TrainerApp, station: Workstation, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await pilot.press("enter")
        await wait_for(pilot, WriteScreen)
        paste(app, "What is recursion?")
        await pilot.press("tab")
        paste(app, "See: recursion.\n\nNo, really: a thing\u2028defined by itself 👩‍👩‍👧.")
        await pilot.press("f8")
        await wait_for(pilot, SendScreen)
        assert station.tasks.state("b.one") is State.DRAFT
        await pilot.press("tab")
        paste(app, "Short on purpose.")
        await pilot.press("f8")
        await settle(pilot)
        sent = station.tasks.history("b.one").last
        assert sent is not None
        assert sent.pairs == (
            Pair(
                "What is recursion?",
                "See: recursion.\n\nNo, really: a thing\u2028defined by itself 👩‍👩‍👧.",
            ),
        )
        assert sent.note == "Short on purpose."
        assert isinstance(app.screen, WriteScreen)
        assert app.screen.task_id == "b.two"


async def test_an_incomplete_draft_is_not_sent_and_says_why(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        await open_task(pilot, "b.three")
        paste(app, "Only a prompt")
        await pilot.press("f8")
        await settle(pilot)
        assert isinstance(app.screen, WriteScreen)
        (told,) = app._notifications
        assert "the response of turn 1 is empty" in told.message.lower()
        assert "1 of at least 2 turns" in told.message


async def test_typing_is_saved_by_itself_soon_after_the_last_key(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        screen = await open_task(pilot, "b.one")
        await pilot.press(*"hello")
        assert "unsaved" in str(screen.query_one(StatusLine).render())
        await pilot.pause(1.2)
        await settle(pilot)
        assert "saved" in str(screen.query_one(StatusLine).render())
        assert station.writing.open("b.one").pairs[0].prompt == "hello"


async def test_the_sign_says_saved_only_after_the_store_has_acknowledged(
    app: TrainerApp, station: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test() as pilot:
        screen = await open_task(pilot, "b.one")
        real = station.writing.save

        def full(*_: object) -> None:
            raise StoreError("the disk is full", "Free some space.")

        monkeypatch.setattr(station.writing, "save", full)
        paste(app, "kept on the screen")
        await pilot.press("ctrl+s")
        await settle(pilot)
        line = str(screen.query_one(StatusLine).render())
        assert "not saved: the disk is full" in line
        monkeypatch.setattr(station.writing, "save", real)
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "✓ saved" in str(screen.query_one(StatusLine).render())
        assert station.writing.open("b.one").pairs[0].prompt == "kept on the screen"


async def test_looking_at_a_task_leaves_no_draft(app: TrainerApp, station: Workstation) -> None:
    async with app.run_test() as pilot:
        await open_task(pilot, "b.two")
        await pilot.press("tab")
        await pilot.press("escape")
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, ShiftScreen)
        assert station.tasks.state("b.two") is State.OPEN


async def test_turns_grow_are_walked_and_keep_their_undo(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        screen = await open_task(pilot, "b.three")
        paste(app, "first prompt")
        await pilot.press("ctrl+t")
        await pilot.pause()
        paste(app, "second prompt")
        await pilot.pause()
        assert screen.draft_now().pairs == (Pair("first prompt"), Pair("second prompt"))
        await pilot.press("f4", "tab")
        await pilot.press("ctrl+z")
        assert screen.draft_now().pairs[0] == Pair()
        await pilot.press("ctrl+y")
        assert screen.draft_now().pairs[0] == Pair("first prompt")


async def test_a_turn_that_is_taken_out_stays_in_the_versions(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        screen = await open_task(pilot, "b.three")
        paste(app, "one")
        await pilot.press("ctrl+t")
        await pilot.pause()
        paste(app, "two")
        await pilot.pause()
        await pilot.press("escape", "x")
        await pilot.pause(0.1)
        await pilot.press("y")
        await settle(pilot)
        assert screen.draft_now().pairs == (Pair("one"),)
        texts = [version.draft.pairs for version in station.writing.versions("b.three")]
        assert (Pair("one"), Pair("two")) in texts


async def test_single_keys_stay_on_after_what_they_did(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        screen = await open_task(pilot, "b.three")
        paste(app, "one")
        await pilot.press("ctrl+t")
        await pilot.pause()
        paste(app, "two")
        await pilot.pause()
        await pilot.press("escape", "left_square_bracket")
        assert screen.turns.number == 0
        assert isinstance(screen.focused, StatusLine)
        await pilot.press("x")
        await pilot.pause(0.1)
        await pilot.press("y")
        await settle(pilot)
        assert isinstance(screen.focused, StatusLine)
        await pilot.press("i", "z")
        assert screen.draft_now().pairs == (Pair("two", "z"),)


async def test_before_sending_shows_the_time_that_will_be_recorded(
    app: TrainerApp, station: Workstation, clock: FakeClock
) -> None:
    async with app.run_test() as pilot:
        await open_task(pilot, "b.two")
        paste(app, "An answer")
        clock.work(station, 180)
        await pilot.press("f8")
        await wait_for(pilot, SendScreen)
        assert "3 min active" in str(app.screen.query_one("#figures").render())


async def test_a_failing_disk_is_told_once_and_shown_all_the_time(
    app: TrainerApp, station: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    def full(*_: object) -> None:
        nonlocal tries
        tries += 1
        raise StoreError("the disk is full", "Free some space.")

    monkeypatch.setattr(station.writing, "save", full)
    async with app.run_test() as pilot:
        screen = await open_task(pilot, "b.one")
        paste(app, "kept on the screen")
        while tries < 3:
            await pilot.pause(0.3)
        assert len(app._notifications) == 1
        assert "not saved" in str(screen.query_one(StatusLine).render())
        monkeypatch.undo()


async def test_a_given_prompt_cannot_be_typed_over(app: TrainerApp, station: Workstation) -> None:
    async with app.run_test() as pilot:
        screen = await open_task(pilot, "b.two")
        screen.set_focus(screen.turn.prompt)
        await pilot.press("x")
        paste(app, "y")
        await pilot.pause()
        assert screen.draft_now().pairs[0].prompt == "Write a limerick about a router."


async def test_a_draft_is_opened_again_where_it_was_left(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        await open_task(pilot, "b.one")
        paste(app, "a prompt")
        await pilot.press("tab")
        paste(app, "line one\nline two\nline three")
        await pilot.press("up", "home", "right", "right")
        await pilot.press("escape", "escape")
        await settle(pilot)
        screen = await open_task(pilot, "b.one")
        assert screen.turn.response.has_focus
        assert screen.turn.response.selection.end == (1, 2)


async def test_a_correction_is_a_new_revision(app: TrainerApp, station: Workstation) -> None:
    draft = station.writing.open("b.two")
    station.writing.submit(
        type(draft)(id=draft.id, task_id="b.two", pairs=(Pair(draft.pairs[0].prompt, "First"),))
    )
    async with app.run_test() as pilot:
        screen = await open_task(pilot, "b.two")
        assert screen.turn.response.text == "First"
        screen.set_focus(screen.turn.response)
        await pilot.press("ctrl+e")
        paste(app, ", corrected")
        await pilot.press("f8")
        await wait_for(pilot, SendScreen)
        await pilot.press("f8")
        await settle(pilot)
        sent = station.tasks.history("b.two").last
        assert sent is not None
        assert (sent.revision, sent.pairs[0].response) == (2, "First, corrected")


async def test_find_goes_from_place_to_place(app: TrainerApp, station: Workstation) -> None:
    async with app.run_test() as pilot:
        screen = await open_task(pilot, "b.two")
        paste(app, "one fish two fish red fish")
        await pilot.press("ctrl+f", *"fish")
        await pilot.pause()
        await pilot.press("enter")
        assert screen.turn.response.selected_text == "fish"
        await pilot.press("escape")
        await pilot.pause()
        assert screen.turn.response.has_focus


async def test_a_second_press_of_send_does_not_answer_a_question_nobody_saw(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        await open_task(pilot, "b.two")
        paste(app, "An answer")
        for key in ("f8", "f8"):
            app.post_message(events.Key(key, None))
        await wait_for(pilot, SendScreen)
        assert station.tasks.history("b.two").last is None


async def test_keys_typed_while_the_next_task_opens_land_in_it(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        await open_task(pilot, "b.two")
        paste(app, "An answer")
        await pilot.press("f8")
        await wait_for(pilot, SendScreen)
        app.post_message(events.Key("f8", None))
        for letter in "abc":
            app.post_message(events.Key(letter, letter))
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, WriteScreen)
        assert screen.task_id == "b.three"
        assert screen.draft_now().pairs[0].prompt == "abc"
        assert station.tasks.history("b.two").last is not None


async def test_a_burst_across_tab_goes_where_paced_keys_go(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        screen = await open_task(pilot, "b.one")
        for letter in "prompt":
            app.post_message(events.Key(letter, letter))
        app.post_message(events.Key("tab", "\t"))
        for letter in "response":
            app.post_message(events.Key(letter, letter))
        await pilot.pause()
        assert screen.draft_now().pairs == (Pair("prompt", "response"),)


async def test_a_version_is_restored_and_undo_brings_the_other_back(
    app: TrainerApp, station: Workstation
) -> None:
    draft = station.writing.open("b.two")
    first = type(draft)(id=draft.id, task_id="b.two", pairs=(Pair(draft.pairs[0].prompt, "old"),))
    station.writing.save(first, Cause.EDITOR)
    async with app.run_test() as pilot:
        screen = await open_task(pilot, "b.two")
        screen.turn.response.replace_all("new")
        await pilot.press("f9")
        await pilot.pause(0.2)
        await pilot.press("down", "enter")
        await settle(pilot)
        assert app.screen is screen
        assert screen.turn.response.text == "old"
        screen.set_focus(screen.turn.response)
        await pilot.press("ctrl+z")
        assert screen.turn.response.text == "new"


async def test_everything_is_saved_when_the_system_asks_to_stop(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        await open_task(pilot, "b.one")
        paste(app, "typed just before")
        await pilot.pause()
        app._stop_at_once()
        await asyncio.sleep(0)
    assert station.writing.versions("b.one")[-1].draft.pairs[0].prompt == "typed just before"


async def test_the_counts_follow_while_typing_goes_on(
    app: TrainerApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "AFTER_LAST_KEY", 1000.0)  # counted without a save, too
    monkeypatch.setattr(saving, "AT_LEAST_EVERY", 1000.0)
    async with app.run_test() as pilot:
        screen = await open_task(pilot, "b.one")
        for count in range(1, 40):
            paste(app, f"word{count} ")
            await asyncio.sleep(0.05)
            if str(screen.turns.editor.border_subtitle).startswith(("2", "3", "4", "5")):
                return
        pytest.fail("the counts stood still while typing went on")
