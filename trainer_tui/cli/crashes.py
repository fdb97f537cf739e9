"""A fault of the program: a report without any text of the trainer's, and where it is."""

import os
import platform
import traceback
from datetime import UTC, datetime
from pathlib import Path

from trainer_tui import __version__
from trainer_tui.cli.output import narrate_anyway

FAULT = 3
"""Exit code: the trainer's input was not to blame."""


def tell(error: BaseException) -> int:
    """Write a crash report, say where it is, and return the exit code."""
    narrate_anyway(
        f"The program made a mistake ({type(error).__name__}).\n"
        f"The report, without any of your text: {save(error)}\n"
        "Everything that was said to be saved is saved."
    )
    return FAULT


def save(error: BaseException) -> str:
    """Write a crash report below the data folder and return its path, or else its text."""
    try:
        from trainer_tui.store.paths import default_home

        return str(write_report(default_home(), error))
    except Exception:
        return f"it could not be saved; it says\n{report_text(error)}"


def write_report(home: Path, error: BaseException) -> Path:
    """Write the report below the data folder, for its owner only; raises `OSError`."""
    from trainer_tui.store import files

    files.make_folders(home)
    folder = home / "crashes"
    files.make_folder(folder)
    path = folder / f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}-{os.getpid()}.txt"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with open(files.open_file(path, flags), "w", encoding="utf-8", errors="replace") as file:
        file.write(report_text(error))
    return path


def report_text(error: BaseException) -> str:
    """Describe a fault by the kinds of its errors and the places in the code.

    No messages and no values: an error's message often quotes the text that it choked on.
    """
    lines = [
        f"trainer-tui {__version__}",
        f"Python {platform.python_version()} on {platform.platform()}",
        f"at {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
    ]
    seen: set[int] = set()
    causes: list[BaseException | None] = [error]
    while causes:
        cause = causes.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        number = f" (errno {cause.errno})" if isinstance(cause, OSError) else ""
        lines += ["", f"{type(cause).__module__}.{type(cause).__qualname__}{number}"]
        for frame, line in traceback.walk_tb(cause.__traceback__):
            code = frame.f_code
            lines.append(f"  {code.co_filename}:{line} in {code.co_qualname}")
        causes.append(cause.__cause__ or cause.__context__)
        if isinstance(cause, BaseExceptionGroup):
            causes += cause.exceptions
    return "\n".join(lines) + "\n"
