"""Screens that paint what changed when it changed, and no more.

Textual paints on a timer of sixty beats a second that rests between two paints: a change
that comes a few milliseconds after a paint, as the second letter of a quick pair does,
waits for a beat. And for one changed row it asks every widget in sight for all its rows.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from time import monotonic
from typing import TypeVar, cast

from textual import events
from textual._compositor import Compositor
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

Result = TypeVar("Result")

SHORTEST = 0.006
"""Seconds between two paints; what changes sooner is painted at the next beat."""


class RowCompositor(Compositor):
    """Asks widgets only for rows that are to be painted and that nothing before them covers."""

    def _render_chops(
        self, crop: Region, is_rendered_line: Callable[[int], bool]
    ) -> Sequence[Mapping[int, Strip]]:
        chops: list[dict[int, Strip | None]] = [dict.fromkeys(line[:-1]) for line in self.cuts]
        for widget, (region, clip) in self.visible_widgets.items():  # those in front come first
            part = region.intersection(clip)
            seen = part.intersection(crop)
            if not seen:
                continue
            # Where the pieces of a line begin, for each line of which one is still missing.
            places: dict[int, list[int]] = {}
            for y in filter(is_rendered_line, seen.line_range):
                cuts = [cut for cut in self.cuts[y] if part.x <= cut <= part.right]
                if any(
                    chops[y][cut] is None
                    for cut, end in pairwise(cuts)
                    if cut < seen.right and end > seen.x
                ):
                    places[y] = cuts
            if not places:
                continue
            top, bottom = min(places), max(places) + 1
            strips = widget.render_lines(
                Region(part.x - region.x, top - region.y, part.width, bottom - top)
            )
            for y, cuts in places.items():
                line = chops[y]
                pieces = strips[y - top].divide([cut - part.x for cut in cuts[1:]])
                for cut, piece in zip(cuts, pieces, strict=False):
                    if line[cut] is None:
                        line[cut] = piece
        return cast("Sequence[Mapping[int, Strip]]", chops)


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
