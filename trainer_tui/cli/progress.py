"""A progress bar on stderr, for work that takes longer than a second."""

import sys
import time
from typing import TYPE_CHECKING

from trainer_tui.cli.output import one_line, shown

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_PATIENCE = 1.0


class Bar:
    """Draws nothing in the first second, and never where nobody watches."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._began = time.monotonic()
        self._shown: tuple[Progress, TaskID] | None = None

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown is not None:
            self._shown[0].stop()

    def __call__(self, done: int, total: int | None = None) -> None:
        """Show how much is done of how much."""
        if self._shown is None:
            if time.monotonic() - self._began < _PATIENCE or not sys.stderr.isatty():
                return
            self._shown = self._begin()
        progress, task = self._shown
        progress.update(task, completed=done, total=total)

    def _begin(self) -> "tuple[Progress, TaskID]":
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

        progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        progress.start()
        return progress, progress.add_task(shown(one_line(self._what)), total=None)
