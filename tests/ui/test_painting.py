"""What is painted row by row is what a paint of everything shows, and it does not wait."""

import asyncio
import random

import pyte
import pytest
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.screen import Screen

from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.painting import EagerScreen, RowCompositor
from trainer_tui.ui.widgets.bars import TitleBar

SIZE = (100, 30)


def shown(screen: Screen[None], regions: set[Region]) -> pyte.Screen:
    """What a terminal shows after a paint of some regions over a screen full of dots."""
    compositor = screen._compositor
    compositor._dirty_regions = set(regions)
    update = compositor.render_partial_update()
    assert isinstance(update, ChopsUpdate)
    terminal = pyte.Screen(*SIZE)
    dots = dict.fromkeys(range(SIZE[0]), terminal.default_char._replace(data="."))
    for row in range(SIZE[1]):
        terminal.buffer[row].update(dots)
    stream = pyte.Stream(terminal)
    stream.feed(update.render_segments(screen.app.console))
    return terminal


@pytest.mark.parametrize("keys", [[], ["enter", "tab", "a", "b", "f2"], ["s"], ["f1"]])
async def test_a_few_rows_are_painted_as_all_of_them_are(
    app: TrainerApp, keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pick = random.Random(7)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        page = next(screen for screen in app.screen_stack[::-1] if isinstance(screen, EagerScreen))
        assert isinstance(page._compositor, RowCompositor)
        for _ in range(60):
            regions = {
                Region(
                    pick.randrange(90), pick.randrange(28), pick.randint(1, 99), pick.randint(1, 4)
                ).intersection(Region(0, 0, *SIZE))
                for _ in range(pick.randint(1, 3))
            }
            ours = shown(page, regions)
            with monkeypatch.context() as patch:
                patch.setattr(RowCompositor, "_render_chops", Compositor._render_chops)
                stock = shown(page, regions)
            assert ours.display == stock.display
            assert ours.buffer == stock.buffer


async def test_a_change_does_not_wait_for_a_beat(app: TrainerApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause(0.1)
        # No beat ever comes.
        app.screen._update_timer.stop()
        app.screen.query_one(TitleBar).show("another place", ())
        await asyncio.sleep(0.1)  # `pilot.pause` would paint
        assert not app.screen._dirty_widgets
