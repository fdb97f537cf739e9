"""Which reasons of earlier returns are worth hearing, in which order and in which words."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.domain.hints import MOST, OLDEST, Return, hints
from trainer_tui.domain.task import Batch, Category, Kind, Task

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
TASK = Task(
    id="b.one",
    kind=Kind.WRITE,
    title="One",
    instructions="Do it.",
    category=Category.CHAT,
    rules=({"rule": "words", "at_most": 200},),
)
BATCH = Batch(id="b", title="B", team="Atlas", tasks=(TASK,))


def back(reason: str, days: float = 1, **fields: object) -> Return:
    """A return of another task, some days ago."""
    about = {"task_id": "c.x", "batch_id": "c", "team": "", "category": "", **fields}
    return Return(reason=reason, at=NOW - timedelta(days=days), **about)  # type: ignore[arg-type]


def told(*returns: Return) -> list[str]:
    return [hint.reason for hint in hints(returns, TASK, BATCH, NOW)]


def test_words() -> None:
    one, two, three = (back("Too  long.", days, batch_id="b") for days in (8, 9, 40))
    (hint,) = hints((one, two, three), TASK, BATCH, NOW)
    assert hint.text == "Returned 3 times for: Too long (last: 12 March)"
    assert (hint.times, hint.last, hint.rule, hint.comment) == (3, one.at, "", "")
    (hint,) = hints((back("wrong tone", 100, batch_id="b"),), TASK, BATCH, NOW)
    assert hint.text == "Returned once for: wrong tone (10 December 2025)"


def test_the_newest_comment_and_rule_come_along() -> None:
    (hint,) = hints(
        (
            back("long", 1, batch_id="b", comment=" "),
            back("LONG", 2, batch_id="b", comment="Half of it.", rule="words"),
            back("long.", 3, batch_id="b", comment="older", rule="characters"),
        ),
        TASK,
        BATCH,
        NOW,
    )
    assert (hint.reason, hint.comment, hint.rule) == ("long", "Half of it.", "words")


def test_days_are_those_of_the_clock_on_the_wall() -> None:
    at = datetime(2026, 3, 11, 23, 30, tzinfo=UTC)
    one = Return(task_id="b.x", batch_id="b", reason="r", at=at)
    here = NOW.astimezone(timezone(timedelta(hours=1)))
    assert "12 March" in hints((one,), TASK, BATCH, here)[0].text
    assert "11 March" in hints((one,), TASK, BATCH, NOW)[0].text


def test_what_is_nearer_comes_first() -> None:
    ordered = [
        back("this task", task_id="b.one", batch_id="b"),
        back("this batch", batch_id="b"),
        back("team and category", team="Atlas", category="chat"),
        back("team", team="Atlas"),
    ]
    for some in permutations(ordered):
        assert told(*some) == ["this task", "this batch", "team and category"]
    assert told(back("category", category="chat")) == ["category"]
    assert told(back("elsewhere", team="Boreas", category="coding")) == []


def test_a_batch_without_a_team_shares_none() -> None:
    alone = Batch(id="b", title="B")
    assert hints((back("r", team=""),), TASK, alone, NOW) == ()


def test_what_is_recent_and_what_is_repeated_comes_first() -> None:
    assert told(back("old", 31, batch_id="b"), back("new", 1, batch_id="b")) == ["new", "old"]
    repeated = [back("twice", 2, batch_id="b"), back("twice", 3, batch_id="b")]
    assert told(back("once", 1, batch_id="b"), *repeated) == ["twice", "once"]
    assert told(back("gone", OLDEST + 1, batch_id="b")) == []
    assert told(back("kept", OLDEST - 1, batch_id="b")) == ["kept"]


def test_a_rule_of_the_task_weighs_more() -> None:
    named = back("named", 5, batch_id="b", rule="words")
    assert told(back("a", 1, batch_id="b"), named) == ["named", "a"]
    other = back("other", 5, batch_id="b", rule="characters")
    assert told(back("a", 1, batch_id="b"), other) == ["a", "other"]


def test_on_a_tie_the_more_recent_and_then_the_alphabet() -> None:
    assert told(back("z", batch_id="b"), back("a", batch_id="b")) == ["a", "z"]
    # From the future, as another machine's clock may have it: as heavy as one of now.
    ahead, now = back("z", -2, batch_id="b"), back("a", 0, batch_id="b")
    assert told(now, ahead) == ["z", "a"]


def test_a_long_reason_is_cut() -> None:
    (hint,) = hints((back("word " * 900, batch_id="b"),), TASK, BATCH, NOW)
    assert len(hint.reason) <= 160 and hint.reason.endswith("word…")


@given(
    st.lists(
        st.builds(
            Return,
            task_id=st.sampled_from(["b.one", "b.two", "c.x"]),
            batch_id=st.sampled_from(["b", "c"]),
            reason=st.text(max_size=5),
            at=st.datetimes(timezones=st.just(UTC)),
            team=st.sampled_from(["", "Atlas"]),
            category=st.sampled_from(["", "chat"]),
            comment=st.text(max_size=3),
            rule=st.sampled_from(["", "words"]),
        )
    ),
    st.randoms(),
)
def test_few_and_the_same_in_whatever_order_they_come(returns, random) -> None:  # type: ignore[no-untyped-def]
    found = hints(returns, TASK, BATCH, NOW)
    assert len(found) <= MOST
    random.shuffle(returns)
    again = hints(returns, TASK, BATCH, NOW)
    assert [(h.reason.casefold(), h.times, h.last) for h in found] == [
        (h.reason.casefold(), h.times, h.last) for h in again
    ]
