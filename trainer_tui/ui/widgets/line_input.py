"""A line of text typed or pasted by a person."""

from rich.text import Text
from textual import events
from textual.widgets import Input

from trainer_tui.domain.text import clean
from trainer_tui.ui.text import is_text, typed_line


class LineInput(Input):
    """Shows what is hidden in its text, and keeps all lines of a paste, joined by spaces."""

    @property
    def _value(self) -> Text:
        return typed_line(self.value)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Every character is text, also one that shows nothing by itself."""
        return is_text(character)

    async def _on_key(self, event: events.Key) -> None:
        if self.check_consume_key(event.key, event.character):
            event.stop()
            event.prevent_default()
            self.replace(event.character or "", *self.selection)

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        line = " ".join(clean(event.text)[0].splitlines())
        if line:
            self.replace(line, *self.selection)
