"""Workstations and a real hub that only files go between."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from tests.hub.firm import LEAD
from tests.sync.laptops import PASSWORD, URL, Laptop, World
from trainer_tui.domain.errors import BadInput, NotAllowed, StoreError
from trainer_tui.domain.membership import Role
from trainer_tui.domain.sync import SyncState
from trainer_tui.hub import bundles, people
from trainer_tui.services import exchanging
from trainer_tui.services.bundling import Bundling, Packed, TakenIn
from trainer_tui.services.syncing import Phase
from trainer_tui.sync import bundle
from trainer_tui.sync.bundle import BadBundle, Caps, Direction, Head, InFacts, OutFacts
from trainer_tui.sync.bundle_key import as_line
from trainer_tui.sync.protocol import Page


@pytest.fixture
def ada(world: World) -> str:
    """A trainer with no password."""
    member = people.create_member(world.hub, LEAD, "ada", None)
    people.set_membership(world.hub, LEAD, "north", member, role=Role.TRAINER, certified=True)
    return member


@pytest.fixture
def remote(world: World, ada: str) -> Laptop:
    """A workstation that has never had a line, with the operator's key."""
    return _remote(world, ada)


def _remote(world: World, member: str, name: str = "remote") -> Laptop:
    laptop = world.laptop(name, log_in="")
    _bundling(laptop).enter_key(as_line(bundles.key(world.hub, member)))
    return laptop


def _bundling(laptop: Laptop) -> Bundling:
    return laptop.syncing.bundling()


def _out(laptop: Laptop, tasks: int | None = None) -> Packed:
    return _bundling(laptop).out(tasks)


def _in(laptop: Laptop, data: bytes) -> TakenIn:
    return _bundling(laptop).take_in(data)


def _answer(world: World, member: str, *args: Any, **options: Any) -> bytes:
    return bundles.make(world.hub, member, *args, **options).data


def _trip(world: World, laptop: Laptop, member: str, tasks: int | None = None) -> TakenIn:
    """One file there, one file back."""
    bundles.receive(world.hub, _out(laptop, tasks).data)
    return _in(laptop, _answer(world, member))


def _states(laptop: Laptop) -> list[SyncState]:
    return [record.sync for record in laptop.records()]


def _seen(laptop: Laptop) -> dict[str, Any]:
    """What a trainer sees of all tasks; records by what the hub knows of them."""
    tasks = laptop.station.tasks
    state = laptop.store.hub()
    return {
        "rows": sorted((row.task.id, row.state.value) for row in laptop.station.rows()),
        "heads": {row.task.id: laptop.head(row.task.id) for row in laptop.station.rows()},
        "claims": sorted(held.claim.id for held in state.held),
        "teams": sorted(one.team for one in state.memberships),
        "reached": state.reached,
        "batches": sorted(tasks.batches),
    }


def test_a_trainer_who_never_has_a_line(world: World, ada: str, remote: Laptop) -> None:
    assert remote.syncing.status().phase is Phase.NO_HUB
    taken = _in(remote, _answer(world, ada, 3))
    assert (taken.received > 0, taken.known, taken.restored) == (True, False, False)
    first, second, third = remote.open_tasks()
    remote.send(first)
    remote.station.writing.skip(second, "Other")
    assert remote.syncing.status().waiting == 2
    packed = _out(remote, 2)
    assert (packed.operations, packed.left, packed.tasks) == (2, 0, 2)
    assert remote.syncing.status().waiting == 2
    came = bundles.receive(world.hub, packed.data)
    assert len(came.results) == 2
    taken = _in(remote, _answer(world, ada))
    assert (taken.sent, taken.late, taken.refused) == (2, 0, 0)
    assert remote.syncing.status().waiting == 0
    assert _states(remote) == [SyncState.ACKED] * 2
    assert all(record.hub_seq for record in remote.records())
    assert len(remote.open_tasks()) == 3 and third in remote.open_tasks()
    assert set(world.operations()) == {record.id for record in remote.records()}
    assert remote.syncing.status().teams == ("North",)
    assert remote.syncing.status().member == "ada"
    assert remote.sync().trouble is None and world.line.asked == []


def test_hours_of_a_shift_go_along(world: World, ada: str, remote: Laptop) -> None:
    _in(remote, _answer(world, ada, 2))
    task = remote.open_tasks()[0]
    remote.send(task)
    remote.station.shifts.report_time(task, 60.0)
    remote.station.shifts.end()
    assert _out(remote).operations == 2
    assert _trip(world, remote, ada).sent == 2
    assert sorted(one["kind"] for one in world.operations().values()) == ["shift", "submission"]
    assert _out(remote).operations == 0


