"""The guidelines on the screen: what changed is asked about once, the whole is always at hand."""

from collections.abc import Callable

import msgspec
import pytest
from textual.pilot import Pilot

from tests.ui.conftest import HOSTILE, HOSTILE_SHOWN, send
from trainer_tui.domain.submission import Submission
from trainer_tui.domain.task import Guidelines
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui.actions import BY_ID
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.screens.guidelines import GuidelinesScreen
from trainer_tui.ui.screens.shift import ShiftScreen
from trainer_tui.ui.screens.write import WriteScreen

OLD = "# Tone\n\nBe **plain** always.\n\nUse British spelling.\n"
NEW = "# Tone\n\nBe **plain** and kind.\n\nUse British spelling.\n\nNo links.\n"


def publish(station: Workstation, text: str, version: str = "3") -> None:
    """Import the batch again with other guidelines."""
    own = station.tasks.batches["b"]
    station.add_batch(msgspec.structs.replace(own, guidelines=Guidelines(version, text)))


@pytest.fixture
def changed(station: Workstation) -> Workstation:
    """Work on the batch, and guidelines that changed since."""
    publish(station, OLD, "2b")
    send(station, "b.one", ("p", "r"))
    publish(station, NEW)
    return station


async def settle(pilot: Pilot[int]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def shown_text(pilot: Pilot[int]) -> str:
    await pilot.pause()
    await pilot.pause()
    lines = pilot.app.screen._compositor.render_strips(pilot.app.size)
    return "\n".join(strip.text.rstrip() for strip in lines)


async def open_task(pilot: Pilot[int], task_id: str) -> str:
    """Open a task from the list and return what stands on the screen when it has settled."""
    screen = pilot.app.screen
    assert isinstance(screen, ShiftScreen)
    screen.reload(task_id)
    await pilot.pause()
    await pilot.press("enter")
    for _ in range(20):
        await pilot.pause()
        if pilot.app.screen is not screen:
            break
    return await shown_text(pilot)


def versions(station: Workstation) -> list[str]:
    every: list[Submission] = station.tasks.submissions()
    return [one.guidelines_version for one in every]


async def test_a_change_is_shown_before_the_text_and_acknowledged_by_one_key(
    app: TrainerApp, changed: Workstation
) -> None:
    async with app.run_test(size=(110, 36)) as pilot:
        text = await open_task(pilot, "b.five")
        assert isinstance(app.screen, GuidelinesScreen)
        assert "Changed since version 2b" in text and "This is version 3." in text
        assert "+ No links." in text and "± Be **plain** [-always-]and kind." in text
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, WriteScreen) and app.screen.task_id == "b.five"
        assert changed.guidelines.unread("b.five") is None
        await pilot.press("escape", "escape")
        await settle(pilot)
        await open_task(pilot, "b.three")
        assert isinstance(app.screen, WriteScreen)
    send(changed, "b.five", ("p", "r"))
    assert versions(changed) == ["2b", "3"]


async def test_later_blocks_nothing_and_is_asked_again(
    app: TrainerApp, changed: Workstation
) -> None:
    async with app.run_test(size=(110, 36)) as pilot:
        await open_task(pilot, "b.five")
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, WriteScreen)
        await pilot.press("escape", "escape")
        await settle(pilot)
        await open_task(pilot, "b.three")
        assert isinstance(app.screen, GuidelinesScreen)
        await pilot.press("escape")
        await settle(pilot)
    assert changed.guidelines.unread("b.five") is not None
    send(changed, "b.five", ("p", "r"))
    assert versions(changed) == ["2b", "2b"]


async def test_keys_typed_before_it_is_seen_are_no_answer(
    app: TrainerApp, changed: Workstation
) -> None:
    async with app.run_test(size=(110, 36)) as pilot:
        screen = app.screen
        assert isinstance(screen, ShiftScreen)
        screen.reload("b.five")
        await pilot.pause()
        from textual import events

        for _ in range(3):  # all of them before the first has opened anything
            app.post_message(events.Key("enter", "\r"))
        for _ in range(20):
            await pilot.pause()
        assert isinstance(app.screen, GuidelinesScreen)
        await pilot.press("escape")
        await settle(pilot)
    assert changed.guidelines.unread("b.five") is not None


async def test_the_whole_is_rendered_from_the_list_and_from_the_write_screen(
    app: TrainerApp, station: Workstation
) -> None:
    publish(station, OLD)
    async with app.run_test(size=(110, 36)) as pilot:
        await pilot.press(BY_ID["shift.guidelines"].keys)
        text = await shown_text(pilot)
        assert isinstance(app.screen, GuidelinesScreen)
        assert "Be plain always." in text and "**" not in text and "Guidelines, version 3" in text
        await pilot.press("enter")  # nothing is unread, which is said
        assert isinstance(app.screen, GuidelinesScreen)
        await pilot.press("d")
        text = await shown_text(pilot)
        assert "Changed since version 2" in text and " Use British spelling." in text
        await pilot.press("d", "escape")
        await open_task(pilot, "b.five")
        await pilot.press("x", BY_ID["write.guidelines"].keys)
        assert "Be plain always." in await shown_text(pilot)
        assert isinstance(app.screen, GuidelinesScreen)
        await pilot.press("q", "escape", BY_ID["command.guidelines"].keys)
        assert "Be plain always." in await shown_text(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, WriteScreen)
        assert "x" in (app.screen.turn.prompt.text, app.screen.turn.response.text)


async def test_read_in_passing_it_is_acknowledged_too(
    app: TrainerApp, changed: Workstation
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("l")
        assert "Changed since version 2b" in await shown_text(pilot)
        await pilot.press("d")
        assert "Guidelines, version 3" in await shown_text(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, ShiftScreen)
    assert changed.guidelines.unread("b.five") is None


async def test_hostile_guidelines_are_shown_as_they_read(
    app: TrainerApp, changed: Workstation
) -> None:
    publish(changed, HOSTILE, HOSTILE)
    async with app.run_test(size=(120, 36)) as pilot:
        text = await open_task(pilot, "b.five")
        assert isinstance(app.screen, GuidelinesScreen)
        assert HOSTILE_SHOWN in text and "\x1b" not in text and "\u202e" not in text
        await pilot.press("d")
        text = await shown_text(pilot)
        assert "␛]52;c;eA==␇" in text and "\x1b" not in text


async def test_a_disk_that_refuses_leaves_it_unread(
    app: TrainerApp, changed: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trainer_tui.domain.errors import StoreError

    def refuse(**changes: object) -> None:
        raise StoreError("The disk is full.")

    async with app.run_test(size=(110, 36)) as pilot:
        await open_task(pilot, "b.five")
        monkeypatch.setattr(changed.guidelines, "_update", refuse)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, GuidelinesScreen)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, WriteScreen)
    assert changed.guidelines.unread("b.five") is not None


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (40, 12)])
async def test_it_fits_every_size(
    make_app: Callable[..., TrainerApp], changed: Workstation, size: tuple[int, int]
) -> None:
    publish(changed, "\n\n".join(f"## Part {n}\n\n{'word ' * 60}" for n in range(40)))
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await open_task(pilot, "b.five")
        await pilot.press("G")
        assert "word word" in await shown_text(pilot)
        await pilot.press("d", "G")
        assert "word word" in await shown_text(pilot)
