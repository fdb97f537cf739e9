"""A response as its Markdown reads when rendered."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.visual import VisualType

from trainer_tui.ui.actions import bindings
from trainer_tui.ui.reading import ReadingPage
from trainer_tui.ui.text import markdown, plain_line

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.markdown import Markdown

MOST_CHARACTERS = 60_000
"""Rendering more would keep the trainer waiting."""


class Dressed:
    """Rendered Markdown in the colors of the program's theme."""

    def __init__(self, markdown: "Markdown", colors: Mapping[str, str]) -> None:
        from rich.theme import Theme

        def color(name: str) -> str:
            found = colors.get(name, "")
            return found.removeprefix("ansi_") if found.startswith(("#", "ansi_")) else ""

        accent, primary = color("accent"), color("primary")
        self._markdown = markdown
        self._theme = Theme(
            {
                **dict.fromkeys(("markdown.h1", "markdown.h2"), f"bold {accent}"),
                **{f"markdown.h{level}": f"bold {primary}" for level in range(3, 7)},
                "markdown.h7": "italic",
                "markdown.block_quote": "italic",
                "markdown.code": f"bold {color('secondary')}",
                "markdown.item.bullet": f"bold {accent}",
                "markdown.item.number": f"bold {accent}",
                "markdown.hr": color("primary"),
                "markdown.link": f"underline {primary}",
                "markdown.link_url": f"underline {primary}",
                "markdown.table.border": primary,
                "markdown.table.header": f"bold {primary}",
            }
        )

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        with console.use_theme(self._theme):
            yield from console.render(self._markdown, options)


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
        if not self._source.strip():
            return plain_line("Nothing is written here yet.")
        return Dressed(
            markdown(
                self._source[:MOST_CHARACTERS],
                "ansi_dark" if self.app.current_theme.dark else "ansi_light",
            ),
            self.app.theme_variables,
        )

    def action_back(self) -> None:
        """Back to the text."""
        self.dismiss(None)
