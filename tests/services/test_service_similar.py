"""What was written before and is much the same: where it is looked for, and where not."""

import random
import sys
import threading
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from desks import Desk, batch, task
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trainer_tui.domain.draft import Cause, Draft
from trainer_tui.domain.errors import StoreError
from trainer_tui.domain.message import Pair
from trainer_tui.domain.similarity import NearIndex
from trainer_tui.domain.task import Kind
from trainer_tui.services.similar import DRAFTS_READ, FEW, NEAR, SHORTEST, Near

ONE, TWO, TALK, GIVEN = "b.one", "b.two", "b.talk", "b.given"
ASKED = "Explain to a child of eight why bread rises in the oven and why it tastes of salt."
BREAD = (
    "Mix the flour with the water and let it rest for an hour. Then fold it four times. "
    "Bake it in a hot oven until the crust is dark, and let it cool before you cut it."
)
TRAINS = (
    "The train from the harbor leaves at nine every morning but Sunday. You can buy a ticket "
    "at the machine beside the door, and children under six travel without one."
)


def near(desk: Desk, task_id: str, *pairs: Pair) -> tuple[Near, ...]:
    draft = msgspec.structs.replace(desk.writing.look(task_id), pairs=pairs)
    return desk.station.similar.near(draft)


def send(desk: Desk, task_id: str, *pairs: Pair) -> str:
    desk.writing.open(task_id)
    change = desk.writing.submit(save(desk, task_id, *pairs))
    assert change.record_id is not None
    return change.record_id


def save(desk: Desk, task_id: str, *pairs: Pair) -> Draft:
    draft = msgspec.structs.replace(desk.writing.look(task_id), pairs=pairs)
    desk.writing.save(draft, Cause.TYPING)
    return draft


def test_a_response_that_was_sent_before_is_told_with_where_it_stands(desk: Desk) -> None:
    sent = send(desk, ONE, Pair(ASKED, BREAD))
    at = desk.clock.now()
    desk.clock.advance(60)
    altered = "Sure, I can tell you that. " + BREAD.replace("four", "5")
    (found,) = near(desk, TWO, Pair("A prompt", altered))
    assert found.score > 0.8
    assert found._replace(score=1.0) == Near(
        ONE, "Task one", sent, at, turn=0, part="response", score=1.0, text=BREAD
    )


def test_a_prompt_is_compared_with_prompts_and_a_response_with_responses(desk: Desk) -> None:
    send(desk, ONE, Pair(ASKED, BREAD))
    assert near(desk, TWO, Pair(BREAD, ASKED)) == ()
    (found,) = near(desk, TWO, Pair(ASKED.upper(), TRAINS))
    assert (found.part, found.score, found.text) == ("prompt", 1.0, ASKED)


def test_each_turn_is_told_of_and_the_nearest_comes_first(desk: Desk) -> None:
    send(desk, ONE, Pair(ASKED, BREAD))
    send(desk, TWO, Pair("Tell me about the trains of this town", TRAINS))
    turns = Pair("Hello", TRAINS.replace("nine", "ten")), Pair("And more?", BREAD)
    found = near(desk, TALK, *turns)
    assert [(n.turn, n.part, n.task_id) for n in found] == [
        (1, "response", ONE),
        (0, "response", TWO),
    ]
    assert found[0].score == 1 > found[1].score >= NEAR["response"]


def test_what_only_has_its_subject_in_common_is_not_near(desk: Desk) -> None:
    send(desk, ONE, Pair(ASKED, BREAD))
    other = (
        "Bread needs flour, water, salt and time. Knead the dough until it is smooth, wait "
        "until it has doubled, shape a loaf, and put it into the oven for forty minutes."
    )
    question = "Explain to a baker how an oven is cleaned, and how often that should be done."
    assert near(desk, TWO, Pair(question, other)) == ()


def test_the_own_task_is_never_told(desk: Desk) -> None:
    send(desk, TALK, Pair(ASKED, BREAD), Pair("And then?", BREAD + " Eat it."))
    send(desk, TALK, Pair(ASKED, BREAD), Pair("And then?", BREAD + " Eat it now."))
    save(desk, TALK, Pair(ASKED, BREAD), Pair(ASKED, BREAD))
    assert near(desk, TWO, Pair(ASKED, BREAD)), "another task is told of all of it"
    assert near(desk, TALK, Pair(ASKED, BREAD), Pair(ASKED, BREAD)) == ()


def test_of_another_task_only_the_nearest_text_is_told_and_the_newest_of_equals(
    desk: Desk,
) -> None:
    cold = BREAD.replace("hot", "cold")
    first = send(desk, TALK, Pair(ASKED, BREAD), Pair("More", cold))
    again = send(desk, TALK, Pair(ASKED, BREAD), Pair("More", TRAINS))
    (found,) = near(desk, TWO, Pair("A prompt", BREAD))
    assert (found.submission_id, found.text) == (again, BREAD)
    (found,) = near(desk, TWO, Pair("A prompt", cold))
    assert (found.submission_id, found.text) == (first, cold)


