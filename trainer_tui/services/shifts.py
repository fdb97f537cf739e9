"""Open, pause and end a shift, and keep its time ledger."""

from collections import deque
from datetime import datetime, timedelta
from threading import RLock

import msgspec

from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.shift import (
    HEARTBEAT,
    Activity,
    LedgerEntry,
    Shift,
    Stopwatch,
    Totals,
    active_by_task,
    totals,
)
from trainer_tui.services.locking import locked
from trainer_tui.services.ports import Clock, NewId, Profile, Store

STALE_AFTER = timedelta(hours=12)
"""A shift that was left open and not worked on for so long is over."""


class Shifts:
    """The shift of this trainer, if one is open, and its clock."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        new_id: NewId,
        lock: RLock,
        *,
        program: str,
        idle_after: float,
    ) -> None:
        self._lock = lock
        self._store, self._clock, self._new_id = store, clock, new_id
        self._program, self._idle_after = program, idle_after
        self._stopwatch: Stopwatch | None = None
        self._touches: deque[float] = deque()
        """When the trainer did something, not yet told to the stopwatch; needs no lock."""
        self._spent: dict[str, float] = {}
        self._taken = Totals()
        self._unsaved: tuple[LedgerEntry, ...] = ()
        self._saved = clock.monotonic()
        open_shifts = [shift for shift in store.shifts() if shift.ended_at is None]
        self.current: Shift | None = open_shifts[-1] if open_shifts else None
        if self.current is not None:
            self._taken = totals(store.ledger(self.current.id))

    def all(self) -> tuple[Shift, ...]:
        """Return every shift there was, oldest first."""
        return self._store.shifts()

    @locked
    def last_seen(self) -> datetime:
        """Return when the current shift was last observed, or something was sent in it."""
        shift = self.require()
        signs = (*self._store.ledger(shift.id), *self._store.records(shift.id))
        return max([shift.started_at, *(sign.at for sign in signs)])

    def require(self) -> Shift:
        """Return the open shift, or say that there is none."""
        if self.current is None:
            raise NotAllowed(
                "no shift is open", "Open a task to begin one, or use 'trainer-tui shift start'."
            )
        return self.current

    @locked
    def ensure(self, profile: Profile) -> Shift:
        """Return the open shift; a stale one is ended first, and a new one begins."""
        if self.current is not None:
            seen = self.last_seen()
            if self._clock.now() - seen > STALE_AFTER:
                self.end(at=seen)
        return self.current or self.start(profile)

    @locked
    def start(self, profile: Profile) -> Shift:
        """Begin a shift."""
        if self.current is not None:
            raise NotAllowed("a shift is already open", "End it first.")
        shift = Shift(
            id=self._new_id(),
            trainer=profile.trainer,
            team=profile.team,
            started_at=self._clock.now(),
            program=self._program,
        )
        self._put(shift)
        self._taken = Totals()
        return shift

    @locked
    def end(self, *, at: datetime | None = None) -> Shift:
        """End the shift; `at` dates the end of one that was found open."""
        shift = self.require()
        self.save_ledger()
        ended = msgspec.structs.replace(shift, ended_at=at or self._clock.now(), paused_at=None)
        self._store.put_shift(ended)
        self.current = self._stopwatch = None
        return ended

    @property
    def paused(self) -> bool:
        """Whether the trainer has paused the shift."""
        return self.current is not None and self.current.paused_at is not None

    @locked
    def watch(self) -> None:
        """Begin to count time: the workstation is open."""
        now = self._clock.monotonic()
        self._stopwatch = Stopwatch(
            now, idle_after=self._idle_after, paused=self.require().paused_at is not None
        )
        self._touches.clear()
        self._saved = now

    @locked
    def set_idle_after(self, seconds: float) -> None:
        """Count time as idle after so long without a key, from now on."""
        self._idle_after = seconds
        if self._stopwatch is not None:
            self._observe()
            self._stopwatch.idle_after = seconds

    def touch(self) -> None:
        """Note that the trainer did something; never waits, whatever is being saved."""
        if self._stopwatch is not None:
            self._touches.append(self._clock.monotonic())

    def _observe(self) -> float:
        """Tell the stopwatch what happened until now; returns the monotonic time."""
        now = self._clock.monotonic()
        if self._stopwatch is not None:
            while self._touches:
                self._stopwatch.touch(self._touches.popleft())
            self._stopwatch.observe(now)
        return now

    @locked
    def work_on(self, task_id: str | None) -> None:
        """Count active time for this task from now on."""
        if self._stopwatch is not None:
            self._stopwatch.work_on(task_id, self._observe())

    @locked
    def pause(self) -> None:
        """Stop counting as work; the shift stays paused across restarts."""
        if self.paused:
            raise NotAllowed("the shift is paused already", "Resume it first.")
        self.save_ledger()
        self._put(msgspec.structs.replace(self.require(), paused_at=self._clock.now()))
        if self._stopwatch is not None:
            self._stopwatch.pause(self._observe())

    @locked
    def resume(self) -> None:
        """Count again."""
        if not self.paused:
            raise NotAllowed("the shift is not paused")
        self.save_ledger()
        self._put(msgspec.structs.replace(self.require(), paused_at=None))
        if self._stopwatch is not None:
            self._stopwatch.resume(self._observe())

    def _put(self, shift: Shift) -> None:
        self._store.put_shift(shift)
        self.current = shift

    @locked
    def tick(self) -> bool:
        """Observe the time, save the ledger when a heartbeat has passed; return whether it did."""
        if self._stopwatch is None:
            return False
        if self._observe() - self._saved < HEARTBEAT:
            return False
        self.save_ledger()
        return True

    @locked
    def save_ledger(self) -> None:
        """Put what was counted on disk; what a full disk refuses is kept for the next time."""
        if self._stopwatch is None or self.current is None or self._store.read_only:
            return
        self._saved = self._observe()
        entries = self._stopwatch.take(self._clock.now())
        self._count(entries)
        self._unsaved += entries
        if self._unsaved:
            self._store.add_ledger(self.current.id, self._unsaved)
            self._unsaved = ()

    @locked
    def report_time(self, task_id: str | None, seconds: float) -> None:
        """Enter time that was spent away from the workstation, as the trainer states it."""
        entry = LedgerEntry(self._clock.now(), Activity.ACTIVE, seconds, task_id)
        self._store.add_ledger(self.require().id, (entry,))
        self._count((entry,))

    def _count(self, entries: tuple[LedgerEntry, ...]) -> None:
        self._taken += totals(entries)
        for task_id, seconds in active_by_task(entries).items():
            self._spent[task_id] = self._spent.get(task_id, 0.0) + seconds

    @locked
    def ledger(self, shift_id: str) -> tuple[LedgerEntry, ...]:
        """Return the time ledger of a shift until now, on disk already or not."""
        entries = self._store.ledger(shift_id)
        if self._stopwatch is None or self.current is None or self.current.id != shift_id:
            return entries
        self._observe()
        return entries + self._unsaved + self._stopwatch.entries(self._clock.now())

    @locked
    def spent(self, task_id: str) -> float:
        """Return the active seconds counted for a task since the program started."""
        self._observe()
        pending = self._stopwatch.pending_for(task_id) if self._stopwatch else 0.0
        return self._spent.get(task_id, 0.0) + pending

    @locked
    def totals(self) -> Totals:
        """Return the seconds of the current shift so far."""
        self._observe()
        return self._taken + self._stopwatch.pending() if self._stopwatch else self._taken
