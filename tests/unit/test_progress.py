from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.message import Pair
from trainer_tui.domain.progress import (
    NOTHING_YET,
    History,
    State,
    Verb,
    allowed,
    histories,
    place,
    refusal,
    require,
    state_of,
)
from trainer_tui.domain.submission import Flag, Skip, Submission, Withdrawal, WorkRecord
from trainer_tui.domain.sync import SyncState
from trainer_tui.domain.task import Kind, Task

AT = datetime(2026, 1, 1, tzinfo=UTC)
TABLE = """
             write submit skip flag withdraw
DRAFT          x     x     x    x      x
OPEN           x     x     x    x      -
UNWORKABLE     -     -     x    x      -
FLAGGED        -     -     -    -      x
SKIPPED        x     x     -    x      x
DONE           x     x     -    x      x
"""
CELLS = [
    (State[row.split()[0]], Verb(verb), cell == "x")
    for row in TABLE.strip().splitlines()[1:]
    for verb, cell in zip(TABLE.split()[: len(Verb)], row.split()[1:], strict=True)
]


def task(kind: Kind = Kind.WRITE) -> Task:
    return Task(id="t", kind=kind, title="A task", instructions="Do it.")


@pytest.mark.parametrize(("state", "verb", "possible"), CELLS)
def test_what_can_be_done_in_which_state(state: State, verb: Verb, possible: bool) -> None:
    assert allowed(state, verb) is possible
    if possible:
        require(state, verb)
        return
    with pytest.raises(NotAllowed) as refused:
        require(state, verb)
    assert refused.value.message == refusal(state, verb)
    assert refused.value.message.endswith(".")


def test_the_table_has_every_cell_once() -> None:
    assert len({cell[:2] for cell in CELLS}) == len(CELLS) == len(State) * len(Verb)


def test_a_refusal_says_what_to_do_instead() -> None:
    assert "take the flag back" in refusal(State.FLAGGED, Verb.WRITE)
    assert "skipped or flagged" in refusal(State.UNWORKABLE, Verb.SUBMIT)
    assert "nothing to take back" in refusal(State.OPEN, Verb.WITHDRAW)
    assert "done cannot be skipped" in refusal(State.DONE, Verb.SKIP)


# Histories, against a model that asks the whole list anew for each answer


class Step(NamedTuple):
    """One record: a withdrawal names an earlier or later record by its place in the list."""

    kind: type[WorkRecord]
    task: str = "t"
    target: int = 0


def records_of(steps: list[Step]) -> list[WorkRecord]:
    made: list[WorkRecord] = []
    revisions: dict[str, int] = {}
    for number, step in enumerate(steps):
        stamp = {
            "id": f"r{number}",
            "task_id": step.task,
            "batch_id": "b",
            "shift_id": "s",
            "at": AT,
        }
        if step.kind is Submission:
            revisions[step.task] = revision = revisions.get(step.task, 0) + 1
            pairs = (Pair("p", f"text {number}"),)
            made.append(Submission(**stamp, pairs=pairs, revision=revision))
        elif step.kind is Withdrawal:
            target = step.target % len(steps)
            stamp["task_id"] = steps[target].task
            made.append(Withdrawal(**stamp, record_id=f"r{target}"))
        else:
            made.append(step.kind(**stamp, reason="Other"))
    return made


def standing(records: list[WorkRecord], task_id: str) -> list[WorkRecord]:
    gone = {r.record_id for r in records if isinstance(r, Withdrawal)}
    return [
        r
        for r in records
        if r.task_id == task_id and not isinstance(r, Withdrawal) and r.id not in gone
    ]


def newest(records: list[WorkRecord], kind: type[WorkRecord]) -> WorkRecord | None:
    return next((r for r in reversed(records) if isinstance(r, kind)), None)


def modeled_state(records: list[WorkRecord], task_: Task, has_draft: bool) -> State:
    left = standing(records, task_.id)
    sent = newest(left, Submission)
    after = left[left.index(sent) + 1 :] if sent else left
    if newest(left, Flag):
        return State.FLAGGED
    if newest(after, Skip):
        return State.SKIPPED
    if has_draft and task_.workable:
        return State.DRAFT
    if sent:
        return State.DONE
    return State.OPEN if task_.workable else State.UNWORKABLE


def taken_back_last(records: list[WorkRecord], task_id: str) -> str | None:
    """The id of the submission that was taken back after the one that stands, the last such."""
    sent = newest(standing(records, task_id), Submission)
    start = records.index(sent) if sent else 0
    submissions = {r.id for r in records if isinstance(r, Submission) and r.task_id == task_id}
    named: list[str] = []
    found = None
    for index, record in enumerate(records):
        if isinstance(record, Withdrawal) and record.record_id not in named:
            named.append(record.record_id)
            if record.record_id in submissions and index >= start:
                found = record.record_id
    return found


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from([Submission, Submission, Skip, Flag, Withdrawal, Withdrawal]),
        st.sampled_from(["t", "u"]),
        st.integers(0, 11),
    ),
    max_size=12,
)
TWO_TAKEN_BACK = [
    Step(Submission),
    Step(Submission),
    Step(Withdrawal, target=1),
    Step(Withdrawal, target=0),
]


