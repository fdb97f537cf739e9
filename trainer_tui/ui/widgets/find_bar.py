"""The line in which to type what to find."""

from dataclasses import dataclass
from typing import Literal

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from trainer_tui.ui.text import plain
from trainer_tui.ui.widgets.finding import Found
from trainer_tui.ui.widgets.line_input import LineInput


class FindBar(Horizontal):
    """An input, the place among the matches, and hints; it tells what is wanted and finds nothing.

    The keys for moving and closing are bound by its screen to the actions `previous`,
    `next` and `close`; enter in the input moves to the next match.
    """

    DEFAULT_CSS = """
    FindBar {
        height: 1;
        width: 1fr;
        background: $panel;
        & > #find-label { width: auto; padding: 0 1; }
        & > #find-query { width: 1fr; height: 1; min-width: 10; border: none; padding: 0; }
        & > #find-count { width: auto; min-width: 10; padding: 0 1; text-align: right; }
        & > #find-hints { width: auto; padding: 0 1; color: $text-muted; }
        &.-nothing > #find-count { color: $text-error; text-style: bold; }
    }
    """

    @dataclass
    class FindRequested(Message):
        """The query changed."""

        query: str

    @dataclass
    class FindMoved(Message):
        """The next (1) or the previous (-1) match is wanted."""

        direction: Literal[1, -1]

    @dataclass
    class FindClosed(Message):
        """The search is over."""

    def __init__(
        self, hints: str = "", *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._hints = hints

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        yield Static(plain("Find"), id="find-label")
        yield LineInput(id="find-query", compact=True, select_on_focus=True)
        yield Static(id="find-count")
        yield Static(plain(self._hints), id="find-hints")

    @property
    def query_text(self) -> str:
        """What is being looked for."""
        return self.query_one("#find-query", Input).value

    def open(self, query: str = "") -> None:
        """Take the focus, with a query to begin with if there is one."""
        field = self.query_one("#find-query", Input)
        if query:
            field.value = query
        # At once, where `focus()` waits its turn behind the letters that follow.
        self.screen.set_focus(field)

    def show(self, found: Found | None) -> None:
        """Show the place among the matches, or nothing while there is no query."""
        self.query_one("#find-count", Static).update(plain("" if found is None else str(found)))
        self.set_class(found is not None and not found.total, "-nothing")

    @on(Input.Changed, "#find-query")
    def _request(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.FindRequested(event.value))

    @on(Input.Submitted, "#find-query")
    def _submit(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_next()

    def action_next(self) -> None:
        """Ask for the next match."""
        self.post_message(self.FindMoved(1))

    def action_previous(self) -> None:
        """Ask for the match before."""
        self.post_message(self.FindMoved(-1))

    def action_close(self) -> None:
        """End the search."""
        self.post_message(self.FindClosed())
