"""The find bar tells what is wanted and shows what was found."""

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static

from trainer_tui.ui.widgets.find_bar import FindBar
from trainer_tui.ui.widgets.finding import Found


class BarApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[object] = []

    def compose(self) -> ComposeResult:
        yield FindBar("[/enter] next")

    def on_find_bar_find_requested(self, event: FindBar.FindRequested) -> None:
        self.told.append(event.query)

    def on_find_bar_find_moved(self, event: FindBar.FindMoved) -> None:
        self.told.append(event.direction)

    def on_find_bar_find_closed(self) -> None:
        self.told.append("closed")


async def test_the_bar() -> None:
    app = BarApp()
    async with app.run_test(size=(60, 4)) as pilot:
        bar = app.query_one(FindBar)
        bar.open("c")
        app.post_message(events.Key("a", "a"))
        await pilot.pause()
        await pilot.press("enter")
        bar.action_previous()
        bar.action_close()
        await pilot.pause()
        assert app.told[-3:] == [1, -1, "closed"]
        assert bar.size.height == 1
        assert bar.query_text in app.told
        bar.show(Found(3, 17))
        await pilot.pause()
        text = "".join(
            strip.text for strip in app.screen._compositor.render_strips() if strip.text.strip()
        )
        assert "3 of 17" in text and "[/enter] next" in text and "Find" in text
        bar.show(Found())
        assert bar.has_class("-nothing")
        bar.show(None)
        assert not bar.has_class("-nothing")
        assert app.query_one("#find-count", Static).render().plain == ""
