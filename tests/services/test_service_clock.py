"""The time ledger of a shift: what is counted, kept, and shown."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from desks import START, Desk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trainer_tui.domain.errors import NotAllowed, StoreError
from trainer_tui.domain.shift import HEARTBEAT, LONGEST_GAP, Totals, active_by_task, totals
from trainer_tui.services.ports import Profile
from trainer_tui.services.shifts import STALE_AFTER

ONE, TWO = "b.one", "b.two"
YEAR = timedelta(days=365)
on_one_disk = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def on_disk(desk: Desk) -> Totals:
    return totals(desk.store.sound.ledger(desk.shifts.require().id))


def total(time: Totals) -> float:
    return time.active + time.idle + time.paused


def test_a_shift_begins_with_who_works_and_with_what(desk: Desk) -> None:
    shift = desk.shifts.require()
    assert (shift.trainer, shift.team, shift.program) == ("Ada", "Atlas", "test")
    assert (shift.started_at, shift.ended_at, shift.paused_at) == (START, None, None)
    with pytest.raises(NotAllowed, match="already open"):
        desk.shifts.start(desk.station.profile)


def test_no_time_is_counted_until_somebody_watches(desk: Desk) -> None:
    desk.reopen()
    desk.shifts.ensure(desk.station.profile)
    desk.live(60)
    assert desk.shifts.totals() == Totals()
    desk.shifts.watch()
    desk.live(60)
    assert desk.shifts.totals() == Totals(active=60)


def test_the_limit_of_idleness_is_the_one_set(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(idle_after=60)
    desk.live(100, typing=False)
    assert desk.shifts.totals() == Totals(active=60, idle=40)


def test_touches_between_two_looks_at_the_clock_count_each_at_its_moment(
    make_desk: Callable[..., Desk],
) -> None:
    desk = make_desk(idle_after=3)
    for seconds in (10, 1, 4, 2):
        desk.clock.advance(seconds)
        desk.shifts.touch()
    desk.clock.advance(13)
    # Active: 0-3, then 10-14 (keys at 10 and 11), then 15-20 (keys at 15 and 17), of 30.
    assert desk.shifts.totals() == Totals(active=12, idle=18)


def test_a_touch_does_not_wait_for_a_save(desk: Desk) -> None:
    saving, done = threading.Event(), threading.Event()

    def slow(name: str) -> None:
        if name == "save_draft":
            saving.set()
            assert done.wait(60)

    desk.store.before = slow
    worker = threading.Thread(target=desk.write, args=(ONE, "text"))
    worker.start()
    assert saving.wait(30)
    desk.clock.advance(10)
    touch = threading.Thread(target=desk.shifts.touch)
    touch.start()
    touch.join(10)
    waited = touch.is_alive()
    done.set()
    worker.join()
    touch.join()
    assert not waited
    desk.live(115, typing=False)
    assert desk.shifts.totals() == Totals(active=125)


@pytest.mark.parametrize("jump", [YEAR, -YEAR])
def test_a_wall_clock_that_jumps_changes_no_time(desk: Desk, jump: timedelta) -> None:
    desk.writing.open(ONE)
    for moved in (jump, timedelta(), -jump):
        desk.live(40)
        desk.clock.wall += moved
        desk.shifts.tick()
    desk.shifts.save_ledger()
    assert desk.shifts.totals() == on_disk(desk) == Totals(active=120)
    assert desk.shifts.spent(ONE) == 120


@pytest.mark.parametrize("jump", [YEAR, -YEAR])
def test_a_wall_clock_that_jumps_changes_no_state(desk: Desk, jump: timedelta) -> None:
    desk.send(ONE, "old")
    desk.shifts.end()
    desk.clock.wall += jump
    desk.begin()
    desk.send(ONE, "new")
    desk.writing.skip(TWO, "1")
    rows, history = desk.station.rows(), desk.tasks.history(ONE)
    desk.reopen()
    assert desk.station.rows() == rows
    assert desk.tasks.history(ONE) == history
    assert history.last is not None and history.last.revision == 2


def test_another_limit_of_idleness_holds_from_the_moment_it_is_set(desk: Desk) -> None:
    desk.live(100, typing=False)
    desk.shifts.set_idle_after(60)
    desk.live(100, typing=False)
    assert desk.shifts.totals() == Totals(active=100, idle=100)


def test_sleep_counts_as_nothing(desk: Desk) -> None:
    desk.live(60)
    desk.clock.advance(LONGEST_GAP + 1)
    assert desk.shifts.totals() == Totals(active=60)
    desk.live(60)  # with the first key after five seconds
    desk.clock.advance(8 * 3600)
    assert desk.shifts.totals() == Totals(active=115, idle=5)


def test_the_ledger_is_saved_at_each_heartbeat(desk: Desk) -> None:
    saved = []
    for _ in range(8):
        desk.clock.advance(5)
        saved.append(desk.shifts.tick())
    assert saved == [False, False, True] * 2 + [False, False]
    assert on_disk(desk) == Totals(active=30)
    assert desk.store.count("add_ledger") == 2


def test_time_goes_to_the_task_that_is_open(desk: Desk) -> None:
    desk.writing.open(ONE)
    desk.live(50)
    desk.writing.open(TWO)
    desk.live(20)
    desk.shifts.work_on(None)
    desk.live(10)
    assert (desk.shifts.spent(ONE), desk.shifts.spent(TWO)) == (50, 20)
    assert active_by_task(desk.shifts.ledger(desk.shifts.require().id)) == {ONE: 50, TWO: 20}
    assert desk.shifts.totals() == Totals(active=80)


def test_a_pause_lasts_until_it_is_ended_also_over_a_restart(desk: Desk) -> None:
    desk.live(20)
    desk.shifts.pause()
    desk.live(30)
    with pytest.raises(NotAllowed, match="paused already"):
        desk.shifts.pause()
    assert desk.shifts.totals() == Totals(active=20, paused=30)
    desk.close()
    desk.open()
    desk.begin()
    assert desk.shifts.paused
    assert desk.shifts.require().paused_at == START + timedelta(seconds=20)
    desk.live(40)
    desk.shifts.resume()
    desk.live(10)
    assert desk.shifts.totals() == Totals(active=30, paused=70)
    with pytest.raises(NotAllowed, match="not paused"):
        desk.shifts.resume()
    desk.close()
    desk.open()
    assert not desk.shifts.paused


def test_a_shift_that_ends_is_over_with_its_pause(desk: Desk) -> None:
    desk.shifts.pause()
    desk.live(7)
    ended = desk.shifts.end()
    assert (ended.ended_at, ended.paused_at) == (desk.clock.now(), None)
    assert not desk.shifts.paused and desk.shifts.current is None
    assert totals(desk.store.ledger(ended.id)) == Totals(paused=7)
    for act in (desk.shifts.end, desk.shifts.pause, desk.shifts.require):
        with pytest.raises(NotAllowed, match="no shift is open"):
            act()
    assert not desk.shifts.tick()
    desk.reopen()
    assert desk.shifts.all() == (ended,)
    desk.begin()
    assert desk.shifts.totals() == Totals()


# Shifts that were left open


def test_a_shift_that_is_not_stale_goes_on(desk: Desk) -> None:
    shift = desk.shifts.require()
    desk.live(60)
    desk.close()
    desk.open()
    desk.clock.advance(STALE_AFTER.total_seconds())
    desk.begin()
    assert desk.shifts.require() == shift
    assert desk.shifts.totals() == Totals(active=60)


def test_a_stale_shift_is_ended_where_it_was_last_observed(desk: Desk) -> None:
    old = desk.shifts.require()
    desk.live(60)
    seen = desk.clock.now()
    desk.close()
    desk.open()
    desk.clock.advance(STALE_AFTER.total_seconds() + 1)
    desk.begin()
    ended, fresh = desk.shifts.all()
    assert (ended.id, ended.ended_at) == (old.id, seen)
    assert fresh == desk.shifts.current
    assert fresh.started_at == desk.clock.now()
    assert desk.shifts.totals() == Totals()


def test_a_shift_in_which_something_was_sent_lately_is_not_stale(desk: Desk) -> None:
    desk.reopen()  # as the command line does, which does not watch
    shift = desk.shifts.require()
    desk.clock.advance(10 * 3600)
    desk.send(ONE)
    sent = desk.clock.now()
    desk.clock.advance(10 * 3600)
    assert desk.shifts.ensure(desk.station.profile) == shift
    desk.clock.advance(3 * 3600)
    desk.shifts.ensure(desk.station.profile)
    assert desk.shifts.all()[0].ended_at == sent


def test_a_shift_never_ends_before_it_began(desk: Desk) -> None:
    desk.clock.wall -= YEAR
    desk.live(30)
    desk.close()
    desk.open()
    desk.clock.wall += YEAR + timedelta(days=1)
    desk.begin()
    ended = desk.shifts.all()[0]
    assert ended.ended_at == ended.started_at


def test_the_first_shift_needs_no_profile(desk: Desk) -> None:
    desk.shifts.end()
    shift = desk.shifts.ensure(Profile())
    assert (shift.trainer, shift.team) == ("", "")


# Crashes and full disks


@on_one_disk
@given(
    st.lists(st.tuples(st.integers(1, 150), st.booleans()), min_size=1, max_size=25),
    st.booleans(),
)
def test_a_crash_costs_at_most_thirty_seconds(
    make_desk: Callable[[], Desk], steps: list[tuple[int, bool]], paused: bool
) -> None:
    desk = make_desk()
    if paused:
        desk.shifts.pause()
    for tenths, typing in steps:
        desk.clock.advance(tenths / 10)
        if typing:
            desk.shifts.touch()
        desk.shifts.tick()
    passed = sum(tenths for tenths, _ in steps) / 10
    counted = desk.shifts.totals()
    desk.reopen()
    desk.shifts.ensure(desk.station.profile)
    kept = desk.shifts.totals()
    assert total(counted) == pytest.approx(passed, abs=0.02)
    for part in ("active", "idle", "paused"):
        assert 0 <= getattr(kept, part) <= getattr(counted, part) + 0.02
    assert total(counted) - total(kept) <= 2 * HEARTBEAT
    assert kept == on_disk(desk)
    desk.crash()


@on_one_disk
@given(
    st.lists(
        st.tuples(st.integers(1, 400), st.sampled_from(["live", "full", "space", "one", "pause"])),
        max_size=25,
    )
)
def test_a_full_disk_costs_no_time(
    make_desk: Callable[[], Desk], steps: list[tuple[int, str]]
) -> None:
    desk = make_desk()
    for tenths, act in steps:
        desk.clock.advance(tenths / 10)
        try:
            match act:
                case "full":
                    desk.store.failing.add("add_ledger")
                case "space":
                    desk.store.failing.clear()
                case "one":
                    desk.writing.open(ONE)
                case "pause":
                    desk.shifts.resume() if desk.shifts.paused else desk.shifts.pause()
            desk.shifts.tick()
        except StoreError:
            assert desk.store.failing
    passed = sum(tenths for tenths, _ in steps) / 10
    desk.store.failing.clear()
    assert total(desk.shifts.totals()) == pytest.approx(passed, abs=0.05)
    desk.shifts.save_ledger()
    kept, shown = on_disk(desk), desk.shifts.totals()
    assert (kept.active, kept.idle, kept.paused) == pytest.approx(
        (shown.active, shown.idle, shown.paused), abs=0.05
    )
    spent = active_by_task(desk.store.ledger(desk.shifts.require().id)).get(ONE, 0.0)
    assert spent == pytest.approx(desk.shifts.spent(ONE), abs=0.05)
    desk.crash()


def test_time_that_could_not_be_saved_is_shown_and_saved_later_once(desk: Desk) -> None:
    desk.writing.open(ONE)
    desk.store.failing = {"add_ledger"}
    failures = 0
    for _ in range(12):
        desk.clock.advance(5)
        desk.shifts.touch()
        try:
            desk.shifts.tick()
        except StoreError:
            failures += 1
    assert failures == 4
    assert desk.shifts.totals() == Totals(active=60)
    assert desk.station.report().time == Totals(active=60), "a full disk hides no figure"
    assert on_disk(desk) == Totals()
    desk.store.failing.clear()
    desk.live(15)
    assert on_disk(desk) == desk.shifts.totals() == Totals(active=75)
    desk.close()
    desk.open()
    assert on_disk(desk) == desk.shifts.totals() == Totals(active=75)


def test_time_of_an_ended_shift_does_not_fall_to_the_next(desk: Desk) -> None:
    old = desk.shifts.require()
    desk.store.failing = {"add_ledger"}
    desk.clock.advance(20)
    for act in (desk.shifts.tick, desk.shifts.end):
        with pytest.raises(StoreError):
            act()
    assert desk.shifts.current == old
    desk.store.failing.clear()
    desk.shifts.end()
    desk.begin()
    desk.live(30)
    assert totals(desk.store.ledger(old.id)) == Totals(active=20)
    assert on_disk(desk) == Totals(active=30)


def test_time_reported_by_hand_is_counted_once_however_often_it_failed(desk: Desk) -> None:
    desk.store.failing = {"add_ledger"}
    for _ in range(3):
        with pytest.raises(StoreError):
            desk.shifts.report_time(ONE, 600)
    assert desk.shifts.totals() == Totals()
    desk.store.failing.clear()
    desk.shifts.report_time(ONE, 600)
    assert desk.shifts.totals() == on_disk(desk) == Totals(active=600)
    assert desk.shifts.spent(ONE) == 600


def test_closing_saves_the_last_seconds(desk: Desk) -> None:
    desk.clock.advance(7)
    desk.close()
    desk.open()
    assert desk.shifts.totals() == Totals(active=7)


def test_the_store_is_let_go_even_if_the_last_seconds_cannot_be_saved(desk: Desk) -> None:
    desk.clock.advance(7)
    desk.store.failing = {"add_ledger"}
    with pytest.raises(StoreError):
        desk.station.close()
    desk.open()
    assert desk.shifts.totals() == Totals()
