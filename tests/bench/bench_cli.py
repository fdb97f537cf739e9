"""Measures how long the command line takes to answer, as a multiple of bare Python.

Run it by hand: `python tests/bench/bench_cli.py [ROUNDS]`. Absolute times drift with the
machine, so the rounds of all commands are interleaved and only ratios in one run count.
The bar: `--help`, `status` and `tasks` at most 5 times `python -c pass`, on the samples.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

BAR = 5.0
BARE = (sys.executable, "-c", "pass")
PROGRAM = (sys.executable, "-c", "from trainer_tui.cli.main import run; run()")
"""What the installed `trainer-tui` does."""
COMMANDS = {
    "bare Python": BARE,
    "--help": (*PROGRAM, "--help"),
    "status": (*PROGRAM, "status"),
    "tasks": (*PROGRAM, "tasks"),
    "tasks --json": (*PROGRAM, "tasks", "--json"),
    "only msgspec": (sys.executable, "-c", "import msgspec"),
}
BARRED = ("--help", "status", "tasks")


def seconds(command: tuple[str, ...]) -> float:
    """Run a command once."""
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def measure(rounds: int) -> dict[str, float]:
    """Return the median seconds of each command."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(rounds + 2):
        for name, command in COMMANDS.items():
            taken = seconds(command)
            if number >= 2:  # the first rounds fill the file cache
                times[name].append(taken)
    return {name: statistics.median(taken) for name, taken in times.items()}


def main() -> int:
    """Print the table and return 1 if a bar is missed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    with tempfile.TemporaryDirectory() as home:
        # Not TRAINER_TUI_HOME: finding the system's own folder belongs to the time.
        os.environ["HOME"] = home
        for name in ("TRAINER_TUI_HOME", "TRAINER_TUI_CONFIG", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
            os.environ.pop(name, None)
        # As installed: compiled once, and the output buffered.
        os.environ["PYTHONPYCACHEPREFIX"] = os.path.join(home, "compiled")
        for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"):
            os.environ.pop(name, None)
        subprocess.run((*PROGRAM, "import", "--samples"), stdout=subprocess.DEVNULL, check=True)
        medians = measure(rounds)
    bare = medians["bare Python"]
    for name, median in medians.items():
        print(f"{name:<14}{median * 1000:7.1f} ms {median / bare:5.2f} x bare")
    return 1 if any(medians[name] / bare > BAR for name in BARRED) else 0


if __name__ == "__main__":
    sys.exit(main())
