import json
import threading
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from tests.hub import stage
from tests.hub.conftest import Time
from tests.hub.stage import add_member, add_teams, claim, operation, submission
from trainer_tui.domain.membership import Role
from trainer_tui.hub import schema
from trainer_tui.hub.pushing import push
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync.protocol import MAX_OPERATIONS, Result, Status, digest


@pytest.fixture
def ada(hub: Hub) -> Caller:
    """A trainer of two teams, who has claimed the first ten tasks of one of them."""
    add_teams(hub, "north", "south")
    caller = add_member(hub, "ada", "north", "south")
    claim(hub, caller, "north", range(10))
    return caller


def rows(hub: Hub, table: sa.Table) -> list[Any]:
    query = sa.select(table).order_by(*table.primary_key.columns)
    return list(hub.database.read(lambda c: c.execute(query).all()))


def one(hub: Hub, caller: Caller, raw: bytes) -> Result:
    (result,) = push(hub, caller, [raw])
    return result


def refused(hub: Hub, caller: Caller, raw: bytes) -> str:
    result = one(hub, caller, raw)
    assert result.status is Status.REFUSED
    assert result.message.endswith(".")
    return result.code


def test_work_is_stored_as_it_came(hub: Hub, ada: Caller) -> None:
    id = hub.new_id()
    spaced = json.dumps(
        {
            "op_id": id,
            "kind": "submission",
            "team": "north",
            "body": json.loads(stage.body(submission(id))) | {"later": ["field", 1.50]},
        },
        indent=1,
        ensure_ascii=False,
    ).encode()
    told = one(hub, ada, spaced)
    assert told.receipt
    expected = Result(op_id=id, status=Status.ACCEPTED, seq=1, receipt=told.receipt)
    assert told == expected
    (row,) = rows(hub, schema.operations)
    assert row.body in spaced and json.loads(row.body)["later"] == ["field", 1.5]
    assert row.digest == digest(row.body)
    assert (row.team_id, row.seq, row.member_id, row.session_id) == (
        "north", 1, "ada", "session-of-ada",
    )  # fmt: skip
    assert (row.task_id, row.batch_id, row.revision) == ("letters.0", "letters", 1)
    assert (row.late, row.conflict, row.received_at) == (False, False, hub.now())


def test_every_kind_is_taken(hub: Hub, ada: Caller) -> None:
    ids = [hub.new_id() for _ in range(5)]
    records = [
        submission(ids[0], 0), stage.skip(ids[1], 1), stage.flag(ids[2], 2),
        stage.withdrawal(ids[3], hub.new_id(), 3), stage.shift(ids[4]),
    ]  # fmt: skip
    results = push(hub, ada, [operation("north", record) for record in records])
    assert [(r.op_id, r.status, r.seq) for r in results] == [
        (id, Status.ACCEPTED, seq) for seq, id in enumerate(ids, 1)
    ]
    ended = [row for row in rows(hub, schema.changes) if row.kind == "claim_ended"]
    assert [(row.seq, json.loads(row.body)["why"]) for row in ended] == [
        (6, "answered"), (7, "skipped"), (8, "flagged"),
    ]  # fmt: skip
    slots = {row.task_id: row.state for row in rows(hub, schema.slots) if row.team_id == "north"}
    assert [slots[stage.task_id(n)] for n in range(4)] == [
        schema.ANSWERED, schema.FREE, schema.FREE, schema.TAKEN,
    ]  # fmt: skip


def state(hub: Hub, number: int) -> int:
    slots = schema.slots.c
    query = sa.select(slots.state).where(
        slots.team_id == "north", slots.task_id == stage.task_id(number)
    )
    return int(hub.database.read(lambda c: c.execute(query).scalar_one()))


def test_what_is_taken_back_leaves_its_claim_running(hub: Hub, ada: Caller) -> None:
    answer, other, passed = (hub.new_id() for _ in range(3))
    push(hub, ada, [operation("north", submission(answer, 0))])
    assert state(hub, 0) == schema.ANSWERED
    push(hub, ada, [operation("north", stage.withdrawal(hub.new_id(), answer, 0))])
    assert state(hub, 0) == schema.TAKEN
    both = [stage.skip(passed, 1), stage.withdrawal(hub.new_id(), passed, 1)]
    push(hub, ada, [operation("north", record) for record in both])
    assert state(hub, 1) == schema.TAKEN
    one(hub, ada, operation("north", submission(other, 0, revision=2)))
    assert state(hub, 0) == schema.ANSWERED
    second = submission(hub.new_id(), 0, revision=3, replaces=other)
    both_ways = [second, stage.withdrawal(hub.new_id(), other, 0)]
    push(hub, ada, [operation("north", record) for record in both_ways])
    assert state(hub, 0) == schema.ANSWERED  # the third one stands


def test_a_withdrawal_may_come_first(hub: Hub, ada: Caller) -> None:
    answer = hub.new_id()
    push(hub, ada, [operation("north", stage.withdrawal(hub.new_id(), answer, 0))])
    assert one(hub, ada, operation("north", submission(answer, 0))).status is Status.ACCEPTED
    assert state(hub, 0) == schema.TAKEN


