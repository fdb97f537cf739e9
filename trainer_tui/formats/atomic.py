"""Files that are there as a whole or not at all."""

import os
import secrets
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from trainer_tui.domain.errors import BadInput, TrainerError

_BUFFER = 2**20
_TITLE = "Cannot write this"


def write_atomically(
    path: Path,
    chunks: Iterable[bytes],
    progress: Callable[[int], None] | None = None,
    *,
    follow: bool = True,
) -> int:
    """Write chunks to a file that appears under its name only when all of it is on disk.

    Whatever goes wrong, a file that was there is as it was, and nothing else is left.
    A link is followed, or without `follow` replaced, as befits a name that nobody gave; the
    new file's permissions are what the umask says. `progress`
    gets the bytes written so far. Returns the bytes written; raises `BadInput` for a
    path that cannot be a file, `TrainerError` for a disk that refuses, and whatever
    `chunks` raises.
    """
    target = Path(os.path.realpath(path)) if follow else path
    _require_file(target)
    try:
        handle, temporary = _open_beside(target)
    except OSError as error:
        raise _failed(path, error) from error
    try:
        with os.fdopen(handle, "wb", buffering=_BUFFER) as file:
            written = 0
            for chunk in chunks:
                written += _put(path, file.write, chunk)
                if progress is not None:
                    progress(written)
            _on_disk(path, file.flush, lambda: os.fsync(file.fileno()))
        _on_disk(path, lambda: os.replace(temporary, target))
    except BaseException:  # KeyboardInterrupt too: no half a file stays behind
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    return written


def _require_file(target: Path) -> None:
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        if not target.parent.is_dir():
            raise BadInput(
                f"There is no folder {target.parent}", "Make it, or name another one.", title=_TITLE
            ) from None
        return
    except OSError as error:
        raise _failed(target, error) from error
    if stat.S_ISDIR(mode):
        raise BadInput(f"{target} is a folder", "Name a file in it.", title=_TITLE)
    if not stat.S_ISREG(mode):
        raise BadInput(f"{target} is not an ordinary file", "Name a file to write.", title=_TITLE)


def _open_beside(target: Path) -> tuple[int, Path]:
    """Create an empty file in the same folder; plain `open` so that the umask applies."""
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    while True:
        temporary = target.parent / f".{target.name[:80]}.{secrets.token_hex(6)}.tmp"
        try:
            return os.open(temporary, flags, 0o666), temporary
        except FileExistsError:
            continue


def _put(path: Path, write: Callable[[bytes], int], chunk: bytes) -> int:
    try:
        return write(chunk)
    except OSError as error:
        raise _failed(path, error) from error


def _on_disk(path: Path, *steps: Callable[[], object]) -> None:
    try:
        for step in steps:
            step()
    except OSError as error:
        raise _failed(path, error) from error


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows cannot open a folder
    # Some network file systems refuse it, and so does a folder that cannot be listed; the
    # file itself is on disk.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _failed(path: Path, error: OSError) -> TrainerError:
    reason = error.strerror or str(error)
    return TrainerError(
        f"{path}: {reason}",
        "Nothing was changed. Free space or choose another folder, then try again.",
        title=_TITLE,
    )
