"""Keeps a draft on disk while it is written: soon after the last key, and often in between."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec

from trainer_tui.domain.draft import Cause, Draft, Focus
from trainer_tui.domain.errors import TrainerError
from trainer_tui.services.writing import Saved, Writing
from trainer_tui.ui.quiet import WhenQuiet
from trainer_tui.ui.widgets.status import StatusLine

AFTER_LAST_KEY = 0.8
"""Seconds after the last key."""
AT_LEAST_EVERY = 2.0
"""Seconds of unbroken typing that are never exceeded, so that a kill costs less than three."""


class DraftSaver:
    """Saves what `read` returns whenever it differs from what is on disk, and says so by a sign."""

    def __init__(
        self,
        draft: Draft,
        writing: Writing,
        sign: StatusLine,
        *,
        read: Callable[[], Draft],
        pasted: Callable[[], int],
        forget: Callable[[int], None],
        started: Callable[[], bool],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        """Watch over a draft.

        Args:
            draft: As it was opened.
            writing: The service that saves.
            sign: The line that shows what is saved.
            read: Returns the draft as it stands on the screen.
            pasted: Returns the number of the newest paste that the draft on the screen tells of.
            forget: Called with that number when those pastes are on disk.
            started: Whether anything of this draft is on disk already.
            spawn: Runs a save beside the screen.
        """
        self.draft = draft
        """As it was opened or saved last."""
        self._writing, self._sign = writing, sign
        self._read, self._started, self._spawn = read, started, spawn
        self._autosave = WhenQuiet(
            self.save_soon, after=AFTER_LAST_KEY, at_least_every=AT_LEAST_EVERY
        )
        self._pasted, self._forget = pasted, forget
        self._one_at_a_time = asyncio.Lock()
        self._told: str | None = None

    def edited(self) -> None:
        """The text changed: it will be saved by itself."""
        self._autosave.changed()
        self._sign.unsaved()

    def save_soon(self) -> None:
        """Save beside the screen; a failure that was told already is told by the sign only."""
        self._spawn(self._save_quietly())

    async def _save_quietly(self) -> None:
        try:
            await self.save()
        except TrainerError as error:
            told, self._told = self._told, error.message
            if told != error.message:
                raise

    async def save(self, cause: Cause | None = None) -> None:
        """Save off the screen's thread; the sign changes when the store has acknowledged."""
        async with self._one_at_a_time:
            draft, cause, newest = self._next_version(cause)
            if not self._unsaved(draft):
                self._sign.unchanged()
                return
            try:
                saved = await asyncio.to_thread(self._writing.save, draft, cause)
            except TrainerError as error:
                self._failed(error)
                raise
            self._acknowledge(draft, newest, saved)

    def save_now(self, cause: Cause = Cause.LEAVE) -> None:
        """Save before going on: the screen is left, the program stops."""
        draft, cause, newest = self._next_version(cause)
        if self._unsaved(draft):
            try:
                saved = self._writing.save(draft, cause)
            except TrainerError as error:
                self._failed(error)
                raise
            self._acknowledge(draft, newest, saved)

    def settle(self) -> Draft:
        """Take what is on the screen as what is on disk, and return it."""
        self._autosave.stop()
        self.draft = self._read()
        return self.draft

    def _unsaved(self, draft: Draft) -> bool:
        """Whether there is something to put on disk; moving about in an untouched task is not."""
        if _without_place(draft) != _without_place(self.draft):
            return True
        return self._started() and draft.focus != self.draft.focus

    def _next_version(self, cause: Cause | None) -> tuple[Draft, Cause, int]:
        self._autosave.stop()
        draft = self._read()
        return draft, cause or (Cause.PASTE if draft.pastes else Cause.TYPING), self._pasted()

    def _acknowledge(self, draft: Draft, newest: int, saved: Saved) -> None:
        self.draft, self._told = draft, None
        self._forget(newest)
        if draft.pairs == self._read().pairs:
            self._sign.saved(saved.at)

    def _failed(self, error: TrainerError) -> None:
        self._sign.failed(error.message)
        # The text is still on the screen and the disk may come back: try again soon.
        self._autosave.changed()


def _without_place(draft: Draft) -> Draft:
    return msgspec.structs.replace(draft, focus=Focus(), active_seconds=0.0)