def test_the_same_again_is_a_duplicate(hub: Hub, ada: Caller) -> None:
    record = submission(hub.new_id())
    first = one(hub, ada, operation("north", record))
    loose = json.dumps(json.loads(operation("north", record)), sort_keys=True, indent=2).encode()
    for raw in (operation("north", record), loose):
        again = one(hub, ada, raw)
        assert (again.status, again.seq) == (Status.DUPLICATE, first.seq)
    assert len(rows(hub, schema.operations)) == 1
    assert len(rows(hub, schema.changes)) == 2  # the record and the end of its claim


def test_the_same_twice_in_one_push(hub: Hub, ada: Caller) -> None:
    raw = operation("north", submission(hub.new_id()))
    bad = operation("north", submission(hub.new_id(), 15))
    results = push(hub, ada, [raw, bad, raw, bad, raw])
    assert [r.status.value for r in results] == [
        "accepted", "refused", "duplicate", "refused", "duplicate",
    ]  # fmt: skip
    assert len(rows(hub, schema.operations)) == 1


@pytest.mark.parametrize("change", ["text", "team", "kind", "member"])
def test_an_id_says_one_thing(hub: Hub, ada: Caller, change: str) -> None:
    id = hub.new_id()
    record, caller, team = stage.skip(id, 3), ada, "north"
    assert one(hub, ada, operation("north", record)).status is Status.ACCEPTED
    claim(hub, ada, "south", [3])
    if change == "text":
        record = stage.skip(id, 3, note="something else")
    elif change == "team":
        team = "south"
    elif change == "member":
        caller = add_member(hub, "bo", "north")
        claim(hub, caller, "north", [3])
    other = operation(team, record, kind="flag" if change == "kind" else "")
    for _ in range(2):
        assert refused(hub, caller, other) == "other_body"
    (kept,) = rows(hub, schema.set_aside)
    assert (kept.op_id, kept.member_id, kept.body) == (
        id, caller.member_id, stage.body(record),
    )  # fmt: skip
    assert len(rows(hub, schema.operations)) == 1


def test_a_second_answer_in_the_same_place_is_kept_beside(hub: Hub, ada: Caller) -> None:
    first, second, third = (hub.new_id() for _ in range(3))
    one(hub, ada, operation("north", submission(first, text="One.")))
    results = push(
        hub,
        ada,
        [
            operation("north", submission(second, text="Two.")),
            operation("north", submission(third, text="Three.", revision=2, replaces=first)),
        ],
    )
    assert [r.status for r in results] == [Status.CONFLICT, Status.ACCEPTED]
    assert [r.late for r in results] == [False, False]  # within the time of the claim
    assert [row.conflict for row in rows(hub, schema.operations)] == [False, True, False]


def test_late_work_is_taken(hub: Hub, ada: Caller, now: Time) -> None:
    now.at += stage.HOUR + 1
    late = one(hub, ada, operation("north", submission(hub.new_id(), 4)))
    assert (late.status, late.late) == (Status.ACCEPTED, True)
    bo = add_member(hub, "bo", "north")
    claim(hub, bo, "north", [5])
    assert one(hub, ada, operation("north", submission(hub.new_id(), 5))).late
    slots = {row.task_id: row.state for row in rows(hub, schema.slots) if row.team_id == "north"}
    assert slots[stage.task_id(4)] == schema.ANSWERED  # nobody else had taken it
    assert slots[stage.task_id(5)] == schema.TAKEN  # that is bo's now
    assert not one(hub, bo, operation("north", submission(hub.new_id(), 5))).late


def test_work_of_a_former_member_is_taken(hub: Hub, ada: Caller) -> None:
    gone = add_member(hub, "gone", "north", ended=["north"])
    claim(hub, gone, "north", [11])
    result = one(hub, gone, operation("north", submission(hub.new_id(), 11)))
    assert result.status is Status.ACCEPTED
    assert one(hub, gone, operation("north", stage.shift(hub.new_id()))).status == "accepted"
    promoted = add_member(hub, "promoted", "north", role=Role.LEAD)
    assert refused(hub, promoted, operation("north", stage.shift(hub.new_id()))) == "not_a_member"
    claim(hub, promoted, "north", [12])
    assert one(hub, promoted, operation("north", stage.shift(hub.new_id()))).status == "accepted"


def test_a_receipt_stands_for_a_claim_that_was_lost(hub: Hub, ada: Caller) -> None:
    bo = add_member(hub, "bo", "north")
    claim(hub, bo, "north", [15])
    work = submission(hub.new_id(), 15)
    plain = json.loads(operation("north", work))

    def again(receipt: str, **changes: Any) -> bytes:
        return json.dumps(plain | {"receipt": receipt} | changes).encode()

    with_claim = one(hub, bo, operation("north", work))
    assert one(hub, bo, operation("north", work)).receipt == with_claim.receipt
    for table in (schema.operations, schema.changes, schema.claims, schema.slots):
        hub.database.write(lambda c, table=table: c.execute(sa.delete(table)))
    assert refused(hub, bo, operation("north", work)) == "not_claimed"
    for wrong in ("", "é", "0" * 32, with_claim.receipt[:-1]):
        assert refused(hub, bo, again(wrong)) == "not_claimed"
    assert refused(hub, ada, again(with_claim.receipt)) == "not_claimed"
    body = plain["body"] | {"note": "Another one."}
    assert refused(hub, bo, again(with_claim.receipt, body=body)) == "not_claimed"
    assert one(hub, bo, again(with_claim.receipt)).status is Status.ACCEPTED


