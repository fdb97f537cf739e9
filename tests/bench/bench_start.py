"""Prints how long the workstation takes to its first usable task list, beside a minimal screen.

Run it as a script: `python tests/bench/bench_start.py --rounds 15`. The minimal program is a
Textual app with one line of text; all are started in turn on a pseudo-terminal in the same
run, so that the ratio holds on any machine. Usable means that a key was acted on.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

sys.path.append(str(Path(__file__).parent.parent / "terminal"))

from desk import AT_LIST, import_tasks, write_tasks
from terminal import Terminal, command, environment, program

MINIMAL = """
from textual.app import App
from textual.widgets import Static
class Minimal(App):
    BINDINGS = [("j", "down", "")]
    def compose(self):
        yield Static("enter open")
    def action_down(self):
        self.query_one(Static).update("acted")
Minimal().run()
"""
MANY = 10_000


class Start(NamedTuple):
    """One way to start."""

    argv: list[str]
    home: Path
    acted: Callable[[str], bool]
    """Whether a screen shows that the key was acted on."""


class Figure(NamedTuple):
    """What one start cost."""

    seconds: float
    megabytes: float
    """Memory that was its own or shared, at the first list."""


def measure(start: Start) -> Figure:
    """Start, wait until a `j` at the first list has moved its cursor, end."""
    with Terminal(start.argv, environment(start.home), (100, 30)) as terminal:
        terminal.until(AT_LIST)
        terminal.send("j")
        terminal.until(start.acted)
        seconds = time.monotonic() - terminal.started
        status = Path(f"/proc/{terminal.process.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        resident = next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
        return Figure(seconds, resident / 1024)


def starts(folder: Path) -> dict[str, Start]:
    """Prepare the homes; return the ways to start by their names."""
    many, samples = folder / "many", folder / "samples"
    import_tasks(many, write_tasks(MANY))
    samples.mkdir()
    command(samples, "import", "--samples")
    for home in (many, samples):  # so that a shift is open, as on every start but the first
        command(home, "shift", "start")
    return {
        "minimal Textual app": Start(
            [sys.executable, "-c", MINIMAL], folder, lambda screen: "acted" in screen
        ),
        "sample shift": Start(
            program(), samples, lambda screen: "A poem about a tool" in right_half(screen)
        ),
        f"{MANY:,} tasks": Start(
            program(), many, lambda screen: "Task number 2" in right_half(screen)
        ),
    }


def right_half(screen: str) -> str:
    """Return the right half of a screen, where the brief of the task under the cursor is."""
    return "\n".join(line[55:] for line in screen.splitlines()[1:])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        ways = starts(Path(folder))
        figures: dict[str, list[Figure]] = {name: [] for name in ways}
        for way in ways.values():  # once for the caches of the disk and of compiled modules
            measure(way)
        for _ in range(rounds):
            for name, way in ways.items():
                figures[name].append(measure(way))
    floor = statistics.median(f.seconds for f in next(iter(figures.values())))
    print(f"{'median of ' + str(rounds):<22}{'ms':>8}{'ratio':>8}{'MB':>8}")
    for name, found in figures.items():
        seconds = statistics.median(f.seconds for f in found)
        megabytes = statistics.median(f.megabytes for f in found)
        print(f"{name:<22}{1000 * seconds:>8.0f}{seconds / floor:>8.2f}{megabytes:>8.1f}")


if __name__ == "__main__":
    main()
