"""Saves come from workers while the screen reads."""

import itertools
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from desks import Desk, batch, task

from trainer_tui.domain.draft import Cause
from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.progress import State

WRITERS, ROUNDS = 5, 8


@pytest.fixture
def hasty_switching() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def together(*acts: Callable[[], object]) -> list[BaseException]:
    """Run functions each in a thread of its own, from one moment; what they raised."""
    start = threading.Barrier(len(acts))
    raised: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        start.wait(30)
        try:
            act()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return raised


@pytest.mark.usefixtures("hasty_switching")
def test_threads_that_save_submit_and_read_lose_nothing(desk: Desk) -> None:
    tasks = tuple(task(f"{w}-{r}") for w in range(WRITERS) for r in range(ROUNDS))
    desk.station.add_batch(batch("b", *tasks))
    finished: list[int] = []
    count = itertools.count(1)

    def writer(number: int) -> None:
        try:
            for turn in range(ROUNDS):
                task_id = f"b.{number}-{turn}"
                for words in ("one", "one two", "one two three"):
                    desk.write(task_id, words)
                desk.writing.submit(desk.writing.look(task_id))
                if turn % 4 == 1:
                    desk.writing.withdraw(task_id)
                if turn % 4 == 2:
                    desk.writing.flag(task_id, "1")
                if turn % 4 == 3:
                    desk.write(task_id, "corrected")
                    desk.writing.skip(task_id, "1")
        finally:
            finished.append(number)

    def reader() -> None:
        while len(finished) < WRITERS:
            assert len(desk.station.rows("b")) == len(tasks)
            desk.station.figures()
            list(desk.station.samples(status="all"))
            desk.station.report()

    def ticker() -> None:
        while len(finished) < WRITERS:
            desk.clock.advance(5)
            desk.shifts.touch()
            desk.shifts.tick()
            next(count)

    def importer() -> None:
        while len(finished) < WRITERS:
            desk.station.add_batch(batch("c", task(f"n{next(count)}", batch_id="c")))
            desk.station.close_batch("c")
            desk.station.update_profile(last_task=f"b.{next(count)}")

    writers = [lambda number=number: writer(number) for number in range(WRITERS)]
    assert together(*writers, reader, ticker, importer) == []
    wanted = (State.DONE, State.DRAFT, State.FLAGGED, State.SKIPPED)
    for _ in range(2):
        for one in tasks:
            turn = int(one.id[-1])
            assert desk.tasks.state(one.id) is wanted[turn % 4], one.id
            assert len(desk.writing.versions(one.id)) == (3, 4, 3, 4)[turn % 4]
        assert len(desk.store.records()) == WRITERS * ROUNDS * 7 // 4
        assert len(desk.tasks.submissions()) == WRITERS * ROUNDS
        desk.shifts.save_ledger()
        active = desk.shifts.totals().active
        desk.reopen()
        assert desk.shifts.totals().active == pytest.approx(active)


@pytest.mark.usefixtures("hasty_switching")
def test_of_two_threads_that_submit_one_text_one_is_refused(desk: Desk) -> None:
    draft = desk.write("b.one", "text")
    raised = together(*[lambda: desk.writing.submit(draft)] * 8)
    assert len(raised) == 7
    assert all(isinstance(error, NotAllowed) for error in raised)
    assert len(desk.store.records()) == 1


@pytest.mark.usefixtures("hasty_switching")
def test_versions_of_one_draft_are_numbered_without_a_hole(desk: Desk) -> None:
    draft = desk.write("b.one", "text")
    assert together(*[lambda: desk.writing.save(draft, Cause.TYPING)] * 8) == []
    assert [version.number for version in desk.writing.versions("b.one")] == list(range(1, 10))
