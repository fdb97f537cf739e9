"""Copy a hub into a file, whole and as of one moment, while it runs.

The file is for its owner only. It holds everything, also what passwords and tokens are
checked against: keep it as the database itself.

Example:
  trainer-tui hub backup hub-2026-01-31.backup
"""

from argparse import Namespace
from pathlib import Path

from trainer_tui.cli.hub.opening import add_database, opened_database
from trainer_tui.cli.output import narrate
from trainer_tui.cli.parsing import Parser


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="where to; it must not be there yet")
    add_database(parser)


def run(args: Namespace) -> int:
    """Write it."""
    file = Path(args.file)
    with opened_database(args) as database:
        from trainer_tui.hub.backup import back_up

        back_up(database, file)
    size = file.stat().st_size
    narrate(f"{file} holds the hub, {size / 2**20:,.1f} MiB. 'hub restore' reads it.")
    return 0
