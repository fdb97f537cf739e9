"""The brief wraps its text for the width it has, once, and lets it be selected and recolored."""

from textual.selection import SELECT_ALL
from textual.strip import Strip

from trainer_tui.domain.task import Batch, Kind, Task
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.widgets.brief import Brief

WORDS = " ".join(f"word{number}" for number in range(400))


def add_task(station: Workstation) -> None:
    task = Task(id="w.1", kind=Kind.WRITE, title="T", instructions=WORDS)
    station.add_batch(Batch(id="w", title="W", tasks=(task,)))
    station.update_profile(batch_filter="w")


def visible(brief: Brief) -> list[Strip]:
    return [brief.render_line(y) for y in range(brief.size.height)]


async def test_no_word_is_cut_at_any_width(app: TrainerApp, station: Workstation) -> None:
    add_task(station)
    async with app.run_test(size=(120, 36)) as pilot:
        brief = app.screen.query_one(Brief)
        for width in (120, 133, 80, 60):
            await pilot.resize_terminal(width, 36)
            await pilot.pause()
            brief.scroll_home(animate=False)
            seen: list[str] = []
            while True:
                lines = visible(brief)
                assert {line.cell_length for line in lines} == {
                    brief.scrollable_content_region.width
                }
                seen += " ".join(line.text for line in lines).split()
                if brief.scroll_offset.y >= brief.max_scroll_y:
                    break
                brief.scroll_relative(y=brief.size.height, animate=False)
                await pilot.pause()
            assert set(WORDS.split()) <= set(seen), width


async def test_it_can_be_selected_and_follows_the_theme(
    app: TrainerApp, station: Workstation
) -> None:
    add_task(station)
    async with app.run_test(size=(120, 36)) as pilot:
        brief = app.screen.query_one(Brief)
        await pilot.pause()
        selected = brief.get_selection(SELECT_ALL)
        assert selected is not None and WORDS in selected[0]
        before = list(visible(brief)[0])
        app.theme = "paper"
        await pilot.pause()
        assert list(visible(brief)[0]) != before