@given(STEPS, st.booleans(), st.sampled_from([Kind.WRITE, Kind.RANK]))
@example(TWO_TAKEN_BACK, False, Kind.WRITE)
def test_a_history_is_what_the_records_say_in_any_order(
    steps: list[Step], has_draft: bool, kind: Kind
) -> None:
    records = records_of(steps)
    history = histories(iter(records)).get("t", NOTHING_YET)
    left = standing(records, "t")
    sent = [r for r in records if isinstance(r, Submission) and r.task_id == "t"]
    withdrawn = history.withdrawn.id if history.withdrawn else None
    assert state_of(task(kind), history, has_draft=has_draft) is modeled_state(
        records, task(kind), has_draft
    )
    assert history.last is newest(left, Submission)
    assert history.flag is newest(left, Flag)
    assert history.newest is (left[-1] if left else None)
    assert history.revision == len(sent)
    assert withdrawn == taken_back_last(records, "t")


@given(STEPS)
def test_taking_back_twice_is_taking_back_once(steps: list[Step]) -> None:
    records = records_of(steps)
    again = [r for r in records if isinstance(r, Withdrawal)]
    assert histories(records + again) == histories(records)


@given(STEPS, st.data())
def test_tasks_do_not_mix(steps: list[Step], data: st.DataObject) -> None:
    records = records_of(steps)
    alone = histories(r for r in records if r.task_id == "t")
    others = [r for r in records if r.task_id != "t"]
    mixed: list[WorkRecord] = [r for r in records if r.task_id == "t"]
    for record in others:
        mixed.insert(data.draw(st.integers(0, len(mixed))), record)
    assert histories(mixed).get("t") == alone.get("t")


def test_a_revision_that_was_taken_back_still_counts() -> None:
    records = records_of([Step(Submission), Step(Withdrawal, target=0)])
    history = histories(records)["t"]
    assert (history.last, history.revision) == (None, 1)
    assert history.withdrawn is records[0]


def test_a_submission_settles_a_skip_and_taking_it_back_brings_the_skip_back() -> None:
    steps = [Step(Skip), Step(Submission), Step(Withdrawal, target=1)]
    before, after = (
        histories(records_of(steps)[:2])["t"],
        histories(records_of(steps))["t"],
    )
    assert state_of(task(), before, has_draft=False) is State.DONE
    assert state_of(task(), after, has_draft=False) is State.SKIPPED


def _of(kind: type, id: str, **fields: object) -> WorkRecord:
    own: dict[type, dict[str, object]] = {
        Submission: {"pairs": ()},
        Skip: {"reason": "Other"},
        Flag: {"reason": "Other"},
        Withdrawal: {},
    }
    at = datetime(2026, 1, 1, tzinfo=UTC)
    where = {"task_id": "t", "batch_id": "b", "shift_id": "s", "at": at}
    made: WorkRecord = kind(id=id, **where, **own[kind], **fields)
    return made


def _history(*records: WorkRecord) -> History:
    return histories(sorted(records, key=place))["t"]


def test_the_hubs_order_comes_before_that_of_writing() -> None:
    early = _of(Submission, "r1", hub_seq=9, sync=SyncState.ACKED)
    late = _of(Submission, "r2", hub_seq=4, sync=SyncState.ACKED)
    pending = _of(Submission, "r0")
    assert _history(early, late).last is early
    assert _history(early, late, pending).last is pending
    assert _history(late, _of(Skip, "r3", hub_seq=2, sync=SyncState.ACKED)).last is late


def test_what_the_hub_refused_counts_only_where_nothing_else_does() -> None:
    refused = _of(Submission, "r9", sync=SyncState.REFUSED, refusal="too_large")
    taken = _of(Submission, "r1", hub_seq=1, sync=SyncState.ACKED)
    assert _history(refused).last is refused
    assert _history(refused, taken).last is taken
    assert _history(refused, _of(Submission, "r0")).last is not refused
    for kind in (Skip, Flag):
        history = _history(taken, _of(kind, "r5", sync=SyncState.REFUSED))
        assert (history.skip, history.flag, history.newest) == (None, None, taken)


def test_a_refused_withdrawal_takes_nothing_back_that_the_hub_has() -> None:
    taken = _of(Submission, "r1", hub_seq=1, sync=SyncState.ACKED)
    back = _of(Withdrawal, "r2", record_id="r1", sync=SyncState.REFUSED)
    history = _history(taken, back)
    assert (history.last, history.withdrawn) == (taken, None)
    refused = _of(Submission, "r1", sync=SyncState.REFUSED)
    history = _history(refused, back)
    assert (history.last, history.withdrawn) == (None, refused)
