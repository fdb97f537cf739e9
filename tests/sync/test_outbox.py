"""What leaves: the same bytes each time, without what is the workstation's own business."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.domain.message import Pair
from trainer_tui.domain.provenance import Provenance
from trainer_tui.domain.shift import Activity, LedgerEntry, Shift
from trainer_tui.domain.submission import Flag, Skip, Submission, Withdrawal
from trainer_tui.domain.sync import SyncState
from trainer_tui.domain.task import Batch
from trainer_tui.sync.outbox import Outgoing, body_of, outgoing, portions, push_body, shift_hours
from trainer_tui.sync.protocol import (
    LOCAL_FIELDS,
    MAX_BODY,
    Limits,
    Operation,
    Push,
    ShiftBody,
    digest,
)

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
WHERE = {"task_id": "b.1", "batch_id": "b", "shift_id": "s", "at": AT}
SUBMISSION = Submission(
    id="r", pairs=(Pair("p", "Ein Wort, 言葉."),), provenance=Provenance(), note="n", **WHERE
)


@pytest.mark.parametrize(
    "record, kind",
    [
        (SUBMISSION, "submission"),
        (Skip(id="r", reason="Other", **WHERE), "skip"),
        (Flag(id="r", reason="Other", **WHERE), "flag"),
        (Withdrawal(id="r", record_id="q", **WHERE), "withdrawal"),
    ],
)
def test_a_record_leaves_as_one_operation(record: Submission, kind: str) -> None:
    one = outgoing(record, "north")
    operation = msgspec.json.decode(one.data, type=Operation)
    assert (operation.op_id, operation.kind, operation.team) == ("r", kind, "north")
    body = bytes(operation.body)
    assert body == one.body and one.digest == digest(body)
    assert LOCAL_FIELDS.isdisjoint(msgspec.json.decode(body))
    read = msgspec.json.decode(body, type=type(record))
    if kind != "submission":
        assert read == record


def test_how_far_it_got_changes_nothing_about_it() -> None:
    marked = msgspec.structs.replace(
        SUBMISSION, sync=SyncState.REFUSED, refusal="too_large", hub_seq=7
    )
    assert outgoing(marked, "north") == outgoing(SUBMISSION, "north")
    assert msgspec.json.decode(msgspec.json.encode(marked), type=Submission) == marked


def test_provenance_leaves_only_if_it_was_asked_for_when_it_was_sent() -> None:
    assert b"provenance" not in body_of(SUBMISSION)
    shared = msgspec.structs.replace(SUBMISSION, shares_provenance=True)
    assert msgspec.json.decode(body_of(shared), type=Submission) == shared


def of(size: int, number: int = 0) -> Outgoing:
    return Outgoing(f"r{number}", f"r{number}", "s", "skip", b"x" * size, b"")


def test_pushes_are_of_so_many_operations_and_bytes() -> None:
    every = [of(10, number) for number in range(7)]
    found = list(portions(every, Limits(operations=3)))
    assert [len(portion) for portion in found] == [3, 3, 1]
    assert [one for portion in found for one in portion] == every
    assert list(portions([], Limits())) == []


@given(st.lists(st.integers(1, 400), max_size=30), st.integers(50, 900), st.integers(1, 9))
def test_no_push_is_larger_than_the_hub_takes(sizes: list[int], body: int, most: int) -> None:
    every = [of(size, number) for number, size in enumerate(sizes)]
    found = list(portions(every, Limits(body=body, operations=most)))
    assert [one for portion in found for one in portion] == every
    for portion in found:
        assert len(portion) == 1 or len(push_body(portion)) <= body
        assert len(portion) <= most
    for portion, following in pairwise(found):
        fits = len(push_body([*portion, following[0]])) <= body and len(portion) < most
        assert not fits, "a push that could have held more"


def test_a_push_can_be_read() -> None:
    operations = [outgoing(SUBMISSION, "north"), outgoing(SUBMISSION, "south")]
    push = msgspec.json.decode(push_body(operations), type=Push)
    assert [bytes(raw) for raw in push.operations] == [one.data for one in operations]
    assert len(push_body([of(MAX_BODY - 17)])) == MAX_BODY


BATCHES = {
    "n": Batch(id="n", title="", team="north", hub="h"),
    "s": Batch(id="s", title="", team="south", hub="h"),
    "o": Batch(id="o", title="", team="other", hub="another"),
    "l": Batch(id="l", title=""),
}
SHIFT = Shift(
    id="01a212b6-c172-7667-a2f2-c71b986dfef7", trainer="ada", team="", started_at=AT,
    ended_at=AT + timedelta(hours=1), program="1",
)  # fmt: skip


def hours(*entries: tuple[float, str | None, Activity]) -> list[ShiftBody]:
    ledger = [LedgerEntry(AT, activity, seconds, task) for seconds, task, activity in entries]
    found = shift_hours(SHIFT, ledger, lambda task: BATCHES.get(task[:1]), "h")
    for one in found:
        assert one.record_id == one.shift_id == SHIFT.id
        assert msgspec.json.decode(one.data, type=Operation).op_id == one.op_id
    return [msgspec.json.decode(one.body, type=ShiftBody) for one in found]


def test_hours_go_to_the_team_that_they_were_worked_for() -> None:
    active, idle, paused = Activity.ACTIVE, Activity.IDLE, Activity.PAUSED
    assert hours() == hours((5, "l.1", active), (5, None, idle), (5, "o.1", active)) == []
    [one] = hours((1.5, "n.1", active), (2, "n.2", active), (1, "n.1", active), (4, None, paused))
    assert one.id == SHIFT.id
    assert (one.active, one.idle, one.paused) == (4.5, 0.0, 4.0)
    assert one.tasks == {"n.1": 2.5, "n.2": 2.0}
    first, second = hours(
        (5, "n.1", active), (9, "s.1", active), (3, "s.1", idle), (7, None, idle),
        (8, "l.1", active),
    )  # fmt: skip
    assert (first.active, first.idle, first.tasks) == (9.0, 10.0, {"s.1": 9.0})
    assert (second.active, second.idle, second.tasks) == (5.0, 0.0, {"n.1": 5.0})
    assert first.id == SHIFT.id != second.id
    assert len(second.id) == len(SHIFT.id) and second.id[:24] == SHIFT.id[:24]


def test_hours_of_a_shift_that_goes_on_do_not_leave() -> None:
    going = msgspec.structs.replace(SHIFT, ended_at=None)
    entry = LedgerEntry(AT, Activity.ACTIVE, 5, "n.1")
    assert shift_hours(going, [entry], lambda task: BATCHES["n"], "h") == []
