"""Records for the tests of the store, a list of operations on it, and everything that it shows."""

import errno
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from trainer_tui.domain.draft import Cause, Draft, Focus
from trainer_tui.domain.link import Held, HubState, Link, Mark, Unread
from trainer_tui.domain.membership import Claim, Membership
from trainer_tui.domain.message import Message, Pair, Role
from trainer_tui.domain.shift import Activity, LedgerEntry, Shift
from trainer_tui.domain.submission import Flag, Skip, Submission, Withdrawal
from trainer_tui.domain.sync import SyncState
from trainer_tui.domain.task import Batch, Kind, Scale, Task
from trainer_tui.services.ports import Profile
from trainer_tui.store.workspace import Workspace

NOW = datetime(2026, 1, 31, 12, 0, 0, 250_000, tzinfo=UTC)
ODD_TEXT = 'NUL \0, U+2028 \u2028, \r\n, \u202e, 👩‍👩‍👧‍👦, \U0010ffff, \\u0041 "quoted" \x7f\x85'

LONG_TEXT = "The quick brown fox jumps over the lazy dog. " * 20


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def batch(batch_id: str = "b", tasks: int = 3, **fields: Any) -> Batch:
    return Batch(
        id=batch_id,
        title="A batch",
        rubric=(Scale("clear", "Is it clear?"),),
        tasks=tuple(
            Task(
                id=f"{batch_id}.{number}",
                kind=Kind.WRITE,
                title=f"Task {number}",
                instructions=ODD_TEXT,
                context=(Message(Role.USER, "before"),),
                rules=({"rule": "words", "at_most": 100},),
                extra={"source": [1, 2.5, None, True]},
            )
            for number in range(tasks)
        ),
        **{"imported_at": NOW, **fields},
    )


def shift(shift_id: str = "s1", start: float = 0) -> Shift:
    return Shift(id=shift_id, trainer="ann", team="red", started_at=at(start))


def draft(text: str, task_id: str = "b.1", draft_id: str = "d1", **fields: Any) -> Draft:
    return Draft(id=draft_id, task_id=task_id, pairs=(Pair("A prompt", text),), **fields)


def submission(record_id: str, text: str = ODD_TEXT, shift_id: str = "s1") -> Submission:
    return Submission(
        id=record_id,
        task_id="b.1",
        batch_id="b",
        shift_id=shift_id,
        at=NOW,
        pairs=(Pair("A prompt", text),),
        draft_id="d1",
        active_seconds=12.5,
    )


def record(kind: type, own_id: str, **fields: Any) -> Any:
    return kind(id=own_id, task_id="b.2", batch_id="b", shift_id="s1", at=NOW, **fields)


def entry(seconds: float, activity: Activity = Activity.ACTIVE) -> LedgerEntry:
    return LedgerEntry(NOW, activity, seconds, "b.1")


def hub_state(**fields: Any) -> HubState:
    claim = Claim(id="c1", task_id="b.1", batch_id="b", team="red", granted_at=NOW, seconds=3600)
    state = HubState(
        link=Link(
            url="https://hub.example.org", hub="h", epoch="e", member="m", name="ann",
            device=ODD_TEXT, since=NOW,
        ),
        cursor="one",
        memberships=(Membership(team="red", title="Red", certified=True),),
        held=(Held(claim=claim, told_at=at(1)),),
        unread=(Unread(id="u1", what="a change", reason=ODD_TEXT, place="quarantine/x"),),
        heads={"b": 3},
        kept=("r0",),
        exchanged_at=at(2),
        program="1",
    )  # fmt: skip
    return msgspec.structs.replace(state, **fields)


def elsewhere(record_id: str, text: str = "Written on another machine.") -> Submission:
    """A record that came by the hub."""
    return msgspec.structs.replace(
        submission(record_id, text, "s-elsewhere"), sync=SyncState.ACKED, hub_seq=5
    )


Operation = Callable[[Workspace], object]