def test_prompts_that_a_task_gives_do_not_count(desk: Desk) -> None:
    given = [task(n, Kind.RESPOND, prompts=(ASKED,), batch_id="g") for n in ("a", "b")]
    desk.station.add_batch(batch("g", *given))
    send(desk, "g.a", Pair(ASKED, BREAD))
    assert [n.part for n in near(desk, "g.b", Pair(ASKED, BREAD))] == ["response"]
    assert [n.part for n in near(desk, ONE, Pair(ASKED, BREAD))] == ["response"]
    send(desk, ONE, Pair(ASKED, TRAINS))
    assert near(desk, "g.b", Pair(ASKED, "Short.")) == ()


@pytest.mark.parametrize("part", ["prompt", "response"])
def test_texts_shorter_than_the_shortest_do_not_count(desk: Desk, part: str) -> None:
    least = SHORTEST[part]  # type: ignore[index]
    for count, task_id in ((least, ONE), (least - 1, TWO)):
        text = " ".join(f"word{n}" for n in range(count))
        send(desk, task_id, Pair(text, "Yes.") if part == "prompt" else Pair("Say", text))
    for count in (least, least - 1):
        text = " ".join(f"word{n}" for n in range(count))
        pair = Pair(text, "") if part == "prompt" else Pair("", text)
        assert [n.task_id for n in near(desk, TALK, pair)] == ([ONE] if count == least else [])


def test_what_was_taken_back_is_told_as_the_draft_that_it_is_again(desk: Desk) -> None:
    send(desk, ONE, Pair(ASKED, BREAD))
    assert near(desk, TWO, Pair("A prompt", BREAD))[0].submission_id
    desk.writing.withdraw(ONE)
    (found,) = near(desk, TWO, Pair("A prompt", BREAD))
    assert (found.submission_id, found.at) == (None, None)
    desk.writing.discard(ONE)
    assert near(desk, TWO, Pair("A prompt", BREAD)) == ()


def test_submissions_of_all_shifts_are_told_also_after_a_restart(desk: Desk) -> None:
    send(desk, ONE, Pair(ASKED, BREAD))
    desk.shifts.end()
    desk.begin()
    send(desk, TWO, Pair("Tell me about the trains of this town", TRAINS))
    before = near(desk, TALK, Pair(ASKED, TRAINS))
    assert {n.task_id for n in before} == {ONE, TWO}
    desk.close()
    desk.open()
    assert near(desk, TALK, Pair(ASKED, TRAINS)) == before
    desk.open(read_only=True)
    assert near(desk, TALK, Pair(ASKED, TRAINS)) == before


def test_what_is_sent_later_is_told_too(desk: Desk) -> None:
    assert near(desk, TWO, Pair(ASKED, BREAD)) == ()
    send(desk, ONE, Pair(ASKED, BREAD))
    assert len(near(desk, TWO, Pair(ASKED, BREAD))) == 2


def test_drafts_of_other_tasks_are_told_as_they_are_now(desk: Desk) -> None:
    save(desk, TALK, Pair("Hello", TRAINS), Pair("More", BREAD))
    found = near(desk, ONE, Pair("A prompt", BREAD))
    assert [(n.task_id, n.submission_id, n.at) for n in found] == [(TALK, None, None)]
    save(desk, TALK, Pair("Hello", TRAINS))
    assert near(desk, ONE, Pair("A prompt", BREAD)) == ()
    save(desk, TALK, Pair("Hello", TRAINS), Pair("More", "Something else."))
    assert near(desk, ONE, Pair("A prompt", BREAD)) == ()
    assert near(desk, ONE, Pair("A prompt", TRAINS))


def test_a_reader_sees_drafts_that_lie_there(desk: Desk) -> None:
    save(desk, ONE, Pair(ASKED, BREAD))
    desk.open(read_only=True)
    for _ in range(2):
        assert [n.task_id for n in near(desk, TWO, Pair("A prompt", BREAD))] == [ONE]


def test_a_draft_that_cannot_be_read_does_not_keep_the_others_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(desk, ONE, Pair(ASKED, BREAD))
    save(desk, TWO, Pair(ASKED, BREAD))
    sound = desk.store.sound.draft

    def draft(task_id: str) -> Draft | None:
        if task_id == ONE:
            raise StoreError("The disk is gone.")
        return sound(task_id)

    monkeypatch.setattr(desk.store.sound, "draft", draft)
    found = near(desk, TALK, Pair("A prompt", BREAD))
    assert [n.task_id for n in found] == [TWO]


