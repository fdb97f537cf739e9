"""One writer: a lock that the system takes back when its holder dies, however it dies."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from trainer_tui.domain.errors import StoreBusy
from trainer_tui.store import files
from trainer_tui.store.paths import Layout

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class Holder(msgspec.Struct, frozen=True):
    """Who has the store open for writing."""

    pid: int
    since: datetime


class _Flock:
    """The lock of POSIX, without the library: loading that would take longer than the store."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None

    def take(self) -> bool:
        """Take the lock if it is free; return whether it was."""
        fd = files.open_file(self._path, os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return False
        except BaseException:
            os.close(fd)
            raise
        self._fd = fd
        return True

    def give_back(self) -> None:
        """Release the lock; nothing happens if it was not taken."""
        if self._fd is not None:
            fd, self._fd = self._fd, None
            os.close(fd)


class _LibraryLock:
    """The same on every other system."""

    def __init__(self, path: Path) -> None:
        from filelock import FileLock

        # Not thread-local: the store is saved, and closed, from worker threads too.
        self._lock = FileLock(path, mode=files.FILE_MODE, thread_local=False)

    def take(self) -> bool:
        """Take the lock if it is free; return whether it was."""
        from filelock import Timeout

        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def give_back(self) -> None:
        """Release the lock; nothing happens if it was not taken."""
        self._lock.release()


class WriterLock:
    """Held from `acquire` until `release` or the death of the process."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._lock = (_Flock if fcntl else _LibraryLock)(layout.lock)
        self._held = False

    def acquire(self) -> None:
        """Take the lock; raises `StoreBusy` with the holder's pid at once if it is taken."""
        with files.explained("lock", doing="opened"):
            self._held = self._lock.take()
        if not self._held:
            raise _busy(self._layout.holder)
        # Who holds the lock is a courtesy to the reader of the message: a full disk
        # must not keep the trainer out.
        note = msgspec.json.encode(Holder(os.getpid(), datetime.now(UTC)))
        try:
            files.replace_file(self._layout.holder, note)
        except OSError:
            return

    def release(self) -> None:
        """Give the lock back."""
        if self._held:
            self._held = False
            try:
                files.remove(self._layout.holder)
            except OSError:
                pass
            finally:
                self._lock.give_back()


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
