"""The few ways in which the store touches the disk, so that durability is decided in one place.

Files are for their owner only whatever the umask, a symbolic link is never followed,
and nothing counts as written before `fsync` returned.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from trainer_tui.domain.errors import StoreError
from trainer_tui.store.paths import PREVIOUS, TEMPORARY

FILE_MODE = 0o600
FOLDER_MODE = 0o700

_NOFOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
# Non-blocking, so that a planted FIFO cannot hang the program.
_ALWAYS: int = (
    _NOFOLLOW
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NONBLOCK", 0)
)
_NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_NO_FOLDER_SYNC = {errno.EINVAL, errno.EBADF, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}

try:
    from fcntl import F_FULLFSYNC, fcntl  # type: ignore[attr-defined,unused-ignore]
except ImportError:
    _full_sync = None
else:  # macOS: fsync alone leaves the bytes in the cache of the drive

    def _full_sync(fd: int) -> None:
        fcntl(fd, F_FULLFSYNC)


def open_file(path: Path, flags: int) -> int:
    """Open a regular file for its owner only; raises `OSError` for a link or anything else."""
    if not _NOFOLLOW and path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    fd = os.open(path, flags | _ALWAYS, FILE_MODE)
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        if flags & os.O_CREAT and hasattr(os, "fchmod"):
            os.fchmod(fd, FILE_MODE)
    except BaseException:
        os.close(fd)
        raise
    return fd


def read_file(path: Path) -> bytes:
    """Return all bytes of a file."""
    with open(open_file(path, os.O_RDONLY), "rb") as file:
        return file.read()


def read_start(path: Path, limit: int = 4096) -> bytes:
    """Return the first bytes of a file, at most `limit`."""
    with open(open_file(path, os.O_RDONLY), "rb", buffering=0) as file:
        return file.read(limit)


def write_all(fd: int, data: bytes) -> None:
    """Write all of `data`, however little the system takes at a time."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def sync(fd: int) -> None:
    """Wait until the bytes of an open file are on the disk."""
    if _full_sync is not None:
        with suppress(OSError):  # not every file system knows it
            _full_sync(fd)
            return
    os.fsync(fd)


def sync_file(path: Path) -> None:
    """Wait until the bytes of a file are on the disk, whoever wrote them."""
    fd = open_file(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        sync(fd)
    finally:
        os.close(fd)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk.

    Windows has no such call and no need, and some network file systems refuse it.
    """
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _ALWAYS)
    try:
        os.fsync(fd)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(fd)


def sync_ancestors(path: Path) -> None:
    """Wait until the way to a file or folder is on the disk, as far as it is ours to read."""
    for folder in path.resolve().parents:
        with suppress(PermissionError):
            sync_folder(folder)


def make_folder(folder: Path) -> None:
    """Create a folder for its owner only, durably; raises `OSError` where a link or file stands."""
    try:
        os.mkdir(folder, FOLDER_MODE)
    except FileExistsError:
        if not stat.S_ISDIR(os.lstat(folder).st_mode):
            code = errno.ELOOP if folder.is_symlink() else errno.ENOTDIR
            raise OSError(code, os.strerror(code), str(folder)) from None
        return
    try:
        os.chmod(folder, FOLDER_MODE)
        sync_folder(folder.parent)
    except BaseException:
        # Where it stands it counts as durable, and the next start would not ask again.
        with suppress(OSError):
            os.rmdir(folder)
        raise


def make_folders(folder: Path) -> None:
    """Create a folder and those around it that are missing, each for its owner only."""
    if not folder.is_dir():
        if folder.parent != folder:
            make_folders(folder.parent)
        make_folder(folder)


def remove(path: Path) -> None:
    """Take a name away if it is there."""
    with suppress(FileNotFoundError):
        os.unlink(path)


def replace_file(path: Path, data: bytes, *, keep_previous: bool = False) -> None:
    """Put `data` in the place of a file, wholly or not at all; durable on return.

    With `keep_previous` the old content stays beside it as `.prev`. At every moment
    the file itself is there in its old or its new form. Raises `OSError`, and then
    the file is as it was.
    """
    temporary = path.with_name(path.name + TEMPORARY)
    previous = path.with_name(path.name + PREVIOUS + ("" if keep_previous else TEMPORARY))
    existed = os.path.lexists(path)
    try:
        remove(temporary)
        fd = open_file(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            write_all(fd, data)
            sync(fd)
        finally:
            os.close(fd)
        if existed:
            _keep(path, previous)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            remove(temporary)
        if not keep_previous:
            with suppress(OSError):
                remove(previous)
        raise
    try:
        sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            if existed:
                os.replace(previous, path)
            else:
                os.unlink(path)
        raise
    if existed and not keep_previous:
        with suppress(OSError):
            remove(previous)


def _keep(path: Path, previous: Path) -> None:
    """Give the file a second name; where the file system cannot, copy it."""
    remove(previous)
    if not link(path, previous):
        replace_file(previous, read_file(path))


def link(path: Path, other: Path) -> bool:
    """Give a file a second name; return whether the file system can do that."""
    try:
        os.link(path, other)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        return False
    return True


def move(path: Path, target: Path) -> None:
    """Move a file to another folder, durably; raises `OSError`, and then it is where it was.

    A rename would do both folders at once, but nothing makes them reach the disk at once:
    after a power cut the file could be in neither. So it has both names for a moment.
    """
    if not link(path, target):
        os.replace(path, target)
    try:
        sync_folder(target.parent)
        remove(path)
        sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            os.replace(target, path)  # does nothing if both are names of one file
            remove(target)
        raise


def shorten(path: Path, length: int) -> None:
    """Cut a file, durably."""
    fd = open_file(path, os.O_WRONLY)
    try:
        os.ftruncate(fd, length)
        sync(fd)
    finally:
        os.close(fd)


_REASONS = {
    errno.ENOSPC: ("the disk is full", "Free some space, then save again."),
    errno.EFBIG: ("the file may not grow any more", "Free some space, then save again."),
    errno.EROFS: ("the disk cannot be written", "Make it writable, then save again."),
    errno.EACCES: ("permission is denied", "Check who owns the data folder, then save again."),
    errno.EPERM: ("permission is denied", "Check who owns the data folder, then save again."),
    errno.EIO: ("the disk reports an error", "Copy your text elsewhere and check the disk."),
    errno.EMFILE: ("too many files are open", "Close other programs, then save again."),
    errno.ENFILE: ("too many files are open", "Close other programs, then save again."),
    errno.ELOOP: (
        "it is a symbolic link, which is refused",
        "Put the real file or folder there, or remove the link.",
    ),
}
if hasattr(errno, "EDQUOT"):
    _REASONS[errno.EDQUOT] = ("your quota is used up", "Free some space, then save again.")


@contextmanager
def explained(place: str, *, doing: str = "saved") -> Iterator[None]:
    """Turn an `OSError` into a `StoreError` that names the place, the reason and a way out."""
    try:
        yield
    except OSError as error:
        reason, hint = _REASONS.get(
            error.errno or 0, (error.strerror or str(error), "Nothing was changed; try again.")
        )
        raise StoreError(f"{place} could not be {doing}: {reason}.", hint) from error
