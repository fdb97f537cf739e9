"""Restored, wiped, cloned, revoked, poisoned, oversized, of another version: nothing is lost."""

import gzip
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from tests.hub.firm import LEAD
from tests.sync.laptops import PASSWORD, URL, Laptop, World
from trainer_tui.domain.message import Pair
from trainer_tui.domain.submission import Submission
from trainer_tui.domain.sync import SyncState
from trainer_tui.hub import feed, people
from trainer_tui.hub.feed import NewChange
from trainer_tui.services.syncing import Phase
from trainer_tui.sync.outbox import body_of
from trainer_tui.sync.protocol import MAX_OPERATION, Limits


def back_up(world: World) -> Path:
    copy = world.folder / "backup.db"
    copy.unlink(missing_ok=True)
    with sqlite3.connect(world.database_file) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.close()
    return copy


def restore(world: World, backup: Path, *, epoch: bool) -> None:
    world.database.close()
    for path in world.folder.glob("hub.db*"):
        path.unlink()
    shutil.copy(backup, world.database_file)
    if epoch:
        with sqlite3.connect(world.database_file) as database:
            database.execute("update hub set epoch = 'another'")
        database.close()
    world.serve()


@pytest.mark.parametrize("epoch", [True, False], ids=["told", "untold"])
def test_a_hub_restored_from_an_older_backup_gets_everything_again(
    laptop: Laptop, world: World, epoch: bool
) -> None:
    laptop.synced()
    first, second, third, fourth = laptop.open_tasks()
    laptop.send(first)
    laptop.synced()
    backup = back_up(world)
    laptop.send(second)
    laptop.station.shifts.report_time(second, 10)
    laptop.station.shifts.end()
    laptop.send(third)
    laptop.synced()
    everything = world.operations()
    assert len(everything) == 4
    restore(world, backup, epoch=epoch)
    assert len(world.operations()) == 1
    laptop.send(fourth)
    world.line.asked.clear()
    laptop.synced()
    if epoch:  # it is asked what it lacks before anything else, not because a cursor is gone
        assert world.line.asked[1] == "POST /v1/have"
    laptop.synced()
    assert everything.items() <= world.operations().items()
    assert laptop.syncing.status().waiting == 0
    other = world.laptop("other")
    other.synced()
    for task_id in (first, second, third, fourth):
        assert other.head(task_id) == laptop.head(task_id) is not None


def test_what_a_hub_lost_in_silence_is_found_within_a_day(laptop: Laptop, world: World) -> None:
    laptop.synced()
    laptop.send(laptop.open_tasks()[0])
    laptop.synced()
    before = world.operations()
    with sqlite3.connect(world.database_file) as database:
        database.execute("delete from operations")
    database.close()
    laptop.synced()
    assert world.operations() == {}
    world.clock.advance(24 * 3600)
    laptop.synced()
    assert world.operations() == before


def test_a_wiped_hub_gets_nothing_and_takes_nothing_away(laptop: Laptop, world: World) -> None:
    laptop.synced()
    laptop.send(laptop.open_tasks()[0])
    before = laptop.records(), laptop.station.batches()
    world.database.close()
    for path in world.folder.glob("hub.db*"):
        path.unlink()
    world.serve()
    outcome = laptop.sync()
    assert outcome.trouble is not None and "another hub" in outcome.trouble.message
    assert laptop.syncing.status().phase is Phase.OFFLINE
    assert (laptop.records(), laptop.station.batches()) == before
    assert world.line.asked[-1] == "GET /v1/hello"


def test_two_copies_of_a_data_folder_hide_nothing_of_each_other(
    laptop: Laptop, world: World
) -> None:
    laptop.synced()
    first, second, third, _ = laptop.open_tasks()
    laptop.send(first)
    laptop.synced()
    copy = world.folder / "copy"
    shutil.copytree(laptop.home, copy)
    clone = Laptop(world, copy, log_in="")
    laptop.send(second, "On the one.")
    clone.send(second, "On the other.")
    clone.send(third, "Only here.")
    for machine in (laptop, clone, laptop, clone):
        machine.synced()
    sent = {one["id"] for one in world.operations().values()}
    ours = {record.id for machine in (laptop, clone) for record in machine.records()}
    assert ours <= sent and len(sent) == 4
    for task_id in (first, second, third):
        assert laptop.head(task_id) == clone.head(task_id) is not None
    assert len(laptop.station.tasks.submissions()) == len(clone.station.tasks.submissions()) == 4
    for seconds, machine in enumerate((laptop, clone), 1):
        machine.station.shifts.report_time(second, seconds)
        machine.station.shifts.end()
    laptop.synced()
    clone.sync()
    assert [one.code for one in clone.syncing.status().refused] == ["other_body"]


