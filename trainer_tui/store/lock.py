"""One writer: a lock that the system takes back when its holder dies, however it dies."""

import os
import time
from contextlib import suppress
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
        self._folder: int | None = None
        self.left_behind = False
        """Whether the writer before this one did not get to give the lock back."""
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
            try:
                self._folder = _lock_folder(self._layout.home)
            except BlockingIOError:
                self._lock.release()
                raise _busy(self._layout.holder) from None
        self.left_behind = os.path.lexists(self._layout.holder)
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
                self.let_go()

    def let_go(self) -> None:
        """Give it back and tidy nothing, as the system does for a process that died."""
        if self._folder is not None:
            _folders.discard(self._folder)
            os.close(self._folder)
            self._folder = None
        # All is on disk, and the end of the process gives it back in any case.
        with suppress(OSError):
            self._lock.release()


_folders: set[int] = set()
"""The locked folders of this process, as open files."""


def _lock_folder(home: Path) -> int | None:
    """Lock the data folder itself too; raises `BlockingIOError` if another process did.

    Somebody who takes a lock file for a stale one and removes it would let a second writer
    in; the folder he cannot remove. None where the system or the file system knows no lock on
    a folder, and the lock file has to do.
    """
    try:
        import fcntl
    except ImportError:
        return None
    fd = os.open(home, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        if isinstance(error, BlockingIOError):
            raise
        return None
    _folders.add(fd)
    return fd


def _forget_folders() -> None:
    """In a forked child: it would keep the lock of a parent that died."""
    while _folders:
        os.close(_folders.pop())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_folders)


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
