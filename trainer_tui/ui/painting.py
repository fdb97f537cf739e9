"""Screens that paint when they have something to show, not at the next beat of a clock.

Textual paints on a timer of sixty beats a second that rests between two paints: a change
that comes a few milliseconds after a paint, as the second letter of a quick pair does,
waits for a beat. Here only what would make more paints than eyes can use waits.
"""

import asyncio
from time import monotonic
from typing import TypeVar

from textual import events
from textual.screen import Screen

Result = TypeVar("Result")

SHORTEST = 0.006
"""Seconds between two paints; what changes sooner is painted at the next beat."""


class EagerScreen(Screen[Result]):
    """Paints a change as soon as all that was sent before it is dealt with."""

    _painted = 0.0

    async def _on_idle(self, event: events.Idle) -> None:
        # Other widgets may be about to change for the same reason: one paint for all.
        await asyncio.sleep(0)
        if self._message_queue.qsize() or monotonic() - self._painted < SHORTEST:
            return
        if self.app._batch_count or not self.is_current:
            return
        if self._layout_required or self._scroll_required or self._repaint_required:
            pass
        elif not self._dirty_widgets:
            return
        event.prevent_default()
        self._on_timer_update()
        self._painted = monotonic()