def test_a_login_brings_the_key(world: World) -> None:
    ada, laptop = world.member(), world.laptop()
    laptop.synced()
    laptop.send(laptop.open_tasks()[0])
    world.line.before = lambda request: pytest.fail("the line was used")
    assert _trip(world, laptop, ada).sent == 1


def test_a_bundle_twice_late_or_after_a_newer_one_does_no_harm(
    world: World, ada: str, remote: Laptop
) -> None:
    first = _answer(world, ada, 2)
    _in(remote, first)
    remote.send(remote.open_tasks()[0])
    early = _out(remote, 2)
    bundles.receive(world.hub, early.data)
    second = _answer(world, ada)
    remote.send(remote.open_tasks()[0], "More.")
    bundles.receive(world.hub, _out(remote, 1).data)
    third = _answer(world, ada)
    _in(remote, third)
    seen, state = _seen(remote), remote.store.hub()
    for late in (second, first, third, second):
        taken = _in(remote, late)
        assert taken.known and not taken.tasks
        assert (_seen(remote), remote.store.hub()) == (seen, state)
    bundles.receive(world.hub, early.data)
    assert len(world.operations()) == 2
    _in(remote, _answer(world, ada))
    assert _seen(remote)["rows"] == seen["rows"]


def test_bundles_that_overlap(world: World, ada: str, remote: Laptop) -> None:
    """Two answers from the same position, the longer one first and last."""
    bundles.receive(world.hub, _out(remote, 1).data)
    short = _answer(world, ada)
    long = _answer(world, ada, 3)
    assert _in(remote, short).received > 0
    between = remote.store.hub().reached
    assert _in(remote, long).received == 3
    assert remote.store.hub().reached != between
    assert len(remote.open_tasks()) == 4
    assert _in(remote, short).known
    assert len(remote.open_tasks()) == 4


def test_a_missing_bundle_is_noticed_and_said(world: World, ada: str, remote: Laptop) -> None:
    _in(remote, _answer(world, ada, 1))
    copy = _clone(world, remote, "copy")
    assert _trip(world, copy, ada, 2).received > 0
    bundles.receive(world.hub, _out(copy, 1).data)
    ahead = _answer(world, ada)
    before = remote.store.hub()
    with pytest.raises(BadBundle, match="has not been taken in here"):
        _in(remote, ahead)
    assert remote.store.hub() == before
    _trip(world, remote, ada)
    _in(copy, ahead)
    _trip(world, copy, ada)
    _trip(world, remote, ada)
    assert _seen(remote) == _seen(copy)


def test_bundles_and_a_line(world: World) -> None:
    ada, laptop = world.member(), world.laptop()
    laptop.synced()
    one, two, three, four = laptop.open_tasks()
    laptop.send(one)
    packed = _out(laptop)
    laptop.synced()
    laptop.send(two)
    bundles.receive(world.hub, packed.data)
    answer = _answer(world, ada)
    laptop.send(three)
    laptop.synced()
    assert not _in(laptop, answer).sent
    laptop.send(four)
    assert _trip(world, laptop, ada).sent == 1
    seen = _seen(laptop)
    laptop.synced()
    assert _seen(laptop) == seen
    assert len(world.operations()) == 4


def test_late_work_arrives_marked_late(world: World, ada: str, remote: Laptop) -> None:
    _in(remote, _answer(world, ada, 1))
    remote.send(remote.open_tasks()[0])
    world.clock.wall += timedelta(days=40)
    assert _trip(world, remote, ada).late == 1
    assert _states(remote) == [SyncState.ACKED]


def test_what_was_sent_again_is_not_refused_by_an_old_bundle(
    world: World, ada: str, remote: Laptop
) -> None:
    _in(remote, _answer(world, ada, 1))
    remote.send(remote.open_tasks()[0])
    world.hub.database.write(_without_claims)
    bundles.receive(world.hub, _out(remote).data)
    answer = _answer(world, ada)
    assert _in(remote, answer).refused == 1
    [refused] = remote.syncing.status().refused
    remote.syncing.send_again(refused.record_id)
    assert _in(remote, answer).known
    assert _states(remote) == [SyncState.PENDING]


def _without_claims(connection: Any) -> None:
    from trainer_tui.hub import schema

    connection.execute(schema.claims.delete())


def test_a_restored_hub_gets_everything_again(world: World, ada: str, remote: Laptop) -> None:
    _in(remote, _answer(world, ada, 3))
    backup = world.folder / "backup.db"
    world.database.close()
    shutil.copy(world.database_file, backup)
    world.serve()
    one, two, _ = remote.open_tasks()
    remote.send(one)
    before = _answer(world, ada)
    assert _trip(world, remote, ada, 2).sent == 1
    stale = _answer(world, ada)
    world.database.close()
    shutil.copy(backup, world.database_file)
    world.serve()
    world.hub = world.hub._replace(epoch=world.hub.new_id())
    assert world.operations() == {}
    remote.send(two)
    came = bundles.receive(world.hub, _out(remote).data)
    assert came.other_epoch and len(came.results) == 1
    taken = _in(remote, _answer(world, ada))
    assert taken.restored
    assert _out(remote).operations == 1
    for old in (stale, before):
        with pytest.raises(BadBundle, match="before the hub was restored"):
            _in(remote, old)
    assert _trip(world, remote, ada).sent == 1
    assert set(world.operations()) == {record.id for record in remote.records()}
    assert _states(remote) == [SyncState.ACKED] * 2


