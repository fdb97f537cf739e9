"""A page with the task list: what is on it, the cursor, the filter."""

from textual import on
from textual.containers import Vertical
from textual.widgets import Input, Static

from trainer_tui.domain.errors import NotFound
from trainer_tui.domain.task import Batch, Task
from trainer_tui.services.tasks import Row
from trainer_tui.ui.filtering import Filter
from trainer_tui.ui.hub_words import claim_mark
from trainer_tui.ui.page import Page
from trainer_tui.ui.text import plain
from trainer_tui.ui.widgets.filter_box import FilterBox
from trainer_tui.ui.widgets.frame import caption
from trainer_tui.ui.widgets.task_table import TaskTable
from trainer_tui.ui.words import counted


class ListPage(Page[None]):
    """A subclass composes the list: a `TaskTable`, and `#empty` for when nothing is on it."""

    def __init__(self) -> None:
        super().__init__()
        self._all: list[Row] = []
        self._filter = Filter(())

    # What is on it

    @property
    def table(self) -> TaskTable:
        """The list."""
        return self.query_one(TaskTable)

    @property
    def task_id(self) -> str | None:
        """The id of the task under the cursor."""
        row = self.table.current
        return row.task.id if row else None

    def batch_of(self, task: Task) -> Batch | None:
        """Return the batch of a task; None: a sync has just taken it away, list and all."""
        try:
            return self.workstation.tasks.batch_of(task.id)
        except NotFound:
            return None

    def task_ids(self) -> list[str]:
        """Return the ids on the list in their order."""
        return [row.task.id for row in self.table.rows]

    def reload(self, keep: str | None = None) -> None:
        """Read the list again, with the cursor on the task `keep`."""
        if keep is None:
            keep = self.task_id
        self._all = self.workstation.rows(self.workstation.profile.batch_filter)
        self._filter = Filter(self._all)
        self._narrow(self._query, keep)

    def follow(self) -> None:
        """Show what a sync has changed, if anything on this list.

        The cursor stays on its task, and that in its place on the screen.
        """
        rows = self.workstation.rows(self.workstation.profile.batch_filter)
        if rows != self._all:
            self._all = rows
            self._filter = Filter(rows)
            self._narrow(self._query, self.task_id, still=True)

    def hub_seen(self) -> None:
        """Show how long the tasks are still this trainer's, where that is short."""
        left = self.trainer_app.exchange.seen.left
        marks = {task_id: claim_mark(seconds) for task_id, seconds in left.items()}
        self.table.mark({task_id: words for task_id, words in marks.items() if words})

    def show_brief(self) -> None:
        """Show the brief of the task under the cursor; the subclass has it."""

    @property
    def _query(self) -> str:
        boxes = self.query(FilterBox)
        return boxes.first().value if boxes else ""

    def _narrow(self, query: str, keep: str | None, *, still: bool = False) -> None:
        rows = self._filter.narrow(query)
        table, empty = self.table, self.query_one("#empty", Static)
        table.show(rows, keep, still=still)
        table.display, empty.display = bool(rows), not rows
        self.word_empty()
        title = counted(len(self._all), "task")
        caption(
            self.query_one("#list", Vertical),
            plain(f"{len(rows):,} of {title}" if query else title),
        )
        if not rows:
            self.show_brief()
        self.refresh_bars()

    def word_empty(self) -> None:
        """Say in an empty list why it is, and what to do."""
        if not self.table.rows:
            self.query_one("#empty", Static).update(plain(self._empty_words(self._query)))

    def _empty_words(self, query: str) -> str:
        if query:
            return "No task matches. Esc clears the filter."
        if self.workstation.profile.batch_filter:
            return "This batch has no tasks. Press b to choose another."
        if self.trainer_app.exchange.linked:
            return "No tasks yet. Those that become yours come in by themselves; y asks at once."
        link = self.workstation.store.hub().link
        if link is not None and not link.url:
            return "No tasks yet. Leave with q, then run: trainer-tui bundle out FILE"
        return "No tasks yet. Leave with q, then run: trainer-tui import FILE"

    # Moving

    def action_down(self) -> None:
        """One task down."""
        self.table.move(self.table.cursor + 1)

    def action_up(self) -> None:
        """One task up."""
        self.table.move(self.table.cursor - 1)

    def action_first(self) -> None:
        """Go to the first task."""
        self.table.move(0)

    def action_last(self) -> None:
        """Go to the last task."""
        self.table.move(len(self.task_ids()) - 1)

    def action_page_down(self) -> None:
        """One page down."""
        self.table.move(self.table.cursor + self.table.size.height)

    def action_page_up(self) -> None:
        """One page up."""
        self.table.move(self.table.cursor - self.table.size.height)

    def action_next(self) -> None:
        """Go to the next open task."""
        table = self.table
        ids = [row.task.id for row in table.rows]
        current = table.current.task.id if table.current else None
        found = self.workstation.writing.next_after(current, ids)
        if found is None:
            self.trainer_app.say("No other open task on this list.")
        else:
            table.move(ids.index(found))

    # Filter

    def action_filter(self) -> None:
        """Open the filter."""
        boxes = self.query(FilterBox)
        box = boxes.first() if boxes else FilterBox()
        if not boxes:
            self.query_one("#list").mount(box, before=0)
        box.display = True
        self.set_focus(box)
        self._filter.prepare()

    @on(Input.Changed, "#filter")
    def _typed(self, message: Input.Changed) -> None:
        row = self.table.current
        self._narrow(message.value, row.task.id if row else None)

    def action_filter_done(self) -> None:
        """Go to the list and keep the filter."""
        self.query_one(FilterBox).display = bool(self._query)
        self.set_focus(self.table)

    def action_clear(self) -> None:
        """Clear the filter, if there is one."""
        if self._query:
            self.action_filter_clear()

    def action_filter_clear(self) -> None:
        """Clear the filter and go to the list."""
        box = self.query_one(FilterBox)
        box.value = ""
        box.display = False
        self.set_focus(self.table)
