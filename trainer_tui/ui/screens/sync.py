"""How things stand with the hub: what waits, what was refused, what ends soon, and what to do."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.progress import State
from trainer_tui.domain.task import Task
from trainer_tui.services.changes import Change
from trainer_tui.services.standing import ending_soon, waiting_by_kind
from trainer_tui.services.sync_status import Phase, Refused, SetAside
from trainer_tui.ui.actions import bindings
from trainer_tui.ui.exchange import Seen
from trainer_tui.ui.hub_words import (
    CLAIM_IS_SHORT,
    by_kind,
    claim_sentence,
    claim_words,
    last_and_next,
    skewed,
    state,
)
from trainer_tui.ui.ordering import flow
from trainer_tui.ui.page import Page
from trainer_tui.ui.text import Part, assemble, plain, shown_line
from trainer_tui.ui.widgets.checklist import Checklist, Item
from trainer_tui.ui.words import counted

_LABEL = 9
NO_HUB = (
    ("No hub is linked", "bold"),
    "\n",
    "All that you write and send is kept on this machine.\n\n",
    "To work with the hub of your firm, leave with q, then run:\n\n",
    ("    trainer-tui login https://THE-HUB\n\n", "bold"),
    "From then on its tasks come in by themselves, and what you send leaves by itself whenever "
    "there is a line. Nothing waits for the network meanwhile.\n\n",
    "Where there is hardly ever a line, work goes out and in as one file after that, by mail or "
    "USB stick: ",
    ("trainer-tui bundle out", "bold"),
    " and ",
    ("trainer-tui bundle in", "bold"),
    ".\n",
)


class AttentionList(Checklist, inherit_bindings=False):
    """What waits for the trainer, a line each; the keys are those of the page."""

    BINDINGS: ClassVar[list[BindingType]] = []


class Gathered(NamedTuple):
    """What the page shows."""

    seen: Seen
    kinds: Mapping[str, int]
    """What waits, by kind."""
    ending: list[tuple[Task, float]]
    """Tasks with the seconds for which they are still this trainer's."""


