"""The line under the texts: what is saved; and the layer of single keys while it has the focus."""

from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from trainer_tui.ui.actions import bindings
from trainer_tui.ui.text import assemble, plain, shown_line
from trainer_tui.ui.widgets.find_bar import FindBar


class FindLine(FindBar):
    """The find bar with the keys of its context."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("find")


class StatusLine(Widget, can_focus=True):
    """The saved-indicator; with the focus on it, single keys act."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("command", "screen.")
    DEFAULT_CSS = """
    StatusLine {
        height: 1;
        padding: 0 1;
        color: $text-muted;
        &:focus { background: $block-cursor-background; color: $block-cursor-foreground; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._state = self._safe = ("", "")
        self._note = ""

    def unsaved(self) -> None:
        """There is text that is not on disk yet."""
        self._show("● unsaved", "$warning")

    def saved(self, at: datetime) -> None:
        """The store has acknowledged everything."""
        self._safe = (f"✓ saved {at.astimezone():%H:%M:%S}", "$success")
        self._show(*self._safe)

    def unchanged(self) -> None:
        """What is on the screen is what was saved last, or opened."""
        self._show(*self._safe)

    def failed(self, why: str) -> None:
        """The store could not save; the text is only on the screen."""
        self._show(f"✗ not saved: {shown_line(why)}", "bold $error")

    def note(self, words: str) -> None:
        """Say something beside it; nothing takes it away again."""
        if words != self._note:
            self._note = words
            self.refresh()

    def _show(self, words: str, style: str) -> None:
        if (words, style) != self._state:
            self._state = (words, style)
            self.refresh()

    def on_focus(self) -> None:
        """Say that keys act now."""
        self.refresh()

    def on_blur(self) -> None:
        """Keys type again."""
        self.refresh()

    def render(self) -> Content:
        """Write the state, and while focused that keys act."""
        words, style = self._state
        note = f"   {shown_line(self._note)}" if self._note else ""
        if self.has_focus:
            return assemble(("KEYS", "bold"), "  single keys act, i writes on   ", words, note)
        return assemble((words, style), note) if words or note else plain("")
