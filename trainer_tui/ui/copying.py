"""Copy a text out of the program: through the terminal, and to a file where that is doubtful."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from textual.app import App

from trainer_tui.domain.errors import TrainerError


class NotCopied(TrainerError):
    """A text could neither be given to the terminal nor to a file."""

    title = "Not copied"


def doubt(environment: Mapping[str, str]) -> str | None:
    """Name what may keep the terminal's copy sequence (OSC 52) from arriving; None: nothing."""
    if environment.get("TMUX"):
        return "tmux"
    if environment.get("STY"):
        return "screen"
    if environment.get("TERM_PROGRAM") == "Apple_Terminal":
        return "Apple's Terminal"
    if environment.get("TERM", "") in ("linux", "dumb"):
        return "this terminal"
    return None


async def copy(app: App[int], text: str, folder: str, name: str) -> str:
    """Copy a text, and return a sentence that says which way; `name` is that of the file."""
    app.copy_to_clipboard(text)
    hinders = doubt(os.environ)
    if hinders is None:
        return "Copied through the terminal (OSC 52)."
    path = Path(folder) / name
    try:
        await asyncio.to_thread(_write, path, text)
    except OSError as error:
        raise NotCopied(
            f"{hinders} may drop what is copied, and {path} cannot be written:"
            f" {error.strerror or error}"
        ) from None
    return f"Copied through the terminal (OSC 52). {hinders} may drop that: it is also in {path}"


def _write(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whatever stood there."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
