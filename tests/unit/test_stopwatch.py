from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trainer_tui.domain.shift import (
    LONGEST_GAP,
    Activity,
    LedgerEntry,
    Stopwatch,
    Totals,
    active_by_task,
    totals,
)

AT = datetime(2026, 1, 1, tzinfo=UTC)


def watched(stopwatch: Stopwatch, until: int, start: int = 0, step: int = 5) -> Totals:
    for now in range(start + step, until + 1, step):
        stopwatch.observe(now)
    return stopwatch.pending()


def test_time_is_active_until_exactly_the_idle_limit() -> None:
    assert watched(Stopwatch(0, idle_after=120), 115) == Totals(active=115)
    assert watched(Stopwatch(0, idle_after=120), 120) == Totals(active=120)
    assert watched(Stopwatch(0, idle_after=120), 150) == Totals(active=120, idle=30)


def test_an_interval_is_split_where_the_limit_lies_in_it() -> None:
    assert watched(Stopwatch(0, idle_after=63), 120, step=40) == Totals(active=63, idle=57)


def test_idle_time_before_a_touch_stays_idle() -> None:
    stopwatch = Stopwatch(0, idle_after=60)
    watched(stopwatch, 100)
    stopwatch.touch(103)
    assert watched(stopwatch, 203, start=103) == Totals(active=60 + 60, idle=43 + 40)


def test_paused_time_is_neither_active_nor_idle() -> None:
    stopwatch = Stopwatch(0, idle_after=60)
    stopwatch.observe(10)
    stopwatch.pause(20)
    assert stopwatch.paused
    watched(stopwatch, 320, start=20)
    stopwatch.touch(325)
    assert stopwatch.paused, "a key does not resume a shift"
    stopwatch.resume(330)
    stopwatch.observe(340)
    assert stopwatch.pending() == Totals(active=30, paused=310)


@pytest.mark.parametrize("paused", [False, True])
def test_a_gap_that_nobody_watched_counts_nothing(paused: bool) -> None:
    stopwatch = Stopwatch(0, paused=paused)
    stopwatch.observe(LONGEST_GAP)
    counted = stopwatch.pending()
    assert counted == (Totals(paused=LONGEST_GAP) if paused else Totals(active=LONGEST_GAP))
    stopwatch.observe(2 * LONGEST_GAP + 0.001)
    assert stopwatch.pending() == counted


def test_after_a_gap_time_is_idle_until_the_next_touch() -> None:
    stopwatch = Stopwatch(0, idle_after=120)
    stopwatch.touch(1)
    stopwatch.observe(50_000)
    stopwatch.observe(50_010)
    assert stopwatch.pending() == Totals(active=1, idle=10)
    stopwatch.touch(50_011)
    stopwatch.observe(50_021)
    assert stopwatch.pending() == Totals(active=11, idle=11)


def test_time_that_runs_backward_counts_nothing_twice() -> None:
    stopwatch = Stopwatch(100)
    stopwatch.observe(110)
    stopwatch.observe(105)
    stopwatch.observe(110)
    assert stopwatch.pending() == Totals(active=10)
    stopwatch.observe(112)
    assert stopwatch.pending() == Totals(active=12)


def test_active_time_goes_to_the_task_of_the_moment() -> None:
    stopwatch = Stopwatch(0)
    stopwatch.work_on("a", 10)
    stopwatch.work_on("b", 30)
    stopwatch.work_on(None, 60)
    stopwatch.observe(65)
    assert (stopwatch.pending_for("a"), stopwatch.pending_for("b")) == (20, 30)
    entries = stopwatch.take(AT)
    assert active_by_task(entries) == {"a": 20, "b": 30}
    assert totals(entries) == Totals(active=65)
    assert stopwatch.take(AT) == () and stopwatch.pending() == Totals()
    assert stopwatch.pending_for("a") == 0


def test_only_active_seconds_are_work_on_a_task() -> None:
    entries = [
        LedgerEntry(AT, Activity.ACTIVE, 5, "a"),
        LedgerEntry(AT, Activity.IDLE, 7, "a"),
        LedgerEntry(AT, Activity.ACTIVE, 11),
        LedgerEntry(AT, Activity.ACTIVE, 2, "a"),
    ]
    assert active_by_task(entries) == {"a": 7}
    assert totals(entries) == Totals(active=18, idle=7)


# Against a model that looks at every tenth of a second


class Move(NamedTuple):
    """Let tenths of a second pass, then do something."""

    tenths: int
    act: str


MOVES = st.lists(
    st.builds(
        Move,
        st.integers(-3, 60) | st.integers(0, 500),
        st.sampled_from(["observe", "observe", "touch", "a", "b", "pause", "resume"]),
    ),
    max_size=30,
)


def modeled(moves: list[Move], idle_after: int) -> dict[tuple[Activity, str | None], int]:
    counted: dict[tuple[Activity, str | None], int] = {}
    now = seen = touched = 0
    task, paused = None, False
    for move in moves:
        now += move.tenths
        if now - seen > LONGEST_GAP * 10:
            touched = min(touched, now - idle_after)
        else:
            for tenth in range(seen, now):
                active = tenth < touched + idle_after
                activity = (
                    Activity.PAUSED if paused else Activity.ACTIVE if active else Activity.IDLE
                )
                counted[activity, task] = counted.get((activity, task), 0) + 1
        seen = max(seen, now)
        if move.act in ("touch", "a", "b"):
            touched = now
        if move.act in ("a", "b"):
            task = move.act
        if move.act == "pause":
            paused = True
        if move.act == "resume":
            paused, touched = False, now
    return counted


@given(MOVES, st.integers(1, 200))
@example([Move(450, "observe"), Move(451, "observe")], 200)
@example([Move(60, "touch"), Move(-3, "observe"), Move(10, "observe")], 5)
def test_every_tenth_of_a_second_is_counted_once_and_rightly(
    moves: list[Move], idle_after: int
) -> None:
    stopwatch = Stopwatch(0, idle_after=idle_after / 10)
    now = 0
    for tenths, act in moves:
        now += tenths
        match act:
            case "a" | "b":
                stopwatch.work_on(act, now / 10)
            case _:
                getattr(stopwatch, act)(now / 10)
    expected = modeled(moves, idle_after)
    entries = stopwatch.take(AT)
    assert all(entry.seconds > 0 for entry in entries)
    assert {(e.activity, e.task_id): round(e.seconds * 10, 2) for e in entries} == expected
