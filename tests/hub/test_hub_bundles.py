import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import msgspec
import pytest
import sqlalchemy as sa

from tests.services.desks import Clock
from tests.sync.laptops import Laptop
from trainer_tui.domain.errors import NotAllowed, NotFound
from trainer_tui.domain.membership import Role
from trainer_tui.domain.message import Pair
from trainer_tui.domain.submission import Submission
from trainer_tui.domain.task import BatchHead, Kind, Task
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub import bundles, dispatch, feed, people, publishing, pushing, schema
from trainer_tui.hub.database import Unavailable
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync import bundle
from trainer_tui.sync.bundle import BadBundle, Bundle, Caps, Direction, Head, InFacts, OutFacts
from trainer_tui.sync.bundle_key import as_line
from trainer_tui.sync.protocol import (
    Change,
    ClaimedTask,
    ClaimRequest,
    Operation,
    Page,
    Pushed,
    Refusal,
    Result,
    Status,
)

TEAM, BATCH, TASKS = "atlas", "letters", 40
LOCAL = ("sync", "refusal", "hub_seq")
new_id = id_maker()
sqlite = pytest.mark.parametrize("hub", ["sqlite"], indirect=True)
"""For what no database could do in another way."""


@pytest.fixture
def ada(hub: Hub) -> str:
    """A certified trainer of a team with a batch."""
    people.create_team(hub, "test", TEAM, "Atlas")
    head = BatchHead(id=BATCH, title="Letters", team=TEAM)
    publishing.put_batch(hub, "test", TEAM, head)
    tasks = [
        Task(id=f"{BATCH}.{number}", kind=Kind.WRITE, title="T", instructions="Write.")
        for number in range(TASKS)
    ]
    publishing.add_tasks(hub, "test", TEAM, BATCH, tasks)
    publishing.open_batch(hub, "test", TEAM, BATCH)
    return _member(hub, "ada")


def _member(hub: Hub, name: str) -> str:
    member = people.create_member(hub, "test", name, None)
    people.set_membership(hub, "test", TEAM, member, role=Role.TRAINER, certified=True, ended=False)
    return member


def _caller(hub: Hub, member: str) -> Caller:
    return bundles._caller(hub, member, "")


def _claim(hub: Hub, member: str, count: int = 1) -> list[str]:
    claimed = dispatch.claim(hub, _caller(hub, member), ClaimRequest(count=count))
    return [one.task.id for one in claimed.tasks]


def _answer(task_id: str, **fields: Any) -> bytes:
    record = Submission(
        id=new_id(),
        task_id=task_id,
        batch_id=BATCH,
        shift_id="shift",
        at=datetime(2026, 9, 21, tzinfo=UTC),
        pairs=(Pair("A prompt", "An answer."),),
    )
    body = {k: v for k, v in msgspec.to_builtins(record).items() if k not in LOCAL} | fields
    return msgspec.json.encode(
        Operation(
            op_id=record.id,
            kind="submission",
            team=TEAM,
            body=msgspec.Raw(msgspec.json.encode(body)),
        )
    )


def _out(
    at: Hub,
    by: str,
    operations: Iterable[bytes] = (),
    *,
    key: bytes | None = None,
    said: int | None = None,
    cursor: str | None = None,
    tasks: int = 0,
    without: tuple[str, ...] = (),
    **head: Any,
) -> bytes:
    """A bundle of a workstation."""
    about = Head(
        direction=Direction.OUT,
        hub=at.id,
        member=by,
        id=new_id(),
        epoch=at.epoch,
        made_at=datetime(2026, 9, 21, tzinfo=UTC),
    )
    return bundle.pack(
        bundles.key(at, by).key if key is None else key,
        msgspec.structs.replace(about, **head),
        operations,
        lambda count: OutFacts(
            operations=count if said is None else said, cursor=cursor, tasks=tasks, without=without
        ),
    )


class _Answer(NamedTuple):
    facts: InFacts
    results: list[Result]
    pages: list[Page]

    @property
    def changes(self) -> list[Change]:
        return [change for page in self.pages for change in page.changes]

    @property
    def claimed(self) -> list[str]:
        bodies = [one.body for one in self.changes if one.kind == "claim"]
        return [msgspec.json.decode(body, type=ClaimedTask).task.id for body in bodies]


