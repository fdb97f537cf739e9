from datetime import UTC, datetime

from trainer_tui.domain.message import Message, Pair, Role
from trainer_tui.domain.submission import Submission, as_sample, opening
from trainer_tui.domain.task import Category, Kind, Task

AT = datetime(2026, 1, 1, tzinfo=UTC)
HELLO = (Message(Role.USER, "Hello"), Message(Role.ASSISTANT, "Hello!"))
TASK = Task(
    id="b.1",
    kind=Kind.RESPOND,
    title="A task",
    instructions="Do it.",
    category=Category.CODING,
    system="Be brief.",
    context=HELLO,
    extra={"source": 7},
)
SENT = Submission(
    id="r1",
    task_id="b.1",
    batch_id="b",
    shift_id="s",
    at=AT,
    pairs=(Pair("Why?", "Because."),),
    opening=opening(TASK),
)


def test_the_opening_is_the_system_message_and_the_context() -> None:
    assert opening(TASK) == (Message(Role.SYSTEM, "Be brief."), *HELLO)
    bare = Task(id="b.2", kind=Kind.WRITE, title="A task", instructions="Do it.")
    assert opening(bare) == ()
    silent = Task(id="b.2", kind=Kind.WRITE, title="A task", instructions="Do it.", system="")
    assert opening(silent) == (Message(Role.SYSTEM, ""),)


def test_a_sample_says_where_the_trainers_own_turns_begin() -> None:
    sample = as_sample(SENT, TASK, language="en")
    assert sample.messages[sample.own :] == (
        Message(Role.USER, "Why?"),
        Message(Role.ASSISTANT, "Because."),
    )
    assert sample.messages[: sample.own] == opening(TASK)


def test_a_task_that_is_gone_costs_a_sample_only_its_labels() -> None:
    with_task = as_sample(SENT, TASK, language="de")
    without = as_sample(SENT, None, language="de")
    assert (with_task.category, with_task.extra) == ("coding", {"source": 7})
    assert (without.category, without.extra) == ("other", {})
    assert with_task.messages == without.messages
    assert with_task.language == without.language == "de"