def test_what_is_not_the_senders(hub: Hub, ada: Caller) -> None:
    bo = add_member(hub, "bo", "north")
    claim(hub, bo, "north", [0, 15])
    theirs, new = hub.new_id(), hub.new_id
    one(hub, bo, operation("north", submission(theirs)))
    assert refused(hub, ada, operation("west", submission(new()))) == "not_a_member"
    assert refused(hub, ada, operation("north", submission(new(), 99))) == "unknown_task"
    assert refused(hub, ada, operation("north", submission(new(), 15))) == "not_claimed"
    assert refused(hub, ada, operation("south", submission(new(), 1))) == "not_claimed"
    wrong = submission(new())
    wrong = msgspec.structs.replace(wrong, batch_id="other")
    assert refused(hub, ada, operation("north", wrong)) == "unknown_task"
    for names in (
        stage.withdrawal(new(), theirs),
        submission(new(), revision=2, replaces=theirs),
    ):
        assert refused(hub, ada, operation("north", names)) == "not_yours"
    client = add_member(hub, "client", "north", role=Role.CLIENT)
    assert refused(hub, client, operation("north", submission(new()))) == "not_a_member"
    assert [row.op_id for row in rows(hub, schema.operations)] == [theirs]


def test_records_are_named_within_their_task(hub: Hub, ada: Caller) -> None:
    first, new = hub.new_id(), hub.new_id
    in_one_push = [
        operation("north", submission(first, 0)),
        operation("north", stage.withdrawal(new(), first, 1)),
        operation("north", stage.withdrawal(new(), first, 0)),
    ]
    assert [r.code for r in push(hub, ada, in_one_push)] == ["", "not_yours", ""]
    assert refused(hub, ada, operation("north", stage.withdrawal(new(), first, 1))) == "not_yours"
    unheard_of = submission(new(), 2, revision=2, replaces=new())  # revision 1 may be refused
    assert one(hub, ada, operation("north", unheard_of)).status is Status.ACCEPTED


def test_one_bad_operation_holds_nothing_up(hub: Hub, ada: Caller) -> None:
    good = [operation("north", submission(hub.new_id(), number)) for number in range(3)]
    bad = operation("north", submission(hub.new_id(), 15))
    results = push(hub, ada, [good[0], b"[1", good[1], bad, b"", good[2]])
    assert [r.status.value for r in results] == [
        "accepted", "refused", "accepted", "refused", "refused", "accepted",
    ]  # fmt: skip
    assert [r.seq for r in results if r.seq] == [1, 2, 3]


def test_at_most_so_many(hub: Hub, ada: Caller) -> None:
    raws = [operation("north", stage.shift(hub.new_id())) for _ in range(MAX_OPERATIONS + 1)]
    assert len(push(hub, ada, raws)) == MAX_OPERATIONS
    assert len(rows(hub, schema.operations)) == MAX_OPERATIONS
    assert push(hub, ada, []) == []


def test_nothing_is_taken_from_a_disabled_member(hub: Hub, ada: Caller) -> None:
    disable = sa.update(schema.members).values(disabled_at=1.0)
    hub.database.write(lambda c: c.execute(disable.where(schema.members.c.id == "ada")))
    assert one(hub, ada, operation("north", submission(hub.new_id()))).status is Status.RETRY
    assert rows(hub, schema.operations) == []


def test_two_teams_in_one_push(hub: Hub, ada: Caller) -> None:
    claim(hub, ada, "south", [0, 1])
    order = ["south", "north", "south", "north"]
    raws = [
        operation(team, submission(hub.new_id(), number // 2)) for number, team in enumerate(order)
    ]
    assert [r.seq for r in push(hub, ada, raws)] == [1, 1, 2, 2]


def test_pushes_in_parallel_store_each_once(hub: Hub, ada: Caller) -> None:
    claim(hub, ada, "south", range(10))
    raws = [
        operation(team, submission(hub.new_id(), number))
        for number in range(10)
        for team in ("north", "south")
    ]
    answers: list[list[Result]] = []

    def work(order: int) -> None:
        answers.append(push(hub, ada, raws[::order]))

    threads = [threading.Thread(target=work, args=(1 - 2 * (n % 2),)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 10
    by_id: dict[str, list[Result]] = {}
    for result in (result for answer in answers for result in answer):
        by_id.setdefault(result.op_id, []).append(result)
    assert len(by_id) == len(rows(hub, schema.operations)) == 20
    for results in by_id.values():
        assert sorted(r.status for r in results) == ["accepted"] + ["duplicate"] * 9
        assert len({r.seq for r in results}) == 1
    assert [row.seq for row in rows(hub, schema.changes)] == [*range(1, 21)] * 2
