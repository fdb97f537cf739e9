"""What was said before the turn that is being written."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from trainer_tui.domain.message import Message
from trainer_tui.ui.text import Part, assemble


class Conversation(VerticalScroll, can_focus=False):
    """Messages, scrolled to the last one; away when there are none."""

    DEFAULT_CSS = """
    Conversation {
        height: auto;
        padding: 0 2;
        color: $text-muted;
        scrollbar-size-vertical: 1;
        & > Static { height: auto; }
    }
    """

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(markup=False)

    def show(self, messages: Iterable[Message]) -> None:
        """Show other messages."""
        parts: list[Part] = []
        for message in messages:
            parts += [(message.role.value, "bold $accent"), "\n", message.content, "\n\n"]
        self.display = bool(parts)
        self.query_one(Static).update(assemble(*parts[:-1], "\n"))
        self.scroll_end(animate=False)