def test_what_is_not_for_this_workstation_is_refused(
    world: World, ada: str, remote: Laptop
) -> None:
    bob = world.member("bob")
    _in(remote, _answer(world, ada, 2))
    remote.send(remote.open_tasks()[0])
    before = remote.store.hub(), remote.records()
    key = bundles.key(world.hub, ada).key
    head = Head(
        direction=Direction.IN,
        hub=world.hub.id,
        member=ada,
        id=world.hub.new_id(),
        epoch=world.hub.epoch,
        made_at=world.clock.now(),
    )

    def made(facts: Any, *frames: bytes, by: bytes = key, **other: Any) -> bytes:
        about = msgspec.structs.replace(head, **other)
        return bundle.pack(by, about, iter(frames), lambda count: facts)

    nothing = InFacts(results=0, pages=0)
    page = msgspec.json.encode(Page(changes=(), cursor="c"))
    refused = {
        "from a workstation to the hub": _out(remote).data,
        "another member": _answer(world, bob),
        "another hub": made(nothing, hub="other"),
        "seal does not fit": made(nothing, by=bundles.key(world.hub, bob).key),
        "to its end|damaged|seal": _answer(world, ada)[:-1],
        "before the hub was restored": made(nothing, epoch="0" * 8 + head.epoch[8:]),
        "does not hold what it says": made(InFacts(results=0, pages=1)),
        "does not hold": made(InFacts(results=2, pages=-1), page),
        "not what it should be": made(OutFacts(operations=0)),
        "is not what": made(InFacts(results=1, pages=0), page),
        "part of it": made(InFacts(results=0, pages=1), b"[" * 100_000),
        "where to read on": made(
            InFacts(results=0, pages=1), msgspec.json.encode(Page(changes=(), cursor=""))
        ),
        "has not been taken in here": made(InFacts(results=0, pages=0, after={"x": (1, 1)})),
    }
    for why, data in refused.items():
        with pytest.raises(BadBundle, match=why):
            _in(remote, data)
        assert (remote.store.hub(), remote.records()) == before


def test_who_is_revoked_keeps_everything_here(world: World, ada: str, remote: Laptop) -> None:
    _in(remote, _answer(world, ada, 1))
    remote.send(remote.open_tasks()[0])
    packed = _out(remote)
    people.revoke(world.hub, LEAD, ada)
    with pytest.raises(NotAllowed, match="revoked"):
        bundles.receive(world.hub, packed.data)
    assert world.operations() == {}
    assert len(remote.records()) == 1 and _out(remote).operations == 1


def test_no_key_no_bundle(world: World, ada: str) -> None:
    laptop = world.laptop("bare", log_in="")
    for use in (lambda: _out(laptop), lambda: _in(laptop, _answer(world, ada))):
        with pytest.raises(NotAllowed, match="no key"):
            use()
    with pytest.raises(BadInput):
        _bundling(laptop).enter_key("ttb_x")
    assert laptop.store.hub().link is None


def test_a_folder_belongs_to_one_member(world: World, ada: str, remote: Laptop) -> None:
    bob = world.member("bob")
    with pytest.raises(NotAllowed, match="belongs to"):
        _bundling(remote).enter_key(as_line(bundles.key(world.hub, bob)))
    _in(remote, _answer(world, ada, 1))
    bundles.key(world.hub, ada, new=True)
    with pytest.raises(BadBundle, match="seal"):
        _in(remote, _answer(world, ada, 1))
    _bundling(remote).enter_key(as_line(bundles.key(world.hub, ada)))
    _in(remote, _answer(world, ada, 1))


def test_a_key_beside_a_login_and_a_login_after_a_key(world: World) -> None:
    ada, laptop = world.member(), world.laptop()
    _bundling(laptop).enter_key(as_line(bundles.key(world.hub, ada, new=True)))
    laptop.synced()
    _trip(world, laptop, ada)
    remote = _remote(world, ada)
    _in(remote, _answer(world, ada, whole=True))
    state = remote.store.hub()
    remote.syncing.log_in(URL, "ada", PASSWORD)
    assert remote.store.hub().cursor == state.cursor
    remote.synced()
    assert _seen(remote)["rows"] == _seen(laptop)["rows"]