def _read(hub: Hub, member: str, data: bytes) -> _Answer:
    opened: Bundle = bundle.unseal(
        data, bundles.key(hub, member).key, Direction.IN, hub=hub.id, member=member
    )
    assert opened.head.epoch == hub.epoch
    facts = bundle.decoded(opened.last, InFacts)
    frames = list(opened.frames())
    assert len(frames) == facts.results + facts.pages
    told = [bundle.decoded(one, Pushed).results for one in frames[: facts.results]]
    pages = [bundle.decoded(one, Page) for one in frames[facts.results :]]
    return _Answer(facts, [result for some in told for result in some], pages)


def _made(hub: Hub, member: str, *args: Any, **options: Any) -> _Answer:
    return _read(hub, member, bundles.make(hub, member, *args, **options).data)


def _stored(hub: Hub) -> set[str]:
    query = sa.select(schema.operations.c.op_id)
    return set(hub.database.read(lambda c: c.execute(query).scalars().all()))


def _op_id(operation: bytes) -> str:
    return msgspec.json.decode(operation, type=Operation).op_id


def _cursor(hub: Hub, member: str) -> str:
    return feed.page(hub, _caller(hub, member), None, 500).cursor


def test_work_comes_in_once_and_is_answered(hub: Hub, ada: str) -> None:
    operations = [_answer(task) for task in _claim(hub, ada, 3)]
    data = _out(hub, ada, operations, tasks=5)
    came = bundles.receive(hub, data)
    assert [result.status for result in came.results] == [Status.ACCEPTED] * 3
    assert (came.name, came.tasks, came.other_epoch) == ("ada", 5, False)
    again = bundles.receive(hub, data)
    assert [result.status for result in again.results] == [Status.DUPLICATE] * 3
    assert [r.seq for r in again.results] == [r.seq for r in came.results]
    assert _stored(hub) == set(map(_op_id, operations))
    answer = _made(hub, ada)
    assert [result.op_id for result in answer.results] == list(map(_op_id, operations))
    assert answer.facts.answers == (came.bundle_id,)
    assert len(answer.claimed) == 3 + 5
    assert [one.seq for one in answer.changes if one.kind == "record"] == [
        result.seq for result in came.results
    ]


def test_a_workstation_and_nothing_but_files(
    hub: Hub, ada: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda fd: None)
    clock = Clock()
    clock.wall = datetime.fromtimestamp(hub.now(), UTC)
    world: Any = SimpleNamespace(clock=clock, line=None)
    laptop = Laptop(world, tmp_path / "laptop", log_in="")
    files = laptop.syncing.bundling()
    files.enter_key(as_line(bundles.key(hub, ada)))
    for done in range(4):
        packed = files.out()
        assert packed.operations == (2 if done else 0)
        bundles.receive(hub, packed.data)
        bundles.receive(hub, packed.data)
        assert files.take_in(bundles.make(hub, ada).data).sent == packed.operations
        for task in laptop.open_tasks()[:2]:
            laptop.send(task)
    assert _stored(hub) == {record.id for record in laptop.records()[:-2]}
    laptop.sound.close()


@sqlite
def test_an_answer_made_again_says_the_same(hub: Hub, ada: str) -> None:
    bundles.receive(hub, _out(hub, ada, [_answer(_claim(hub, ada)[0])], tasks=4))
    first, second = _made(hub, ada), _made(hub, ada)
    assert (first.results, first.changes) == (second.results, second.changes)
    assert _made(hub, ada, 2).claimed[: len(first.claimed)] == first.claimed
    assert len(_made(hub, ada, 2).claimed) == len(first.claimed) + 2


@sqlite
def test_an_answer_begins_where_the_workstation_stands(hub: Hub, ada: str) -> None:
    _claim(hub, ada, 2)
    stands = feed.page(hub, _caller(hub, ada), None, 500)
    bundles.receive(hub, _out(hub, ada, cursor=stands.cursor, tasks=3))
    answer = _made(hub, ada)
    assert len(answer.claimed) == 3
    assert answer.facts.after == stands.reached
    assert answer.pages[-1].reached[TEAM] > answer.facts.after[TEAM]
    assert len(_made(hub, ada, whole=True).claimed) == 5
    assert _made(hub, ada, whole=True).facts.after == {}


def test_two_copies_that_stand_apart_are_both_answered(hub: Hub, ada: str) -> None:
    one, other = (_answer(task) for task in _claim(hub, ada, 2))
    early = _cursor(hub, ada)
    _claim(hub, ada, 2)
    late = _cursor(hub, ada)
    assert early != late
    bundles.receive(hub, _out(hub, ada, [one], cursor=late))
    bundles.receive(hub, _out(hub, ada, [other], cursor=early, tasks=1))
    bundles.receive(hub, _out(hub, ada, cursor=late))
    answer = _made(hub, ada)
    assert {result.op_id for result in answer.results} == {_op_id(one), _op_id(other)}
    assert len(answer.claimed) == 3
    assert len(answer.facts.answers) == 3


