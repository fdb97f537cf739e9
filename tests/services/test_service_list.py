"""The task list: order, filters, batches that come again, and what is next."""

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from desks import START, Desk, batch, task
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.domain.errors import NotAllowed, NotFound
from trainer_tui.domain.message import Message, Role
from trainer_tui.domain.progress import State
from trainer_tui.domain.submission import Skip, Submission, Withdrawal
from trainer_tui.domain.task import Category, Kind, Task
from trainer_tui.services.locking import Lock
from trainer_tui.services.tasks import TaskList
from trainer_tui.services.workstation import Workstation


def names(station: Workstation, batch_id: str | None = None) -> list[str]:
    return [row.task.id.partition(".")[2] for row in station.rows(batch_id)]


def test_work_in_progress_comes_first_then_what_is_open_then_what_is_settled(desk: Desk) -> None:
    states = ("draft", "low", "high", "flagged", "skipped", "done", "done-high", "rank")
    priorities = {"high": 5, "done-high": 9, "low": -1, "rank": 100}
    desk.station.add_batch(
        batch(
            "c",
            *(
                task(
                    name,
                    Kind.RANK if name == "rank" else Kind.WRITE,
                    batch_id="c",
                    priority=priorities.get(name, 0),
                )
                for name in reversed(states)
            ),
        )
    )
    desk.write("c.draft", "text")
    desk.writing.flag("c.flagged", "1")
    desk.writing.skip("c.skipped", "1")
    desk.send("c.done")
    desk.send("c.done-high")
    assert names(desk.station, "c") == [
        "draft",
        "high",
        "low",
        "rank",
        "flagged",
        "skipped",
        "done-high",
        "done",
    ]


def test_open_tasks_are_in_the_order_of_priority_then_of_import(desk: Desk) -> None:
    desk.clock.advance(1)
    desk.station.add_batch(batch("a", task("x", batch_id="a"), task("y", batch_id="a", priority=1)))
    expected = ["y", "one", "two", "talk", "given", "x", "rank"]
    assert names(desk.station) == expected
    assert names(desk.reopen()) == expected


def test_a_closed_batch_is_off_the_list_but_its_work_stays(desk: Desk) -> None:
    desk.station.add_batch(batch("c"))
    desk.send("c.one")
    both = desk.station.rows()
    desk.station.close_batch("c")
    desk.station.close_batch("c")
    assert desk.station.profile.closed_batches == ("c",)
    assert {row.task.id[0] for row in desk.station.rows()} == {"b"}
    assert len(desk.station.rows("c")) == 5, "asked for by name it is shown"
    assert (desk.station.figures().total, desk.station.figures().done) == (5, 0)
    assert len(list(desk.station.samples())) == 1
    assert desk.tasks.state("c.one") is State.DONE
    desk.reopen()
    assert {row.task.id[0] for row in desk.station.rows()} == {"b"}
    desk.station.close_batch("c", False)
    assert desk.station.rows() == both
    with pytest.raises(NotFound):
        desk.station.close_batch("d")


def test_one_batch_can_be_looked_at_alone(desk: Desk) -> None:
    desk.station.add_batch(batch("c", task("x", batch_id="c")))
    assert names(desk.station, "c") == ["x"]
    assert names(desk.station, "nothing") == []
    assert desk.station.figures().total == 6
    desk.station.update_profile(batch_filter="c")
    assert desk.station.figures().total == 1


# Batches that come again


def test_the_same_batch_again_writes_nothing(desk: Desk) -> None:
    desk.clock.advance(3600)
    writes = len(desk.store.done)
    again = desk.station.add_batch(batch())
    assert (again.added, again.changed, again.removed) == (0, 0, 0)
    assert again.batch.imported_at == START
    assert len(desk.store.done) == writes


def test_new_and_changed_tasks_are_counted_and_take_their_place(desk: Desk) -> None:
    desk.clock.advance(3600)
    one = msgspec.structs.replace(task("one"), instructions="Do it well.")
    imported = desk.station.add_batch(batch("b", task("two"), task("new"), one))
    assert (imported.added, imported.changed, imported.removed) == (1, 1, 3)
    assert imported.batch.imported_at == START
    assert names(desk.station) == ["two", "new", "one"]
    assert desk.tasks.task("b.one").instructions == "Do it well."
    rows = desk.station.rows()
    assert desk.reopen().rows() == rows


