from datetime import UTC, datetime
from typing import Any

import pytest

from trainer_tui.domain.draft import Draft, Problem, begin, problems, with_turn
from trainer_tui.domain.message import Message, Pair, Role, as_messages
from trainer_tui.domain.progress import NOTHING_YET, History
from trainer_tui.domain.submission import Submission
from trainer_tui.domain.task import Kind, Task, Turns

FULL = Pair("Why?", "Because.")


def task(kind: Kind = Kind.WRITE, **fields: Any) -> Task:
    return Task(id="b.1", kind=kind, title="A task", instructions="Do it.", **fields)


def draft(*pairs: Pair) -> Draft:
    return Draft(id="d1", task_id="b.1", pairs=pairs)


def sent(record_id: str, response: str, **fields: Any) -> Submission:
    return Submission(
        id=record_id,
        task_id="b.1",
        batch_id="b",
        shift_id="s",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        pairs=(Pair("Why?", response),),
        **fields,
    )


def messages(found: tuple[Problem, ...]) -> list[str]:
    return [problem.message for problem in found]


def test_a_complete_draft_lacks_nothing() -> None:
    assert problems(task(), draft(FULL)) == ()
    assert problems(task(Kind.DIALOGUE), draft(FULL, FULL)) == ()


@pytest.mark.parametrize("nothing", ["", " ", "\n\t \n", "\u00a0\u2003\u3000", "\u2028"])
def test_a_side_of_white_space_is_empty(nothing: str) -> None:
    assert problems(task(), draft(Pair(nothing, "Because."))) == (
        Problem(0, "the prompt of turn 1 is empty"),
    )
    assert problems(task(), draft(Pair("Why?", nothing))) == (
        Problem(0, "the response of turn 1 is empty"),
    )
    assert messages(problems(task(), draft(Pair(nothing, nothing)))) == ["turn 1 is empty"]
    assert Pair(nothing, nothing).empty


def test_each_problem_names_its_turn_and_they_come_in_order() -> None:
    found = problems(task(Kind.DIALOGUE), draft(FULL, Pair("", "x"), Pair("x", "")))
    assert [problem.turn for problem in found] == [1, 2]
    assert messages(found) == ["the prompt of turn 2 is empty", "the response of turn 3 is empty"]


@pytest.mark.parametrize(
    ("kind", "prompts", "turns", "limits"),
    [
        (Kind.WRITE, (), None, (1, 1)),
        (Kind.RESPOND, ("a",), None, (1, 1)),
        (Kind.RESPOND, ("a", "b", "c"), None, (3, 3)),
        (Kind.DIALOGUE, (), None, (2, 8)),
        (Kind.DIALOGUE, ("a",) * 3, None, (3, 8)),
        (Kind.DIALOGUE, ("a",) * 9, None, (9, 9)),
        (Kind.WRITE, (), Turns(2, 4), (2, 4)),
        (Kind.DIALOGUE, (), Turns(1, 1), (1, 1)),
    ],
)
def test_the_number_of_turns_is_bounded_on_both_ends(
    kind: Kind, prompts: tuple[str, ...], turns: Turns | None, limits: tuple[int, int]
) -> None:
    asked = task(kind, prompts=prompts, turns=turns)
    low, high = limits
    complete = [n for n in range(1, 12) if not problems(asked, draft(*[FULL] * n))]
    assert complete == list(range(low, high + 1))
    assert messages(problems(asked, draft(*[FULL] * (low - 1)))) == [
        f"{low - 1} of at least {low} turns written"
    ]
    assert messages(problems(asked, draft(*[FULL] * (high + 1)))) == [
        f"{high + 1} turns, at most {high} asked for"
    ]


def test_a_fresh_draft_has_the_given_prompts() -> None:
    assert begin("d1", task(), NOTHING_YET).pairs == (Pair(),)
    given = task(Kind.RESPOND, prompts=("a", "b"))
    assert begin("d1", given, NOTHING_YET).pairs == (Pair("a"), Pair("b"))


def test_a_correction_begins_with_what_was_sent_and_is_timed_by_itself() -> None:
    history = History(last=sent("r1", "old", note="see this", active_seconds=50.0))
    begun = begin("d2", task(), history)
    assert (begun.pairs, begun.note) == ((Pair("Why?", "old"),), "see this")
    assert (begun.id, begun.active_seconds) == ("d2", 0.0)


def test_what_was_taken_back_goes_on_with_its_text_and_its_time() -> None:
    history = History(last=sent("r1", "old"), withdrawn=sent("r2", "new", active_seconds=50.0))
    begun = begin("d3", task(), history)
    assert begun.pairs == (Pair("Why?", "new"),)
    assert begun.active_seconds == 50.0


def test_a_turn_is_added_with_its_given_prompt() -> None:
    given = task(Kind.DIALOGUE, prompts=("a", "b"))
    grown = with_turn(draft(Pair("a", "x")), given)
    assert grown.pairs == (Pair("a", "x"), Pair("b"))
    assert with_turn(grown, given).pairs[-1] == Pair()


def test_pairs_are_laid_out_as_a_conversation() -> None:
    assert as_messages((Pair("a", "b"), Pair("c", "d"))) == (
        Message(Role.USER, "a"),
        Message(Role.ASSISTANT, "b"),
        Message(Role.USER, "c"),
        Message(Role.ASSISTANT, "d"),
    )
