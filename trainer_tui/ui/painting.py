"""Screens that paint what changed when it changed, and no more.

Textual paints on a timer of sixty beats a second that rests between two paints: a change
that comes a few milliseconds after a paint, as the second letter of a quick pair does,
waits for a beat. And for one changed row it asks every widget in sight for all its rows.
"""

import asyncio
from collections.abc import Iterable
from time import monotonic
from typing import TypeVar

from textual import events
from textual._compositor import Compositor
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

Result = TypeVar("Result")

SHORTEST = 0.006
"""Seconds between two paints; what changes sooner is painted at the next beat."""


class RowCompositor(Compositor):
    """Asks widgets only for the rows that are to be painted."""

    def _get_renders(
        self, crop: Region | None = None
    ) -> Iterable[tuple[Region, Region, list[Strip]]]:
        if crop is None:
            yield from super()._get_renders()
            return
        rows = Region(0, crop.y, self.size.width, crop.height)
        for widget, (region, clip) in self.visible_widgets.items():
            part = region.intersection(clip).intersection(rows)
            if part:
                yield region, part, widget.render_lines(part.translate(-region.offset))


class EagerScreen(Screen[Result]):
    """Paints a change as soon as all that was sent before it is dealt with."""

    _painted = 0.0

    def __init__(self) -> None:
        super().__init__()
        self._compositor = RowCompositor()

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
