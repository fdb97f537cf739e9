"""A text area in which places can be marked and gone to, given as code points of the text."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import ClassVar

from rich.style import Style
from textual.document._document import EditResult
from textual.document._edit import Edit
from textual.geometry import clamp

from trainer_tui.domain.text import grapheme_start
from trainer_tui.ui.widgets.marks import Mark, Marks, line_starts
from trainer_tui.ui.widgets.paste_area import Location, PasteArea

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


class MarkedArea(PasteArea):
    """Draws marks, each in the style of `style_names` that it names."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"marked-area--broken", "marked-area--misspelled"}
    DEFAULT_CSS = """
    MarkedArea {
        & .marked-area--broken {
            color: $error;
            text-style: underline;
        }
        & .marked-area--misspelled {
            color: $warning;
            text-style: italic underline;
        }
    }
    """

    def _set_document(self, text: str, language: str | None) -> None:
        self._marks = Marks()
        super()._set_document(text, language)

    def mark(self, marks: Iterable[Mark]) -> None:
        """Mark places of the text; they move with the text around them until marked anew.

        A mark is gone as soon as something in it changes.
        """
        marked = Marks.of(marks, self.document.lines)
        if marked.by_line != self._marks.by_line:
            self._marks = marked
            self._repaint()

    def marked(self, line: int) -> list[Mark]:
        """Return the marks of a line."""
        return self._marks.by_line.get(line, [])

    def edit(self, edit: Edit) -> EditResult:
        """Perform an edit; the marks behind it move along."""
        self._marks.edited(edit.top, edit.bottom, edit.text)
        return super().edit(edit)

    def line_spans(self, line: int) -> list[tuple[int, int, str]]:
        """The marks of a line, and its part of the selection."""
        return [*self.marked(line), *super().line_spans(line)]

    def style_names(self) -> dict[str, Style | None]:
        """The styles of the parent and those of marks."""
        return {
            **super().style_names(),
            "broken": self.get_component_rich_style("marked-area--broken"),
            "misspelled": self.get_component_rich_style("marked-area--misspelled"),
        }

    # Places

    @property
    def cursor_offset(self) -> int:
        """The code points before the cursor."""
        line, column = self.selection.end
        return line_starts(self.document.lines)[line] + column

    @property
    def word_at_cursor(self) -> str:
        """The word that the cursor is in or at, empty if there is none."""
        line, column = self.selection.end
        for found in _WORD.finditer(self.document.get_line(line)):
            if found.start() <= column <= found.end():
                return found[0]
        return ""

    def go_to(self, offset: int) -> None:
        """Put the cursor behind so many code points."""
        self.move_cursor(self.settled(self._location(offset)), center=True)

    def put(self, start: int, end: int, text: str) -> None:
        """Put a text in place of a part, given in code points, as one step that can be undone."""
        self.history.checkpoint()
        self.replace(text, self._location(start), self._location(end))
        self.history.checkpoint()

    def _location(self, offset: int) -> Location:
        starts = line_starts(self.document.lines)
        line = bisect_right(starts, offset) - 1
        return line, offset - starts[line]

    def settled(self, location: Location) -> Location:
        """The nearest place where a cursor may rest."""
        line = clamp(location[0], 0, self.document.line_count - 1)
        text = self.document.get_line(line)
        return line, grapheme_start(text, clamp(location[1], 0, len(text)))
