"""What is pasted on the Write screen is in the journal with the version that it came with."""

import asyncio
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.ui.conftest import send
from tests.ui.test_write import open_task, settle, wait_for
from trainer_tui.domain.draft import Cause, Paste, PasteSource
from trainer_tui.domain.errors import StoreError
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.external import Edited
from trainer_tui.ui.screens.send import SendScreen
from trainer_tui.ui.screens.write import WriteScreen

OUTSIDE = "The moon pulls the sea towards itself."


def paste(app: TrainerApp, text: str) -> None:
    app.post_message(events.Paste(text))


def saved(station: Workstation, task_id: str) -> list[tuple[Cause, tuple[Paste, ...]]]:
    return [(v.cause, v.draft.pastes) for v in station.writing.versions(task_id)]


def origins(station: Workstation, task_id: str) -> tuple[int, int, int, int, int]:
    found = station.writing.provenance(station.writing.look(task_id))
    return found.typed, found.own, found.task, found.outside, found.editor


async def save(pilot: Pilot[int]) -> None:
    await pilot.press("ctrl+s")
    await settle(pilot)


async def test_a_paste_among_typed_text_is_saved_where_it_is(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        await open_task(pilot, "b.one")
        await pilot.press("tab", *"So ")
        paste(app, OUTSIDE)
        await pilot.press(*" Yes", "home", *"Oh ")
        await save(pilot)
        await pilot.press(*"no ")
        await save(pilot)
    assert saved(station, "b.one") == [
        (Cause.TYPING, (Paste(0, "response", 6, len(OUTSIDE)),)),
        (Cause.TYPING, ()),
    ]
    assert origins(station, "b.one") == (13, 0, 0, len(OUTSIDE), 0)


async def test_a_paste_saves_itself_as_one(app: TrainerApp, station: Workstation) -> None:
    async with app.run_test() as pilot:
        await open_task(pilot, "b.one")
        paste(app, OUTSIDE)
        await pilot.pause(1.2)
        await settle(pilot)
        paste(app, OUTSIDE)
        await pilot.press("ctrl+z")
        await pilot.press("x")
        await pilot.pause(1.2)
        await settle(pilot)
    assert saved(station, "b.one") == [
        (Cause.PASTE, (Paste(0, "prompt", 0, len(OUTSIDE)),)),
        (Cause.TYPING, ()),
    ]


async def test_cut_and_paste_is_typed_and_the_tasks_text_the_tasks(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        screen = await open_task(pilot, "b.one")
        await pilot.press(*"one two")
        await pilot.press("tab")
        task_text = screen.opened_task.instructions
        paste(app, task_text)
        await save(pilot)
        screen.set_focus(screen.turn.prompt)
        screen.turn.prompt.select_all()
        await pilot.press("ctrl+x", *"new ", "tab", "ctrl+v")
        await save(pilot)
    assert origins(station, "b.one") == (11, 0, len(task_text), 0, 0)


async def test_what_was_sent_before_is_own(app: TrainerApp, station: Workstation) -> None:
    send(station, "b.five", ("Ten fruits?", OUTSIDE))
    async with app.run_test() as pilot:
        await open_task(pilot, "b.one")
        paste(app, OUTSIDE)
        await save(pilot)
    assert origins(station, "b.one") == (0, len(OUTSIDE), 0, 0, 0)


async def test_undo_and_redo_over_saves_keep_what_was_pasted(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        await open_task(pilot, "b.one")
        paste(app, OUTSIDE)
        await save(pilot)
        await pilot.press("ctrl+z")
        await save(pilot)
        assert origins(station, "b.one") == (0, 0, 0, 0, 0)
        await pilot.press("ctrl+y", *"Yes")
        await save(pilot)
    assert origins(station, "b.one") == (3, 0, 0, len(OUTSIDE), 0)


async def test_pastes_in_several_turns_are_told_apart(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        await open_task(pilot, "b.three")
        paste(app, "first")
        await pilot.press("ctrl+t")
        await pilot.pause()
        await pilot.press("tab")
        paste(app, "second")
        await save(pilot)
    assert [paste_ for _, pastes in saved(station, "b.three") for paste_ in pastes] == [
        Paste(0, "prompt", 0, 5),
        Paste(1, "response", 0, 6),
    ]


async def test_a_paste_that_could_not_be_saved_is_saved_with_the_next_version(
    app: TrainerApp, station: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("the disk is full", "Free some space.")

    async with app.run_test() as pilot:
        await open_task(pilot, "b.one")
        with monkeypatch.context() as context:
            context.setattr(station.writing, "save", full)
            paste(app, OUTSIDE)
            await save(pilot)
            await pilot.press("home", *"Oh ")
        await save(pilot)
    assert saved(station, "b.one") == [
        (Cause.TYPING, (Paste(0, "prompt", 3, len(OUTSIDE)),)),
    ]


async def test_a_paste_during_a_save_is_saved_with_the_next_version(
    app: TrainerApp, station: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test() as pilot:
        screen = await open_task(pilot, "b.one")
        paste(app, "before ")
        await pilot.pause()
        real = asyncio.to_thread

        async def slowly(*args: object) -> object:
            result = await real(*args)  # type: ignore[arg-type]
            screen.turn.prompt.paste("meanwhile")
            return result

        with monkeypatch.context() as context:
            context.setattr(asyncio, "to_thread", slowly)
            await screen._saver.save()
        await save(pilot)
    assert [pastes for _, pastes in saved(station, "b.one")] == [
        (Paste(0, "prompt", 0, 7),),
        (Paste(0, "prompt", 7, 9),),
    ]


async def test_text_cut_in_one_task_and_pasted_in_another_is_own(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test() as pilot:
        screen = await open_task(pilot, "b.one")
        await pilot.press(*"cut here")
        screen.turn.prompt.select_all()
        await pilot.press("ctrl+x", "escape", "escape")
        await settle(pilot)
        screen = await open_task(pilot, "b.five")
        assert isinstance(screen, WriteScreen)
        await pilot.press("ctrl+v")
        await save(pilot)
    assert saved(station, "b.five")[0][1] == (Paste(0, "prompt", 0, 8, PasteSource.PROGRAM),)
    assert origins(station, "b.five") == (0, 8, 0, 0, 0)


async def test_what_another_editor_wrote_is_known_as_such(
    app: TrainerApp, station: Workstation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def edit(app: object, words: object, text: str, *_: object) -> Edited:
        path = tmp_path / "text.md"
        path.touch()
        return Edited(f"{text} {OUTSIDE}", True, path)

    monkeypatch.setattr("trainer_tui.ui.external.edit", edit)
    monkeypatch.setattr("trainer_tui.ui.external.command", lambda setting: ["vi"])
    async with app.run_test() as pilot:
        await open_task(pilot, "b.one")
        await pilot.press(*"So")
        await pilot.press("ctrl+o")
        await settle(pilot)
    assert saved(station, "b.one")[-1] == (Cause.EDITOR, ())
    assert origins(station, "b.one") == (2, 0, 0, 0, len(OUTSIDE) + 1)


async def test_it_is_kept_with_what_is_sent(app: TrainerApp, station: Workstation) -> None:
    async with app.run_test() as pilot:
        await open_task(pilot, "b.two")
        await pilot.press(*"So ")
        paste(app, OUTSIDE)
        await pilot.press("f8")
        await wait_for(pilot, SendScreen)
        await pilot.press("f8")
        await settle(pilot)
    sent = station.tasks.history("b.two").last
    assert sent is not None and sent.provenance is not None
    assert (sent.provenance.typed, sent.provenance.outside) == (3, len(OUTSIDE))
    assert (sent.provenance.pastes, sent.provenance.largest_outside) == (1, len(OUTSIDE))
