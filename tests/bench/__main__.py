"""Measures every bar of speed beside floors and peers in one run, and prints one table"""

import argparse
import contextlib
import importlib
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path

from suite.table import Line, Options, heading, written

GROUPS = {
    **{
        name: f"suite.{name}"
        for name in (
            "start",
            "command_line",
            "keys",
            "sustained",
            "burst",
            "paste",
            "lists",
            "store",
            "checks",
            "near",
            "idle",
        )
    },
    "long_shift": "long_shift",
}
"""The modules of the groups, each with a function `lines`."""


def main() -> int:
    """Run the groups; return 1 if a bar was missed."""
    parser = argparse.ArgumentParser(prog="python tests/bench", description=__doc__)
    parser.add_argument("--only", action="append", metavar="GROUP", help=f"{', '.join(GROUPS)}")
    parser.add_argument("--case", default="", help="only cases with this in their name")
    parser.add_argument("--quick", action="store_true", help="a few minutes; figures are rough")
    parser.add_argument("--rounds", type=int, help="rounds, keys or seconds of each case")
    parser.add_argument("--folder", type=Path, help="measure the disk that this is on")
    args = parser.parse_args()
    if unknown := set(args.only or ()) - set(GROUPS):
        parser.error(f"no group {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
    with contextlib.suppress(OSError):  # others on this machine are noise; only root may
        os.nice(-15)
    print(heading(), flush=True)
    missed = 0
    for name in args.only or GROUPS:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(dir=args.folder) as folder:
            options = Options(Path(folder), args.quick, args.rounds, args.case)
            try:
                for line in importlib.import_module(GROUPS[name]).lines(options):
                    print(written(line), flush=True)
                    missed += line.met is False
            except Exception:  # the other groups are measured all the same
                traceback.print_exc()
                print(written(Line(f"{name}: could not be measured", met=False)), flush=True)
                missed += 1
        print(f"{name} took {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(f"\n{missed} missed" if missed else "\nall bars met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
