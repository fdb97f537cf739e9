"""A response as its Markdown reads when rendered."""

from typing import ClassVar

from textual.visual import VisualType

from trainer_tui.ui.actions import bindings
from trainer_tui.ui.reading import ReadingPage
from trainer_tui.ui.text import plain_line, shown

MOST_CHARACTERS = 60_000
"""Rendering more would keep the trainer waiting."""


class PreviewScreen(ReadingPage[None]):
    """Shows one text rendered; `title` says which."""

    CONTEXT = "preview"
    CSS_PATH = "preview.tcss"
    BINDINGS: ClassVar = bindings("preview")
    TITLE_WORDS = "Preview"

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title, self._source = title, text

    def on_mount(self) -> None:
        """Say what is shown, and whether it is all."""
        self.sheet.border_title = plain_line(self._title)
        if len(self._source) > MOST_CHARACTERS:
            self.sheet.border_subtitle = plain_line(f"the first {MOST_CHARACTERS:,} characters")

    def text(self, width: int) -> VisualType:
        """Render as much as does not keep anyone waiting."""
        from rich.markdown import Markdown

        if not self._source.strip():
            return plain_line("Nothing is written here yet.")
        return Markdown(
            shown(self._source[:MOST_CHARACTERS]),
            hyperlinks=False,
            code_theme="ansi_dark" if self.app.current_theme.dark else "ansi_light",
        )

    def action_back(self) -> None:
        """Back to the text."""
        self.dismiss(None)
