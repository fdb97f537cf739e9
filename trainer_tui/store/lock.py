"""One writer: a lock that the system takes back when its holder dies, however it dies."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from trainer_tui.domain.errors import StoreBusy
from trainer_tui.store import files
from trainer_tui.store.paths import Layout


class Holder(msgspec.Struct, frozen=True):
    """Who has the store open for writing."""

    pid: int
    since: datetime


class WriterLock:
    """Held from `acquire` until `release` or the death of the process."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        # Here, because a reader does without.
        from filelock import FileLock

        # Not thread-local: the store is saved, and closed, from worker threads too.
        self._lock = FileLock(layout.lock, mode=files.FILE_MODE, thread_local=False)

    def acquire(self) -> None:
        """Take the lock; raises `StoreBusy` with the holder's pid at once if it is taken."""
        from filelock import Timeout

        with files.explained("lock", doing="opened"):
            try:
                self._lock.acquire(timeout=0)
            except Timeout:
                raise _busy(self._layout.holder) from None
        # Who holds the lock is a courtesy to the reader of the message: a full disk
        # must not keep the trainer out.
        note = msgspec.json.encode(Holder(os.getpid(), datetime.now(UTC)))
        try:
            files.replace_file(self._layout.holder, note)
        except OSError:
            return

    def release(self) -> None:
        """Give the lock back."""
        if self._lock.is_locked:
            try:
                files.remove(self._layout.holder)
            except OSError:
                pass
            finally:
                self._lock.release()


def holder(path: Path) -> Holder | None:
    """Return who says to hold the lock, if that process is alive."""
    try:
        found = msgspec.json.decode(files.read_file(path), type=Holder)
    except (OSError, msgspec.DecodeError):
        return None
    return found if _alive(found.pid) else None


def _alive(pid: int) -> bool:
    if os.name == "nt":  # there, signal 0 would end the process
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return pid > 0


def _busy(path: Path) -> StoreBusy:
    # A writer that has just taken the lock names itself a moment later.
    for _ in range(5):
        if (found := holder(path)) is not None:
            break
        time.sleep(0.01)
    who = f"process {found.pid}, since {found.since:%Y-%m-%d %H:%M} UTC" if found else "another one"
    return StoreBusy(
        f"The data folder is open for writing in another window ({who}).",
        "Close that one first, or open this one read-only.",
    )
