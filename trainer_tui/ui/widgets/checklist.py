"""A short list of things to settle, a line each, with a cursor."""

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from trainer_tui.ui.actions import bindings
from trainer_tui.ui.text import segment, shown_line


class Item(NamedTuple):
    """One line."""

    id: str
    glyph: str
    words: str
    detail: str = ""
    """On the right: a figure, a score."""
    state: str = ""
    """`open`, `met`, `waived`, or nothing: the style of the glyph."""


class Checklist(ScrollView, can_focus=True, inherit_bindings=False):
    """Items with a cursor; keys of its own act while it has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("checks", "screen."),
        *(Binding(str(score), f"screen.score({score})", show=False) for score in range(8)),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "checklist--cursor",
        "checklist--open",
        "checklist--met",
        "checklist--waived",
        "checklist--detail",
    }
    DEFAULT_CSS = """
    Checklist {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        & > .checklist--open { color: $error; text-style: bold; }
        & > .checklist--met { color: $success; }
        & > .checklist--waived { color: $warning; }
        & > .checklist--detail { color: $text-muted; }
        & > .checklist--cursor { background: $surface-lighten-2; }
        &:focus > .checklist--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: bold;
        }
    }
    """

    class ItemHighlighted(Message):
        """The cursor came to rest on an item."""

    class ItemChosen(Message):
        """An item was clicked twice."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.items: tuple[Item, ...] = ()
        self.cursor = 0

    @property
    def current(self) -> Item | None:
        """The item under the cursor."""
        return self.items[self.cursor] if self.items else None

    def show(self, items: Iterable[Item]) -> None:
        """Show other items, with the cursor on the one it was on, wherever that is now."""
        before = self.current
        self.items = tuple(items)
        places = [n for n, item in enumerate(self.items) if before and item.id == before.id]
        self.cursor = places[0] if places else min(self.cursor, max(len(self.items) - 1, 0))
        self.virtual_size = Size(self.size.width, len(self.items))
        self._follow()
        self.refresh()

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.virtual_size = Size(self.size.width, len(self.items))
        self._follow()

    def move(self, by: int) -> None:
        """Move the cursor; beyond the ends means the end."""
        self.go_to(self.cursor + by)

    def go_to(self, index: int) -> None:
        """Put the cursor on an item; beyond the ends means the end."""
        self.cursor = min(max(index, 0), max(len(self.items) - 1, 0))
        self._follow()
        self.refresh()
        self.post_message(self.ItemHighlighted())

    def go_to_item(self, id: str) -> None:
        """Put the cursor on the item of a name, if there is one."""
        for index, item in enumerate(self.items):
            if item.id == id:
                self.go_to(index)

    def _follow(self) -> None:
        height = self.scrollable_content_region.height
        top = self.scroll_offset.y
        if height and not top <= self.cursor < top + height:
            to = self.cursor if self.cursor < top else self.cursor - height + 1
            self.scroll_to(y=to, animate=False, immediate=True)

    def on_click(self, event: events.Click) -> None:
        """One click moves the cursor, two choose."""
        index = event.y - self.gutter.top + self.scroll_offset.y
        if 0 <= index < len(self.items):
            self.go_to(index)
            if event.chain == 2:
                self.post_message(self.ItemChosen())

    def render_line(self, y: int) -> Strip:
        """Format one visible line."""
        index, base = y + self.scroll_offset.y, self.rich_style
        width = self.scrollable_content_region.width
        if index >= len(self.items):
            return Strip.blank(width, base)
        item = self.items[index]
        glyph = detail = base
        if item.state:
            glyph = base + self.get_component_rich_style(f"checklist--{item.state}", partial=True)
        detail = base + self.get_component_rich_style("checklist--detail", partial=True)
        if index == self.cursor:
            base = self.get_component_rich_style("checklist--cursor")
            glyph = detail = base
        right = shown_line(item.detail, max(width // 2, 0))
        room = max(width - cell_len(item.glyph) - 1 - (cell_len(right) + 1 if right else 0), 0)
        words = shown_line(item.words, room)
        gap = " " * max(room - cell_len(words), 0)
        parts = [segment(f"{item.glyph} ", glyph), segment(words + gap, base)]
        if right:
            parts.append(segment(f" {right}", detail))
        return Strip(parts).adjust_cell_length(width, base)
