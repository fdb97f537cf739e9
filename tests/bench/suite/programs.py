"""How every program of a measurement is started: ours on a prepared home, and its peers."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from desk import AT_LIST, AT_TEXT, import_tasks, write_tasks
from terminal import command, environment, key, program

from suite import HERE
from suite.children import titles
from suite.ptys import Pty

EDITORS = ("vim", "nano", "micro", "neovim", "prompt_toolkit")
SENTENCE = "The quick brown fox jumps over the lazy dog while the others look on. "
MARK = "HALFWAY"
"""Stands where a cursor in the middle is put."""
RULES = [
    {"rule": "code_block", "language": "python"},
    {"rule": "words", "relation": "at_most", "count": 260, "applies_to": "response"},
]
C_SOURCE = {
    "prints": r"""
#include <termios.h>
#include <unistd.h>
int main(void) { struct termios t; char c; tcgetattr(0, &t); cfmakeraw(&t);
  tcsetattr(0, TCSANOW, &t); write(1, "enter open", 10); read(0, &c, 1);
  write(1, "\r\nacted", 7); read(0, &c, 1); return 0; }
""",
    "echo": r"""
#include <termios.h>
#include <unistd.h>
int main(void) { struct termios t; char c[4096]; long n; tcgetattr(0, &t); cfmakeraw(&t);
  tcsetattr(0, TCSANOW, &t); write(1, "ready ", 6);
  while ((n = read(0, c, sizeof c)) > 0) write(1, c, n); return 0; }
""",
}


class Place(NamedTuple):
    """Where a cursor is put: at the end of a text, or right behind the mark in it."""

    line: int
    column: int
    end: bool


class Text(NamedTuple):
    """A document in a file, which editors open."""

    name: str
    file: Path
    text: str

    def place(self, name: str) -> Place:
        """Return the place called `end` or `middle`."""
        lines = self.text.split("\n")
        if name == "end":
            return Place(len(lines) - 1, len(lines[-1]), end=True)
        before = self.text.partition(MARK)[0] + MARK
        return Place(before.count("\n"), len(before.rpartition("\n")[2]), end=False)


def text(folder: Path, name: str) -> Text:
    """Write one of the documents: `10 kB` and such, or `paragraph of 10,000`."""
    if name.startswith("paragraph"):
        written = (SENTENCE * 150)[:10_000]
    else:
        amount, unit = name.split()
        size = int(amount) * {"kB": 1000, "MB": 1_000_000}[unit]
        paragraph = 6 * SENTENCE + "\n\n"
        written = (paragraph * (size // len(paragraph) + 1))[:size].rstrip()
    half = written.rfind(". ", 0, len(written) // 2 + 100) + 2
    written = f"{written[:half]}{MARK} {written[half:]}"
    file = folder / f"{name.replace(' ', '-')}.txt"
    file.write_text(written, "utf-8")
    return Text(name, file, written)


def child(*words: object) -> list[str]:
    """Return the command line of one of the small programs to compare with."""
    return [sys.executable, str(HERE / "children.py"), *map(str, words)]


def compiled(folder: Path, name: str) -> list[str] | None:
    """Return the command line of a small program in C; None where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    binary = folder / f"c-{name}"
    if compiler is None:
        return None
    if not binary.exists():
        source = folder / f"{name}.c"
        source.write_text(C_SOURCE[name])
        done = subprocess.run(
            [compiler, "-O2", "-w", "-o", str(binary), str(source)], capture_output=True
        )
        if done.returncode:
            return None
    return [str(binary)]


def editor(name: str, document: Path, place: Place) -> list[str] | None:
    """Return how a peer opens a file, ready to type at a place; None if it is not installed."""
    line, column = place.line + 1, place.column + 1
    if name == "prompt_toolkit":
        if importlib.util.find_spec("prompt_toolkit") is None:
            return None
        return child("prompt", document, place.line, place.column)
    binary = shutil.which({"neovim": "nvim"}.get(name, name))
    if binary is None:
        return None
    match name:
        case "nano":
            # Locks and backups of those killed before would be asked about.
            at = f"+{line},{column}"
            return [binary, "--ignorercfiles", "--softwrap", at, str(document)]
        case "micro":
            at = f"+{line}:{column}"
            options = ("softwrap", "true"), ("wordwrap", "true"), ("backup", "false")
            words = [word for name, value in options for word in (f"-{name}", value)]
            return [binary, *words, at, str(document)]
    goto = ["-c", f"call cursor({line}, {column})"]
    insert = "startinsert!" if place.end else "startinsert"
    return [binary, "-n", *goto, "-c", insert, str(document)]


def stripped(document: Path) -> str:
    """Return words of which one knows that a file is on the screen."""
    return document.read_text("utf-8").split("\n", 1)[0][:20].split(". ")[0].strip()


# Ours


def with_tasks(home: Path, count: int, *, open_shift: bool = True) -> Path:
    """Prepare a home with so many tasks on the list; their titles are those of the peers."""
    names = titles(count)
    tasks = write_tasks(count)
    for task, title in zip(tasks, names, strict=True):
        task["title"] = title
    import_tasks(home, tasks)
    if open_shift:  # as on every start but the first of a day
        command(home, "shift", "start")
    return home


def with_response(home: Path, document: Text | None = None) -> Path:
    """Prepare a home with one task that has rules and a given prompt, and a draft of it."""
    task = {
        "id": "t1",
        "kind": "respond",
        "title": "A long answer",
        "instructions": "Write.\n\n" + 3 * SENTENCE,
        "prompts": [2 * SENTENCE],
        "rules": RULES,
    }
    import_tasks(home, [task, {**task, "id": "t2", "title": "Another"}])
    if document is not None:
        done = command(home, "draft", "b.t1", "--response-file", str(document.file))
        assert done.returncode == 0, done.stderr.decode()
    command(home, "shift", "start")
    return home


def at_list(home: Path, size: tuple[int, int] = (120, 40), patch: str = "") -> Pty:
    """Start the program and wait for its task list."""
    pty = Pty(program(patch=patch), environment(home), size, cwd=home)
    try:
        pty.shown(pty.until_written(AT_LIST))
        pty.shown(pty.take(0.3, 0.3))
    except BaseException:
        pty.close()
        raise
    return pty


def at_text(home: Path, place: Place, patch: str = "") -> Pty:
    """Start the program and open its first task, with the cursor at a place of the response."""
    pty = at_list(home, patch=patch)
    try:
        press(pty, "enter", until=AT_TEXT)
        if place.end:
            press(pty, "ctrl+end")
        else:
            press(pty, "ctrl+home")
            press(pty, "ctrl+f")
            press(pty, *MARK)
            press(pty, "escape", quiet=0.5)
            press(pty, "right")
        settle(pty)
    except BaseException:
        pty.close()
        raise
    return pty


def press(pty: Pty, *names: str, until: str = "", quiet: float = 0.15) -> None:
    """Press keys, and wait for words or for quiet."""
    pty.shown(pty.send("".join(map(key, names)).encode()))
    if until:
        pty.shown(pty.until_written(until))
    pty.shown(pty.take(quiet, 1.0))


def settle(pty: Pty, seconds: float = 0.4) -> None:
    """Wait until nothing is written for a while."""
    pty.shown(pty.take(seconds, seconds))


def acted(pty: Pty, seen: Callable[[], bool], patience: float = 60) -> float | None:
    """Take in what arrives until something is seen; return when its bytes arrived."""
    while pieces := pty.take(0.0, patience):
        if (at := pty.first(pieces, seen)) is not None:
            return at
    return None
