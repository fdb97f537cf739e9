"""A fault of the program: a report without any text of the trainer's, and where it is."""

import os
import platform
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from trainer_tui import __version__

FAULT = 3
"""Exit code: the trainer's input was not to blame."""


def tell(error: BaseException) -> int:
    """Write a crash report, say where it is, and return the exit code."""
    print(
        f"The program made a mistake ({type(error).__name__}).\n"
        f"The report, without any of your text: {save(error)}\n"
        "Everything that was said to be saved is saved.",
        file=sys.stderr,
    )
    return FAULT


def save(error: BaseException) -> str:
    """Write a crash report below the data folder and return its path, or else its text."""
    try:
        from trainer_tui.store.paths import default_home

        return ascii(str(write_report(default_home(), error)))[1:-1]
    except Exception:
        return f"it could not be saved; it says\n{report_text(error)}"


def write_report(home: Path, error: BaseException) -> Path:
    """Write the report below the data folder, for its owner only; raises `OSError`."""
    folder = home / "crashes"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}-{os.getpid()}.txt"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with open(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
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
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        number = f" (errno {cause.errno})" if isinstance(cause, OSError) else ""
        lines += ["", f"{type(cause).__module__}.{type(cause).__qualname__}{number}"]
        for frame, line in traceback.walk_tb(cause.__traceback__):
            code = frame.f_code
            lines.append(f"  {code.co_filename}:{line} in {code.co_qualname}")
        cause = cause.__cause__ or cause.__context__
    return "\n".join(lines) + "\n"