def test_at_most_a_few_are_told_and_only_so_many_drafts_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [task(f"t{n}", batch_id="m") for n in range(FEW + 3)]
    desk.station.add_batch(batch("m", *many))
    for one in many:
        save(desk, one.id, Pair(ASKED, BREAD))
    assert len(near(desk, ONE, Pair("A prompt", BREAD))) == FEW
    assert DRAFTS_READ >= 100
    monkeypatch.setattr("trainer_tui.services.similar.DRAFTS_READ", 2)
    desk.reopen()
    assert len(near(desk, ONE, Pair("A prompt", BREAD))) == 2


@pytest.fixture
def puts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that came into an index, which is what takes time."""
    found: list[str] = []
    put = NearIndex.put

    def noted(self: NearIndex[Any], key: Any, text: str) -> None:
        found.append(text)
        put(self, key, text)

    monkeypatch.setattr(NearIndex, "put", noted)
    return found


def test_who_does_not_want_it_any_more_gets_nothing_and_work_is_kept(
    desk: Desk, puts: list[str]
) -> None:
    for task_id in (ONE, TWO):
        send(desk, task_id, Pair(ASKED, BREAD))
    draft = desk.text(TALK, BREAD)
    assert desk.station.similar.near(draft, unwanted=lambda: True) == ()
    assert len(puts) == 1
    answers = iter([False, False, True])
    assert desk.station.similar.near(draft, unwanted=lambda: next(answers)) == ()
    assert len(desk.station.similar.near(draft)) == 2
    assert desk.station.similar.near(draft, unwanted=lambda: True) == ()


def test_each_text_comes_into_the_index_once_and_the_own_draft_never(
    desk: Desk, puts: list[str]
) -> None:
    send(desk, ONE, Pair(ASKED, BREAD))
    save(desk, TALK, Pair(ASKED, TRAINS))
    for words in ("", " One more.", " And one more."):
        draft = save(desk, TWO, Pair("A prompt", BREAD + words))
        assert desk.station.similar.near(draft)
    assert puts == [ASKED, BREAD, ASKED, TRAINS]


def test_a_second_question_waits_for_the_first(desk: Desk) -> None:
    send(desk, ONE, Pair(ASKED, BREAD))
    draft = desk.text(TALK, BREAD)
    answers: list[tuple[Near, ...]] = []
    second = threading.Thread(target=lambda: answers.append(desk.station.similar.near(draft)))
    waiting: list[bool] = []

    def look() -> bool:
        if not waiting:
            second.start()
            second.join(0.2)
            waiting.append(second.is_alive())
        return False

    first = desk.station.similar.near(draft, unwanted=look)
    second.join(30)
    assert waiting == [True]
    assert answers == [first] and first


def test_the_lock_of_the_workstation_is_free_while_the_index_is_made(desk: Desk) -> None:
    send(desk, ONE, Pair(ASKED, BREAD))
    draft = desk.text(TALK, BREAD)
    figures: list[object] = []

    def look() -> bool:
        other = threading.Thread(target=lambda: figures.append(desk.station.figures()))
        other.start()
        other.join(10)
        return not figures

    assert desk.station.similar.near(draft, unwanted=look)
    assert figures


def test_several_threads_may_ask_while_the_trainer_works(desk: Desk) -> None:
    many = [task(f"t{n}", batch_id="m") for n in range(12)]
    desk.station.add_batch(batch("m", *many))
    draft = desk.text(TALK, BREAD)
    answers: list[tuple[Near, ...]] = []
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(10):
                answers.append(desk.station.similar.near(draft))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for one in many:
        send(desk, one.id, Pair(ASKED, BREAD))
    for thread in threads:
        thread.join(60)
    assert not failures and len(answers) == 30
    assert len(desk.station.similar.near(draft)) == FEW


def test_opening_and_working_do_not_load_the_library(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rensa", None)
    desk.reopen()
    send(desk, ONE, Pair(ASKED, BREAD))
    with pytest.raises(ImportError):
        near(desk, TWO, Pair(ASKED, BREAD))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.permutations([ONE, TWO, TALK, GIVEN]), st.integers(0, 9))
def test_the_same_texts_give_the_same_answer_in_whatever_order_they_were_sent(
    make_desk: Callable[[], Desk], order: list[str], seed: int
) -> None:
    chance = random.Random(seed)
    written = {
        task_id: " ".join(chance.sample((BREAD + " " + TRAINS).split(), 40))
        for task_id in (ONE, TWO, TALK, GIVEN)
    }
    answers = []
    for ids in (order, sorted(order)):
        desk = make_desk()
        desk.station.add_batch(batch("z", task("new", batch_id="z")))
        for task_id in ids:
            send(desk, task_id, *[Pair("Prompt 0", written[task_id])] * (1 + (task_id == TALK)))
        found = near(desk, "z.new", Pair("A prompt", written[ONE]))
        assert found[0].score == 1 and found[0].task_id == ONE
        answers.append([(n.task_id, n.score, n.text) for n in found])
        desk.crash()
    assert answers[0] == answers[1]
