"""The task list: only the visible rows are formatted, so a hundred thousand stay instant."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from trainer_tui.domain.progress import State
from trainer_tui.services.tasks import Row
from trainer_tui.ui.text import segment, shown_line

GLYPHS = {
    State.DRAFT: "✎ draft",
    State.OPEN: "○ open",
    State.UNWORKABLE: "· later",
    State.FLAGGED: "⚑ flagged",
    State.SKIPPED: "↷ skipped",
    State.DONE: "✓ done",
}
_STATE_WIDTH = 10
_KIND_WIDTH = 9
_TIME_WIDTH = 5
_CLAIM_WIDTH = 10
MOST_STRIPS = 1_000
"""Rows that are kept as they were painted."""


class TaskTable(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of the task list with a cursor.

    Without the keys of a scroll view: those would move the rows and leave the cursor, and
    what acts on its task would act on one that is out of sight.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "task-table--cursor",
        "task-table--draft",
        "task-table--settled",
        "task-table--flagged",
        "task-table--dim",
        "task-table--claim",
    }
    DEFAULT_CSS = """
    TaskTable {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        & > .task-table--cursor { background: $surface-lighten-2; }
        &:focus > .task-table--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: bold;
        }
        & > .task-table--draft { color: $warning; }
        & > .task-table--settled { color: $foreground-muted; }
        & > .task-table--claim { color: $warning; }
        & > .task-table--flagged { color: $error; }
        & > .task-table--dim { color: $foreground-muted; }
    }
    """

    cursor: reactive[int] = reactive(0, repaint=False)

    class TaskHighlighted(Message):
        """The cursor came to rest on a task."""

        def __init__(self, task_id: str | None) -> None:
            self.task_id = task_id
            super().__init__()

    class TaskChosen(Message):
        """A task was clicked twice."""

        def __init__(self, task_id: str) -> None:
            self.task_id = task_id
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: Sequence[Row] = ()
        self._styles: dict[str, Style] = {}
        self._strips: dict[tuple[int, int], Strip] = {}
        """Rows as they look without the cursor, by their number and width."""
        self._marks: Mapping[str, str] = {}
        """What is said of the claims that end soon, by task."""

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    def mark(self, marks: Mapping[str, str]) -> None:
        """Say of some tasks for how long they are still this trainer's."""
        if marks != self._marks:
            self._marks = marks
            self._strips = {}
            self.refresh()

    def show(self, rows: Sequence[Row], keep: str | None = None, *, still: bool = False) -> None:
        """Show other rows, with the cursor on the task `keep` if it is among them.

        With `still` that row stays where it is on the screen, whatever comes above it.
        """
        above = self.cursor - self.scroll_offset.y
        self.rows = rows
        self._strips = {}
        place = next((i for i, row in enumerate(rows) if row.task.id == keep), None)
        if place is None:
            place = min(self.cursor, max(len(rows) - 1, 0))
        # The place on the screen stays as it is: no layout, only another scroll range.
        self.set_reactive(TaskTable.virtual_size, Size(0, len(rows)))
        self._scroll_update(self.virtual_size)
        self.set_reactive(TaskTable.cursor, place)
        if still:
            self.scroll_to(y=max(place - above, 0), animate=False, immediate=True, force=True)
        self._follow()
        self.refresh()
        self.post_message(self.TaskHighlighted(self.current.task.id if self.current else None))

    def move(self, to: int) -> None:
        """Put the cursor on a row; beyond the ends means the end."""
        if self.rows:
            self.cursor = min(max(to, 0), len(self.rows) - 1)

    def watch_cursor(self, old: int, new: int) -> None:
        """Repaint the two rows that a move touches."""
        for index in (old, new):
            self._refresh_row(index)
        self._follow()
        if self.current is not None:
            self.post_message(self.TaskHighlighted(self.current.task.id))

    def _refresh_row(self, index: int) -> None:
        self.refresh(Region(0, index - self.scroll_offset.y, self.size.width, 1))

    def _follow(self) -> None:
        height = self.scrollable_content_region.height
        top = self.scroll_offset.y
        if height and not top <= self.cursor < top + height:
            to = self.cursor if self.cursor < top else self.cursor - height + 1
            self.scroll_to(y=to, animate=False, immediate=True)

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._follow()

    def on_click(self, event: events.Click) -> None:
        """One click moves the cursor, two open the task."""
        index = event.y + self.scroll_offset.y
        if index < len(self.rows):
            self.move(index)
            if event.chain == 2:
                self.post_message(self.TaskChosen(self.rows[index].task.id))

    def render_line(self, y: int) -> Strip:
        """Format one visible row."""
        width = self.size.width
        index = y + self.scroll_offset.y
        styles = self._styles or self._look_up_styles()
        base = styles[""]
        if index >= len(self.rows):
            return Strip.blank(width, base)
        if index == self.cursor:
            cursor = styles["cursor"]
            segments = self._segments(self.rows[index], width, cursor, cursor, cursor, cursor)
            return Strip(segments).crop(0, width)
        strip = self._strips.get((index, width))
        if strip is None:
            if len(self._strips) >= MOST_STRIPS:
                self._strips.clear()
            strip = self._strip(self.rows[index], width, styles)
            self._strips[index, width] = strip
        return strip

    def _strip(self, row: Row, width: int, styles: Mapping[str, Style]) -> Strip:
        name = {
            State.DRAFT: "draft",
            State.FLAGGED: "flagged",
            State.OPEN: None,
        }.get(row.state, "settled")
        state, base = styles[name or ""], styles[""]
        title = state if name == "settled" else base
        dim, claim = styles["dim"], styles["claim"]
        return Strip(self._segments(row, width, state, dim, title, claim)).crop(0, width)

    def _look_up_styles(self) -> dict[str, Style]:
        """Ask the style sheet once, not for each row."""
        names = ("cursor", "draft", "settled", "flagged", "dim", "claim")
        self._styles = {
            name: self.get_component_rich_style(f"task-table--{name}") for name in names
        }
        self._styles[""] = self.rich_style
        return self._styles

    def notify_style_update(self) -> None:
        """The style sheet or the focus has changed."""
        self._styles = {}
        self._strips = {}
        super().notify_style_update()

    def _segments(
        self, row: Row, width: int, state: Style, dim: Style, title_style: Style, claim: Style
    ) -> list[Segment]:
        task = row.task
        minutes = f"{task.estimate_minutes:g}m" if task.estimate_minutes else ""
        kind = task.kind.value if width >= 48 else ""
        kind_width = _KIND_WIDTH if kind else 0
        warned = "⚠ " if task.warnings else ""
        claim_width = _CLAIM_WIDTH if self._marks else 0
        mark = self._marks.get(task.id, "") if row.state in (State.OPEN, State.DRAFT) else ""
        room = max(width - _STATE_WIDTH - kind_width - claim_width - _TIME_WIDTH - 3, 4)
        title = shown_line(warned + task.title, room)
        return [
            segment(" " + GLYPHS[row.state].ljust(_STATE_WIDTH), state),
            segment(kind.ljust(kind_width), dim),
            segment(set_cell_size(title, room) if cell_len(title) < room else title, title_style),
            segment(mark.rjust(claim_width), claim),
            segment(minutes.rjust(_TIME_WIDTH) + "  ", dim),
        ]
