"""The Shift screen: the task list on the left, the brief of the task under the cursor."""

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Static

from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.progress import State, Verb, allowed, refusal
from trainer_tui.services.tasks import Row
from trainer_tui.ui.actions import Action, bindings
from trainer_tui.ui.listing import ListPage
from trainer_tui.ui.ordering import flow
from trainer_tui.ui.text import plain
from trainer_tui.ui.widgets.brief import Brief
from trainer_tui.ui.widgets.filter_box import FilterBox
from trainer_tui.ui.widgets.task_table import TaskTable
from trainer_tui.ui.words import counted

_VERBS = {"skip": Verb.SKIP, "flag": Verb.FLAG, "withdraw": Verb.WITHDRAW}
_WRITING = {"undo", "correct", "pause", "end", "sync", *_VERBS}
CURSOR_RESTS = 0.04
"""Seconds after which the cursor counts as at rest on a task, and its brief is shown."""


class ShiftScreen(ListPage):
    """Home: what there is to do."""

    CONTEXT = "shift"
    BINDINGS: ClassVar[list[BindingType]] = bindings("shift")

    def __init__(self) -> None:
        super().__init__()
        self._rested: Timer | None = None

    def content(self) -> ComposeResult:
        """The list with its filter, and the brief."""
        yield Static(id="banner", markup=False)
        with Horizontal():
            with Vertical(id="list") as box:
                box.border_title = "Tasks"
                yield TaskTable(id="tasks")
                yield Static(id="empty", markup=False)
            brief = Brief(id="brief")
            brief.border_title = "Brief"
            brief.can_focus = False
            yield brief

    def on_mount(self) -> None:
        """Show the list with the cursor where the trainer left it."""
        self.reload(self.workstation.profile.last_task)
        self.show_brief()
        self.set_focus(self.table)
        self.show_banner()

    # What is shown

    def place(self) -> str:
        """The team and the batch of the task under the cursor."""
        row = self.table.current
        if row is None:
            return self.workstation.profile.team
        batch = self.batch_of(row.task)
        return " · ".join(part for part in (batch.team, batch.title) if part) if batch else ""

    def show_banner(self) -> None:
        """Say what the store met, until the trainer confirms."""
        banner = self.query_one("#banner", Static)
        lines = [f"{t.place}: {t.message}" for t in self.workstation.troubles()]
        lines += [
            f"Your own editor had a text when the program was killed; it is kept in {path}."
            for path in self.trainer_app.left_texts()
        ]
        if self.workstation.read_only:
            lines.insert(0, "Read-only: another window has the shift. Nothing is saved here.")
        elif self.workstation.shifts.current is None:
            lines.insert(0, "The shift has ended. Open a task to start a new one.")
        banner.display = bool(lines)
        banner.update(plain("\n".join(lines[:4])))

    @on(TaskTable.TaskHighlighted)
    def _highlighted(self, message: TaskTable.TaskHighlighted) -> None:
        # Wrapping a long brief takes longer than a step of the cursor may: one step shows it
        # when the cursor is painted, a cursor that runs when it rests.
        if self.query_one(Brief).task_id != message.task_id:
            if self._rested is None:
                self.call_after_refresh(self.show_brief)
            else:
                self._rested.stop()
            self._rested = self.set_timer(CURSOR_RESTS, self._rest)
        self.refresh_bars()

    def _rest(self) -> None:
        self._rested = None
        self.show_brief()

    def show_brief(self) -> None:
        """Show the brief of the task under the cursor, unless it stands there already."""
        row, brief = self.table.current, self.query_one(Brief)
        if row is None:
            brief.show(None, None)
            return
        brief.show(
            row.task,
            self.batch_of(row.task),
            revealed=row.task.id in self.trainer_app.revealed,
            claim=self.trainer_app.exchange.claim_of(row.task.id),
        )

    def follow(self) -> None:
        """Show what a sync has changed."""
        super().follow()
        self._freshen_brief()

    def hub_seen(self) -> None:
        """Show for how long tasks are still this trainer's."""
        super().hub_seen()
        self._freshen_brief()
        self.word_empty()

    def _freshen_brief(self) -> None:
        """Bring the brief up to date, unless the cursor has just left for another task."""
        if self.query_one(Brief).task_id == self.task_id:
            self.show_brief()

    def on_screen_resume(self) -> None:
        """Tell what came while another screen was up."""
        super().on_screen_resume()
        self.trainer_app.exchange.tell()

    # Hints

    def action_name(self, action: Action) -> str:
        """The filter's actions have a prefix here."""
        return f"filter_{action.verb}" if action.context == "filter" else action.verb

    def contexts(self) -> tuple[str, ...]:
        """The filter has its own keys while it is typed in."""
        return ("filter", "shift") if isinstance(self.focused, FilterBox) else ("shift",)

    def hides(self, verb: str) -> bool:
        """With a hub there is something to sync, and no room for both hints."""
        return verb == ("undo" if self.trainer_app.exchange.linked else "sync")

    def why_not(self, verb: str) -> str | None:
        """Say why an action is not possible on the task under the cursor."""
        if self.workstation.read_only and verb in _WRITING:
            return "This window is read-only; close the other one first."
        if verb == "undo":
            return None if self.workstation.tasks.newest() else "There is nothing to undo."
        row = self.table.current
        if row is None:
            return "There is no task under the cursor." if verb in ("open", *_VERBS) else None
        if verb in _VERBS and not allowed(row.state, _VERBS[verb]):
            return refusal(row.state, _VERBS[verb])
        if verb == "open" and row.state is State.UNWORKABLE:
            return refusal(row.state, Verb.WRITE)
        return None

    # The brief

    def action_brief_down(self) -> None:
        """Scroll the brief down."""
        self.query_one(Brief).scroll_relative(y=3, animate=False)

    def action_brief_up(self) -> None:
        """Scroll the brief up."""
        self.query_one(Brief).scroll_relative(y=-3, animate=False)

    # Work

    @on(TaskTable.TaskChosen)
    def _chosen(self, message: TaskTable.TaskChosen) -> None:
        self.action_open()

    def _current(self) -> Row:
        row = self.table.current
        if row is None:
            raise NotAllowed("there is no task under the cursor")
        return row

    def _check(self, verb: str) -> None:
        if reason := self.why_not(verb):
            raise NotAllowed(reason)

    def _require(self, verb: str) -> Row:
        self._check(verb)
        return self._current()

    @flow
    async def action_open(self) -> None:
        """Open the task under the cursor: to write, or to read what was sent."""
        row = self._require("open")
        if row.state in (State.DONE, State.FLAGGED):
            self.trainer_app.open_sent(row.task.id)
        else:
            await self.trainer_app.open_task(row.task.id)

    @flow
    async def action_correct(self) -> None:
        """Write a new revision of the work under the cursor."""
        row = self._require("correct")
        if self.workstation.tasks.history(row.task.id).last is None:
            raise NotAllowed("nothing was sent for this task yet")
        await self.trainer_app.open_task(row.task.id)

    @flow
    async def action_versions(self) -> None:
        """Look through the versions of the draft under the cursor."""
        await self.trainer_app.open_versions(self._current().task.id)

    @flow
    async def action_skip(self) -> None:
        """Ask for a reason and skip."""
        row = self._require("skip")
        await self.trainer_app.skip(row.task)

    @flow
    async def action_flag(self) -> None:
        """Ask for a reason and flag."""
        row = self._require("flag")
        await self.trainer_app.flag(row.task)

    @flow
    async def action_undo(self) -> None:
        """Take back the last action."""
        self._check("undo")
        await self.trainer_app.change(self.workstation.writing.undo)

    @flow
    async def action_withdraw(self) -> None:
        """Ask, and take back what was sent for the task under the cursor."""
        await self.trainer_app.withdraw(self._require("withdraw").task)

    @flow
    async def action_batch(self) -> None:
        """Choose which batch is shown."""
        from trainer_tui.ui.screens.dialogs import Choice, ChoiceDialog

        closed = self.workstation.profile.closed_batches
        choices = [Choice("", "All batches", counted(len(self.workstation.rows()), "task"))]
        choices += [
            Choice(
                b.id,
                b.title,
                counted(len(b.tasks), "task") + (", closed" if b.id in closed else ""),
            )
            for b in self.workstation.batches()
        ]
        chosen = await self.trainer_app.ask(
            ChoiceDialog("Which batch?", choices, self.workstation.profile.batch_filter or "")
        )
        if chosen is not None:
            self.workstation.update_profile(batch_filter=chosen or None)
            self.reload()

    @flow
    async def action_pause(self) -> None:
        """Pause the shift until the trainer resumes it."""
        self._check("pause")
        await self.trainer_app.pause()

    def action_guidelines(self) -> None:
        """Read the guidelines of the batch of the task under the cursor."""
        self.trainer_app.open_guidelines(self._current().task.id)

    def action_report(self) -> None:
        """Read the report of this shift."""
        self.trainer_app.open_report()

    @flow
    async def action_end(self) -> None:
        """Ask, end the shift, show its report."""
        self._check("end")
        await self.trainer_app.end_shift()

    def action_reveal(self) -> None:
        """Show a text that a content warning covers."""
        row = self._current()
        self.trainer_app.revealed.add(row.task.id)
        self.show_brief()

    def action_sync(self) -> None:
        """Exchange with the hub now."""
        self._check("sync")
        self.trainer_app.action_sync()

    def action_hub(self) -> None:
        """See how things stand with the hub."""
        self.trainer_app.action_hub()

    def action_leave(self) -> None:
        """Leave the program; the shift stays open."""
        self.trainer_app.action_quit_safely()

    def action_help(self) -> None:
        """Show what can be done here."""
        self.trainer_app.action_help()

    def on_click(self, event: events.Click) -> None:
        """A click on the banner confirms it."""
        if event.widget is not None and event.widget.id == "banner":
            self.workstation.confirm_troubles()
            self.show_banner()
