"""Keeps the line to the hub going beside the screens, one exchange at a time."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec
from textual.timer import Timer

from trainer_tui.domain.errors import TrainerError
from trainer_tui.domain.progress import State, state_of
from trainer_tui.domain.task import Task
from trainer_tui.services.sync_status import Outcome, Phase, Refused, SyncStatus
from trainer_tui.services.tasks import TaskList
from trainer_tui.ui.hub_words import Told, answer, claim_sentence, of_note
from trainer_tui.ui.quiet import WhenQuiet

if TYPE_CHECKING:
    from trainer_tui.services.syncing import Syncing
    from trainer_tui.ui.app import TrainerApp

AFTER_WORK = 0.5
"""Seconds after the last work, so that the next task opens first."""
AT_LEAST_EVERY = 5.0
"""Seconds of work without a rest that are never exceeded."""
AFTER_FAULT = 600.0
"""Seconds until an exchange is tried again that a fault in the program broke off."""
FAREWELL = 0.5
"""Seconds that the end of the program gives to an exchange which is broken off."""

Result = TypeVar("Result")


class Seen(NamedTuple):
    """How things stood at one look."""

    status: SyncStatus = SyncStatus(phase=Phase.NO_HUB)
    left: Mapping[str, float] = {}
    """Seconds for which each claimed task is still this member's, negative when over."""


def apart(act: Callable[[], Result]) -> "asyncio.Future[Result]":
    """Run something in a thread of its own, for which the end of the program does not wait."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def settle(put: Callable[[], None]) -> None:
        def unless_gone() -> None:
            if not future.done():
                put()

        with suppress(RuntimeError):  # the loop is closed, nobody listens any more
            loop.call_soon_threadsafe(unless_gone)

    def run() -> None:
        try:
            result = act()
        except Exception as error:
            caught = error
            settle(lambda: future.set_exception(caught))
        else:
            settle(lambda: future.set_result(result))

    threading.Thread(target=run, name="exchange", daemon=True).start()
    return future


class Exchange:
    """Syncs at the start, after work, on the service's timer and when asked.

    What it shows is what it saw last: no key waits for the line or for a lock.
    """

    def __init__(self, app: "TrainerApp", syncing: "Syncing | None") -> None:
        self._app, self._syncing = app, syncing
        self.seen = Seen()
        self.running = False
        self._again = self._asked = False
        self._told = Told()
        self._timer: Timer | None = None
        self._quiet: WhenQuiet | None = None
        self._thread: asyncio.Future[Outcome] | None = None

    @property
    def linked(self) -> bool:
        """Whether there is a hub, and this window is the one that syncs with it."""
        return self._syncing is not None and self.seen.status.phase is not Phase.NO_HUB

    def refused(self, record_id: str) -> Refused | None:
        """Return what is known of a record that was refused."""
        return next((one for one in self.seen.status.refused if one.record_id == record_id), None)

    def claim_of(self, task_id: str) -> str:
        """Return what the brief of a task says about its claim; empty: nothing."""
        return claim_sentence(self.seen.left.get(task_id))

    @property
    def syncing(self) -> "Syncing":
        """The service; only where `linked`."""
        assert self._syncing is not None
        return self._syncing

    # When

    def start(self) -> None:
        """Begin, once the first screen is painted."""
        if self._syncing is None or self._app.workstation.read_only:
            self._syncing = None
            return
        self._quiet = WhenQuiet(self._begin, after=AFTER_WORK, at_least_every=AT_LEAST_EVERY)
        self._see(Seen(self._syncing.status()))
        if self.linked:
            self.look_soon()
            self._begin()

    def after_work(self) -> None:
        """Something was sent, skipped, flagged or taken back, or a shift has ended."""
        if self.linked and self._quiet is not None:
            self._quiet.changed()
            self.look_soon()

    def ask(self) -> bool:
        """Exchange now, because the trainer asks, and say what came of it; False: no hub."""
        if not self.linked:
            return False
        self._asked = True
        self._begin(news=False)
        return True

    def _begin(self, *, news: bool = True) -> None:
        if self._quiet is not None:
            self._quiet.stop()
        if self._timer is not None:
            self._timer.stop()
        if self.running:
            # What is new it may have passed by already; who only asks is answered by this one.
            self._again = self._again or news
            return
        self.running = True
        self._app.run_worker(self._exchange(), group="exchange", exit_on_error=False)

    async def _exchange(self) -> None:
        again = True
        while again:
            self._again = False
            outcome, fault = await self._once()
            self.running = again = self._again and outcome.trouble is None
            self._see(await asyncio.to_thread(self._look))
            self._followed(outcome)
        if fault or self.seen.status.next_in is not None:
            wait = AFTER_FAULT if fault else self.seen.status.next_in
            self._timer = self._app.set_timer(wait or 0.0, self._begin)

    async def _once(self) -> tuple[Outcome, bool]:
        self._thread = apart(self.syncing.sync)
        try:
            return await self._thread, False
        except TrainerError as error:
            return Outcome(trouble=error), False
        except Exception as error:
            return Outcome(trouble=self._app.reported(error)), True
        finally:
            self._thread = None

    async def stop(self) -> None:
        """Break off what goes on; the program ends, whatever the network does."""
        if self._quiet is not None:
            self._quiet.stop()
        if self._syncing is None:
            return
        # Even this may wait for something; what is on disk is whole at every moment.
        ends: list[asyncio.Future[Any]] = [apart(self._syncing.close)]
        if self._thread is not None:
            ends.append(self._thread)
        await asyncio.wait(ends, timeout=FAREWELL)

    # What is seen

    def look_soon(self) -> None:
        """Look how things stand, off the screen's thread."""
        self._app.run_worker(self.look(), group="look", exclusive=True, exit_on_error=False)

    async def look(self) -> None:
        """Look how things stand, and show it."""
        if self.linked:
            self._see(await asyncio.to_thread(self._look))

    def _look(self) -> Seen:
        tasks, syncing = self._app.workstation.tasks, self.syncing
        left = {
            task.id: seconds
            for batch in tuple(tasks.batches.values())
            if batch.hub
            for task in batch.tasks
            if _unfinished(task, tasks) and (seconds := syncing.time_left(task.id)) is not None
        }
        return Seen(syncing.status(), left)

    def _see(self, seen: Seen) -> None:
        if seen.status.phase is Phase.SYNCING and self.linked:
            # Trying again is no news: what was true before stays until it is known better.
            before = self.seen.status.phase
            status = msgspec.structs.replace(seen.status, phase=before)
            seen = seen._replace(status=status)
        self.seen = seen
        self._app.hub_seen()

    def _followed(self, outcome: Outcome) -> None:
        """Show what an exchange has changed, and tell what is of note."""
        if outcome.tasks:
            self._app.follow_list()
        self._told = self._told.and_then(outcome)
        if not self._asked:
            self._told = self._told._replace(sent=0)
            self.tell()
        elif not self.running:
            self._asked = False
            told, self._told = self._told, Told()
            if outcome.trouble is not None:
                self._app.show_error(outcome.trouble)
            else:
                self._app.say(answer(told))

    def tell(self) -> None:
        """Tell what is of note where it is in nobody's way."""
        if self._app.may_be_told and (words := of_note(self._told)):
            self._app.say(words)
            self._told = Told()


def _unfinished(task: Task, tasks: TaskList) -> bool:
    has_draft = tasks.has_draft(task.id)
    state = state_of(task, tasks.history(task.id), has_draft=has_draft)
    return state in (State.OPEN, State.DRAFT)