def test_a_folder_restored_from_a_backup_gets_back_what_it_had_sent(
    laptop: Laptop, world: World
) -> None:
    laptop.synced()
    shutil.copytree(laptop.home, world.folder / "older")
    first, second, *_ = laptop.open_tasks()
    laptop.send(first)
    laptop.synced()
    head = laptop.head(first)
    laptop.sound.close()
    older = Laptop(world, world.folder / "older", log_in="")
    older.send(second)
    older.synced()
    assert older.head(first) == head
    assert len(world.operations()) == 2


def test_somebody_revoked_in_the_middle_loses_nothing_here(laptop: Laptop, world: World) -> None:
    laptop.synced()
    for task_id in laptop.open_tasks():
        laptop.send(task_id)
    member = people.member_by_name(world.hub, "ada")
    assert member is not None

    def small(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path == "/v1/hello":
            hello = msgspec.json.decode(plain(response))
            return answer(hello | {"limits": {"operations": 2}})
        if request.url.path == "/v1/push":
            people.revoke(world.hub, LEAD, member.id)
        return response

    world.line.after = small
    outcome = laptop.sync()
    assert outcome.sent == 2
    assert outcome.trouble is not None and "export" in outcome.trouble.hint
    assert laptop.syncing.status().phase is Phase.SIGNED_OUT
    world.clock.advance(7 * 24 * 3600)
    laptop.crash().sync()
    assert len(world.operations()) == 2
    states = [record.sync for record in laptop.records()]
    assert states == [SyncState.ACKED] * 2 + [SyncState.PENDING] * 2
    assert len(list(laptop.station.samples())) == 4
    laptop.save(laptop.station.rows()[0].task.id, "Work goes on.")
    # A changed program that ignores all this gets no further: the hub decides.
    secrets = laptop.syncing._safe.get()
    assert secrets is not None
    line = laptop.connect(URL, secrets.token)
    from trainer_tui.sync.outbox import outgoing
    from trainer_tui.sync.trouble import SignedOut

    with pytest.raises(SignedOut):
        line.push([outgoing(laptop.records()[-1], "north")])
    assert len(world.operations()) == 2


def plain(response: httpx.Response) -> bytes:
    packed = b"".join(response.stream)
    return httpx.Response(200, headers=response.headers, content=packed).content


def unpacked(request: httpx.Request) -> bytes:
    body = request.read()
    return gzip.decompress(body) if "content-encoding" in request.headers else body


def answer(value: Any, status: int = 200, **headers: str) -> httpx.Response:
    content = msgspec.json.encode(value)
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(content))