class SyncScreen(Page[None]):
    """Reads from the top: where the hub is, how things stand, what waits for the trainer."""

    CONTEXT = "sync"
    CSS_PATH = "sync.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("sync")
    TITLE_WORDS = "The hub"

    def __init__(self) -> None:
        super().__init__()
        self._gathered = Gathered(Seen(), {}, [])
        self._things: dict[str, Refused | SetAside | Task] = {}
        """What the lines of the list stand for, by their ids."""

    def content(self) -> ComposeResult:
        """The state, the list, and what the line under the cursor says."""
        yield Static(id="banner", markup=False)
        with VerticalScroll(id="sheet", can_focus=False) as sheet:
            sheet.border_title = "How things stand"
            yield Static(markup=False)
        attention = AttentionList(id="attention")
        attention.border_title = "Waits for you"
        yield attention
        with VerticalScroll(id="about", can_focus=False) as about:
            about.border_title = "This line"
            yield Static(markup=False)

    def on_mount(self) -> None:
        """Show what was seen last, and look again."""
        self._show(Gathered(self.trainer_app.exchange.seen, {}, []))
        self.hub_seen()
        self.trainer_app.exchange.look_soon()

    def on_screen_resume(self) -> None:
        """Tasks may have been worked on meanwhile."""
        super().on_screen_resume()
        self.hub_seen()

    @property
    def attention(self) -> AttentionList:
        """The list."""
        return self.query_one(AttentionList)

    # What is shown

    def hub_seen(self) -> None:
        """Gather what there is to show, off the screen's thread."""
        if self.trainer_app.exchange.linked:
            self.run_worker(self._gather(), group="gather", exclusive=True, exit_on_error=False)

    async def _gather(self) -> None:
        seen, tasks = self.trainer_app.exchange.seen, self.workstation.tasks

        def gather() -> Gathered:
            kinds = waiting_by_kind(tasks, seen.status.waiting) if seen.status.waiting else {}
            return Gathered(seen, kinds, ending_soon(tasks, seen.left, CLAIM_IS_SHORT))

        self._show(await asyncio.to_thread(gather))

    def _show(self, gathered: Gathered) -> None:
        self._gathered = gathered
        warned = skewed(gathered.seen.status)
        banner = self.query_one("#banner", Static)
        banner.display = bool(warned)
        _put(banner, plain(warned))
        _put(self.query_one("#sheet Static", Static), self._standing())
        self._things = {}
        items = list(self._items())
        if items != list(self.attention.items):
            self.attention.show(items)
        self.set_class(not items, "-calm")
        self.set_focus(self.attention if items else None)
        self._show_line()
        self.refresh_bars()

    def on_resize(self) -> None:
        """Lay the text out for the new width."""
        self.call_after_refresh(lambda: self._show(self._gathered))

    def _fact(self, name: str, *words: Part) -> list[Part]:
        """One line with its name, or several beneath each other."""
        width = self.query_one("#sheet Static").size.width or self.app.size.width - 5
        lines: list[Part] = []
        for line in assemble(*words).wrap(max(width - _LABEL, 20)):
            lines += [(f"{name:<{_LABEL}}", "$foreground-muted"), line, "\n"]
            name = ""
        return lines

    def _standing(self) -> Content:
        status = self._gathered.seen.status
        if status.phase is Phase.NO_HUB:
            if self.workstation.read_only:
                return plain("This window is read-only. The other one is that which syncs.")
            link = self.workstation.store.hub().link
            return assemble(*NO_HUB) if link is None else self._by_bundles(link.name)
        running, now = self.trainer_app.exchange.running, datetime.now(UTC)
        sign, sentence = state(status)
        teams = ", ".join(shown_line(team) for team in status.teams) or "none yet"
        parts = [
            *self._fact("state", (sign, "bold"), f"  {sentence}"),
            *self._fact("times", last_and_next(status, now, running=running)),
        ]
        if trouble := status.trouble:
            parts += self._fact("trouble", (f"{trouble.title}: {trouble.message}", "$warning"))
            parts += self._fact("", trouble.hint) if trouble.hint else []
        waiting = "nothing"
        if status.waiting:
            kinds = by_kind(self._gathered.kinds)
            waiting = f"{status.waiting:,}" + (f": {kinds}" if kinds else "")
        parts += self._fact("waiting", waiting)
        if status.staying:
            words = f"{counted(status.staying, 'record')} on this machine, for their batches came "
            parts += self._fact("staying", f"{words}from no hub; 'trainer-tui export' writes them")
        parts += self._fact("hub", shown_line(status.hub))
        parts += self._fact("you", f"{shown_line(status.member)} · teams: {teams}")
        return assemble(*parts[:-1])

    def _by_bundles(self, name: str) -> Content:
        waiting = counted(self.workstation.figures().waiting, "record")
        return assemble(
            ("By shift bundles", "bold"),
            f"\n{waiting} of {shown_line(name)} waiting to leave.\n\n",
            "Work goes out and tasks come in as files. Leave with q, then run:\n\n",
            ("    trainer-tui bundle out FILE\n", "bold"),
            ("    trainer-tui bundle in ANSWER\n\n", "bold"),
            "The first is for your operator, the second is what they send back.",
        )

    def _items(self) -> Iterator[Item]:
        status = self._gathered.seen.status
        for refused in status.refused:
            name = f"refused {refused.record_id}"
            self._things[name] = refused
            words = f"{refused.what} refused: {refused.title or refused.task_id}"
            yield Item(name, "!", words, refused.reason, "open")
        for aside in status.set_aside:
            name = f"aside {aside.id}"
            self._things[name] = aside
            yield Item(name, "?", f"set aside: {aside.what}", aside.reason, "waived")
        for task, left in self._gathered.ending:
            name = f"claim {task.id}"
            self._things[name] = task
            yield Item(name, "◷", f"claim: {task.title}", claim_words(left), "waived")

    @property
    def current(self) -> Refused | SetAside | Task | None:
        """What the line under the cursor stands for."""
        item = self.attention.current
        return self._things.get(item.id) if item else None

    def _show_line(self) -> None:
        parts: list[Part] = []
        match self.current:
            case Refused() as refused:
                parts = [(refused.title or refused.task_id, "bold"), "\n"]
                about = f"{refused.what} of the task {refused.task_id}, refused: {refused.code}"
                parts += [(about, "$foreground-muted"), "\n", refused.reason, "\n"]
                parts += [refused.way_out]
            case SetAside() as aside:
                parts = [(f"Set aside: {aside.what}", "bold"), "\n", aside.reason, "\n"]
                parts += [f"Its bytes are kept in {aside.place}; a newer version may read them."]
            case Task() as task:
                left = dict((one.id, seconds) for one, seconds in self._gathered.ending)[task.id]
                parts = [(task.title, "bold"), "\n", claim_sentence(left)]
        _put(self.query_one("#about Static", Static), assemble(*parts))

    def on_checklist_item_highlighted(self, message: Checklist.ItemHighlighted) -> None:
        """Write the line under the cursor out."""
        message.stop()
        self._show_line()
        self.refresh_bars()

    # What can be done

    def why_not(self, verb: str) -> str | None:
        """Say why an action is not possible now."""
        if not self.is_mounted:
            return None
        linked, current = self.trainer_app.exchange.linked, self.current
        if verb == "now" and not linked:
            return "No hub is linked."
        if verb in ("again", "keep") and not isinstance(current, Refused):
            return "This line is no refused record." if current else "Nothing was refused."
        if verb == "confirm" and not isinstance(current, SetAside):
            return "This line was not set aside." if current else "Nothing was set aside."
        if verb == "open":
            return self._why_not_open()
        return None

    def hides(self, verb: str) -> bool:
        """What does not go with the line under the cursor takes room from what does."""
        of_lines = {"open": Refused | Task, "again": Refused, "keep": Refused, "confirm": SetAside}
        if verb == "now":
            return not self.trainer_app.exchange.linked
        return verb in of_lines and not isinstance(self.current, of_lines[verb])

    def _why_not_open(self) -> str | None:
        task_id = self._task_id
        if task_id is None:
            return "There is no task on this line."
        if task_id not in self.workstation.tasks:
            return "This task is not on this machine any more."
        return None

    @property
    def _task_id(self) -> str | None:
        match self.current:
            case Refused(task_id=task_id) | Task(id=task_id):
                return task_id
        return None

    def _require(self, verb: str) -> None:
        if reason := self.why_not(verb):
            raise NotAllowed(reason)

    @flow
    async def action_open(self) -> None:
        """Open the task of this line: to write, or to read what was sent."""
        self._require("open")
        task_id, app = self._task_id, self.trainer_app
        assert task_id is not None
        app.reload_list(task_id)
        if self.workstation.tasks.state(task_id) in (State.DONE, State.FLAGGED):
            app.open_sent(task_id)
        else:
            self.dismiss(None)
            await app.open_task(task_id)

    def action_now(self) -> None:
        """Exchange with the hub now."""
        self._require("now")
        self.trainer_app.exchange.ask()
        self.hub_seen()

    @flow
    async def action_again(self) -> None:
        """Let the refused record leave with the next exchange."""
        self._require("again")
        await self._change(self.trainer_app.exchange.syncing.send_again, "record_id")
        self.trainer_app.exchange.after_work()

    @flow
    async def action_keep(self) -> None:
        """Let the refused record be."""
        self._require("keep")
        await self._change(self.trainer_app.exchange.syncing.keep_here, "record_id")

    @flow
    async def action_confirm(self) -> None:
        """Take what was set aside off the list; its bytes stay."""
        self._require("confirm")
        await self._change(self.trainer_app.exchange.syncing.confirm, "id")

    async def _change(self, act: Callable[[str], Change], name: str) -> None:
        change = await asyncio.to_thread(act, getattr(self.current, name))
        self.trainer_app.say(change.message)
        if change.tasks:
            self.trainer_app.follow_list()
        await self.trainer_app.exchange.look()

    # Moving

    def on_checklist_item_chosen(self, message: Checklist.ItemChosen) -> None:
        """A line was clicked twice."""
        message.stop()
        self.action_open()

    def action_down(self) -> None:
        """One line down."""
        self._move(1)

    def action_up(self) -> None:
        """One line up."""
        self._move(-1)

    def action_page_down(self) -> None:
        """One page down."""
        self._move(max(self._height - 1, 1))

    def action_page_up(self) -> None:
        """One page up."""
        self._move(-max(self._height - 1, 1))

    def action_first(self) -> None:
        """Go to the top."""
        self._move(-max(len(self.attention.items), self.query_one("#sheet").virtual_size.height))

    def action_last(self) -> None:
        """Go to the end."""
        self._move(max(len(self.attention.items), self.query_one("#sheet").virtual_size.height))

    @property
    def _height(self) -> int:
        return (self.attention if self.attention.items else self.query_one("#sheet")).size.height

    def _move(self, by: int) -> None:
        """Move the cursor; where there is no list, scroll."""
        if self.attention.items:
            self.attention.move(by)
        else:
            self.query_one("#sheet").scroll_relative(y=by, animate=False)

    def action_sheet_down(self) -> None:
        """Scroll the state down."""
        self.query_one("#sheet").scroll_relative(y=3, animate=False)

    def action_sheet_up(self) -> None:
        """Scroll the state up."""
        self.query_one("#sheet").scroll_relative(y=-3, animate=False)

    def action_back(self) -> None:
        """Back."""
        self.dismiss(None)


def _put(widget: Static, content: Content) -> None:
    """Write into a widget, unless it stands there already."""
    if getattr(widget, "_stands_there", None) != content:
        widget._stands_there = content  # type: ignore[attr-defined]
        widget.update(content)
