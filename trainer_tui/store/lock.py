"""One writer: a lock that the system takes back when its holder dies, however it dies."""

import errno
import os
import time
from contextlib import suppress
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


_NO_LOCKS = {errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK}


class Holder(msgspec.Struct, frozen=True):
    """Who has the store open for writing."""

    pid: int
    since: datetime


class _Flock:
    """The lock of POSIX, without the library: loading that would take longer than the store.

    The folder is locked beside the file, where its file system can: somebody who takes a
    lock file for a stale one and removes it would let a second writer in, and the folder he
    cannot remove.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fds: list[int] = []

    def take(self) -> bool:
        """Take the lock if it is free; return whether it was."""
        try:
            self._lock(files.open_file(self._path, os.O_RDWR | os.O_CREAT))
            self._lock_folder()
        except BlockingIOError:
            self.give_back()
            return False
        except BaseException:
            self.give_back()
            raise
        return True

    def give_back(self) -> None:
        """Release the lock; nothing happens if it was not taken."""
        while self._fds:
            fd = self._fds.pop()
            _held.discard(fd)
            os.close(fd)

    def _lock(self, fd: int) -> None:
        self._fds.append(fd)
        _held.add(fd)
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _lock_folder(self) -> None:
        try:
            self._lock(os.open(self._path.parent, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)))
        except BlockingIOError:
            raise
        except OSError:
            return  # the lock on the file has to do


_held: set[int] = set()
"""The locked files of this process."""


def _forget() -> None:
    """In a forked child: it would keep the lock of a parent that died."""
    while _held:
        os.close(_held.pop())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


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
        self._lock: _Flock | _LibraryLock = (_Flock if fcntl else _LibraryLock)(layout.lock)
        self._held = False
        self.left_behind = False
        """Whether the writer before this one did not get to give the lock back."""

    def acquire(self) -> None:
        """Take the lock; raises `StoreBusy` with the holder's pid at once if it is taken."""
        with files.explained("lock", doing="opened"):
            self._held = self._take()
        if not self._held:
            raise _busy(self._layout.holder)
        self.left_behind = os.path.lexists(self._layout.holder)
        # Who holds the lock is a courtesy to the reader of the message: a full disk
        # must not keep the trainer out.
        note = msgspec.json.encode(Holder(os.getpid(), datetime.now(UTC)))
        try:
            files.replace_file(self._layout.holder, note)
        except OSError:
            return

    def _take(self) -> bool:
        try:
            return self._lock.take()
        except OSError as error:
            if error.errno not in _NO_LOCKS or isinstance(self._lock, _LibraryLock):
                raise
        # The library makes do where a file system knows no locks.
        self._lock = _LibraryLock(self._layout.lock)
        return self._lock.take()

    def release(self) -> None:
        """Give the lock back."""
        if self._held:
            try:
                files.remove(self._layout.holder)
            except OSError:
                pass
            finally:
                self.let_go()

    def let_go(self) -> None:
        """Give it back and tidy nothing, as the system does for a process that died."""
        self._held = False
        # All is on disk, and the end of the process gives it back in any case.
        with suppress(OSError):
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