def test_one_bad_record_holds_up_no_other(laptop: Laptop, world: World) -> None:
    laptop.synced()
    bad, good, large, _ = laptop.open_tasks()
    laptop.send(bad, "A bell \x07 rings.")
    laptop.send(large, "word " * (MAX_OPERATION // 5 + 1))
    laptop.send(good)
    laptop.synced()
    assert len(world.operations()) == 1
    for _ in range(2):
        status = laptop.syncing.status()
        assert [(one.task_id, one.code) for one in status.refused] == [
            (bad, "bad_text"),
            (large, "too_large"),
        ]
        assert all(one.reason and one.way_out for one in status.refused)
        assert (status.waiting, status.phase) == (0, Phase.IDLE)
        laptop.crash()
    asked = world.line.asked.count("POST /v1/push")
    laptop.synced()
    assert world.line.asked.count("POST /v1/push") == asked
    first, second = laptop.syncing.status().refused
    laptop.syncing.send_again(first.record_id)
    assert laptop.syncing.status().waiting == 1
    laptop.synced()
    assert first in laptop.syncing.status().refused
    laptop.syncing.keep_here(first.record_id)
    laptop.send(large, "A short word.")
    laptop.synced()
    assert laptop.head(large)[1][0].response == "A short word."
    laptop.syncing.keep_here(second.record_id)
    assert laptop.syncing.status().refused == ()
    assert laptop.crash().syncing.status().refused == ()


def poison(world: World, body: bytes = b'{"strange": true}', kind: str = "surprise") -> None:
    world.database.write(
        lambda c: feed.append(c, "north", [NewChange(kind, None, body=body)], world.now())
    )


def test_a_change_that_cannot_be_read_is_set_aside_and_passed(laptop: Laptop, world: World) -> None:
    laptop.synced()
    poison(world)
    poison(world, b'{"head": {"id": "../../x", "title": "t"}}', "batch")
    poison(world, b'{"head": {"title": 3}}', "batch")
    world.publish("notes", 2)
    laptop.synced()
    assert "notes" in laptop.station.tasks.batches
    for _ in range(2):
        aside = laptop.syncing.status().set_aside
        assert len(aside) == 3
        kept = {(laptop.home / one.place).read_bytes() for one in aside}
        assert any(b"strange" in content for content in kept)
        laptop.crash().synced()
    laptop.syncing.confirm(aside[0].id)
    assert len(laptop.syncing.status().set_aside) == 2
    laptop.syncing._memory.put(cursor=None)
    laptop.synced()
    assert len(laptop.syncing.status().set_aside) == 2
    assert [path.name for path in laptop.home.rglob("x*")] == []


def test_a_newer_program_reads_what_an_older_one_could_not(
    laptop: Laptop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.synced()
    from trainer_tui.services import reading_changes
    from trainer_tui.sync.protocol import BODIES, ChangeKind

    older = {kind: body for kind, body in BODIES.items() if kind != ChangeKind.BATCH}
    monkeypatch.setattr(reading_changes, "BODIES", older)
    world.publish("notes", 2)
    laptop.synced()
    assert laptop.syncing.status().set_aside and "notes" not in laptop.station.tasks.batches
    monkeypatch.setattr(reading_changes, "BODIES", BODIES)
    laptop.synced()
    assert "notes" not in laptop.station.tasks.batches
    laptop.syncing._program = "newer"
    laptop.synced()
    assert "notes" in laptop.station.tasks.batches
    assert laptop.syncing.status().set_aside == ()


@pytest.mark.parametrize("extra", [-1, 0, 1])
def test_the_largest_record_and_one_that_is_larger(
    laptop: Laptop, world: World, extra: int
) -> None:
    laptop.synced()
    task_id = laptop.open_tasks()[0]
    shift = laptop.station.shifts.ensure(laptop.station.profile)
    record = Submission(
        id=laptop.new_id(),
        task_id=task_id,
        batch_id="letters",
        shift_id=shift.id,
        at=world.clock.now(),
        pairs=(Pair("A prompt", "w" * 190_000),),
        note="n",
    )
    note = "n" * (MAX_OPERATION + extra - len(body_of(record)) + 1)
    record = msgspec.structs.replace(record, note=note)
    assert len(body_of(record)) == MAX_OPERATION + extra
    laptop.sound.add_record(record)
    laptop.crash().synced()
    assert (record.id in world.operations()) is (extra <= 0)
    codes = [one.code for one in laptop.syncing.status().refused]
    assert codes == (["too_large"] if extra > 0 else [])
    asked = world.line.asked.count("POST /v1/push")
    assert asked == (1 if extra <= 0 else 0)


@pytest.mark.parametrize("count", [4, 5, 6])
def test_pushes_hold_what_the_hub_takes_at_once(world: World, count: int) -> None:
    world.member()
    laptop = world.laptop(wanted=6)
    laptop.synced()
    for task_id in laptop.open_tasks()[:count]:
        laptop.send(task_id)
    sizes: list[int] = []

    def five(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path == "/v1/hello":
            hello = msgspec.json.decode(plain(response))
            return answer(hello | {"limits": msgspec.to_builtins(Limits(operations=5))})
        if request.url.path == "/v1/push":
            sizes.append(len(msgspec.json.decode(plain(response))["results"]))
        return response

    world.line.after = five
    assert laptop.synced().sent == count
    assert sizes == ([count] if count <= 5 else [5, 1])


def test_what_is_too_large_on_the_way_is_halved_until_it_passes(
    laptop: Laptop, world: World
) -> None:
    laptop.synced()
    texts = ["short", "word " * 3000, "short", "word " * 9000]
    tasks = laptop.open_tasks()
    for task_id, text in zip(tasks, texts, strict=True):
        laptop.send(task_id, text)

    def narrow(request: httpx.Request) -> httpx.Response | None:
        if request.url.path == "/v1/push" and len(unpacked(request)) > 20_000:
            return answer({}, 413)
        return None

    world.line.before = narrow
    laptop.synced()
    assert len(world.operations()) == 3
    [refused] = laptop.syncing.status().refused
    assert (refused.task_id, refused.code) == (tasks[3], "too_large")
    world.line.before = lambda request: None
    laptop.syncing.send_again(refused.record_id)
    assert laptop.synced().sent == 1


def test_something_that_lets_nothing_pass_refuses_nothing(laptop: Laptop, world: World) -> None:
    laptop.synced()
    laptop.send(laptop.open_tasks()[0])
    world.line.before = lambda request: answer({}, 413) if request.url.path == "/v1/push" else None
    outcome = laptop.sync()
    assert outcome.trouble is not None
    assert laptop.syncing.status().refused == ()
    assert laptop.syncing.status().waiting == 1


@pytest.mark.parametrize(
    "versions, works", [((1, 1), True), ((1, 2), True), ((2, 3), False), ((0, 0), False)]
)
def test_versions_have_one_in_common_or_it_works_offline(
    laptop: Laptop, world: World, versions: tuple[int, int], works: bool
) -> None:
    laptop.synced()
    laptop.send(laptop.open_tasks()[0])

    def other(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path != "/v1/hello":
            return response
        hello = msgspec.json.decode(plain(response))
        return answer(hello | {"lowest": versions[0], "highest": versions[1], "news": [1]})

    world.line.after = other
    outcome = laptop.sync()
    assert (outcome.trouble is None) is works
    status = laptop.syncing.status()
    assert status.phase is (Phase.IDLE if works else Phase.TOO_OLD)
    assert status.waiting == (0 if works else 1)
    if not works:
        laptop.send(laptop.open_tasks()[0])  # work goes on
        world.line.after = lambda request, response: response
        assert laptop.synced().sent == 2


def test_426_in_the_middle_is_the_same(laptop: Laptop, world: World) -> None:
    world.line.before = lambda request: (
        answer({}, 426) if request.url.path == "/v1/changes" else None
    )
    assert laptop.sync().trouble is not None
    assert laptop.syncing.status().phase is Phase.TOO_OLD


def test_fields_and_words_of_a_newer_hub_are_passed_over(laptop: Laptop, world: World) -> None:
    laptop.synced()
    good, strange, *_ = laptop.open_tasks()
    laptop.send(good)
    laptop.send(strange)

    def newer(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        said = msgspec.json.decode(plain(response))
        said["something new"] = {"deep": [1, 2]}
        if request.url.path == "/v1/push":
            said["results"][0]["mood"] = "fine"
            said["results"][1]["status"] = "pondered"
        return answer(said)

    world.line.after = newer
    assert laptop.synced().sent == 1  # the other one comes back in the list of changes
    world.line.after = lambda request, response: response
    laptop.synced()
    assert laptop.syncing.status().waiting == 0
    assert len(world.operations()) == 2


def test_unknown_fields_survive_the_way_to_the_hub_and_back(laptop: Laptop, world: World) -> None:
    laptop.synced()
    laptop.send(laptop.open_tasks()[0])
    laptop.synced()
    [sent] = world.operations().values()
    assert set(sent).isdisjoint({"sync", "refusal", "hub_seq"})


def test_an_answer_that_is_lost_costs_nothing(laptop: Laptop, world: World) -> None:
    laptop.synced()
    for task_id in laptop.open_tasks()[:3]:
        laptop.send(task_id)

    for path in ("/v1/push", "/v1/claims", "/v1/changes", "/v1/hello"):

        def lose(
            request: httpx.Request, response: httpx.Response, path: str = path
        ) -> httpx.Response:
            if request.url.path == path:
                raise httpx.ReadError("reset")
            return response

        world.line.after = lose
        assert laptop.sync().trouble is not None
        assert laptop.syncing.status().phase is Phase.OFFLINE
    world.line.after = lambda request, response: response
    laptop.synced()
    assert len(world.operations()) == 3
    assert all(record.sync is SyncState.ACKED for record in laptop.records())
    held = {one.claim.task_id for one in laptop.sound.hub().held}
    assert held == set(laptop.open_tasks())


def test_what_was_not_answered_for_is_still_to_leave(laptop: Laptop, world: World) -> None:
    laptop.synced()
    for task_id in laptop.open_tasks()[:3]:
        laptop.send(task_id)

    def forgetful(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path != "/v1/push":
            return response
        results = msgspec.json.decode(plain(response))["results"]
        return answer({"results": [results[0], results[0]]})

    world.line.after = forgetful
    assert laptop.synced().sent == 1
    # It was not told so, but sees them come back in the list of changes.
    assert laptop.syncing.status().waiting == 0
    world.line.after = lambda request, response: response
    assert laptop.synced().sent == 0


def test_login_needs_the_right_password(world: World) -> None:
    world.member()
    laptop = world.laptop(log_in="")
    from trainer_tui.sync.trouble import Declined

    with pytest.raises(Declined, match="password"):
        laptop.syncing.log_in(URL, "ada", PASSWORD + "x")
    assert laptop.syncing.status().phase is Phase.NO_HUB
    assert laptop.sync().trouble is None
