"""The figures of a shift."""

import pytest
from desks import Desk, batch, task

from trainer_tui.domain.errors import NotFound
from trainer_tui.domain.shift import Totals
from trainer_tui.services.reporting import Report

ONE, TWO, TALK, GIVEN = "b.one", "b.two", "b.talk", "b.given"


def counts(report: Report) -> tuple[int, int, int, int, int]:
    return (
        report.submitted,
        report.corrected,
        report.skipped,
        report.flagged,
        report.withdrawn,
    )


def test_a_report_lists_what_was_done_in_order(desk: Desk) -> None:
    desk.writing.open(ONE)
    desk.live(60)
    desk.writing.submit(desk.text(ONE, "three little words", note="look"))
    desk.writing.open(TALK)
    desk.live(30)
    desk.writing.submit(desk.text(TALK, "one two", "three"))
    desk.writing.skip(TWO, "1", "an hour or more")
    desk.writing.flag(GIVEN, "2")
    desk.send(ONE, "four little words now")
    report = desk.station.report()
    assert report.shift == desk.shifts.require()
    assert [(line.what, line.task_id, line.words, line.note) for line in report.lines] == [
        ("submitted", ONE, 3, "look"),
        ("submitted", TALK, 3, ""),
        ("skipped", TWO, 0, "Too long: an hour or more"),
        ("flagged", GIVEN, 0, "Other"),
        ("corrected", ONE, 4, ""),
    ]
    assert [line.seconds for line in report.lines] == [60, 30, 0, 0, 60]
    assert [line.title for line in report.lines][:2] == ["Task one", "Task talk"]
    assert not any(line.withdrawn for line in report.lines)
    assert counts(report) == (2, 1, 1, 1, 0)
    assert report.words == 10
    assert report.time == Totals(active=90)


def test_what_was_taken_back_is_listed_but_counts_as_that_only(desk: Desk) -> None:
    desk.send(ONE, "three little words")
    desk.writing.undo()
    desk.writing.skip(TWO, "1")
    desk.writing.open(TWO)
    desk.send(TWO, "two words")
    report = desk.station.report()
    assert [line.withdrawn for line in report.lines] == [True, True, False]
    assert counts(report) == (1, 0, 0, 0, 2)
    assert report.words == 2


def test_what_is_taken_back_in_a_later_shift_stands_no_more_in_its_own(desk: Desk) -> None:
    desk.send(ONE)
    desk.send(TWO)
    shift = desk.shifts.end()
    desk.clock.advance(60)
    desk.begin()
    desk.writing.withdraw(ONE)
    for _ in range(2):
        assert counts(desk.station.report(shift.id)) == (1, 0, 0, 0, 1)
        assert counts(desk.station.report()) == (0, 0, 0, 0, 0)
        desk.reopen()


def test_a_corrected_task_is_one_task(desk: Desk) -> None:
    desk.send(ONE, "a")
    desk.send(ONE, "b")
    desk.send(ONE, "c")
    assert counts(desk.station.report()) == (1, 2, 0, 0, 0)
    assert desk.station.figures().done == 1


def test_a_correction_counts_where_it_was_made(desk: Desk) -> None:
    desk.send(ONE, "a")
    first = desk.shifts.end()
    desk.begin()
    assert desk.station.figures().done == 0
    desk.send(ONE, "b")
    assert desk.station.figures().done == 1
    assert counts(desk.station.report(first.id)) == (1, 0, 0, 0, 0)
    assert counts(desk.station.report()) == (1, 1, 0, 0, 0)


def test_a_rate_is_not_given_before_ten_minutes_of_work(desk: Desk) -> None:
    desk.send(ONE)
    desk.send(TWO)
    desk.live(595)
    assert desk.station.report().per_hour is None
    desk.live(5)
    assert desk.station.report().per_hour == 12
    desk.live(600, typing=False)
    assert desk.station.report().time == Totals(active=720, idle=480)
    assert desk.station.report().per_hour == 10, "idle time does not count against anyone"


def test_an_empty_shift_has_a_report(desk: Desk) -> None:
    report = desk.station.report()
    assert (report.lines, report.words, report.per_hour) == ((), 0, None)
    assert counts(report) == (0, 0, 0, 0, 0)


def test_a_report_is_of_the_open_shift_or_the_newest_or_the_one_named(desk: Desk) -> None:
    first = desk.shifts.require()
    assert desk.station.report().shift == first
    first = desk.shifts.end()
    assert desk.station.report().shift == first
    desk.clock.advance(60)
    desk.begin()
    second = desk.shifts.require()
    assert desk.station.report().shift == second
    assert desk.station.report(first.id).shift == first
    for unknown in ("nothing", "id-"):
        with pytest.raises(NotFound, match=unknown):
            desk.station.report(unknown)


def test_without_a_shift_there_is_no_report(desk: Desk) -> None:
    desk.home = desk.home / "another"
    with pytest.raises(NotFound, match="no shift yet"):
        desk.open().report()


def test_a_running_report_is_of_this_moment_and_writes_nothing(desk: Desk) -> None:
    desk.writing.open(ONE)
    desk.clock.advance(10)
    writes = len(desk.store.done)
    desk.writing.submit(desk.text(ONE, "text"))
    report = desk.station.report()
    assert report.time == desk.shifts.totals() == Totals(active=10)
    assert report.lines[0].seconds == 10
    assert len(desk.store.done) == writes + 1


def test_somebody_who_only_looks_gets_the_report_of_what_is_on_disk(desk: Desk) -> None:
    desk.writing.open(ONE)
    desk.live(60)
    desk.writing.submit(desk.text(ONE, "text"))
    desk.close()
    looking = desk.open(read_only=True)
    assert looking.report().time == Totals(active=60)
    assert counts(looking.report()) == (1, 0, 0, 0, 0)
    assert looking.figures().done == 1
    looking.close()


def test_work_on_a_task_that_is_gone_is_still_in_the_report(desk: Desk) -> None:
    desk.writing.skip(ONE, "1")
    desk.station.add_batch(batch("b", task("two")))
    assert desk.station.report().lines[0].title == ONE


def test_the_figures_of_the_header(desk: Desk) -> None:
    desk.send(ONE)
    desk.writing.skip(TWO, "1")
    desk.live(15)
    desk.shifts.pause()
    figures = desk.station.figures()
    assert figures.time == Totals(active=15)
    assert (figures.done, figures.total, figures.staying, figures.paused) == (1, 5, 2, True)
    desk.shifts.resume()
    desk.writing.withdraw(ONE)
    figures = desk.station.figures()
    assert (figures.done, figures.staying, figures.paused) == (0, 3, False)
    assert figures.waiting == 0
    desk.reopen()
    assert desk.station.figures().staying == 3
    desk.shifts.end()
    assert desk.station.figures().done == 0
