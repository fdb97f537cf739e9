"""What the program does while nobody does anything: processor time and bytes to the terminal."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from terminal import environment

from suite.programs import (
    EDITORS,
    Place,
    at_list,
    at_text,
    child,
    editor,
    text,
    with_response,
    with_tasks,
)
from suite.ptys import Pty
from suite.table import Line, Options, listed, number, versus, within

MOST_CPU = 1.5
MOST_BYTES = 100


def opened(folder: Path) -> dict[str, Callable[[], Pty]]:
    """Prepare what idles."""
    home = folder / "peers"
    home.mkdir()
    document = text(folder, "10 kB")
    end = document.place("end")
    tasks, writing = with_tasks(folder / "tasks", 100), with_response(folder / "writing", document)
    typed = with_response(folder / "typed", document)

    def start(argv: list[str]) -> Callable[[], Pty]:
        return lambda: _quiet(Pty(argv, environment(home), cwd=home))

    def after_typing() -> Pty:
        pty = at_text(typed, end)
        pty.shown(pty.send(b"so this is typed"))
        return _quiet(pty)

    peers = {name: editor(name, document.file, Place(0, 0, end=False)) for name in EDITORS}
    return {
        "minimal Textual app": start(child("minimal")),
        "stock TextArea": start(child("blinking", document.file, 0, 0)),
        "our list": lambda: _quiet(at_list(tasks)),
        "our Write screen": lambda: _quiet(at_text(writing, end)),
        "Write, after typing": after_typing,
        **{name: start(argv) for name, argv in peers.items() if argv is not None},
    }


def _quiet(pty: Pty) -> Pty:
    """Let the last saves and counts be done with."""
    until = time.perf_counter() + 3
    while (left := until - time.perf_counter()) > 0:
        pty.shown(pty.take(0.0, left))
    return pty


def lines(options: Options) -> Iterator[Line]:
    """Let all idle at the same time."""
    seconds = options.many(30, 6)
    there = {}
    try:
        for name, start in opened(options.folder).items():
            there[name] = start()
        for pty in there.values():
            pty.shown(pty.take(0.0, 0.0))
        before = {name: pty.cpu() for name, pty in there.items()}
        began = time.perf_counter()
        taken = dict.fromkeys(there, 0)
        while (left := began + seconds - time.perf_counter()) > 0:
            time.sleep(min(left, 1.0))
            for name, pty in there.items():
                taken[name] += sum(len(piece.data) for piece in pty.take(0.0, 0.0))
        spent = time.perf_counter() - began
        share = {name: 100 * (pty.cpu() - before[name]) / spent for name, pty in there.items()}
    finally:
        for pty in there.values():
            pty.close()
    bytes_ = {name: count / spent for name, count in taken.items()}

    def cost(name: str) -> str:
        return f"{share[name]:.2f} % {bytes_[name]:.0f} B/s" if name in share else "not installed"

    floor = share["minimal Textual app"]
    peers = {name: cost(name) for name in (*EDITORS, "stock TextArea")}
    yield Line("idle: minimal Textual app", "", listed(peers), cost("minimal Textual app"))
    for name in ("our list", "our Write screen", "Write, after typing"):
        row = f"idle: {name}"
        compared = f"minimal app {number(floor)} %"
        yield versus(
            f"{row}, processor", share[name], floor, MOST_CPU, "%", of="minimal app", floor=compared
        )
        yield within(f"{row}, bytes", bytes_[name], MOST_BYTES, "B/s")