@pytest.mark.parametrize("work", ["draft", "sent", "taken back", "skip", "flag", "nothing"])
def test_a_task_that_is_gone_stays_if_somebody_wrote_for_it(desk: Desk, work: str) -> None:
    match work:
        case "draft":
            desk.write("b.one", "text")
        case "sent":
            desk.send("b.one")
        case "taken back":
            desk.send("b.one")
            desk.writing.undo()
            desk.writing.discard("b.one")
        case "skip":
            desk.writing.skip("b.one", "1")
        case "flag":
            desk.writing.flag("b.one", "1")
    stays = work in ("draft", "sent", "taken back")
    for _ in range(2):
        imported = desk.station.add_batch(batch("b", task("two")))
        assert ("b.one" in desk.tasks) is stays
        assert [t.id for t in imported.batch.tasks] == ["b.two"] + ["b.one"] * stays
    assert imported.removed == 0, "the second time nothing is left to take away"
    assert ("b.one" in desk.reopen().tasks) is stays
    back = desk.station.add_batch(batch("b", task("two"), task("one")))
    assert back.added == (not stays)
    expected = {"draft": State.DRAFT, "sent": State.DONE, "skip": State.SKIPPED}
    if work in expected:
        assert desk.tasks.state("b.one") is expected[work]


def test_a_plan_writes_nothing_and_says_what_would_be(desk: Desk) -> None:
    writes, rows = len(desk.store.done), desk.station.rows()
    other = batch("b", task("new"))
    planned = desk.station.plan_batch(other)
    assert (len(desk.store.done), desk.station.rows()) == (writes, rows)
    assert desk.station.add_batch(other) == planned


def test_a_task_belongs_to_one_batch(desk: Desk) -> None:
    rows = desk.station.rows()
    for act in (desk.station.plan_batch, desk.station.add_batch):
        with pytest.raises(NotAllowed, match=r"the batch 'b' has a task 'b\.one' already"):
            act(batch("b.o", task("one")))
    assert desk.station.rows() == rows
    assert desk.reopen().rows() == rows


def test_a_batch_is_replaced_without_a_moment_in_which_its_tasks_are_missing() -> None:
    tasks = TaskList([batch()], [], [], Lock())
    missing: list[str] = []

    class Watched(dict[str, Task]):
        def __delitem__(self, key: str) -> None:
            super().__delitem__(key)
            missing.extend({"b.one", "b.two"} - self.keys())

    tasks._tasks = Watched(tasks._tasks)
    tasks.put_batch(batch("b", task("one"), task("two")))
    assert not missing
    assert "b.talk" not in tasks and "b.one" in tasks


# What is next

ORDER = ["b.one", "b.two", "b.talk", "b.rank", "b.given"]


def test_the_next_task_is_the_first_open_one_after_this_then_from_the_top(desk: Desk) -> None:
    desk.send("b.talk", "a", "b")
    following = {i: desk.writing.next_after(i, ORDER) for i in [*ORDER, None, "elsewhere"]}
    assert following == {
        "b.one": "b.two",
        "b.two": "b.given",
        "b.talk": "b.given",
        "b.rank": "b.given",
        "b.given": "b.one",
        None: "b.one",
        "elsewhere": "b.one",
    }
    desk.writing.skip("b.given", "1")
    assert desk.writing.next_after("b.two", ORDER) == "b.one"
    desk.write("b.two", "a draft is open work too")
    assert desk.writing.next_after("b.one", ORDER) == "b.two"


def test_a_task_is_never_the_next_after_itself(desk: Desk) -> None:
    assert desk.writing.next_after("b.one", ["b.one"]) is None
    assert desk.writing.next_after("b.one", ["b.one", "b.rank"]) is None
    assert desk.writing.next_after(None, []) is None


# Long lists


def lines_run(act: Callable[[], Any]) -> int:
    """Count the lines of the program that a call runs, which no other load changes."""
    count = 0

    def trace(frame: Any, event: str, argument: Any) -> Any:
        nonlocal count
        if "trainer_tui" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return count


def long_list(size: int) -> TaskList:
    tasks = tuple(
        Task(id=f"b.{n}", kind=Kind.WRITE, title="T", instructions="I", priority=n % 3)
        for n in range(size)
    )
    return TaskList([batch("b", *tasks)], [], [], Lock())


def test_the_cost_of_the_list_grows_with_its_length_only() -> None:
    small, large = long_list(500), long_list(2_000)
    assert lines_run(large.rows) < 4.2 * lines_run(small.rows)
    assert lines_run(lambda: large.state("b.1")) == lines_run(lambda: small.state("b.1"))


