"""Shifts and their time ledger: active, idle and paused seconds, exact across crashes."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from trainer_tui.domain.sync import SyncState

IDLE_AFTER = 120.0
"""Seconds without a key after which time counts as idle; reading a brief is work."""
LONGEST_GAP = 45.0
"""Seconds between two observations beyond which nobody was watching: sleep, a stopped process."""
HEARTBEAT = 15.0
"""Seconds between two saves of the ledger; at most twice that is lost in a crash."""


class Shift(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One sitting of one trainer."""

    id: str
    trainer: str
    team: str
    started_at: datetime
    ended_at: datetime | None = None
    paused_at: datetime | None = None
    """Since when the trainer has it paused, if so."""
    program: str = ""
    """Version of the program that began it."""
    sync: SyncState = SyncState.PENDING
    """Whether its hours are at the hub; they leave when it has ended."""
    refusal: str | None = None
    """The hub's code, when it refused them."""


class Activity(StrEnum):
    """What a second of a shift was spent on."""

    ACTIVE = "active"
    IDLE = "idle"
    PAUSED = "paused"


class LedgerEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """Seconds spent in one way, as observed up to `at`."""

    at: datetime
    activity: Activity
    seconds: float
    task_id: str | None = None


class Totals(msgspec.Struct, frozen=True):
    """Sums of a ledger, in seconds."""

    active: float = 0.0
    idle: float = 0.0
    paused: float = 0.0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.active + other.active, self.idle + other.idle, self.paused + other.paused
        )


def totals(entries: Iterable[LedgerEntry]) -> Totals:
    """Sum a ledger by activity."""
    sums = dict.fromkeys(Activity, 0.0)
    for entry in entries:
        sums[entry.activity] += entry.seconds
    return Totals(sums[Activity.ACTIVE], sums[Activity.IDLE], sums[Activity.PAUSED])


def active_by_task(entries: Iterable[LedgerEntry]) -> dict[str, float]:
    """Sum the active seconds of each task."""
    sums: dict[str, float] = {}
    for entry in entries:
        if entry.activity is Activity.ACTIVE and entry.task_id is not None:
            sums[entry.task_id] = sums.get(entry.task_id, 0.0) + entry.seconds
    return sums


class Stopwatch:
    """Splits observed time into active, idle and paused seconds.

    It is told the monotonic time and never reads a clock, so a wall clock that
    jumps changes nothing. An interval longer than `LONGEST_GAP` between two
    observations was not watched (the machine slept, the process was stopped)
    and counts as nothing.
    """

    def __init__(self, now: float, *, idle_after: float = IDLE_AFTER, paused: bool = False) -> None:
        self.idle_after = idle_after
        """Seconds without a touch after which time counts as idle."""
        self._observed = now
        self._touched = now
        self._task: str | None = None
        self._paused = paused
        self._sums: dict[tuple[Activity, str | None], float] = {}

    @property
    def paused(self) -> bool:
        """Whether the trainer has paused the shift."""
        return self._paused

    def observe(self, now: float) -> None:
        """Count the time since the last observation; `now` in monotonic seconds."""
        start, elapsed = self._observed, now - self._observed
        self._observed = max(now, start)
        if elapsed <= 0:
            return
        if elapsed > LONGEST_GAP:
            # Nobody watched, so nobody worked; the next touch starts afresh.
            self._touched = min(self._touched, now - self.idle_after)
            return
        if self._paused:
            self._add(Activity.PAUSED, elapsed)
            return
        active = min(max(self._touched + self.idle_after - start, 0.0), elapsed)
        self._add(Activity.ACTIVE, active)
        self._add(Activity.IDLE, elapsed - active)

    def touch(self, now: float) -> None:
        """Note that the trainer did something; resumes a paused shift never by itself."""
        self.observe(now)
        self._touched = now

    def work_on(self, task_id: str | None, now: float) -> None:
        """From now on count active time for this task."""
        self.touch(now)
        self._task = task_id

    def pause(self, now: float) -> None:
        """Stop counting as work until `resume`."""
        self.observe(now)
        self._paused = True

    def resume(self, now: float) -> None:
        """Count again."""
        self.observe(now)
        self._paused = False
        self._touched = now

    def pending(self) -> Totals:
        """Return what was counted since the last `take`."""
        sums = dict.fromkeys(Activity, 0.0)
        for (activity, _), seconds in self._sums.items():
            sums[activity] += seconds
        return Totals(sums[Activity.ACTIVE], sums[Activity.IDLE], sums[Activity.PAUSED])

    def pending_for(self, task_id: str) -> float:
        """Return the active seconds of one task since the last `take`."""
        return self._sums.get((Activity.ACTIVE, task_id), 0.0)

    def entries(self, at: datetime) -> tuple[LedgerEntry, ...]:
        """Return what was counted since the last `take` as entries dated `at`."""
        return tuple(
            LedgerEntry(at, activity, round(seconds, 3), task_id)
            for (activity, task_id), seconds in self._sums.items()
            if seconds >= 0.001
        )

    def take(self, at: datetime) -> tuple[LedgerEntry, ...]:
        """Return the same, and start afresh."""
        entries = self.entries(at)
        self._sums.clear()
        return entries

    def _add(self, activity: Activity, seconds: float) -> None:
        if seconds > 0:
            key = (activity, self._task)
            self._sums[key] = self._sums.get(key, 0.0) + seconds
