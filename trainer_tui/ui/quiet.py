"""Does something when the fingers rest, and now and then while they do not."""

import asyncio
from collections.abc import Callable


class WhenQuiet:
    """Calls `act` when it is due after a change; a key costs two assignments."""

    def __init__(self, act: Callable[[], None], *, after: float, at_least_every: float) -> None:
        """Make one.

        Args:
            act: What to do.
            after: Seconds after the last change.
            at_least_every: Seconds of unbroken change that are never exceeded.
        """
        self._act = act
        self.after, self.at_least_every = after, at_least_every
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.TimerHandle | None = None
        self._first = 0.0
        self._last = 0.0

    def changed(self) -> None:
        """Note a change."""
        self._last = self._loop.time()
        if self._handle is None:
            self._first = self._last
            self._handle = self._loop.call_later(self.after, self._due)

    def _due(self) -> None:
        now = self._loop.time()
        due = min(self._last + self.after, self._first + self.at_least_every)
        if due > now + 0.01:
            self._handle = self._loop.call_later(due - now, self._due)
            return
        self._handle = None
        self._act()

    def stop(self) -> None:
        """Forget what was due."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
