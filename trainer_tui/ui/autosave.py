"""When to save while somebody types: soon after the last key, and often enough in between."""

import asyncio
from collections.abc import Callable

AFTER_LAST_KEY = 0.8
"""Seconds after the last key."""
AT_LEAST_EVERY = 2.0
"""Seconds of unbroken typing that are never exceeded, so that a kill costs less than three."""


class Autosave:
    """Calls `save` when it is due; a key costs two assignments."""

    def __init__(self, save: Callable[[], None]) -> None:
        self._save = save
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.TimerHandle | None = None
        self._first = 0.0
        self._last = 0.0

    def edited(self) -> None:
        """Note a change of the text."""
        self._last = self._loop.time()
        if self._handle is None:
            self._first = self._last
            self._handle = self._loop.call_later(AFTER_LAST_KEY, self._due)

    def _due(self) -> None:
        now = self._loop.time()
        due = min(self._last + AFTER_LAST_KEY, self._first + AT_LEAST_EVERY)
        if due > now + 0.01:
            self._handle = self._loop.call_later(due - now, self._due)
            return
        self._handle = None
        self._save()

    def stop(self) -> None:
        """Forget what was due: it has been saved."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
