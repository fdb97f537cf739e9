"""A page of changes that is cut short by a full disk or a kill: the cursor leaves no hole."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.store.store_samples import FailingCalls, Killed, abandon
from tests.sync.laptops import Laptop, World
from tests.sync.test_sync_faults import poison
from trainer_tui.domain.errors import StoreError
from trainer_tui.services.receiving import Receiving
from trainer_tui.services.remembering import Memory
from trainer_tui.services.workstation import Workstation
from trainer_tui.store.workspace import Workspace


@pytest.fixture
def page(world: World) -> tuple[Path, list[bytes], str]:
    """A linked data folder with work in it, and a page with a bit of everything for it."""
    world.member()
    one, two = world.laptop("one"), world.laptop("two")
    one.synced()
    two.synced()
    first, second, third, fourth = one.open_tasks()
    one.send(first)
    one.save(second)
    one.synced()
    two.send(third)
    two.send(first, "From the other machine.")
    two.synced()
    two.syncing.give_back(fourth)
    poison(world)
    world.publish("notes", 2)
    one.sound.close()
    secrets = two.syncing._safe.get()
    assert secrets is not None
    answer = two.connect(secrets.url, secrets.token).changes(one.sound.hub().cursor, 200)
    assert len(answer.changes) >= 6
    return one.home, [bytes(raw) for raw in answer.changes], answer.cursor


class Folder:
    """One run over a copy of the data folder."""

    def __init__(self, home: Path, laptop_clock: Any) -> None:
        self.home, self.clock = home, laptop_clock
        self.store = Workspace.open(home)
        self.station = Workstation(self.store, laptop_clock, lambda: "unused")
        self.memory = Memory(self.store, laptop_clock)

    def take(self, changes: list[bytes], cursor: str) -> None:
        receiving = Receiving(self.store, self.station, self.memory, self.clock)
        receiving.take(changes, cursor, self.clock.now())

    def view(self) -> Any:
        state = self.memory.state
        tasks = self.station.tasks
        return {
            "state": msgspec.structs.replace(state, held=()),
            "held": sorted(one.claim.id for one in state.held),
            "batches": self.station.batches(),
            "received": sorted(record.id for record in self.store.received()),
            "records": self.store.records(),
            "heads": {r.task.id: tasks.history(r.task.id) for r in self.station.rows()},
            "drafts": self.store.drafts(),
        }


def cut_short(
    page: tuple[Path, list[bytes], str],
    world: World,
    calls: FailingCalls,
    *,
    dead: bool,
    take: Callable[[Folder, list[bytes], str], None] = Folder.take,
) -> int:
    """Stop the writing of a page at every call in turn; returns at how many it was stopped."""
    home, changes, cursor = page
    calls.arm(0)
    whole = world.folder / "whole"
    shutil.copytree(home, whole)
    folder = Folder(whole, world.clock)
    before = folder.view()
    folder.take(changes, cursor)
    after = folder.view()
    folder.store.close()
    assert after["state"].cursor == cursor != before["state"].cursor
    assert len(after["received"]) == 2 and after["state"].unread
    stopped = 0
    for nth in range(1, 1000):
        copy = world.folder / "cut"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(home, copy)
        folder = Folder(copy, world.clock)
        calls.arm(nth, dead=dead)
        try:
            take(folder, changes, cursor)
        except (StoreError, Killed):
            stopped += 1
        reached = bool(calls.failed)
        calls.arm(0)
        abandon(folder.store)
        again = Folder(copy, world.clock)
        seen = again.view()
        assert seen["state"].cursor in (before["state"].cursor, cursor)
        if seen["state"].cursor == cursor:
            assert seen == after, f"a hole behind the cursor, stopped at call {nth}"
        assert seen["records"][0].pairs == before["records"][0].pairs
        assert seen["drafts"] == before["drafts"]
        again.take(changes, cursor)
        assert again.view() == after, f"not the same after a stop at call {nth}"
        again.store.close()
        if not reached:
            break
    return stopped


@pytest.mark.parametrize("dead", [True, False], ids=["killed", "full"])
def test_a_page_is_there_wholly_or_comes_again(
    page: tuple[Path, list[bytes], str],
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    dead: bool,
) -> None:
    calls = FailingCalls(monkeypatch, errno.ENOSPC)
    assert cut_short(page, world, calls, dead=dead) > 15


def test_a_cursor_that_moves_first_would_leave_a_hole(
    page: tuple[Path, list[bytes], str], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cursor_first(folder: Folder, changes: list[bytes], cursor: str) -> None:
        folder.memory.put(cursor=cursor)
        folder.take(changes, cursor)

    calls = FailingCalls(monkeypatch, errno.ENOSPC)
    with pytest.raises(AssertionError, match="hole"):
        cut_short(page, world, calls, dead=True, take=cursor_first)


def test_the_fault_is_armed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls = FailingCalls(monkeypatch, errno.ENOSPC)
    calls.arm(1)
    with pytest.raises(OSError):
        os.open(tmp_path / "x", os.O_CREAT | os.O_WRONLY)


def test_a_full_disk_is_told_and_the_next_exchange_goes_on(
    laptop: Laptop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = laptop.sound.put_batch
    monkeypatch.setattr(
        laptop.sound, "put_batch", lambda batch: (_ for _ in ()).throw(StoreError("Full."))
    )
    outcome = laptop.sync()
    assert isinstance(outcome.trouble, StoreError)
    assert laptop.sound.hub().cursor is None
    monkeypatch.setattr(laptop.sound, "put_batch", real)
    laptop.synced()
    assert len(laptop.open_tasks()) == 4
