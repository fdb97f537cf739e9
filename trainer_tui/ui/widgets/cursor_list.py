"""A list of lines with a cursor, formatted as they come into sight."""

from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView


class CursorList(ScrollView, can_focus=True, inherit_bindings=False):
    """A subclass tells how many lines there are, and what to do when the cursor rests."""

    DEFAULT_CSS = """
    CursorList { overflow-x: hidden; scrollbar-size-vertical: 1; }
    """
    cursor = 0
    """The line that the cursor is on, counted from 0."""

    @property
    def length(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def cursor_rests(self) -> None:
        """The cursor has come to rest on a line."""

    def chosen(self) -> None:
        """The line under the cursor was clicked twice."""

    def go_to(self, index: int) -> None:
        """Put the cursor on a line; beyond the ends means the end."""
        self.cursor = min(max(index, 0), max(self.length - 1, 0))
        self._follow()
        self.refresh()
        self.cursor_rests()

    def fit(self) -> None:
        """Take another number of lines, or another height."""
        self.virtual_size = Size(self.size.width, self.length)
        self._follow()

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.fit()

    def _follow(self) -> None:
        height = self.scrollable_content_region.height
        top = self.scroll_offset.y
        if height and not top <= self.cursor < top + height:
            to = self.cursor if self.cursor < top else self.cursor - height + 1
            self.scroll_to(y=to, animate=False, immediate=True)

    def on_click(self, event: events.Click) -> None:
        """One click moves the cursor, two choose."""
        offset = event.get_content_offset(self)
        index = offset.y + self.scroll_offset.y if offset is not None else self.length
        if index < self.length:
            self.go_to(index)
            if event.chain == 2:
                self.chosen()
