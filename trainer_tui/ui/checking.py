"""Checks a draft while it is written, beside the typing, and shows what it finds."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from trainer_tui.domain.draft import Draft
from trainer_tui.domain.verdicts import Spot
from trainer_tui.services.proofreading import Proofreader, Reading
from trainer_tui.services.similar import Near, Similar
from trainer_tui.ui.quiet import WhenQuiet
from trainer_tui.ui.widgets.marks import Mark

AFTER_LAST_KEY = 0.2
"""Seconds after the last key."""
AT_LEAST_EVERY = 1.0
"""Seconds of unbroken typing after which the figures follow all the same."""
LIKENESS_AFTER = 1.0
"""Seconds after the last key; looking through all that was ever written takes longer."""
LIKENESS_AT_LEAST_EVERY = 10.0


class LiveChecks:
    """Reads the draft when the fingers rest, off the screen's thread, and shows the reading."""

    def __init__(
        self,
        reader: Proofreader,
        similar: Similar,
        *,
        read: Callable[[], Draft],
        show: Callable[[], None],
        spawn: Callable[[Coroutine[Any, Any, object]], object],
    ) -> None:
        """Watch over a draft.

        Args:
            reader: What checks it.
            similar: What finds the texts that it nearly repeats.
            read: Returns the draft as it stands on the screen.
            show: Shows what was found.
            spawn: Runs a check beside the screen.
        """
        self._reader, self._read, self._show, self._spawn = reader, read, show, spawn
        self._quiet = WhenQuiet(
            self.check_soon, after=AFTER_LAST_KEY, at_least_every=AT_LEAST_EVERY
        )
        self._similar = similar
        self._likeness = WhenQuiet(
            self._look_for_likeness_soon,
            after=LIKENESS_AFTER,
            at_least_every=LIKENESS_AT_LEAST_EVERY,
        )
        self._one_at_a_time = asyncio.Lock()
        self._changes = self._changes_read = 0
        self._edited_at = 0.0
        self._stopped = False
        self.reading = Reading()
        """The newest."""
        self.near: tuple[Near, ...] = ()
        """What the draft nearly repeats."""

    def edited(self) -> None:
        """The text changed: it will be read by itself."""
        self._changes += 1
        self._edited_at = time.monotonic()
        self._quiet.changed()
        self._likeness.changed()

    @property
    def current(self) -> bool:
        """Whether the reading is of what the screen shows, so that its places belong there."""
        return self._changes_read == self._changes

    @property
    def resting(self) -> bool:
        """Whether the fingers rest, so that a word at the cursor is likely to be whole."""
        return time.monotonic() - self._edited_at >= LIKENESS_AFTER

    def stop(self) -> None:
        """Nobody looks any more."""
        self._stopped = True
        self._quiet.stop()
        self._likeness.stop()

    def check_soon(self) -> None:
        """Read it beside the screen."""
        self._spawn(self.check())

    def _look_for_likeness_soon(self) -> None:
        self._spawn(self.look_for_likeness())

    async def look_for_likeness(self) -> None:
        """Look for what the draft nearly repeats, until it changes again."""
        self._likeness.stop()
        changes, draft = self._changes, self._read()

        def unwanted() -> bool:
            return self._stopped or changes != self._changes

        near = await asyncio.to_thread(lambda: self._similar.near(draft, unwanted=unwanted))
        if not unwanted():
            self.near = near
            self._show()

    async def check(self) -> Reading:
        """Read the draft as it is now, and show and return what was found."""
        self._quiet.stop()
        async with self._one_at_a_time:
            changes, draft = self._changes, self._read()
            begun = time.monotonic()
            self.reading = await asyncio.to_thread(self._reader.read, draft.pairs, draft.waivers)
            self._pace(time.monotonic() - begun)
            self._changes_read = changes
            self._show()
        return self.reading

    def _pace(self, seconds: float) -> None:
        """Leave a text that takes long to check more time in between."""
        self._quiet.after = max(AFTER_LAST_KEY, 2 * seconds)
        self._quiet.at_least_every = max(AT_LEAST_EVERY, 10 * seconds)


def marks_of(reading: Reading, at: Spot | None = None) -> dict[tuple[int, str], list[Mark]]:
    """Return what to mark in each text, by turn and part: what breaks open rules, misspellings.

    `at` is where the trainer went last, which stands out.
    """
    marks: dict[tuple[int, str], list[Mark]] = {}
    for spot, _ in reading.misspelled:
        marks.setdefault(spot[:2], []).append(Mark(spot.start, spot.end, "misspelled"))
    for spot in broken(reading):
        marks.setdefault(spot[:2], []).append(Mark(spot.start, spot.end, "broken"))
    if at is not None:
        marks.setdefault(at[:2], []).append(Mark(at.start, at.end, "current"))
    return marks


def broken(reading: Reading) -> Iterator[Spot]:
    """Walk the places that break a rule which nobody has waived."""
    for checked in reading.checked:
        if checked.verdict.open:
            yield from checked.spots


def all_spots(reading: Reading) -> list[Spot]:
    """Return every marked place once, in the order of reading."""
    spots = {*broken(reading), *(one.spot for one in reading.misspelled)}
    return sorted(spots, key=lambda spot: (spot.turn, spot.part == "response", spot.start))


def said_of(reading: Reading, spot: Spot) -> str:
    """Say why a place is marked."""
    words = [
        checked.wording
        for checked in reading.checked
        if checked.verdict.open and spot in checked.spots
    ]
    misspelled = any(spot == one.spot for one in reading.misspelled)
    return ", ".join([*words, *["misspelled"] * misspelled])