def test_what_was_answered_before_is_forgotten(hub: Hub, ada: str) -> None:
    for _ in range(3):
        bundles.receive(hub, _out(hub, ada, [_answer(_claim(hub, ada)[0])]))
        assert len(_made(hub, ada).results) == 1
    count = sa.select(sa.func.count()).select_from(schema.bundles)
    assert hub.database.read(lambda c: c.execute(count).scalar_one()) == 1


@sqlite
def test_late_work_counts(hub: Hub, ada: str, now: Any) -> None:
    operation = _answer(_claim(hub, ada)[0])
    now.at += 40 * 24 * 3600.0
    came = bundles.receive(hub, _out(hub, ada, [operation]))
    assert [(r.status, r.late) for r in came.results] == [(Status.ACCEPTED, True)]


@sqlite
def test_one_bad_operation_holds_up_nothing(hub: Hub, ada: str) -> None:
    good = [_answer(task) for task in _claim(hub, ada, 2)]
    foreign = _answer(f"{BATCH}.39")
    bad = [b"{", b"\xff", b"[" * 100_000, good[0].replace(b"answer", b"\\ud800", 1), foreign]
    came = bundles.receive(hub, _out(hub, ada, [good[0], *bad, good[1]]))
    assert [r.status for r in came.results].count(Status.REFUSED) == len(bad)
    assert came.results[-2].code == Refusal.NOT_CLAIMED
    assert _stored(hub) == set(map(_op_id, good))
    assert [r.code for r in _made(hub, ada).results] == [r.code for r in came.results]


@sqlite
def test_an_id_with_another_body_is_kept_aside(hub: Hub, ada: str) -> None:
    operation = _answer(_claim(hub, ada)[0])
    bundles.receive(hub, _out(hub, ada, [operation]))
    came = bundles.receive(hub, _out(hub, ada, [operation.replace(b"An answer", b"Another")]))
    assert came.results[0].code == Refusal.OTHER_BODY


@sqlite
def test_a_member_who_is_revoked_is_refused(hub: Hub, ada: str) -> None:
    data = _out(hub, ada, [_answer(_claim(hub, ada)[0])])
    people.revoke(hub, "test", ada)
    with pytest.raises(NotAllowed, match="revoked"):
        bundles.receive(hub, data)
    with pytest.raises(NotAllowed, match="revoked"):
        bundles.make(hub, ada)
    with pytest.raises(NotAllowed, match="revoked"):
        bundles.key(hub, ada)
    assert _stored(hub) == set()


