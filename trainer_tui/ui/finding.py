"""A page with a text in which something can be looked for."""

from typing import TypeVar

from textual import on

from trainer_tui.ui.page import Page
from trainer_tui.ui.widgets.editor import Editor
from trainer_tui.ui.widgets.find_bar import FindBar
from trainer_tui.ui.widgets.status import FindLine
from trainer_tui.ui.widgets.turn import Turns

Result = TypeVar("Result")


class FindingPage(Page[Result]):
    """A subclass composes `Turns`, in whose texts is looked, and a `FindLine`."""

    @property
    def editor(self) -> Editor:
        """The text that was worked on last."""
        return self.query_one(Turns).editor

    def action_find(self) -> None:
        """Find in the text that was worked on last."""
        bar = self.query_one(FindLine)
        bar.display = True
        bar.open(self.editor.selected_text.partition("\n")[0])
        self.refresh_bars()

    @on(FindBar.FindRequested)
    def _find(self, message: FindBar.FindRequested) -> None:
        found = self.editor.find(message.query)
        self.query_one(FindLine).show(found if message.query else None)

    @on(FindBar.FindMoved)
    def _find_again(self, message: FindBar.FindMoved) -> None:
        forward = message.direction == 1
        found = self.editor.find_next() if forward else self.editor.find_previous()
        self.query_one(FindLine).show(found)

    @on(FindBar.FindClosed)
    def _found(self) -> None:
        self.editor.end_find()
        self.query_one(FindLine).display = False
        self.set_focus(self.editor)