def test_a_hundred_thousand_tasks_are_listed_in_order() -> None:
    rows = long_list(100_000).rows()
    assert len(rows) == 100_000
    assert [row.task.priority for row in rows] == [2] * 33_333 + [1] * 33_333 + [0] * 33_334
    assert [row.task.id for row in rows[:2]] == ["b.2", "b.5"]


def test_recording_costs_the_same_however_much_was_recorded_before(desk: Desk) -> None:
    tasks = tuple(task(str(n)) for n in range(60))
    desk.station.add_batch(batch("b", *tasks))
    costs = [lines_run(lambda n=n: desk.tasks.add_record(skip_of(desk, n))) for n in range(60)]
    assert len(set(costs)) == 1


def skip_of(desk: Desk, number: int) -> Any:
    return Skip(
        id=desk.new_id(),
        task_id=f"b.{number}",
        batch_id="b",
        shift_id="s",
        at=START,
        reason="Other",
    )


# Samples


def test_samples_are_what_stands_or_what_was_taken_back_or_all(desk: Desk) -> None:
    first = desk.send("b.one", "old").record_id
    second = desk.send("b.one", "new").record_id
    third = desk.send("b.two").record_id
    desk.writing.undo()
    ids = {
        status: [s.submission_id for s in desk.station.samples(status=status)]
        for status in ("standing", "withdrawn", "all")
    }
    assert ids == {"standing": [second], "withdrawn": [third], "all": [first, second, third]}
    desk.reopen()
    assert [s.submission_id for s in desk.station.samples()] == [second]
    desk.writing.withdraw("b.one")
    assert [s.submission_id for s in desk.station.samples()] == [first], "the first stands again"


def test_samples_are_chosen_by_batch_and_by_moment(desk: Desk) -> None:
    desk.station.add_batch(batch("c"))
    for task_id in ("b.one", "c.one", "b.two"):
        desk.send(task_id)
        desk.clock.advance(60)

    def chosen(*args: Any) -> list[str]:
        return [sample.task_id for sample in desk.station.samples(*args)]

    assert chosen() == ["b.one", "c.one", "b.two"]
    assert chosen("b") == ["b.one", "b.two"]
    minute = timedelta(minutes=1)
    assert chosen(None, START + minute) == ["c.one", "b.two"], "the first moment is included"
    assert chosen(None, None, START + minute) == ["b.one"], "the second is not"
    assert chosen("b", START + minute / 2, START + 3 * minute) == ["b.two"]
    assert chosen("d") == []


def test_a_sample_opens_as_the_task_did_when_it_was_sent(desk: Desk) -> None:
    desk.send("b.given", "A response")
    given = msgspec.structs.replace(
        desk.tasks.task("b.given"),
        system="Be long.",
        context=(),
        category=Category.CHAT,
        extra={"source": 7},
    )
    desk.station.add_batch(batch("b", given, language="de"))
    (sample,) = desk.station.samples()
    assert [message.content for message in sample.messages] == [
        "Be brief.",
        "Hello",
        "Hello!",
        "Prompt 0",
        "A response",
    ]
    assert (sample.own, sample.messages[3].role) == (3, Role.USER)
    assert sample.messages[0] == Message(Role.SYSTEM, "Be brief.")
    assert (sample.category, sample.language, sample.extra) == ("chat", "de", {"source": 7})
    assert (sample.revision, sample.submitted_at, sample.batch_id) == (1, START, "b")


def test_the_language_of_a_task_goes_before_its_batchs(desk: Desk) -> None:
    desk.station.add_batch(
        batch("c", task("x", batch_id="c", language="fr"), task("y", batch_id="c"), language="es")
    )
    desk.send("c.x")
    desk.send("c.y")
    assert [sample.language for sample in desk.station.samples()] == ["fr", "es"]


@given(st.permutations(range(6)))
def test_records_count_in_the_order_of_their_ids(order: list[int]) -> None:
    stamp = {"task_id": "b.one", "batch_id": "b", "shift_id": "s", "at": START}
    records = [
        Submission(id="r1", pairs=(), **stamp),
        Submission(id="r2", pairs=(), revision=2, replaces="r1", **stamp),
        Withdrawal(id="r3", record_id="r2", **stamp),
        Submission(id="r4", pairs=(), revision=3, replaces="r1", **stamp),
        Skip(id="r5", reason="Other", **stamp),
        Withdrawal(id="r6", record_id="r5", **stamp),
    ]
    tasks = TaskList([batch()], [records[place] for place in order], [], Lock())
    history = tasks.history("b.one")
    assert history.last is records[3] and history.newest is records[3]
    assert tasks.state("b.one") is State.DONE
