"""Opens the workstation: the store, the samples at the first start, then the screen."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_tui.cli.main import PROGRAM
from trainer_tui.domain.errors import StoreBusy, TrainerError
from trainer_tui.domain.settings import Settings
from trainer_tui.services.workstation import Workstation
from trainer_tui.store.config import SettingsFile, default_config

if TYPE_CHECKING:
    from trainer_tui.services.syncing import Syncing
    from trainer_tui.store.workspace import Workspace

_OF_LOOKS = {"TEXTUAL_ANIMATIONS", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_FPS", "TEXTUAL_SMOOTH_SCROLL"}
"""Textual's variables that change nothing but how it looks."""


def run_app(*, read_only: bool = False) -> int:
    """Open the workstation in the terminal and return the exit code."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise TrainerError(
            "the workstation needs a terminal to draw on",
            f"In a script use the commands; '{PROGRAM} --help' lists them.",
            title="No terminal",
        )
    settings_file = SettingsFile(default_config())
    settings = settings_file.load()
    from trainer_tui.cli.opening import compose, sign_in

    workstation = compose(_open_store(read_only), settings)
    try:
        if not workstation.read_only:
            sign_in(workstation, settings)
            import_samples_once(workstation)
            # Here, where a disk without room is a word on the terminal and no fault.
            workstation.shifts.ensure(workstation.profile)
        return open_app(workstation, settings, settings_file)
    finally:
        workstation.close()


def open_app(workstation: Workstation, settings: Settings, settings_file: SettingsFile) -> int:
    """Run the screen over an open workstation."""
    _keep_the_log_off()
    # Textual paints on a beat; a key that just misses one should not wait long for the next.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    from trainer_tui.cli.crashes import save
    from trainer_tui.ui.app import TrainerApp

    app = TrainerApp(
        workstation,
        settings,
        settings_file.save,
        save,
        str(settings_file.path),
        _line_to_hub(workstation, settings),
    )
    app.run()
    return app.return_code or 0


def _line_to_hub(workstation: Workstation, settings: Settings) -> "Syncing | None":
    """Make the line to the hub, if there is one; without one nothing of it is even imported."""
    if workstation.read_only or workstation.store.hub().link is None:
        return None
    from trainer_tui.cli.opening import line_to_hub

    return line_to_hub(workstation, settings)


def _keep_the_log_off() -> None:
    """Take away what makes Textual write keys and screens into files, or anybody into the log."""
    import logging

    for name in [name for name in os.environ if name.startswith("TEXTUAL")]:
        if name not in _OF_LOOKS:
            del os.environ[name]
    logging.getLogger().addHandler(logging.NullHandler())


def _open_store(read_only: bool) -> "Workspace":
    from trainer_tui.store.paths import default_home
    from trainer_tui.store.workspace import Workspace

    try:
        return Workspace.open(default_home(), read_only=read_only)
    except StoreBusy as error:
        raise StoreBusy(
            error.message,
            f"To look on while it is open there: {PROGRAM} --read-only",
        ) from None


def import_samples_once(workstation: Workstation) -> None:
    """At the first start, put the sample batches on the task list; a hub has tasks of its own."""
    if workstation.batches() or workstation.store.hub().link is not None:
        return
    from trainer_tui.cli.output import narrate

    for file in sample_files():
        try:
            import_sample(workstation, file)
        except TrainerError as error:
            narrate(str(error))


def import_sample(workstation: Workstation, file: Path) -> None:
    """Add one sample batch."""
    import msgspec

    from trainer_tui.formats.reading import read_batch

    batch = read_batch(file).batch
    workstation.add_batch(msgspec.structs.replace(batch, sample=True))


def sample_files() -> list[Path]:
    """Return the sample batches: in the package, or beside it in a source checkout."""
    import trainer_tui

    package = Path(trainer_tui.__file__).parent
    for folder in (package / "sample_tasks", package.parent / "sample_tasks"):
        if found := sorted(folder.glob("*.json")):
            return found
    return []
