"""Writes that fail, and a program that stops between two of them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import pytest
from desks import WRITES, Desk, batch, seen, task

from trainer_tui.domain.draft import Cause
from trainer_tui.domain.errors import StoreError
from trainer_tui.domain.progress import State
from trainer_tui.domain.submission import Withdrawal
from trainer_tui.services.ports import Profile

ONE, TWO = "b.one", "b.two"


class Stopped(BaseException):
    """The process ends here."""


class Call(NamedTuple):
    """A call of a service, what must be there before it, and what it writes."""

    name: str
    write: str
    prepare: Callable[[Desk], Any]
    run: Callable[[Desk], Any]


def nothing(desk: Desk) -> None:
    """Start from a fresh desk."""


def written(desk: Desk) -> None:
    desk.write(ONE, "text", note="note")


def sent(desk: Desk) -> None:
    desk.send(ONE, "text", note="note")


def skipped(desk: Desk) -> None:
    written(desk)
    desk.writing.skip(ONE, "1")


def submit(desk: Desk) -> None:
    desk.writing.submit(desk.writing.look(ONE))


def save(desk: Desk) -> None:
    desk.writing.save(desk.text(ONE, "another text"), Cause.TYPING)


def restore(desk: Desk) -> None:
    versions = desk.writing.versions(ONE)
    desk.writing.restore(desk.writing.look(ONE), versions[0])


CALLS = [
    Call("save", "save_draft", nothing, save),
    Call("save again", "save_draft", written, save),
    Call("restore", "save_draft", written, restore),
    Call("discard", "retire_draft", written, lambda d: d.writing.discard(ONE)),
    Call("submit", "add_record", written, submit),
    Call("submit unsaved", "add_record", nothing, lambda d: d.writing.submit(d.text(ONE, "x"))),
    Call("correct", "add_record", sent, lambda d: d.writing.submit(d.text(ONE, "x"))),
    Call("skip", "add_record", written, lambda d: d.writing.skip(ONE, "1")),
    Call("flag", "add_record", written, lambda d: d.writing.flag(ONE, "1")),
    Call("withdraw", "add_record", sent, lambda d: d.writing.withdraw(ONE)),
    Call("withdraw skip", "add_record", skipped, lambda d: d.writing.withdraw(ONE)),
    Call("undo", "add_record", sent, lambda d: d.writing.undo()),
    Call("open skipped", "add_record", skipped, lambda d: d.writing.open(ONE)),
    Call("profile", "put_profile", nothing, lambda d: d.station.update_profile(last_task=ONE)),
    Call("close batch", "put_profile", nothing, lambda d: d.station.close_batch("b")),
    Call("new batch", "put_batch", nothing, lambda d: d.station.add_batch(batch("c"))),
    Call("change", "put_batch", sent, lambda d: d.station.add_batch(batch("b", task("new")))),
    Call("pause", "put_shift", nothing, lambda d: d.shifts.pause()),
    Call("resume", "put_shift", lambda d: d.shifts.pause(), lambda d: d.shifts.resume()),
    Call("end", "put_shift", nothing, lambda d: d.shifts.end()),
    Call("pause ledger", "add_ledger", nothing, lambda d: d.shifts.pause()),
    Call("end ledger", "add_ledger", nothing, lambda d: d.shifts.end()),
    Call(
        "start",
        "put_shift",
        lambda d: d.shifts.end(),
        lambda d: d.shifts.start(Profile(trainer="Eve")),
    ),
    Call(
        "ensure",
        "put_shift",
        lambda d: d.shifts.end(),
        lambda d: d.shifts.ensure(Profile(trainer="Eve")),
    ),
    Call("report", "add_ledger", nothing, lambda d: d.shifts.report_time(ONE, 600)),
]


def test_every_write_of_a_store_is_tried() -> None:
    assert {call.write for call in CALLS} == set(WRITES)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_a_write_that_fails_changes_nothing_and_the_next_try_works_once(
    make_desk: Callable[[], Desk], call: Call
) -> None:
    troubled, untroubled = make_desk(), make_desk()
    for desk in (troubled, untroubled):
        call.prepare(desk)
        desk.clock.advance(20)
    before = seen(troubled.station)
    troubled.store.failing = {call.write}
    for _ in range(2):
        with pytest.raises(StoreError):
            call.run(troubled)
        assert seen(troubled.station) == before
    troubled.store.failing.clear()
    for desk in (troubled, untroubled):
        call.run(desk)
        desk.clock.advance(20)
        desk.shifts.tick()
    assert nameless(troubled) == nameless(untroubled)
    assert troubled.shifts.totals() == untroubled.shifts.totals()
    live = seen(troubled.station)
    troubled.crash()
    troubled.open()
    assert seen(troubled.station) | {"undo": None} == live | {"undo": None}


def nameless(desk: Desk) -> Any:
    """What a desk shows and has on disk, without ids: failed tries used some up."""
    names: dict[str, str] = {}

    def anonymous(value: Any) -> Any:
        if isinstance(value, str) and value.startswith("id-"):
            return names.setdefault(value, f"name {len(names)}")
        if isinstance(value, dict):
            return {key: anonymous(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [anonymous(item) for item in value]
        return value

    shown = seen(desk.station)
    ledgers = [desk.store.ledger(shift.id) for shift in desk.shifts.all()]
    versions = [desk.store.versions(task_id) for task_id in (ONE, TWO)]
    return anonymous(msgspec.to_builtins([shown, desk.store.records(), ledgers, versions]))


def test_a_shift_that_could_not_be_paused_still_counts_work(desk: Desk) -> None:
    desk.store.failing = {"put_shift"}
    with pytest.raises(StoreError):
        desk.shifts.pause()
    assert not desk.shifts.paused
    desk.live(30)
    assert desk.shifts.totals().active == 30
    desk.store.failing.clear()
    desk.shifts.pause()
    desk.store.failing = {"put_shift"}
    with pytest.raises(StoreError):
        desk.shifts.resume()
    assert desk.shifts.paused
    desk.live(30)
    assert desk.shifts.totals().paused == 30


# Between a submission and the retirement of its journal


@pytest.mark.parametrize("trouble", [StoreError("The disk is full."), Stopped()])
def test_what_was_sent_is_done_whatever_became_of_its_journal(
    desk: Desk, trouble: BaseException
) -> None:
    written(desk)

    def fail(name: str) -> None:
        if name == "retire_draft":
            raise trouble

    desk.store.before = fail
    try:
        submit(desk)
    except Stopped:
        pass
    else:
        assert desk.tasks.state(ONE) is State.DONE
        assert not desk.tasks.has_draft(ONE)
    assert desk.store.sound.drafts(), "the journal is still there"
    desk.crash()
    desk.open(read_only=True)
    assert desk.tasks.state(ONE) is State.DONE, "somebody who only looks sees the same"
    desk.reopen()
    assert desk.tasks.state(ONE) is State.DONE
    assert desk.store.drafts() == {}
    assert len(desk.tasks.submissions()) == 1
    assert [v.draft.note for v in desk.writing.versions(ONE)] == ["note"]


def test_a_journal_that_cannot_retire_does_not_keep_the_program_from_starting(desk: Desk) -> None:
    written(desk)
    desk.store.failing = {"retire_draft"}
    submit(desk)
    desk.crash()
    desk.open(failing=("retire_draft",))
    assert desk.tasks.state(ONE) is State.DONE
    assert desk.store.drafts()


def test_a_correction_after_such_a_failure_has_a_journal_of_its_own(desk: Desk) -> None:
    written(desk)
    desk.store.failing = {"retire_draft"}
    submit(desk)
    desk.store.failing.clear()
    first = desk.tasks.submissions()[0]
    begun = desk.writing.open(ONE)
    assert begun.id != first.draft_id and begun.pairs == first.pairs
    desk.writing.save(desk.text(ONE, "a better text"), Cause.TYPING)
    desk.reopen()
    assert desk.tasks.state(ONE) is State.DRAFT
    assert desk.writing.look(ONE).pairs[0].response == "a better text"


def test_a_journal_that_could_not_retire_is_the_draft_again_once_its_text_is_taken_back(
    desk: Desk,
) -> None:
    draft = desk.write(ONE, "text")
    desk.store.failing = {"retire_draft", "save_draft"}
    submit(desk)
    desk.writing.undo()
    desk.reopen()
    assert desk.tasks.state(ONE) is State.DRAFT
    assert desk.writing.look(ONE) == draft


# Between a withdrawal and the draft that it leaves


@pytest.mark.parametrize("trouble", [StoreError("The disk is full."), Stopped()])
def test_what_was_taken_back_comes_back_on_opening(desk: Desk, trouble: BaseException) -> None:
    sent(desk)

    def fail(name: str) -> None:
        if name == "save_draft":
            raise trouble

    desk.store.before = fail
    try:
        change = desk.writing.undo()
    except Stopped:
        pass
    else:
        assert change.tasks == {ONE}
        assert desk.tasks.newest() is None
    withdrawn = desk.store.sound.records()[-1]
    assert isinstance(withdrawn, Withdrawal)
    for _ in range(2):
        back = desk.writing.open(ONE)
        assert (back.pairs[0].response, back.note) == ("text", "note")
        desk.reopen()
    desk.begin()
    desk.writing.submit(desk.writing.open(ONE))
    assert [s.revision for s in desk.tasks.submissions()] == [1, 2]


# Between any two writes


def day(desk: Desk) -> None:
    """A little of everything."""
    desk.write(ONE, "first")
    desk.clock.advance(20)
    desk.shifts.tick()
    desk.writing.submit(desk.text(ONE, "first text"))
    desk.writing.skip(TWO, "1")
    desk.shifts.pause()
    desk.shifts.resume()
    desk.write(ONE, "corrected")
    desk.writing.submit(desk.writing.look(ONE))
    desk.writing.undo()
    desk.writing.open(TWO)
    desk.station.add_batch(batch("c"))
    desk.station.close_batch("c")
    desk.shifts.end()


def test_a_program_that_stops_before_any_write_loses_nothing_acknowledged(
    make_desk: Callable[[], Desk],
) -> None:
    for last in range(1, 100):
        desk = make_desk()
        count = 0

        def stop(name: str, last: int = last) -> None:
            nonlocal count
            count += 1
            if count == last:
                raise Stopped

        desk.store.before = stop
        try:
            day(desk)
        except Stopped:
            done = desk.store.done
            desk.reopen()
            records = [args[0] for name, args in done if name == "add_record"]
            drafts = [args[0] for name, args in done if name == "save_draft"]
            typed = [args[0] for name, args in done if hasattr(args[0], "pairs")]
            assert list(desk.store.records()) == records
            assert [v.draft for v in desk.writing.versions(ONE)] == drafts
            assert not typed or desk.writing.look(ONE).pairs == typed[-1].pairs
            standing = desk.tasks.history(ONE).last
            assert standing is None or standing.draft_id not in desk.store.drafts().values()
            desk.crash()
        else:
            assert last > 15
            return
    raise AssertionError("the day never ended")
