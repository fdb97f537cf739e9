"""Opening, saving, submitting, skipping, flagging and taking back."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from desks import Desk, batch, task
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trainer_tui.domain.draft import Cause, Focus
from trainer_tui.domain.errors import NotAllowed, NotFound
from trainer_tui.domain.message import Message, Pair, Role
from trainer_tui.domain.progress import State, Verb, allowed
from trainer_tui.domain.submission import Submission, Withdrawal
from trainer_tui.domain.task import Kind
from trainer_tui.domain.verdicts import Waiver
from trainer_tui.services.workstation import Workstation
from trainer_tui.services.writing import Incomplete

ONE, TWO, TALK, RANK, GIVEN = "b.one", "b.two", "b.talk", "b.rank", "b.given"


def put_in(desk: Desk, state: State) -> str:
    """Bring a task into a state; returns its id."""
    match state:
        case State.DRAFT:
            desk.send(ONE, "first")
            desk.write(ONE, "second")
        case State.UNWORKABLE:
            return RANK
        case State.FLAGGED:
            desk.writing.flag(ONE, "1")
        case State.SKIPPED:
            desk.writing.skip(ONE, "1")
        case State.DONE:
            desk.send(ONE, "first")
    return ONE


def act(desk: Desk, verb: Verb, task_id: str, text: str = "another text") -> object:
    match verb:
        case Verb.WRITE:
            return desk.writing.open(task_id)
        case Verb.SUBMIT:
            return desk.writing.submit(desk.text(task_id, text))
        case Verb.SKIP:
            return desk.writing.skip(task_id, "1")
        case Verb.FLAG:
            return desk.writing.flag(task_id, "1")
        case Verb.WITHDRAW:
            return desk.writing.withdraw(task_id)


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("state", State)
def test_the_services_do_what_the_table_allows(desk: Desk, state: State, verb: Verb) -> None:
    chosen = put_in(desk, state)
    assert desk.tasks.state(chosen) is state
    records, last = desk.store.records(), desk.tasks.newest()
    if allowed(state, verb):
        act(desk, verb, chosen)
    else:
        with pytest.raises(NotAllowed):
            act(desk, verb, chosen)
        assert desk.store.records() == records
        assert (desk.tasks.state(chosen), desk.tasks.newest()) == (state, last)


OUTCOMES = {
    Verb.SUBMIT: State.DONE,
    Verb.SKIP: State.SKIPPED,
    Verb.FLAG: State.FLAGGED,
}


@pytest.mark.parametrize("verb", OUTCOMES)
@pytest.mark.parametrize("state", State)
def test_an_action_leads_to_its_state_live_and_after_a_restart(
    desk: Desk, state: State, verb: Verb
) -> None:
    chosen = put_in(desk, state)
    if allowed(state, verb):
        act(desk, verb, chosen)
        assert desk.tasks.state(chosen) is OUTCOMES[verb]
        rows = desk.station.rows()
        assert desk.reopen().rows() == rows


def test_a_fresh_draft_with_nothing_sent_has_nothing_to_take_back(desk: Desk) -> None:
    desk.write(ONE, "text")
    with pytest.raises(NotAllowed, match="nothing to take back"):
        desk.writing.withdraw(ONE)


@pytest.mark.parametrize("verb", [Verb.WRITE, Verb.SUBMIT])
def test_a_skipped_task_that_is_not_workable_stays_so(desk: Desk, verb: Verb) -> None:
    desk.writing.skip(RANK, "1")
    records = desk.store.records()
    with pytest.raises(NotAllowed, match="not yet workable"):
        act(desk, verb, RANK)
    assert desk.store.records() == records
    assert desk.tasks.state(RANK) is State.SKIPPED
    desk.writing.withdraw(RANK)
    assert desk.tasks.state(RANK) is State.UNWORKABLE


@pytest.mark.parametrize("verb", [Verb.WRITE, Verb.SUBMIT])
def test_work_that_was_sent_is_not_corrected_once_its_kind_is_not_workable(
    desk: Desk, verb: Verb
) -> None:
    desk.send(ONE)
    desk.station.add_batch(batch("b", task("one", Kind.RANK)))
    assert desk.tasks.state(ONE) is State.DONE
    with pytest.raises(NotAllowed, match="not yet workable"):
        act(desk, verb, ONE)
    assert len(desk.store.records()) == 1


def test_opening_a_skipped_task_takes_the_skip_back_and_keeps_the_text(desk: Desk) -> None:
    desk.write(ONE, "half a text")
    skip = desk.writing.skip(ONE, "too long")
    assert desk.writing.open(ONE).pairs == (Pair("Prompt 0", "half a text"),)
    assert desk.tasks.state(ONE) is State.DRAFT
    withdrawal = desk.store.records()[-1]
    assert isinstance(withdrawal, Withdrawal) and withdrawal.record_id == skip.record_id


def test_only_a_complete_draft_is_sent(desk: Desk) -> None:
    desk.writing.open(TALK)
    with pytest.raises(Incomplete) as lacking:
        desk.writing.submit(desk.text(TALK, " \n"))
    assert [problem.message for problem in lacking.value.problems] == [
        "the response of turn 1 is empty",
        "1 of at least 2 turns written",
    ]
    assert lacking.value.problems == desk.writing.problems(desk.text(TALK, " \n"))
    assert desk.store.records() == ()
    desk.writing.submit(desk.text(TALK, "a", "b"))
    assert desk.tasks.state(TALK) is State.DONE


def test_a_submission_carries_what_it_was_written_under(desk: Desk) -> None:
    desk.live(30)
    draft = desk.write(GIVEN, "A response", note="a note")
    desk.live(60)
    change = desk.writing.submit(desk.writing.look(GIVEN))
    sent = desk.tasks.history(GIVEN).last
    assert sent is not None and sent == desk.store.records()[0]
    assert (sent.id, sent.draft_id, sent.note) == (change.record_id, draft.id, "a note")
    assert (sent.batch_id, sent.guidelines_version) == ("b", "7")
    assert sent.shift_id == desk.shifts.require().id
    assert sent.at == desk.clock.now()
    assert sent.pairs == (Pair("Prompt 0", "A response"),)
    assert sent.opening == (
        Message(Role.SYSTEM, "Be brief."),
        Message(Role.USER, "Hello"),
        Message(Role.ASSISTANT, "Hello!"),
    )
    assert sent.active_seconds == 60
    newest = desk.tasks.newest()
    assert change.tasks == {GIVEN} and change.undoable
    assert newest is not None and newest.id == change.record_id


def test_a_correction_is_revision_two_and_names_what_it_replaces(desk: Desk) -> None:
    first = desk.send(ONE, "old")
    assert desk.writing.open(ONE).pairs == (Pair("Prompt 0", "old"),)
    second = desk.send(ONE, "new")
    assert second.message == "Submitted “Task one” (revision 2)."
    sent = desk.tasks.history(ONE).last
    assert sent is not None
    assert (sent.revision, sent.replaces) == (2, first.record_id)
    assert [s.revision for s in desk.tasks.submissions()] == [1, 2]


def test_the_same_text_is_not_sent_twice(desk: Desk) -> None:
    desk.send(ONE, "text", note="note")
    for note, refused in (("note", True), ("another note", False)):
        draft = desk.write(ONE, "text", note=note)
        if refused:
            with pytest.raises(NotAllowed, match="word for word"):
                desk.writing.submit(draft)
            assert desk.writing.look(ONE).pairs == draft.pairs, "the draft is not touched"
        else:
            desk.writing.submit(draft)
    assert [s.note for s in desk.tasks.submissions()] == ["note", "another note"]


LONG = {"rule": "words", "at_most": 1}
SAID_BEFORE = {
    "waivers": (Waiver(LONG, "It is a quote."),),
    "self_scores": {"Tone": 5},
    "explanation": "From my notes.",
}


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({}, True),
        ({"waivers": (Waiver(LONG, "It is a quote"),)}, False),
        ({"self_scores": {"Tone": 6}}, False),
        ({"self_scores": {}}, False),
        ({"explanation": "From my own notes."}, False),
        ({"waivers": (*SAID_BEFORE["waivers"], Waiver({"rule": "no_links"}, "Met."))}, True),
        ({"focus": Focus(turn=0, row=3)}, True),
    ],
)
def test_whatever_is_said_otherwise_is_a_reason_for_a_revision(
    desk: Desk, changed: dict[str, Any], refused: bool
) -> None:
    rules = (LONG, {"rule": "no_links"})
    desk.station.add_batch(batch("c", task("ruled", batch_id="c", rules=rules)))
    draft = msgspec.structs.replace(desk.write("c.ruled", "Two words."), **SAID_BEFORE)
    desk.writing.submit(draft)
    desk.reopen()
    desk.begin()
    again = msgspec.structs.replace(desk.writing.open("c.ruled"), **changed)
    if refused:
        with pytest.raises(NotAllowed, match="word for word") as caught:
            desk.writing.submit(again)
        for way_out in ("Change something", "put the draft away", "with undo"):
            assert way_out in str(caught.value.hint)
    else:
        assert desk.writing.submit(again).message.endswith("(revision 2).")


def test_what_was_taken_back_can_be_sent_again_word_for_word(desk: Desk) -> None:
    desk.send(ONE, "text")
    desk.writing.undo()
    desk.writing.submit(desk.writing.open(ONE))
    sent = desk.tasks.history(ONE).last
    assert sent is not None
    assert (sent.revision, sent.replaces) == (2, None)


def test_undo_brings_the_text_back_as_the_draft(desk: Desk) -> None:
    desk.send(ONE, "text", note="note")
    assert not desk.tasks.has_draft(ONE)
    desk.writing.undo()
    assert desk.tasks.state(ONE) is State.DRAFT
    back = desk.writing.open(ONE)
    assert (back.pairs, back.note) == ((Pair("Prompt 0", "text"),), "note")
    desk.reopen()
    assert desk.writing.look(ONE) == back
    versions = desk.writing.versions(ONE)
    assert [v.cause for v in versions] == [Cause.TYPING, Cause.CORRECT]
    assert [v.number for v in versions] == [1, 2]


def test_undo_of_a_correction_leaves_the_first_revision_standing(desk: Desk) -> None:
    desk.send(ONE, "old")
    desk.send(ONE, "new")
    desk.writing.undo()
    last = desk.tasks.history(ONE).last
    assert last is not None and last.pairs[0].response == "old"
    assert desk.writing.open(ONE).pairs[0].response == "new"
    with pytest.raises(NotAllowed, match="word for word"):
        desk.writing.submit(desk.text(ONE, "old"))


def test_undo_walks_back_action_by_action_also_after_a_restart(desk: Desk) -> None:
    desk.send(ONE)
    desk.writing.skip(TWO, "1")
    assert desk.writing.undo().message == "Took back the skip of “Task two”."
    assert desk.tasks.state(ONE) is State.DONE
    desk.reopen()
    desk.begin()
    assert desk.writing.undo().message == "Took back the submission of “Task one”."
    with pytest.raises(NotAllowed, match="nothing to undo"):
        desk.writing.undo()


def test_undo_still_knows_the_last_action_when_another_task_was_taken_back(desk: Desk) -> None:
    desk.writing.skip(TWO, "1")
    desk.send(ONE, "text")
    desk.writing.open(TWO)
    assert desk.writing.undo().tasks == {ONE}
    assert desk.tasks.state(ONE) is State.DRAFT


def test_a_record_that_is_not_the_newest_is_not_taken_back(desk: Desk) -> None:
    first = desk.send(ONE, "old")
    desk.send(ONE, "new")
    with pytest.raises(NotAllowed, match="newer"):
        desk.writing.withdraw(ONE, first.record_id)
    assert len(desk.store.records()) == 2


def test_taking_back_does_not_overwrite_a_draft(desk: Desk) -> None:
    desk.send(ONE, "sent")
    desk.write(ONE, "being corrected")
    desk.writing.withdraw(ONE)
    assert desk.writing.open(ONE).pairs[0].response == "being corrected"
    assert len(desk.writing.versions(ONE)) == 2


def test_a_draft_that_was_put_away_does_not_come_back_with_an_older_submission(desk: Desk) -> None:
    desk.send(ONE, "old")
    desk.send(ONE, "new")
    desk.writing.undo()
    desk.writing.discard(ONE)
    assert desk.tasks.state(ONE) is State.DONE
    desk.writing.withdraw(ONE)
    assert desk.writing.look(ONE).pairs[0].response == "old"
    desk.reopen()
    assert desk.writing.look(ONE).pairs[0].response == "old"


def test_the_time_of_what_was_taken_back_goes_on(make_desk: Callable[[], Desk]) -> None:
    figures = []
    for restart in (False, True):
        desk = make_desk()
        desk.writing.open(ONE)
        desk.live(100)
        desk.writing.submit(desk.text(ONE, "text"))
        if restart:
            desk.reopen()
            desk.begin()
        desk.writing.withdraw(ONE)
        desk.writing.open(ONE)
        desk.live(50)
        desk.writing.submit(desk.text(ONE, "better text"))
        figures.append([s.active_seconds for s in desk.tasks.submissions()])
    assert figures == [[100.0, 150.0]] * 2


def test_a_correction_is_timed_by_itself(desk: Desk) -> None:
    desk.writing.open(ONE)
    desk.live(100)
    desk.writing.submit(desk.text(ONE, "text"))
    desk.writing.open(TWO)
    desk.live(30)
    desk.writing.open(ONE)
    desk.live(40)
    desk.writing.submit(desk.text(ONE, "better text"))
    assert [s.active_seconds for s in desk.tasks.submissions()] == [100.0, 40.0]


def test_text_that_is_sent_without_opening_the_task_took_no_time(desk: Desk) -> None:
    desk.writing.open(ONE)
    desk.live(100)
    desk.writing.submit(desk.text(ONE, "text"))
    desk.writing.submit(desk.text(ONE, "text from elsewhere"))
    assert [s.active_seconds for s in desk.tasks.submissions()] == [100.0, 0.0]


def test_a_draft_that_is_put_away_takes_its_time_along(desk: Desk) -> None:
    desk.writing.open(ONE)
    desk.live(100)
    desk.writing.save(desk.text(ONE, "text"), Cause.TYPING)
    desk.writing.discard(ONE)
    desk.writing.submit(desk.text(ONE, "text from elsewhere"))
    assert [s.active_seconds for s in desk.tasks.submissions()] == [0.0]


def test_the_time_of_a_draft_adds_up_over_restarts(desk: Desk) -> None:
    for part in ("a", "a b", "a b c"):
        desk.writing.open(ONE)
        desk.live(20)
        desk.writing.save(desk.text(ONE, part), Cause.TYPING)
        desk.live(10)
        desk.writing.save(desk.text(ONE, part + "."), Cause.LEAVE)
        desk.close()
        desk.open()
        desk.begin()
    assert desk.writing.look(ONE).active_seconds == 90


def test_what_is_saved_is_what_opens_again(desk: Desk) -> None:
    draft = msgspec.structs.replace(
        desk.text(ONE, "text"), focus=Focus(0, "prompt", 3, 4, 5), note="n"
    )
    saved = desk.writing.save(draft, Cause.PASTE)
    assert (saved.at, saved.version) == (desk.clock.now(), 1)
    assert desk.writing.open(ONE) == draft
    assert desk.reopen().writing.open(ONE) == draft


def test_looking_writes_nothing_and_counts_nothing(desk: Desk) -> None:
    desk.send(ONE)
    writes = len(desk.store.done)
    for chosen in (ONE, TWO, GIVEN):
        desk.writing.look(chosen)
    desk.clock.advance(10)
    assert desk.shifts.spent(TWO) == 0
    assert len(desk.store.done) == writes


def test_an_old_version_is_put_on_top(desk: Desk) -> None:
    for text in ("one", "two", "three"):
        desk.write(ONE, text)
    first = desk.writing.versions(ONE)[0]
    restored = desk.writing.restore(desk.writing.open(ONE), first)
    assert restored.pairs == first.draft.pairs
    assert [v.draft.pairs[0].response for v in desk.writing.versions(ONE)] == [
        "one",
        "two",
        "three",
        "one",
    ]
    assert desk.writing.versions(ONE)[-1].cause is Cause.RESTORE


def test_a_draft_that_is_put_away_can_still_be_restored(desk: Desk) -> None:
    desk.write(ONE, "text")
    assert desk.writing.discard(ONE).tasks == {ONE}
    assert desk.tasks.state(ONE) is State.OPEN
    assert desk.writing.look(ONE).pairs == (Pair(),)
    desk.writing.restore(desk.writing.open(ONE), desk.writing.versions(ONE)[0])
    assert desk.writing.look(ONE).pairs[0].response == "text"
    with pytest.raises(NotAllowed, match="no draft"):
        desk.writing.discard(TWO)


@pytest.mark.parametrize("reason", ["1", "Too long", " too LONG "])
def test_a_reason_is_chosen_by_number_or_words(desk: Desk, reason: str) -> None:
    desk.writing.skip(ONE, reason, "a note")
    skip = desk.tasks.history(ONE).skip
    assert skip is not None
    assert (skip.reason, skip.note) == ("Too long", "a note")


@pytest.mark.parametrize("reason", ["0", "3", "Garbled", "", "²"])
def test_a_reason_that_the_batch_does_not_have_is_refused(desk: Desk, reason: str) -> None:
    with pytest.raises(NotFound) as refused:
        desk.writing.skip(ONE, reason)
    assert "1 Too long" in refused.value.hint
    assert desk.store.records() == ()


def test_nothing_is_recorded_without_a_shift(desk: Desk) -> None:
    desk.send(TWO)
    desk.shifts.end()
    for verb, chosen in ((Verb.SUBMIT, ONE), (Verb.SKIP, ONE), (Verb.WITHDRAW, TWO)):
        with pytest.raises(NotAllowed, match="no shift is open"):
            act(desk, verb, chosen)
    assert len(desk.store.records()) == 1


def test_an_unknown_task_is_named_with_what_comes_near(desk: Desk) -> None:
    for missing, hint in (("b.givem", "Did you mean b.given?"), ("zz", "'trainer-tui tasks'")):
        with pytest.raises(NotFound) as refused:
            desk.writing.open(missing)
        assert refused.value.hint.startswith(hint)


# Any order of work, against a model

STEPS = st.lists(
    st.tuples(st.sampled_from([*Verb, "restart", "undo"]), st.sampled_from([ONE, TWO, RANK])),
    max_size=14,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_any_order_of_work_is_the_same_after_a_restart(
    make_desk: Callable[[], Desk], steps: list[tuple[str, str]]
) -> None:
    desk = make_desk()
    for number, (verb, chosen) in enumerate(steps):
        state = desk.tasks.state(chosen)
        if verb == "restart":
            before = picture(desk.station)
            desk.reopen()
            desk.begin()
            assert picture(desk.station) == before
            continue
        try:
            if verb == "undo":
                desk.writing.undo()
            else:
                act(desk, Verb(verb), chosen, f"text {number}")
                assert allowed(state, Verb(verb))
        except NotAllowed:
            if verb != "undo" and allowed(state, Verb(verb)):
                assert chosen == RANK or desk.tasks.history(chosen).newest is None
    by_task: dict[str, list[Submission]] = {}
    for sent in desk.tasks.submissions():
        by_task.setdefault(sent.task_id, []).append(sent)
    for chosen, sent_of in by_task.items():
        assert [s.revision for s in sent_of] == list(range(1, len(sent_of) + 1)), chosen
    desk.crash()


def picture(station: Workstation) -> object:
    return (
        station.rows(),
        [station.tasks.history(row.task.id) for row in station.rows()],
        {row.task.id: station.writing.look(row.task.id).pairs for row in station.rows()},
        list(station.samples(status="all")),
        station.figures().staying,
    )
