"""The Write screen: the brief, the conversation so far, the prompt box, the response editor."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ClassVar

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from trainer_tui.domain.draft import Cause, Draft, with_turn
from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.message import Pair
from trainer_tui.domain.task import Task
from trainer_tui.domain.verdicts import Spot
from trainer_tui.ui.actions import bindings
from trainer_tui.ui.checked_page import CheckedPage
from trainer_tui.ui.ordering import flow
from trainer_tui.ui.saving import DraftSaver
from trainer_tui.ui.widgets.brief import Brief
from trainer_tui.ui.widgets.conversation import Conversation
from trainer_tui.ui.widgets.editor import Editor
from trainer_tui.ui.widgets.rule_chips import RuleChips
from trainer_tui.ui.widgets.status import FindLine, StatusLine
from trainer_tui.ui.widgets.turn import Turns


class WriteScreen(CheckedPage[None]):
    """Writes one task, a turn at a time; every change is saved by itself."""

    CONTEXT = "write"
    CSS_PATH = "write.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("write")

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.task_id = draft.task_id
        self._opened = draft
        self._added = draft
        """What was added to the texts: the note, waivers, scores, an explanation."""

    def content(self) -> ComposeResult:
        """The brief beside, or above, the texts."""
        task = self.opened_task
        with Horizontal(id="desk"):
            brief = Brief(id="brief", with_prompts=False)
            brief.border_title = "Brief"
            brief.can_focus = False
            yield brief
            with Vertical(id="work"):
                yield Conversation(id="before")
                yield Turns(
                    self._opened.pairs,
                    given=len(task.prompts),
                    several=task.turn_limits.at_most > 1,
                    id="turns",
                )
        yield RuleChips(id="rules")
        yield FindLine("enter next · esc close", id="find")
        yield StatusLine(id="status")

    def on_mount(self) -> None:
        """Put the cursor where the trainer left it."""
        self._saver = DraftSaver(
            self._opened,
            self.workstation.writing,
            self.query_one(StatusLine),
            read=self.draft_now,
            pasted=lambda: self.turns.newest_paste,
            forget=lambda newest: self.turns.forget_pastes(newest),
            started=lambda: self.workstation.tasks.has_draft(self.task_id),
            spawn=self._beside,
        )
        # Beside the text it stays as the trainer likes it; above the text it takes room.
        wide = self.app.size.width >= 100
        self._folded = self.workstation.profile.folded if wide else True
        self._show_brief()
        self.show_turn(self._opened.focus.turn, self._opened.focus, write=True)
        self.start_checks()

    # What is shown

    def _show_brief(self) -> None:
        brief = self.query_one("#brief", Brief)
        brief.show(
            self.opened_task,
            self.workstation.tasks.batch_of(self.task_id),
            revealed=self.task_id in self.trainer_app.revealed,
            hints=[hint.text for hint in self.workstation.hints(self.task_id)],
        )
        brief.display = not self._folded

    # Saving

    def draft_now(self) -> Draft:
        """Return the draft as it stands on the screen."""
        if not self.turns.is_mounted:
            return self._saver.draft
        return msgspec.structs.replace(
            self._added,
            pairs=self.turns.pairs,
            pastes=self.turns.pastes,
            focus=self.turns.place,
            active_seconds=self._saver.draft.active_seconds,
        )

    def _beside(self, save: Coroutine[Any, Any, None]) -> None:
        self.turn.count()
        self.run_worker(save, group="save", exit_on_error=False)

    def save_now(self) -> None:
        """Save before going on."""
        self._saver.save_now()

    @on(Editor.Edited)
    def _edited(self) -> None:
        self._saver.edited()

    @on(Editor.Pasted)
    def _pasted(self, message: Editor.Pasted) -> None:
        # A terminal sends each line end of a paste as a carriage return: no news.
        if message.notice.controls:
            self.trainer_app.say(f"Pasted; {message.notice}.")

    def keep(self, draft: Draft) -> None:
        """Keep what was added to the draft on another page."""
        self._added = draft
        self._saver.edited()

    def on_screen_suspend(self) -> None:
        """Another screen covers this one: save."""
        self._saver.save_soon()

    @on(events.DescendantBlur)
    def _left_text(self) -> None:
        if self.is_current and self.is_mounted:
            self._saver.save_soon()

    def on_key(self, event: events.Key) -> None:
        """Say where letters go that a given prompt does not take."""
        if isinstance(self.focused, Editor) and self.focused.read_only and event.is_printable:
            event.stop()
            self.trainer_app.say("This prompt is given. Tab goes to the response.")

    # Turns and the brief

    async def action_add_turn(self) -> None:
        """Add a turn at the end and go there."""
        self.require("add_turn")
        grown = with_turn(self.draft_now(), self.opened_task)
        await self.turns.add(grown.pairs[-1])
        self.show_turn(len(grown.pairs) - 1, write=True)
        await self._saver.save(Cause.TURN)

    @flow
    async def action_remove_turn(self) -> None:
        """Take this turn out; its text stays in the versions."""
        from trainer_tui.ui.screens.dialogs import ConfirmDialog

        self.require("remove_turn")
        if not self.turn.pair.empty and not await self.trainer_app.ask(
            ConfirmDialog(
                f"Remove turn {self.turns.number + 1}?",
                "Its text stays in the versions of this draft.",
                yes="Remove",
                no="Keep it",
            )
        ):
            return
        await self._saver.save(Cause.TURN)
        pairs, number = self.turns.pairs, self.turns.number
        await self._put(pairs[:number] + pairs[number + 1 :])
        await self._saver.save(Cause.TURN)

    async def _put(self, pairs: tuple[Pair, ...]) -> None:
        """Put other texts on the screen, each as a step that can be undone."""
        await self.turns.put(pairs)
        self.show_turn(self.turns.number)

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

    # Work

    @flow
    async def action_save(self) -> None:
        """Save a version now."""
        await self._saver.save(Cause.TYPING)

    @flow
    async def action_editor(self) -> None:
        """Write the text that was worked on last in the trainer's own editor."""
        from trainer_tui.ui.external import command, edit

        editor = self.editor
        if editor.read_only:
            raise NotAllowed("this prompt is given", "Go to the response first.")
        words = command(self.trainer_app.settings.editor)
        await self._saver.save()
        edited = edit(
            self.app, words, editor.text, self.trainer_app.editing_folder, self._still_writing
        )
        if edited.changed:
            notice = editor.replace_all(edited.text)
            await self._saver.save(Cause.EDITOR)
            self.turn.count()
            self.trainer_app.say(f"Text taken over{f'; {notice}' if notice else ''}.")
        edited.path.unlink(missing_ok=True)

    def _still_writing(self) -> None:
        self.workstation.shifts.touch()
        self.workstation.shifts.tick()

    def action_preview(self) -> None:
        """Read the response as rendered Markdown."""
        from trainer_tui.ui.screens.preview import PreviewScreen

        self.app.push_screen(PreviewScreen("Response", self.turn.response.text))

    def action_guidelines(self) -> None:
        """Read the guidelines of this batch."""
        self.trainer_app.open_guidelines(self.task_id)

    @flow
    async def action_versions(self) -> None:
        """Look through the versions, and put one on top."""
        from trainer_tui.ui.screens.versions import VersionsScreen

        await self._saver.save()
        versions = self.workstation.writing.versions(self.task_id)
        if not versions:
            raise NotAllowed("nothing was saved yet")
        version = await self.trainer_app.ask(
            VersionsScreen(self.task_id, versions, can_restore=True)
        )
        if version is not None:
            await self._put(version.draft.pairs)
            await self._saver.save(Cause.RESTORE)
            self.trainer_app.say(
                f"Version {version.number} is on top. Undo brings back what was there."
            )

    @flow
    async def action_skip(self) -> None:
        """Ask for a reason, skip, and take the next task."""
        await self._pass_on(self.trainer_app.skip)

    @flow
    async def action_flag(self) -> None:
        """Ask for a reason, flag, and take the next task."""
        await self._pass_on(self.trainer_app.flag)

    async def _pass_on(self, settle: Callable[[Task], Awaitable[bool]]) -> None:
        await self._saver.save(Cause.LEAVE)
        following = self.trainer_app.following(self.task_id)
        if await settle(self.opened_task):
            await self.trainer_app.go_on(following)

    @flow
    async def action_discard(self) -> None:
        """Ask, put the draft away, and go back to the list."""
        from trainer_tui.ui.screens.dialogs import ConfirmDialog

        await self._saver.save(Cause.LEAVE)
        if await self.trainer_app.ask(
            ConfirmDialog(
                "Put this draft away?",
                "The task starts afresh; the versions of this draft stay readable.",
                yes="Put away",
                no="Keep writing",
            )
        ):
            await self.trainer_app.change(self.workstation.writing.discard, self.task_id)
            self._saver.settle()
            self.app.pop_screen()

    @flow
    async def action_submit(self) -> None:
        """Read what will be sent, submit, and take the next task."""
        from trainer_tui.ui.screens.send import SendScreen

        await self._saver.save()
        draft = self._saver.settle()
        if found := self.workstation.writing.problems(draft):
            if found[0].turn is not None and found[0].turn != self.turns.number:
                self.show_turn(found[0].turn, write=True)
            raise NotAllowed("; ".join(problem.message for problem in found))
        spelling = self.trainer_app.settings.spelling
        look = await asyncio.to_thread(self.workstation.last_look, draft, spelling=spelling)
        answer = await self.trainer_app.ask(
            SendScreen(self.workstation.writing.timed(draft), look, self.keep)
        )
        self._checks.check_soon()
        if isinstance(answer, Spot):
            self.go_to_spot(answer, write=True)
        if answer is not True:
            return
        following = self.trainer_app.following(self.task_id)
        # The note, so that nothing is due to be saved any more while the submission is written.
        await self._saver.save()
        await self.trainer_app.change(self.workstation.writing.submit, self._saver.draft)
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