@sqlite
def test_who_is_revoked_meanwhile_has_nothing_taken_from_then_on(
    hub: Hub, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = _claim(hub, ada, 3)
    monkeypatch.setattr(bundles, "MAX_OPERATIONS", 1)
    push = pushing.push

    def revoking(*args: Any) -> list[Result]:
        results = push(*args)
        people.revoke(hub, "test", ada)
        return results

    monkeypatch.setattr(pushing, "push", revoking)
    with pytest.raises(NotAllowed):
        bundles.receive(hub, _out(hub, ada, [_answer(task) for task in tasks]))
    assert len(_stored(hub)) == 1


@sqlite
def test_nothing_of_somebody_else_is_taken(hub: Hub, ada: str) -> None:
    bob = _member(hub, "bob")
    operation = _answer(_claim(hub, ada)[0])
    refused = {
        "another hub": _out(hub, ada, [operation], hub="other"),
        "does not know whom": _out(hub, ada, [operation], member="nobody"),
        "seal does not fit": _out(hub, ada, [operation], key=bundles.key(hub, bob).key),
        "from the hub to a workstation": _out(hub, ada, [operation], direction=Direction.IN),
        "does not hold what it says": _out(hub, ada, [operation], said=2),
    }
    refused["it goes from the hub"] = bundles.make(hub, ada).data
    whole = _out(hub, ada, [operation])
    refused["to its end|seal"] = whole[:-1]
    for why, data in refused.items():
        with pytest.raises(BadBundle, match=why):
            bundles.receive(hub, data)
    # With a seal of her own a member can put nothing under another one's name.
    theirs = _out(hub, bob, [operation])
    assert bundles.receive(hub, theirs).results[0].code == Refusal.NOT_CLAIMED
    assert _stored(hub) == set()


@sqlite
def test_a_wish_that_is_none_is_refused(hub: Hub, ada: str) -> None:
    with pytest.raises(BadBundle):
        bundles.receive(hub, _out(hub, ada, tasks=-1))
    bundles.receive(hub, _out(hub, ada, tasks=10**9))
    assert len(_made(hub, ada).claimed) == TASKS


def test_more_than_one_push_holds(hub: Hub, ada: str, monkeypatch: pytest.MonkeyPatch) -> None:
    operations = [_answer(task) for task in _claim(hub, ada, 7)]
    data = _out(hub, ada, operations)
    monkeypatch.setattr(bundles, "MAX_OPERATIONS", 2)
    push, calls = pushing.push, iter(range(100))

    def breaking(*args: Any) -> list[Result]:
        if next(calls) == 2:
            raise Unavailable("the database does not answer")
        return push(*args)

    with monkeypatch.context() as patch:
        patch.setattr(pushing, "push", breaking)
        with pytest.raises(Unavailable):
            bundles.receive(hub, data)
    assert len(_stored(hub)) == 4
    came = bundles.receive(hub, data)
    assert [r.status for r in came.results] == [Status.DUPLICATE] * 4 + [Status.ACCEPTED] * 3
    assert [r.op_id for r in _made(hub, ada).results] == list(map(_op_id, operations))


@sqlite
def test_a_bundle_from_before_a_restore(hub: Hub, ada: str) -> None:
    operation = _answer(_claim(hub, ada)[0])
    data = _out(hub, ada, [operation], cursor=_cursor(hub, ada))
    restored = hub._replace(epoch=new_id())
    came = bundles.receive(restored, data)
    assert came.other_epoch
    assert _stored(hub) == {_op_id(operation)}
    answer = _made(restored, ada)
    assert answer.facts.after == {}
    assert len(answer.claimed) == 1


@sqlite
def test_a_position_that_a_restore_has_taken_away(hub: Hub, ada: str) -> None:
    bundles.receive(hub, _out(hub, ada, cursor=_cursor(hub, ada)))
    assert _made(hub._replace(epoch=new_id()), ada).facts.after == {}
    bundles.receive(hub, _out(hub, ada, cursor="nonsense"))
    assert _made(hub, ada).facts.after == {}


@sqlite
def test_what_does_not_fit_comes_with_the_next(
    hub: Hub, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _claim(hub, ada, 8)
    whole = _made(hub, ada)
    monkeypatch.setattr(bundles, "CHANGES", 2)
    pack = bundle.pack
    monkeypatch.setattr(bundle, "pack", lambda *args: pack(*args, Caps(frames=4)))
    made = bundles.make(hub, ada)
    assert made.more
    found: list[Change] = []
    answer = _read(hub, ada, made.data)
    while answer.pages[-1].more:
        found += answer.changes
        bundles.receive(hub, _out(hub, ada, cursor=answer.pages[-1].cursor))
        answer = _made(hub, ada)
    assert [one.seq for one in found + answer.changes] == [one.seq for one in whole.changes]


@sqlite
def test_warnings_that_the_trainer_has_opted_out_of(hub: Hub, ada: str) -> None:
    task = Task(
        id=f"{BATCH}.hard", kind=Kind.WRITE, title="T", instructions="W", warnings=("gore",),
        priority=9,
    )  # fmt: skip
    publishing.add_tasks(hub, "test", TEAM, BATCH, [task])
    bundles.receive(hub, _out(hub, ada, tasks=5, without=("gore",)))
    assert len(_made(hub, ada).claimed) == 5
    assert task.id not in _made(hub, ada).claimed


@sqlite
def test_another_key(hub: Hub, ada: str) -> None:
    before = _out(hub, ada)
    old = bundles.key(hub, ada)
    new = bundles.key(hub, ada, new=True)
    assert new.key != old.key and len(new.key) == len(old.key)
    assert bundles.key(hub, ada) == new
    with pytest.raises(BadBundle, match="seal"):
        bundles.receive(hub, before)
    bundles.receive(hub, _out(hub, ada))


@sqlite
def test_whom_the_hub_does_not_know(hub: Hub) -> None:
    with pytest.raises(NotFound):
        bundles.make(hub, "nobody")
    with pytest.raises(NotFound):
        bundles.key(hub, "nobody")


@sqlite
def test_what_went_in_and_out_is_in_the_audit_trail(hub: Hub, ada: str) -> None:
    bundles.receive(hub, _out(hub, ada), actor="operator:eve")
    bundles.make(hub, ada, actor="operator:eve")
    query = sa.select(schema.audit.c.action).where(schema.audit.c.actor == "operator:eve")
    assert hub.database.read(lambda c: c.execute(query).scalars().all()) == [
        "bundle.in",
        "bundle.out",
    ]
