"""Bundles as files, on a disk or a stick: read with a cap, written whole or not at all."""

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from trainer_tui.domain.errors import BadInput, TrainerError
from trainer_tui.sync.bundle import CAPS, BadBundle

_MODE = 0o600
_FLAGS: int = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
"""What the file systems of most sticks answer."""


def read(path: Path, limit: int = CAPS.file) -> bytes:
    """Return the bytes of a file; raises `BadInput` if it is none or larger than `limit`."""
    try:
        # Non-blocking, so that a pipe of that name is refused and not waited for.
        handle = os.open(path, os.O_RDONLY | _FLAGS | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise BadInput(f"{path} is not an ordinary file")
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: {_reason(error)}") from None
    if len(data) > limit:
        raise BadBundle(f"it is larger than {limit} bytes")
    return data


def write(path: Path, data: bytes, *, replace: bool = False) -> None:
    """Put a file there for its owner only, durable on return; raises `TrainerError`.

    A file of that name stays as it is without `replace`, and in any case until the new one
    is on the disk.
    """
    refuse_existing(path, replace=replace)
    temporary = path.with_name(f".{path.name[:80]}.{secrets.token_hex(6)}.tmp")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, _MODE)
        try:
            with open(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(handle)
            _put(temporary, path, replace)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(temporary)
        _sync_folder(path.parent)
    except (OSError, ValueError) as error:
        raise TrainerError(
            f"{path}: {_reason(error)}", "Nothing was changed.", title="Cannot write this"
        ) from None


def _put(temporary: Path, path: Path, replace: bool) -> None:
    """Give the finished file its name; without `replace` in a way that fails if there is one."""
    if replace:
        os.replace(temporary, path)
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        refuse_existing(path, replace=replace)
        raise
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        refuse_existing(path, replace=replace)
        os.replace(temporary, path)


def refuse_existing(path: Path, *, replace: bool) -> None:
    """Raise `BadInput` if something stands there that must not be written over.

    Ask it before work whose result would have no place.
    """
    if path.is_dir():
        raise BadInput(f"{path} is a folder", "Name a file in it.", title="Cannot write this")
    if os.path.lexists(path) and not replace:
        raise BadInput(
            f"{path} exists", "Name another file, or add '--replace'.", title="Cannot write this"
        )


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows cannot open a folder
    with suppress(OSError):  # some file systems refuse it; the file itself is on the disk
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
