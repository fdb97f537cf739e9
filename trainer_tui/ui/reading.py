"""A page that is read: one text, laid out anew for each width, scrolled by keys."""

from typing import TypeVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.visual import VisualType
from textual.widgets import Static

from trainer_tui.ui.page import Page
from trainer_tui.ui.text import plain_line

Result = TypeVar("Result")


class ReadingPage(Page[Result]):
    """A subclass writes `text(width)`; its context has the scrolling actions."""

    def content(self) -> ComposeResult:
        """The text in a frame that scrolls."""
        with VerticalScroll(id="sheet", can_focus=False) as sheet:
            sheet.border_title = plain_line(self.TITLE_WORDS)
            yield Static(id="text", markup=False)

    @property
    def sheet(self) -> VerticalScroll:
        """What scrolls."""
        return self.query_one("#sheet", VerticalScroll)

    def text(self, width: int) -> VisualType:
        """Return what is read, for a number of cells."""
        raise NotImplementedError

    def show_text(self) -> None:
        """Write the text again: it has changed, or its width has."""
        text = self.query_one("#text", Static)
        if text.size.width:
            text.update(self.text(text.size.width))

    def on_resize(self) -> None:
        """Lay the text out for the new width."""
        self.call_after_refresh(self.show_text)

    def action_down(self) -> None:
        """Scroll down."""
        self.sheet.scroll_relative(y=1, animate=False)

    def action_up(self) -> None:
        """Scroll up."""
        self.sheet.scroll_relative(y=-1, animate=False)

    def action_page_down(self) -> None:
        """Scroll a page down."""
        self.sheet.scroll_page_down(animate=False)

    def action_page_up(self) -> None:
        """Scroll a page up."""
        self.sheet.scroll_page_up(animate=False)

    def action_first(self) -> None:
        """Scroll to the top."""
        self.sheet.scroll_home(animate=False)

    def action_last(self) -> None:
        """Scroll to the end."""
        self.sheet.scroll_end(animate=False)
