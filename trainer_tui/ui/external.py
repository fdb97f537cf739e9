"""The trainer's own editor on one text; whatever it does, the text here survives."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from textual.app import App, SuspendNotSupported

from trainer_tui.domain.errors import TrainerError

LOOK_EVERY = 5.0
"""Seconds between two looks at the shift's clock while the other editor runs."""


class EditorFailed(TrainerError):
    """The trainer's own editor did not come back with a text."""

    title = "Your own editor"


class Edited(NamedTuple):
    """What came back."""

    text: str
    changed: bool
    path: Path
    """The file, which is to be removed when the text is safe elsewhere."""


def command(setting: str) -> list[str]:
    """Return the editor's command line: the setting, $VISUAL, $EDITOR, or one that is there."""
    chosen = setting or os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    # nano says on its screen how to leave it; vi is everywhere.
    known = ("notepad",) if sys.platform == "win32" else ("nano", "vi")
    fallback = next((name for name in known if shutil.which(name)), known[-1])
    try:
        words = shlex.split(chosen) or [fallback]
    except ValueError as error:
        raise EditorFailed(f"{chosen!r} is not a command line: {error}", _HINT) from None
    if shutil.which(words[0]) is None:
        raise EditorFailed(f"{words[0]!r} was not found", _HINT)
    return words


_HINT = "Set $VISUAL or $EDITOR, or 'editor' in the settings."


def edit(
    app: App[int], words: list[str], text: str, folder: Path, while_open: Callable[[], None]
) -> Edited:
    """Let the trainer edit `text`; `while_open` is called every few seconds.

    The file is for its owner only, its name is ours. Raises `EditorFailed` when the
    editor fails; what it wrote is then kept, and the error says where.
    """
    if folder.is_symlink():
        raise EditorFailed(f"{folder} is a symbolic link, which is refused", "Remove the link.")
    folder.mkdir(mode=0o700, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix="text-", suffix=".md", dir=folder)
    path, before = Path(name), text.encode("utf-8")
    with os.fdopen(handle, "wb") as file:
        file.write(before)
    failure: str | None = None
    try:
        with app.suspend():
            # Nothing may be raised in here: the terminal would stay without its screen.
            failure = _run([*words, name], while_open)
    except SuspendNotSupported:
        failure = "this terminal cannot be handed over"
    try:
        after = path.read_bytes()
    except OSError as error:
        after = b""
        failure = failure or f"its file cannot be read ({error.strerror})"
    if failure is None:
        try:
            edited = after.decode("utf-8")
        except UnicodeDecodeError as error:
            failure = f"the file is not UTF-8 (byte {error.start})"
    if failure is not None:
        kept = ""
        if after != before and after:
            kept = f" What it wrote is kept in {path}."
        else:
            path.unlink(missing_ok=True)
        raise EditorFailed(f"{failure}. Your text is as it was.{kept}", _HINT)
    if edited.endswith("\n") and not text.endswith("\n"):
        edited = edited[:-1]  # most editors end a file with a newline of their own
    return Edited(edited, edited != text, path)


def left_behind(folder: Path) -> list[Path]:
    """Return the files that an editor had when the program was killed, oldest first."""
    return sorted(folder.glob("text-*.md"), key=lambda path: path.stat().st_mtime)


def _run(words: list[str], while_open: Callable[[], None]) -> str | None:
    try:
        process = subprocess.Popen(words)
    except (OSError, ValueError) as error:
        return f"it could not be started ({error})"
    with _told_to_stop_too(process):
        while True:
            try:
                code = process.wait(LOOK_EVERY)
                break
            except subprocess.TimeoutExpired:
                # What goes wrong there is said when the screen is back.
                with suppress(TrainerError):
                    while_open()
            except KeyboardInterrupt:
                continue  # Ctrl-C is the editor's, and it is still there
    return None if code == 0 else f"it ended with code {code}"


@contextmanager
def _told_to_stop_too(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Hand a hang-up or a request to stop on to the editor, for this program waits for it.

    The event loop has seen the signal as well and acts on it when the editor has ended.
    """
    numbers = [getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)]
    before = {
        number: signal.signal(number, lambda number, _: process.send_signal(number))
        for number in numbers
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