def test_what_does_not_fit_leaves_later(
    world: World, ada: str, remote: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    _in(remote, _answer(world, ada, 5))
    for task in remote.open_tasks():
        remote.send(task)
    pack = bundle.pack
    monkeypatch.setattr(bundle, "pack", lambda *args: pack(*args, Caps(frames=4)))
    packed = _out(remote, 0)
    assert (packed.operations, packed.left) == (3, 2)
    bundles.receive(world.hub, packed.data)
    while remote.syncing.status().waiting:
        _in(remote, _answer(world, ada))
        bundles.receive(world.hub, _out(remote, 0).data)
    assert len(world.operations()) == 5


def test_a_place_that_was_reached_is_never_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that broke off is ahead in one team, and the bundle in the other."""
    people.create_team(world.hub, LEAD, "south", "South")
    ada, laptop = world.member("ada", "north", "south"), world.laptop()
    laptop.synced()
    world.publish("more", 2, team="south")
    bundles.receive(world.hub, _out(laptop, 0).data)
    answer = _answer(world, ada)
    for name in ("one", "two"):
        world.publish(name, 2, team="north")
    monkeypatch.setattr(exchanging, "PAGE", 1)
    asked = iter(range(100))

    def breaking(request: httpx.Request) -> httpx.Response | None:
        if request.url.path == "/v1/changes" and next(asked) == 2:
            raise httpx.ConnectError("on purpose")
        return None

    world.line.before = breaking
    assert laptop.sync().trouble is not None
    before = laptop.store.hub()
    assert before.cursor is not None
    assert _in(laptop, answer).received == 1
    after = laptop.store.hub()
    assert (after.cursor, after.reached) == (before.cursor, before.reached)
    assert "more" in after.heads
    world.line.before = lambda request: None
    laptop.synced()
    other = world.laptop("other", wanted=0)
    other.synced()
    assert laptop.store.hub().heads == other.store.hub().heads
    assert laptop.store.hub().reached == other.store.hub().reached


def _clone(world: World, laptop: Laptop, name: str) -> Laptop:
    laptop.sound.close()
    shutil.copytree(laptop.home, world.folder / name)
    laptop.open()
    return world.laptop(name, log_in="")


def test_two_copies_of_a_workstation(world: World, ada: str, remote: Laptop) -> None:
    """F18: what both have written is at the hub, and nothing hides the other's."""
    _in(remote, _answer(world, ada, 3))
    first, second, third = remote.open_tasks()
    remote.send(first, "Before.")
    copy = _clone(world, remote, "copy")
    remote.send(first, "Corrected here.")
    copy.send(first, "Corrected there.")
    remote.send(second, "Here.")
    copy.send(third, "There.")
    ones = [_out(remote).data, _out(copy).data]
    for data in ones:
        bundles.receive(world.hub, data)
    answer = _answer(world, ada)
    _in(copy, answer)
    _in(remote, answer)
    for laptop in (remote, copy, remote):
        _trip(world, laptop, ada, 0)
    written = {record.id for one in (remote, copy) for record in one.records()}
    assert set(world.operations()) == written and len(written) == 5
    assert _seen(remote) == _seen(copy)
    assert remote.syncing.status().waiting == copy.syncing.status().waiting == 0


class _Failing:
    """A store whose nth write fails, and every one after it, as on a disk that is gone."""

    def __init__(self, store: Any, after: int) -> None:
        self._store, self.left = store, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        writes = name.startswith(("put_", "add_", "save_", "retire_")) or name == "mark"
        return self._failing(found) if writes else found

    def _failing(self, write: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any) -> Any:
            if self.left <= 0:
                raise StoreError("the disk is gone")
            self.left -= 1
            return write(*args)

        return run


def test_a_kill_between_any_two_steps(
    world: World, ada: str, remote: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "CHANGES", 2)
    _in(remote, _answer(world, ada, 2))
    for task in remote.open_tasks():
        remote.send(task)
    bundles.receive(world.hub, _out(remote, 3).data)
    answer = _answer(world, ada)
    whole = _clone(world, remote, "whole")
    _in(whole, answer)
    for steps in range(100):
        copy = _clone(world, remote, f"copy{steps}")
        copy.patch = lambda store, steps=steps: _Failing(store, steps)
        copy.crash()
        try:
            _in(copy, answer)
        except StoreError:
            finished = False
        else:
            finished = True
        copy.patch = lambda store: store
        copy.crash()
        state = copy.store.hub()
        known = {row.task.id for row in copy.station.rows()}
        assert all(held.claim.task_id in known for held in state.held)
        _in(copy, answer)
        assert _seen(copy) == _seen(whole)
        assert _states(copy) == [SyncState.ACKED] * 2
        copy.sound.close()
        if finished:
            break
    assert 4 < steps < 99
