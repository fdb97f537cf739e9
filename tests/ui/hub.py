"""A hub that does what a test says, behind the same service as a real one."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from trainer_tui.services.changes import Change
from trainer_tui.services.sync_status import Outcome, Phase, Refused, SetAside, SyncStatus
from trainer_tui.services.syncing import Syncing

HUB = "https://hub.example"


def refused(number: int = 1, **fields: Any) -> Refused:
    """A submission that the hub refused."""
    about = {
        "record_id": f"r{number}",
        "task_id": "b.one",
        "title": "Explain recursion",
        "what": "submission",
        "code": "not_claimed",
        "reason": "The task was never given to you.",
        "way_out": "Ask your lead for the task, then try again.",
    }
    return Refused(**about | fields)  # type: ignore[arg-type]


def set_aside(**fields: Any) -> SetAside:
    """A change that could not be read."""
    about = {"id": "s1", "what": "poem", "reason": "This version knows no such kind."}
    return SetAside(**about | {"place": "quarantine/s1.json"} | fields)  # type: ignore[arg-type]


async def settle(pilot: Pilot[int]) -> None:
    """Wait until all that was begun is done."""
    await pilot.pause()
    with suppress(WorkerCancelled):  # a look that a newer one has replaced
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def until(true: Callable[[], object]) -> None:
    """Wait for something that comes by itself; on a busy machine that may take long."""
    for _ in range(2000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come")


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press keys, each when a screen that the one before it opens is there."""
    for key in keys:
        before = pilot.app.screen
        await pilot.press(key)
        for _ in range(20):
            await pilot.pause()
            if pilot.app.screen is not before and pilot.app.screen.is_mounted:
                break
            await asyncio.sleep(0.01)


async def seen(pilot: Pilot[int]) -> str:
    """What stands on the screen, read from the top, without frames and line breaks."""
    await settle(pilot)
    await pilot.pause()
    lines = pilot.app.screen._compositor.render_strips(pilot.app.size)
    words = " ".join(strip.text.strip(" │╭╮╰╯─") for strip in lines)
    return " ".join(words.split())


class FakeSyncing(Syncing):
    """Counts its exchanges; each does what `doing` does, in whatever thread."""

    def __init__(self, **status: Any) -> None:
        about = {"phase": Phase.IDLE, "hub": HUB, "member": "Ada", "teams": ("Atlas",)}
        about["last_at"] = datetime.now(UTC)
        self.now = SyncStatus(**about | status)  # type: ignore[arg-type]
        self.before = self.now.phase
        self.left: dict[str, float] = {}
        self.doing: Callable[[], Outcome] = Outcome
        self.exchanges = self.at_once = self.most_at_once = 0
        self.asked: list[tuple[str, str]] = []
        self.closed = threading.Event()

    def change(self, **status: Any) -> None:
        self.now = msgspec.structs.replace(self.now, **status)

    def status(self) -> SyncStatus:
        return self.now

    def sync(self) -> Outcome:
        self.exchanges += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        phase = self.now.phase
        self.change(phase=Phase.SYNCING)
        try:
            return self.doing()
        finally:
            self.at_once -= 1
            if self.now.phase is Phase.SYNCING:
                self.change(phase=phase)

    def time_left(self, task_id: str) -> float | None:
        return self.left.get(task_id)

    def _without(self, verb: str, name: str) -> Change:
        self.asked.append((verb, name))
        self.change(
            refused=tuple(one for one in self.now.refused if one.record_id != name),
            set_aside=tuple(one for one in self.now.set_aside if one.id != name),
        )
        return Change(f"Done: {verb}.")

    def send_again(self, record_id: str) -> Change:
        return self._without("send_again", record_id)

    def keep_here(self, record_id: str) -> Change:
        return self._without("keep_here", record_id)

    def confirm(self, id: str) -> Change:
        return self._without("confirm", id)

    def close(self) -> None:
        self.closed.set()
