"""A hub that does what a test says, behind the same service as a real one."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from trainer_tui.services.changes import Change
from trainer_tui.services.syncing import Outcome, Phase, Refused, SetAside, Syncing, SyncStatus

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


class FakeSyncing(Syncing):
    """Counts its exchanges; each does what `doing` does, in whatever thread."""

    def __init__(self, **status: Any) -> None:
        about = {"phase": Phase.IDLE, "hub": HUB, "member": "Ada", "teams": ("Atlas",)}
        about["last_at"] = datetime(2025, 6, 3, 9, 0, tzinfo=UTC)
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
