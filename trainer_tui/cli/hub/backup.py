"""Copy a hub into a file, whole and as of one moment, while it runs.

The file is for its owner only. It holds everything, also what passwords and tokens are
checked against: keep it as the database itself.

Examples:
  trainer-tui hub backup hub-2026-01-31.backup
  trainer-tui hub backup nightly.backup --replace
"""

import os
from argparse import Namespace
from pathlib import Path

from trainer_tui.cli.hub.opening import add_database, opened_database
from trainer_tui.cli.output import narrate
from trainer_tui.cli.parsing import Parser
from trainer_tui.domain.errors import NotAllowed
from trainer_tui.ui.words import counted


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="where to")
    parser.add_argument("--replace", action="store_true", help="write over a file of that name")
    add_database(parser)


def run(args: Namespace) -> int:
    """Write it."""
    file = Path(args.file)
    if not args.replace and os.path.lexists(file):
        raise NotAllowed(f"there is a file {file}", "Name another one, or give --replace.")
    with opened_database(args) as database:
        from trainer_tui.hub.backup import back_up

        rows = back_up(database, file)
    size = file.stat().st_size / 2**20
    narrate(
        f"{file} holds the hub: {counted(rows, 'row')}, {size:,.1f} MiB.\n"
        "'trainer-tui hub restore' reads it."
    )
    return 0
