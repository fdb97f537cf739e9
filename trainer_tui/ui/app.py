"""The application: screens over one workstation, and what must hold whatever screen is up."""

import asyncio
import gc
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.binding import BindingType
from textual.driver import Driver
from textual.worker import Worker, WorkerState

from trainer_tui.domain.errors import NotAllowed, TrainerError
from trainer_tui.domain.settings import Settings
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui.actions import BY_ID, bindings, key_name
from trainer_tui.ui.desk import Desk
from trainer_tui.ui.exchange import Exchange
from trainer_tui.ui.hub_words import figure, needs_person
from trainer_tui.ui.keymap import keymap
from trainer_tui.ui.page import Page
from trainer_tui.ui.palette import Actions, Palette
from trainer_tui.ui.screens.shift import ShiftScreen
from trainer_tui.ui.text import last_words
from trainer_tui.ui.themes import OURS, textual_name
from trainer_tui.ui.widgets.bars import Figure
from trainer_tui.ui.words import clock

if TYPE_CHECKING:
    from trainer_tui.services.syncing import Syncing

FAULT = 3
"""Exit code: neither the trainer nor what was asked for is to blame."""
OBSERVE_EVERY = 5.0
"""Seconds between two looks at the shift's clock."""


class TrainerApp(Desk):
    """The workstation in the terminal."""

    TITLE = "trainer_tui"
    # Textual reads the style sheet of a screen when it is pushed; the first one is not.
    CSS_PATH: ClassVar = ["app.tcss", "screens/shift.tcss"]
    COMMANDS: ClassVar = {Actions}
    BINDINGS: ClassVar[list[BindingType]] = bindings("app")
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = ""  # the action `app.palette` opens it

    def __init__(
        self,
        workstation: Workstation,
        settings: Settings,
        save_settings: Callable[[Settings], None],
        write_crash_report: Callable[[BaseException], str],
        config_path: str = "",
        syncing: "Syncing | None" = None,
    ) -> None:
        self.own_keys = keymap(settings.keys)
        super().__init__()
        self.workstation = workstation
        self.settings = settings
        self._save_settings = save_settings
        self._write_crash_report = write_crash_report
        self.config_path = config_path
        for theme in OURS:
            self.register_theme(theme)
        self.theme = textual_name(settings.theme)
        self.set_keymap(self.own_keys)
        self.revealed = set()
        self.exchange = Exchange(self, syncing)

    # Start and end

    def get_driver_class(self) -> type[Driver]:
        """Read the terminal in our own way, where Textual would read it in the same one."""
        found = super().get_driver_class()
        if found.__name__ != "LinuxDriver":
            return found
        from trainer_tui.ui.driver import TerminalDriver

        return TerminalDriver

    def get_default_screen(self) -> ShiftScreen:
        """Open the shift and show it: a screen below it would be painted for nothing."""
        if not self.workstation.read_only:
            self.workstation.shifts.ensure(self.workstation.profile)
            self.workstation.shifts.watch()
        return ShiftScreen()

    def on_mount(self) -> None:
        """Listen for signals and watch the clock."""
        self._listen()
        self.set_interval(OBSERVE_EVERY, self._observe)
        self.call_after_refresh(self.exchange.start)

    async def on_unmount(self) -> None:
        """Let nothing that the network does keep the program from its end."""
        await self.exchange.stop()

    def on_ready(self) -> None:
        """Collect garbage from now on, if whoever opened the screen has put it off until here.

        What the start has made is never looked at again: modules, style sheets and the task
        list live as long as the program, and to go through them would stop a key now and
        then for longer than all else that it does.
        """
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    def _listen(self) -> None:
        """Save everything when the terminal is closed or the system asks to stop."""
        loop = asyncio.get_running_loop()
        for name in ("SIGHUP", "SIGTERM"):
            if number := getattr(signal, name, None):
                try:
                    loop.add_signal_handler(number, self._stop_at_once)
                except (NotImplementedError, RuntimeError):
                    signal.signal(number, lambda *_: self._stop_at_once())

    def _keep_place(self) -> None:
        """Remember the task under the list's cursor, unless a text is open."""
        if isinstance(self.screen, ShiftScreen) and not self.workstation.read_only:
            with suppress(TrainerError):  # no reason to stay
                self.workstation.update_profile(last_task=self.screen.task_id)

    def _stop_at_once(self) -> None:
        try:
            self.save_everything()
            self._keep_place()
        except TrainerError as error:
            self.exit(return_code=FAULT, message=last_words(f"{error.title}: {error.message}"))
        else:
            self.exit(return_code=0)

    def action_quit_safely(self) -> None:
        """Save and leave; the shift stays open."""
        try:
            self.save_everything()
        except TrainerError as error:
            self.show_error(error)
            return
        self._keep_place()
        self.exit(return_code=0)

    async def action_quit(self) -> None:
        """Save and leave."""
        self.action_quit_safely()

    def action_help_quit(self) -> None:
        """Say what Ctrl-C does here, and how to leave."""
        self.say(f"{key_name(self.keys_of(BY_ID['app.quit']))} leaves; in a text ^c copies.")

    def _fatal_error(self) -> None:
        """Save what is on the screen and say where the report is, never the text."""
        import sys

        if self._exit_renderables:
            return  # what fails after the first fault is of no interest
        error = sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1]
        try:
            self.save_everything()
            saved = "Your text is saved."
        except Exception:
            saved = "The last seconds of typing may be missing."
        place = self._write_crash_report(error or self._exception or RuntimeError("unknown"))
        words = (
            f"trainer_tui stopped because of a fault in the program. {saved}\n"
            f"The report, without any of your text: {place}"
        )
        self._exit_renderables.append(last_words(words))
        self._return_code = FAULT
        self._close_messages_no_wait()

    # Screens

    def action_help(self) -> None:
        """Show what can be done here."""
        from trainer_tui.ui.screens.help import HelpScreen

        if isinstance(self.screen, HelpScreen):
            self.screen.action_back()
        elif contexts := getattr(self.screen, "contexts", None):
            self.push_screen(HelpScreen(contexts()))

    def action_palette(self) -> None:
        """Search all commands; a question on the screen has none but its answers."""
        if isinstance(self.screen, Page):
            self.push_screen(Palette(id="--command-palette"))

    def action_settings(self) -> None:
        """Change settings."""
        from trainer_tui.ui.screens.settings import SettingsScreen

        if not isinstance(self.screen, SettingsScreen):
            self.push_screen(SettingsScreen())

    def action_debug(self) -> None:
        """Show facts for a bug report."""
        from trainer_tui.ui.screens.debug import DebugScreen

        if isinstance(self.screen, DebugScreen):
            self.screen.action_back()
        else:
            self.push_screen(DebugScreen())

    def change_settings(self, settings: Settings) -> None:
        """Save changed settings and act on them."""
        self._save_settings(settings)
        self.settings = settings
        self.workstation.shifts.set_idle_after(settings.idle_minutes * 60)
        self.theme = textual_name(settings.theme)
        for screen in self.screen_stack:
            if isinstance(screen, Page):
                screen.set_density()

    # The clock

    async def on_event(self, event: events.Event) -> None:
        """Note that somebody is there."""
        if isinstance(event, (events.Key, events.MouseDown, events.Paste)):
            self.workstation.shifts.touch()
        await super().on_event(event)

    async def _observe(self) -> None:
        await self.exchange.look()
        if self.workstation.shifts.current is None or self.workstation.read_only:
            return
        try:
            await asyncio.to_thread(self.workstation.shifts.tick)
        except TrainerError as error:
            self.show_error(error)
        if isinstance(self.screen, Page):
            self.screen.refresh_bars()

    def header_figures(self) -> tuple[Figure, ...]:
        """Return what the title bar shows on the right."""
        if self.workstation.read_only:
            return (Figure("read-only", 5),)
        hub = self._hub_figure()
        if self.workstation.shifts.current is None:
            return (Figure("shift ended", 5), *hub)
        figures = self.workstation.figures()
        time = clock(figures.time.active)
        return (
            Figure(f"{figures.done} done this shift", 1),
            Figure(f"⏸ {time} paused" if figures.paused else f"◷ {time} active", 3),
            *hub,
        )

    def _hub_figure(self) -> tuple[Figure, ...]:
        status = self.exchange.seen.status
        if not (words := figure(status, datetime.now(UTC))):
            return ()
        if needs_person(status):
            return (Figure(words, 9, "bold $warning"),)
        return (Figure(words, 2),)

    # The line to the hub

    @property
    def may_be_told(self) -> bool:
        """Whether a word about the hub would cover nothing that somebody is at."""
        return isinstance(self.screen, Page) and self.screen.CONTEXT in ("shift", "sync")

    def hub_seen(self) -> None:
        """Show how things stand with the hub, wherever that is to be seen."""
        for screen in self.screen_stack:
            if isinstance(screen, Page) and screen.is_mounted:
                screen.hub_seen()
        if isinstance(self.screen, Page):
            self.screen.refresh_bars()

    def follow_list(self) -> None:
        """Show on the list what a sync has changed."""
        for screen in self.screen_stack:
            if isinstance(screen, ShiftScreen) and screen.is_mounted:
                screen.follow()

    def reported(self, error: Exception) -> TrainerError:
        """Write a report of a fault that nobody's work depends on, and return what to say."""
        place = self._write_crash_report(error)
        return TrainerError(
            "a fault in the program broke it off; your work is not touched",
            f"The report, without any of your text: {place}",
            title="Not synced",
        )

    def action_sync(self) -> None:
        """Exchange with the hub now; without one, say how to get one."""
        if not self.exchange.ask():
            self.action_hub()

    def action_hub(self) -> None:
        """Show how things stand with the hub."""
        from trainer_tui.ui.screens.sync import SyncScreen

        if isinstance(self.screen, SyncScreen):
            self.screen.action_back()
        elif isinstance(self.screen, Page):
            self.push_screen(SyncScreen())

    # Errors

    async def run_action(self, *args: Any, **kwargs: Any) -> bool:
        """Run an action; expected trouble becomes a word on the screen."""
        try:
            return await super().run_action(*args, **kwargs)
        except TrainerError as error:
            self.show_error(error)
            return True

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show what went wrong in a worker."""
        if event.state is WorkerState.ERROR and (error := event.worker.error) is not None:
            if isinstance(error, TrainerError):
                self.show_error(error)
            elif isinstance(error, Exception):
                self._handle_exception(error)

    def show_error(self, error: TrainerError) -> None:
        """Say what went wrong and what to do."""
        severe = not isinstance(error, NotAllowed)
        message = error.message[:1].upper() + error.message[1:]
        hint = f"\n{error.hint}" if error.hint else ""
        self.say(message + hint, error.title, severe=severe, timeout=12 if severe else 5)
