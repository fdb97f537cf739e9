"""What covers the screen while the shift is paused."""

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from trainer_tui.ui.actions import bindings, in_context, key_name, leaving
from trainer_tui.ui.text import assemble
from trainer_tui.ui.words import time_of_day

if TYPE_CHECKING:
    from trainer_tui.ui.app import TrainerApp


class PauseScreen(ModalScreen[None]):
    """Hides the work until the trainer resumes; returning is resuming."""

    CSS_PATH = "pause.tcss"
    BINDINGS: ClassVar = [*bindings("pause"), *leaving()]

    def contexts(self) -> tuple[str, ...]:
        """Return whose keys work here, for the help."""
        return ("pause",)

    def compose(self) -> ComposeResult:
        """Since when, and how to go on."""
        app = cast("TrainerApp", self.app)
        shift = app.workstation.shifts.current
        since = f" since {time_of_day(shift.paused_at)}" if shift and shift.paused_at else ""
        resume = next(in_context("pause"))
        with Vertical(id="box"):
            yield Static(
                assemble(
                    (f"⏸  Paused{since}", "bold"),
                    "\n\nYour text is saved. This time does not count as work.\n\n",
                    (key_name(app.keys_of(resume)), "bold $accent"),
                    "  resume",
                ),
                markup=False,
            )

    def action_resume(self) -> None:
        """Go on working."""
        self.dismiss(None)
