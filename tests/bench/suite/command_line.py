"""How long the command line takes to answer, as a multiple of bare Python."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

from suite.table import Line, Options, listed, median, number, versus

BAR = 5.0
BARE = "bare Python"
PROGRAM = (sys.executable, "-c", "from trainer_tui.cli.main import run; run()")
"""What the installed `trainer-tui` does."""
FLOORS = {
    BARE: (sys.executable, "-c", "pass"),
    "import msgspec": (sys.executable, "-c", "import msgspec"),
    "import argparse": (sys.executable, "-c", "import argparse"),
}
COMMANDS = {words: (*PROGRAM, *words.split()) for words in ("--help", "status", "tasks")}
WITHOUT_BAR = {"tasks --json": (*PROGRAM, "tasks", "--json")}


def lines(options: Options) -> Iterator[Line]:
    """Run all commands in turn on the samples."""
    env = {
        name: value
        for name, value in os.environ.items()
        # Not TRAINER_TUI_HOME: finding the system's own folder belongs to the time.
        if not name.startswith(("TRAINER_TUI", "XDG_"))
        and name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
    }
    # As installed: compiled once, and the output buffered.
    env |= {"HOME": str(options.folder), "PYTHONPYCACHEPREFIX": str(options.folder / "compiled")}

    def run(command: tuple[str, ...]) -> float:
        began = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, env=env, check=True)
        return (time.perf_counter() - began) * 1000

    run((*PROGRAM, "import", "--samples"))
    ways = FLOORS | COMMANDS | WITHOUT_BAR
    times: dict[str, list[float]] = {name: [] for name in ways}
    for round_ in range(options.many(25, 5) + 2):
        for name, command in ways.items():
            taken = run(command)
            if round_ >= 2:  # the first rounds fill the file cache
                times[name].append(taken)
    found = {name: median(taken) for name, taken in times.items()}
    bare = found[BARE]
    floors = listed({name: f"{number(found[name])} ms" for name in FLOORS})
    for name in COMMANDS:
        yield versus(f"command line: {name}", found[name], bare, BAR, "ms", of=BARE, floor=floors)
        floors = ""
    for name in WITHOUT_BAR:
        yield Line(f"command line: {name}", "", "", f"{number(found[name])} ms", found[name] / bare)