OPERATIONS: tuple[Operation, ...] = (
    lambda s: s.put_profile(Profile(trainer="ann", team="red", last_task="b.1")),
    lambda s: s.put_batch(batch()),
    lambda s: s.put_shift(shift()),
    lambda s: s.add_ledger("s1", [entry(1.5), entry(2.5, Activity.IDLE)]),
    lambda s: s.save_draft(draft("one"), Cause.TYPING, at(1)),
    lambda s: s.save_draft(draft("one two"), Cause.TYPING, at(2)),
    lambda s: s.save_draft(draft(LONG_TEXT, focus=Focus(1, "prompt")), Cause.PASTE, at(3)),
    lambda s: s.save_draft(
        draft(LONG_TEXT + ODD_TEXT, note="n", active_seconds=1.5, focus=Focus(row=3)),
        Cause.TYPING,
        at(3.5),
    ),
    lambda s: s.add_record(submission("r1")),
    lambda s: s.retire_draft("b.1"),
    lambda s: s.add_record(record(Skip, "r2", reason="Other")),
    lambda s: s.add_record(record(Withdrawal, "r3", record_id="r2")),
    lambda s: s.add_ledger("s1", [entry(3.5)]),
    lambda s: s.add_record(record(Flag, "r4", reason="Other", note=ODD_TEXT)),
    lambda s: s.save_draft(draft("again", draft_id="d2"), Cause.CORRECT, at(4)),
    lambda s: s.save_draft(draft("again, more", draft_id="d2"), Cause.LEAVE, at(5)),
    # Another draft of a task that has one: both or neither.
    lambda s: s.save_draft(draft("anew", draft_id="d3"), Cause.TYPING, at(6)),
    lambda s: s.put_profile(Profile(trainer="ann")),
    lambda s: s.put_batch(batch(team="red")),
    lambda s: s.put_shift(msgspec.structs.replace(shift(), ended_at=at(60))),
    lambda s: s.put_hub(hub_state()),
    lambda s: s.mark(
        [
            Mark(record_id="r1", shift_id="s1", sync=SyncState.ACKED, hub_seq=7),
            Mark(record_id="r2", shift_id="s1", sync=SyncState.REFUSED, refusal="too_large"),
            Mark(record_id="s1", shift_id="s1", sync=SyncState.ACKED),
        ]
    ),
    lambda s: s.put_received("b", [elsewhere("r8"), elsewhere("r9", ODD_TEXT)]),
    lambda s: s.put_hub(hub_state(cursor="two", unread=())),
)


def view(store: Workspace) -> dict[str, Any]:
    """Everything that a store shows."""
    tasks = sorted({*store.drafts(), "b.0", "b.1", "b.2"})
    return {
        "profile": store.profile(),
        "batches": store.batches(),
        "shifts": store.shifts(),
        "records": store.records(),
        "ledgers": {one.id: store.ledger(one.id) for one in store.shifts()},
        "hub": store.hub(),
        "received": store.received(),
        "drafts": store.drafts(),
        "newest": {task: store.draft(task) for task in tasks},
        "versions": {task: store.versions(task) for task in tasks},
    }


def view_of(home: Path) -> dict[str, Any]:
    """The same, of what is on the disk."""
    store = Workspace.open(home, read_only=True)
    try:
        return view(store)
    finally:
        store.close()


def build(home: Path, operations: tuple[Operation, ...] = OPERATIONS) -> list[dict[str, Any]]:
    """Apply operations to a new store; the views before the first and after each of them."""
    store = Workspace.open(home)
    views = [view(store)]
    for operation in operations:
        operation(store)
        views.append(view(store))
    store.close()
    return views


class Killed(BaseException):
    """The process is dead; nothing that it still tries has an effect."""


def abandon(store: Workspace) -> None:
    """Let go of what a killed process held, as the system does: nothing is tidied up."""
    store._draft_folder.close()
    store._shift_folder.close()
    if store._lock is not None:
        store._lock.let_go()
        store._lock = None


class FailingCalls:
    """Makes the `nth` of all system calls that the store makes fail, and counts them.

    With `dead` the ones after it fail too, with `Killed`, as of a process that is no more.
    """

    NAMES = ("open", "write", "fsync", "replace", "link", "unlink", "ftruncate", "mkdir", "rmdir")

    def __init__(self, monkeypatch: Any, code: int = errno.ENOSPC, *, short: bool = False) -> None:
        self.count = 0
        self.nth = 0
        self.failed = ""
        self.dead = False
        for name in self.NAMES:
            monkeypatch.setattr(os, name, self._wrap(name, getattr(os, name), code, short))

    def _wrap(self, name: str, real: Callable[..., Any], code: int, short: bool) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.count += 1
            if self.dead and self.nth and self.count >= self.nth:
                self.failed = name
                raise Killed
            if self.count == self.nth:
                self.failed = name
                if short and name == "write":
                    real(args[0], bytes(args[1])[: len(args[1]) // 2])
                raise OSError(code, os.strerror(code))
            return real(*args, **kwargs)

        return call

    def arm(self, nth: int, *, dead: bool = False) -> None:
        self.count, self.nth, self.failed, self.dead = 0, nth, "", dead
