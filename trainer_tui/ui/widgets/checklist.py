"""A short list of things to settle, a line each, with a cursor."""

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from trainer_tui.ui.actions import bindings
from trainer_tui.ui.text import segment, shown_line
from trainer_tui.ui.widgets.cursor_list import CursorList


class Item(NamedTuple):
    """One line."""

    id: str
    glyph: str
    words: str
    detail: str = ""
    """On the right: a figure, a score."""
    state: str = ""
    """`open`, `met`, `waived`, or nothing: the style of the glyph."""


class Checklist(CursorList, inherit_bindings=False):
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
        self.fit()
        self.refresh()

    @property
    def length(self) -> int:
        """How many items there are."""
        return len(self.items)

    def cursor_rests(self) -> None:
        """Tell where the cursor is."""
        self.post_message(self.ItemHighlighted())

    def chosen(self) -> None:
        """Tell that an item was clicked twice."""
        self.post_message(self.ItemChosen())

    def move(self, by: int) -> None:
        """Move the cursor; beyond the ends means the end."""
        self.go_to(self.cursor + by)

    def go_to_item(self, id: str) -> None:
        """Put the cursor on the item of a name, if there is one."""
        for index, item in enumerate(self.items):
            if item.id == id:
                self.go_to(index)

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
