"""What several screens let a trainer do: open a task, settle it, go on, pause, end the shift.

Those that ask something are steps of a flow (`ordering.flow`).
"""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.progress import Verb, allowed
from trainer_tui.domain.settings import Settings
from trainer_tui.domain.task import Task
from trainer_tui.domain.text import quoted
from trainer_tui.services.changes import Change
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui.actions import BY_ID, Action, key_name
from trainer_tui.ui.ordering import KeysInOrder
from trainer_tui.ui.page import Page
from trainer_tui.ui.screens.shift import ShiftScreen
from trainer_tui.ui.text import shown
from trainer_tui.ui.words import day_and_time

if TYPE_CHECKING:
    from trainer_tui.ui.exchange import Exchange


class Desk(KeysInOrder):
    """The screens over one workstation, and what leads from one to the next."""

    workstation: Workstation
    settings: Settings
    revealed: set[str]
    """Tasks whose covered text the trainer has asked to see."""
    own_keys: Mapping[str, str]
    """The trainer's keys by action id, checked."""
    exchange: "Exchange"
    """The line to the hub."""
    _said: tuple[str, float] = ("", 0.0)
    """What was told last, and until when it stands there."""

    def keys_of(self, action: Action) -> str:
        """Return the keys of an action as they are now."""
        return self.own_keys.get(action.id, action.keys)

    def say(self, message: str, title: str = "", *, severe: bool = False, timeout: int = 6) -> None:
        """Tell the trainer something that needs no answer; what stands there is not repeated."""
        message = shown(message)
        now = asyncio.get_running_loop().time()
        if self._said[0] == message and now < self._said[1]:
            return
        self._said = (message, now + timeout)
        self.notify(
            message,
            title=shown(title),
            severity="error" if severe else "warning" if title else "information",
            timeout=timeout,
            markup=False,
        )

    def clear_notifications(self) -> None:
        """Take away what was told; it may be told again."""
        self._said = ("", 0.0)
        super().clear_notifications()

    @property
    def editing_folder(self) -> Path:
        """Where texts lie while the trainer's own editor has them."""
        return Path(self.workstation.home) / "editing"

    def left_texts(self) -> list[Path]:
        """Return the texts that the trainer's own editor had when the program was killed."""
        if not self.editing_folder.is_dir():
            return []
        from trainer_tui.ui.external import left_behind

        return left_behind(self.editing_folder)

    def save_everything(self) -> None:
        """Put every text on the screens and the ledger on disk, here and now."""
        for screen in self.screen_stack:
            if save := getattr(screen, "save_now", None):
                save()
        if not self.workstation.read_only:
            self.workstation.shifts.save_ledger()

    async def open_task(self, task_id: str) -> bool:
        """Open a task to write; return whether the trainer wanted to, if it carries a warning."""
        from trainer_tui.ui.screens.write import WriteScreen

        if self.workstation.read_only:
            raise NotAllowed("this window is read-only", "Close the other one first.")
        if not await self._uncovered(self.workstation.tasks.task(task_id)):
            return False
        await self._told_of_guidelines(task_id)
        if self.workstation.shifts.current is None:
            self.workstation.shifts.ensure(self.workstation.profile)
            self.workstation.shifts.watch()
            self.say("A new shift has begun.")
        draft = self.workstation.writing.open(task_id)
        self.workstation.update_profile(last_task=task_id)
        screen = WriteScreen(draft)
        if isinstance(self.screen, WriteScreen):
            await self.switch_screen(screen)
        else:
            await self.push_screen(screen)
        return True

    async def _uncovered(self, task: Task) -> bool:
        """Ask before a text is shown that a content warning covers."""
        from trainer_tui.ui.screens.dialogs import ConfirmDialog

        if task.warnings and task.id not in self.revealed:
            if not await self.ask(
                ConfirmDialog(
                    f"Content warning: {', '.join(task.warnings)}",
                    f"{quoted(task.title)} opens with its text in sight. Skipping it never "
                    "counts against you.",
                    yes="Open it",
                    no="Not this one",
                )
            ):
                return False
            self.revealed.add(task.id)
        return True

    async def _told_of_guidelines(self, task_id: str) -> None:
        """Show what has changed in the guidelines; whether it is read now or later, it goes on."""
        change = self.workstation.guidelines.unread(task_id)
        if change is not None:
            from trainer_tui.ui.screens.guidelines import GuidelinesScreen

            batch = self.workstation.tasks.batch_of(task_id)
            await self.ask(GuidelinesScreen(batch, change, unread=True))

    def open_guidelines(self, task_id: str) -> None:
        """Read the guidelines of a task's batch."""
        from trainer_tui.ui.screens.guidelines import GuidelinesScreen

        batch, read = self.workstation.tasks.batch_of(task_id), self.workstation.guidelines
        unread = read.unread(task_id) is not None
        self.push_screen(GuidelinesScreen(batch, read.latest(batch.id), unread=unread))

    def open_sent(self, task_id: str) -> None:
        """Read what was sent for a task."""
        from trainer_tui.ui.screens.sent import SentScreen

        self.push_screen(SentScreen(task_id))

    async def open_versions(self, task_id: str) -> None:
        """Look through the versions of a task's drafts; one can be put on top of the draft."""
        from trainer_tui.ui.screens.versions import VersionsScreen

        versions = self.workstation.writing.versions(task_id)
        if not versions:
            raise NotAllowed("nothing was written for this task yet")
        state = self.workstation.tasks.state(task_id)
        can_restore = not self.workstation.read_only and allowed(state, Verb.WRITE)
        version = await self.ask(VersionsScreen(task_id, versions, can_restore))
        if version is None:
            return

        def restore() -> None:
            writing = self.workstation.writing
            writing.restore(writing.open(task_id), version)
            self.workstation.shifts.work_on(None)

        await asyncio.to_thread(restore)
        self.say(f"The text of {day_and_time(version.saved_at)} is the draft now.")
        self.reload_list(task_id)

    def open_report(self) -> None:
        """Read the report of the shift."""
        from trainer_tui.ui.screens.report import ReportScreen

        self.push_screen(ReportScreen(self.workstation.report()))

    async def change(
        self, act: Callable[..., Change], *args: Any, keep: str | None = None
    ) -> Change:
        """Do something to a task off the screen's thread, then bring the list up to date."""
        change = await asyncio.to_thread(act, *args)
        undo = f"  On the list, {key_name(self.keys_of(BY_ID['shift.undo']))} takes it back."
        self.say(change.message + (undo if change.undoable else ""))
        self.reload_list(keep or next(iter(change.tasks), None))
        self.exchange.after_work()
        return change

    def reload_list(self, keep: str | None = None) -> None:
        """Bring the task list up to date, with the cursor on `keep`, wherever it stands."""
        for screen in self.screen_stack:
            if isinstance(screen, ShiftScreen) and screen.is_mounted:
                screen.reload(keep)

    def following(self, task_id: str) -> str | None:
        """Return the task to take after this one, in the order of the list as it stands."""
        for screen in self.screen_stack:
            if isinstance(screen, ShiftScreen):
                return self.workstation.writing.next_after(task_id, screen.task_ids())
        return None

    async def go_on(self, task_id: str | None) -> None:
        """Leave the Write screen: for the next task, or for the list when there is none."""
        if task_id is None or not self.settings.next_task or not await self.open_task(task_id):
            self.workstation.shifts.work_on(None)
            self.pop_screen()
            self.reload_list(task_id)

    async def skip(self, task: Task) -> bool:
        """Ask for a reason and skip; return whether it was done."""
        reasons = self.workstation.tasks.batch_of(task.id).skip_reasons
        return await self._with_reason(
            self.workstation.writing.skip, task, "Why skip this task?", reasons
        )

    async def flag(self, task: Task) -> bool:
        """Ask for a reason and flag; return whether it was done."""
        reasons = self.workstation.tasks.batch_of(task.id).flag_reasons
        return await self._with_reason(
            self.workstation.writing.flag, task, "What is wrong with this task?", reasons
        )

    async def _with_reason(
        self, act: Callable[..., Change], task: Task, question: str, reasons: tuple[str, ...]
    ) -> bool:
        from trainer_tui.ui.screens.dialogs import ReasonDialog

        answer = await self.ask(ReasonDialog(question, task.title, reasons))
        if answer is None:
            return False
        await self.change(act, task.id, *answer, keep=self.following(task.id))
        return True

    async def withdraw(self, task: Task) -> bool:
        """Ask, and take back what was sent last for a task; return whether it was done."""
        from trainer_tui.ui.screens.dialogs import ConfirmDialog

        newest = self.workstation.tasks.history(task.id).newest
        what = type(newest).__name__.lower()
        sure = await self.ask(
            ConfirmDialog(
                f"Take back the {what}?",
                f"{quoted(task.title)} is open again; no text is lost.",
                yes="Take back",
                no="Leave it",
            )
        )
        if sure:
            await self.change(self.workstation.writing.withdraw, task.id)
        return bool(sure)

    async def pause(self) -> None:
        """Pause the shift, and wait until the trainer resumes it."""
        from trainer_tui.ui.screens.pause import PauseScreen

        self.save_everything()
        await asyncio.to_thread(self.workstation.shifts.pause)
        await self.ask(PauseScreen())
        await asyncio.to_thread(self.workstation.shifts.resume)
        if isinstance(self.screen, Page):
            self.screen.refresh_bars()

    async def end_shift(self) -> None:
        """Ask, end the shift, and show its report."""
        from trainer_tui.ui.screens.dialogs import ConfirmDialog
        from trainer_tui.ui.screens.report import ReportScreen

        shift = self.workstation.shifts.require()
        sure = await self.ask(
            ConfirmDialog(
                "End the shift?",
                "Drafts stay for the next one. The report comes next.",
                yes="End shift",
                no="Keep working",
            )
        )
        if sure:
            await asyncio.to_thread(self.workstation.shifts.end)
            self.exchange.after_work()
            await self.ask(ReportScreen(self.workstation.report(shift.id)))
            self.reload_list()
            if isinstance(self.screen, ShiftScreen):
                self.screen.show_banner()
