"""The Write screen: the brief, the conversation so far, the prompt box, the response editor."""

import asyncio
from typing import ClassVar

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from trainer_tui.domain.draft import Cause, Draft, Focus, with_turn
from trainer_tui.domain.errors import NotAllowed, TrainerError
from trainer_tui.domain.message import Pair, as_messages
from trainer_tui.domain.submission import opening
from trainer_tui.services.writing import Saved
from trainer_tui.ui.actions import bindings
from trainer_tui.ui.autosave import Autosave
from trainer_tui.ui.ordering import flow
from trainer_tui.ui.page import Page
from trainer_tui.ui.text import shown
from trainer_tui.ui.widgets.brief import Brief
from trainer_tui.ui.widgets.editor import Editor, ViewState
from trainer_tui.ui.widgets.find_bar import FindBar
from trainer_tui.ui.widgets.status import FindLine, StatusLine
from trainer_tui.ui.widgets.turn import TurnEditors
from trainer_tui.ui.words import counted


class WriteScreen(Page[None]):
    """Writes one task, a turn at a time; every change is saved by itself."""

    CONTEXT = "write"
    CSS_PATH = "write.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("write")

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.task_id = draft.task_id
        self._draft = draft
        """As it was opened or saved last."""
        self._turn = min(draft.focus.turn, len(draft.pairs) - 1)
        self._note = draft.note
        self._cause = Cause.TYPING
        self._saving = asyncio.Lock()

    def content(self) -> ComposeResult:
        """The brief beside, or above, the texts."""
        with Horizontal(id="desk"):
            brief = Brief(id="brief", with_prompts=False)
            brief.border_title = "Brief"
            brief.can_focus = False
            yield brief
            with Vertical(id="work"):
                with VerticalScroll(id="before", can_focus=False):
                    yield Static(id="conversation", markup=False)
                with Vertical(id="turns"):
                    for number, pair in enumerate(self._draft.pairs):
                        yield self._editors(number, pair)
        yield FindLine("enter next · esc close", id="find")
        yield StatusLine(id="status")

    def _editors(self, number: int, pair: Pair) -> TurnEditors:
        task = self.workstation.tasks.task(self.task_id)
        return TurnEditors(
            pair,
            number=number + 1,
            given=number < len(task.prompts),
            several=task.turn_limits.at_most > 1,
        )

    def on_mount(self) -> None:
        """Put the cursor where the trainer left it."""
        self._autosave = Autosave(self._save_soon)
        # Beside the text it stays as the trainer likes it; above the text it takes room.
        wide = self.app.size.width >= 100
        self._folded = self.workstation.profile.folded if wide else True
        self._show_brief()
        self._show_turn(self._turn, self._draft.focus)

    # What is shown

    @property
    def turns(self) -> list[TurnEditors]:
        """The editors of all turns, in order."""
        return list(self.query(TurnEditors))

    @property
    def turn(self) -> TurnEditors:
        """The editors of the turn that is shown."""
        return self.turns[self._turn]

    @property
    def editor(self) -> Editor:
        """The text that was worked on last."""
        turn = self.turn
        return turn.prompt if self._part == "prompt" else turn.response

    def place(self) -> str:
        """The task's title."""
        task = self.workstation.tasks.task(self.task_id)
        if task.turn_limits.at_most == 1:
            return task.title
        return f"turn {self._turn + 1} of {len(self.turns)} · {task.title}"

    def contexts(self) -> tuple[str, ...]:
        """Single keys act while no text has the focus."""
        if isinstance(self.focused, StatusLine):
            return ("command", "write")
        if isinstance(self.focused, Editor):
            return ("write",)
        return ("find", "write")

    def why_not(self, verb: str) -> str | None:
        """Say why an action is not possible now."""
        limits = self.workstation.tasks.task(self.task_id).turn_limits
        turns = len(self.turns)
        match verb:
            case "add_turn" if turns >= limits.at_most:
                return f"This task asks for at most {counted(limits.at_most, 'turn')}."
            case "remove_turn" if turns == 1:
                return "There is only one turn."
            case "previous_turn" if self._turn == 0:
                return "This is the first turn."
            case "next_turn" if self._turn == turns - 1:
                return "This is the last turn."
        return None

    def _require(self, verb: str) -> None:
        if reason := self.why_not(verb):
            raise NotAllowed(reason)

    def _show_turn(self, number: int, focus: Focus | None = None) -> None:
        self._turn = number
        for index, turn in enumerate(self.turns):
            turn.display = index == number
        self._show_conversation()
        turn = self.turn
        if focus is None or not (focus.part == "prompt" or focus.row or focus.column):
            self._part = "response" if turn.prompt.text.strip() else "prompt"
            view = None
        else:
            self._part, view = (
                focus.part,
                ViewState((focus.row, focus.column), (focus.row, focus.column), focus.scroll),
            )
        if view is not None:
            self.editor.restore_view(view)
        self.set_focus(self.editor)
        self.refresh_bars()

    def _show_conversation(self) -> None:
        task = self.workstation.tasks.task(self.task_id)
        before = opening(task) + as_messages(self.draft_now().pairs[: self._turn])
        parts: list[str | tuple[str, str]] = []
        for message in before:
            parts += [(message.role.value, "bold $accent"), "\n", shown(message.content), "\n\n"]
        box = self.query_one("#before", VerticalScroll)
        box.display = bool(before)
        self.query_one("#conversation", Static).update(Content.assemble(*parts[:-1], "\n"))
        box.scroll_end(animate=False)

    def _show_brief(self) -> None:
        task = self.workstation.tasks.task(self.task_id)
        brief = self.query_one("#brief", Brief)
        brief.show(
            task,
            self.workstation.tasks.batch_of(self.task_id),
            revealed=self.task_id in self.trainer_app.revealed,
        )
        brief.display = not self._folded

    # Saving

    def draft_now(self) -> Draft:
        """Return the draft as it stands on the screen."""
        view = self.editor.view_state() if self.turns and hasattr(self, "_part") else ViewState()
        focus = Focus(
            self._turn, getattr(self, "_part", "response"), *view.cursor, scroll=view.scroll
        )
        pairs = tuple(turn.pair for turn in self.turns) or self._draft.pairs
        return msgspec.structs.replace(self._draft, pairs=pairs, note=self._note, focus=focus)

    def _unsaved(self, draft: Draft) -> bool:
        """Whether there is something to put on disk; moving about in an untouched task is not."""
        if (draft.pairs, draft.note) != (self._draft.pairs, self._draft.note):
            return True
        started = self.workstation.tasks.has_draft(self.task_id)
        return started and draft.focus != self._draft.focus

    @on(Editor.Edited)
    def _edited(self) -> None:
        self._autosave.edited()
        self.query_one(StatusLine).unsaved()

    @on(Editor.Pasted)
    def _pasted(self, message: Editor.Pasted) -> None:
        self._cause = Cause.PASTE
        if message.notice:
            self.trainer_app.say(f"Pasted; {message.notice}.")

    def _keep_note(self, note: str) -> None:
        self._note = note
        self._autosave.edited()

    def _save_soon(self) -> None:
        self.turn.count()
        self.run_worker(self.save(), group="save", exit_on_error=False)

    async def save(self, cause: Cause | None = None) -> None:
        """Save in the background; the sign changes when the store has acknowledged."""
        async with self._saving:
            draft, cause = self._next_version(cause)
            if self._unsaved(draft):
                try:
                    saved = await asyncio.to_thread(self.workstation.writing.save, draft, cause)
                except TrainerError as error:
                    self._not_saved(error)
                    raise
                self._acknowledge(draft, saved)
            else:
                self.query_one(StatusLine).unchanged()

    def save_now(self, cause: Cause = Cause.LEAVE) -> None:
        """Save before going on: the screen is left, the program stops."""
        draft, cause = self._next_version(cause)
        if self._unsaved(draft):
            try:
                saved = self.workstation.writing.save(draft, cause)
            except TrainerError as error:
                self._not_saved(error)
                raise
            self._acknowledge(draft, saved)

    def _next_version(self, cause: Cause | None) -> tuple[Draft, Cause]:
        self._autosave.stop()
        chosen, self._cause = cause or self._cause, Cause.TYPING
        return self.draft_now(), chosen

    def _acknowledge(self, draft: Draft, saved: Saved) -> None:
        self._draft = draft
        if self.is_mounted and draft.pairs == tuple(turn.pair for turn in self.turns):
            self.query_one(StatusLine).saved(saved.at)

    def _not_saved(self, error: TrainerError) -> None:
        self.query_one(StatusLine).failed(error.message)
        # The text is still here and the disk may come back: try again soon.
        self._autosave.edited()

    def on_screen_suspend(self) -> None:
        """Another screen covers this one: save."""
        self._save_soon()

    @on(events.DescendantBlur)
    def _left_text(self) -> None:
        if self.is_current and self.is_mounted:
            self._save_soon()

    @on(events.DescendantFocus)
    def _entered_text(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, Editor):
            self._part = "prompt" if event.widget.has_class("prompt") else "response"

    def on_key(self, event: events.Key) -> None:
        """Say where letters go that a given prompt does not take."""
        if isinstance(self.focused, Editor) and self.focused.read_only and event.is_printable:
            event.stop()
            self.trainer_app.say("This prompt is given. Tab goes to the response.")

    # Moving about

    def action_command(self) -> None:
        """Leave the text for single keys."""
        self.set_focus(self.query_one(StatusLine))

    def action_response(self) -> None:
        """Back to the response."""
        self.set_focus(self.turn.response)

    def action_prompt(self) -> None:
        """Back to the prompt."""
        self.set_focus(self.turn.prompt)

    def action_next_part(self) -> None:
        """Go between prompt and response."""
        turn = self.turn
        self.set_focus(turn.response if turn.prompt.has_focus else turn.prompt)

    @on(Editor.EdgeReached)
    def _edge(self, message: Editor.EdgeReached) -> None:
        turn = self.turn
        if message.direction == "down" and message.editor is turn.prompt:
            self.set_focus(turn.response)
        elif message.direction == "up" and message.editor is turn.response:
            self.set_focus(turn.prompt)

    def action_previous_turn(self) -> None:
        """Go to the turn before."""
        self._require("previous_turn")
        self._show_turn(self._turn - 1)

    def action_next_turn(self) -> None:
        """Go to the turn after."""
        self._require("next_turn")
        self._show_turn(self._turn + 1)

    async def action_add_turn(self) -> None:
        """Add a turn at the end and go there."""
        self._require("add_turn")
        task = self.workstation.tasks.task(self.task_id)
        grown = with_turn(self.draft_now(), task)
        number = len(grown.pairs) - 1
        await self.query_one("#turns").mount(self._editors(number, grown.pairs[number]))
        self._show_turn(number)
        await self.save(Cause.TURN)

    @flow
    async def action_remove_turn(self) -> None:
        """Take this turn out; its text stays in the versions."""
        from trainer_tui.ui.screens.dialogs import ConfirmDialog

        self._require("remove_turn")
        if not self.turn.pair.empty and not await self.trainer_app.ask(
            ConfirmDialog(
                f"Remove turn {self._turn + 1}?",
                "Its text stays in the versions of this draft.",
                yes="Remove",
                no="Keep it",
            )
        ):
            return
        await self.save(Cause.TURN)
        pairs = self.draft_now().pairs
        await self._put(pairs[: self._turn] + pairs[self._turn + 1 :])
        await self.save(Cause.TURN)

    async def _put(self, pairs: tuple[Pair, ...]) -> None:
        """Put other texts on the screen, each as a step that can be undone."""
        for turn, pair in zip(self.turns, pairs, strict=False):
            turn.replace(pair)
        for number in range(len(self.turns), len(pairs)):
            await self.query_one("#turns").mount(self._editors(number, pairs[number]))
        for turn in self.turns[len(pairs) :]:
            await turn.remove()
        self._show_turn(min(self._turn, len(pairs) - 1))

    def action_brief(self) -> None:
        """Fold the brief away, or show it."""
        self._folded = not self._folded
        if self.has_class("-wide"):
            self.workstation.update_profile(folded=self._folded)
        self._show_brief()

    def action_reveal(self) -> None:
        """Show a text that a content warning covers."""
        self.trainer_app.revealed.add(self.task_id)
        self._show_brief()

    def action_down(self) -> None:
        """Scroll the brief down."""
        self.query_one("#brief", Brief).scroll_relative(y=3, animate=False)

    def action_up(self) -> None:
        """Scroll the brief up."""
        self.query_one("#brief", Brief).scroll_relative(y=-3, animate=False)

    # Find

    def action_find(self) -> None:
        """Find in the text that was worked on last."""
        bar = self.query_one(FindLine)
        bar.display = True
        bar.open(self.editor.selected_text.partition("\n")[0])
        self.refresh_bars()

    @on(FindBar.FindRequested)
    def _find(self, message: FindBar.FindRequested) -> None:
        found = self.editor.find(message.query)
        self.query_one(FindLine).show(found if message.query else None)

    @on(FindBar.FindMoved)
    def _find_again(self, message: FindBar.FindMoved) -> None:
        editor = self.editor
        found = editor.find_next() if message.direction == 1 else editor.find_previous()
        self.query_one(FindLine).show(found)

    @on(FindBar.FindClosed)
    def _found(self) -> None:
        self.editor.end_find()
        self.query_one(FindLine).display = False
        self.set_focus(self.editor)

    # Work

    @flow
    async def action_save(self) -> None:
        """Save a version now."""
        await self.save(Cause.TYPING)

    @flow
    async def action_editor(self) -> None:
        """Write the text that was worked on last in the trainer's own editor."""
        from trainer_tui.ui.external import command, edit

        editor = self.editor
        if editor.read_only:
            raise NotAllowed("this prompt is given", "Go to the response first.")
        words = command(self.trainer_app.settings.editor)
        await self.save()
        edited = edit(
            self.app, words, editor.text, self.trainer_app.editing_folder, self._still_writing
        )
        if edited.changed:
            notice = editor.replace_all(edited.text)
            await self.save(Cause.EDITOR)
            self.turn.count()
            self.trainer_app.say(f"Text taken over{f'; {notice}' if notice else ''}.")

    def _still_writing(self) -> None:
        self.workstation.shifts.touch()
        self.workstation.shifts.tick()

    def action_preview(self) -> None:
        """Read the response as rendered Markdown."""
        from trainer_tui.ui.screens.preview import PreviewScreen

        self.app.push_screen(PreviewScreen("Response", self.turn.response.text))

    @flow
    async def action_versions(self) -> None:
        """Look through the versions, and put one on top."""
        from trainer_tui.ui.screens.versions import VersionsScreen

        await self.save()
        versions = self.workstation.writing.versions(self.task_id)
        if not versions:
            raise NotAllowed("nothing was saved yet")
        version = await self.trainer_app.ask(
            VersionsScreen(self.task_id, versions, can_restore=True)
        )
        if version is not None:
            await self._put(version.draft.pairs)
            await self.save(Cause.RESTORE)
            self.trainer_app.say(
                f"Version {version.number} is on top. Undo brings back what was there."
            )

    @flow
    async def action_skip(self) -> None:
        """Ask for a reason, skip, and take the next task."""
        await self.save(Cause.LEAVE)
        task = self.workstation.tasks.task(self.task_id)
        following = self.trainer_app.following(self.task_id)
        if await self.trainer_app.skip(task):
            await self.trainer_app.go_on(following)

    @flow
    async def action_flag(self) -> None:
        """Ask for a reason, flag, and take the next task."""
        await self.save(Cause.LEAVE)
        task = self.workstation.tasks.task(self.task_id)
        following = self.trainer_app.following(self.task_id)
        if await self.trainer_app.flag(task):
            await self.trainer_app.go_on(following)

    @flow
    async def action_discard(self) -> None:
        """Ask, put the draft away, and go back to the list."""
        from trainer_tui.ui.screens.dialogs import ConfirmDialog

        await self.save(Cause.LEAVE)
        if await self.trainer_app.ask(
            ConfirmDialog(
                "Put this draft away?",
                "The task starts afresh; the versions of this draft stay readable.",
                yes="Put away",
                no="Keep writing",
            )
        ):
            await self.trainer_app.change(self.workstation.writing.discard, self.task_id)
            self._draft = self.draft_now()
            self.app.pop_screen()

    @flow
    async def action_submit(self) -> None:
        """Read what will be sent, submit, and take the next task."""
        from trainer_tui.ui.screens.send import SendScreen

        await self.save()
        draft = self._draft = self.draft_now()
        if found := self.workstation.writing.problems(draft):
            if found[0].turn is not None and found[0].turn != self._turn:
                self._show_turn(found[0].turn)
            raise NotAllowed("; ".join(problem.message for problem in found))
        if not await self.trainer_app.ask(SendScreen(draft, self._keep_note)):
            return
        following = self.trainer_app.following(self.task_id)
        # The note, so that nothing is due to be saved any more while the submission is written.
        await self.save()
        await self.trainer_app.change(self.workstation.writing.submit, self._draft)
        await self.trainer_app.go_on(following)

    @flow
    async def action_pause(self) -> None:
        """Pause the shift."""
        await self.trainer_app.pause()

    def action_back(self) -> None:
        """Back to the task list."""
        self.save_now()
        self.workstation.shifts.work_on(None)
        self.app.pop_screen()
        self.trainer_app.reload_list(self.task_id)

    def action_help(self) -> None:
        """Show what can be done here."""
        self.trainer_app.action_help()
