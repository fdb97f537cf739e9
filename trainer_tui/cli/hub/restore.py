"""Put a backup into an empty database.

The hub is then another epoch: each workstation finds out what it had sent since the backup
was made, and sends it again.

Example:
  trainer-tui hub restore hub-2026-01-31.backup --database sqlite:///new.db
"""

from argparse import Namespace
from pathlib import Path

from trainer_tui.cli.hub.opening import add_database, database_url, opened_database, told
from trainer_tui.cli.output import narrate
from trainer_tui.cli.parsing import Parser


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="the backup")
    add_database(parser)


def run(args: Namespace) -> int:
    """Read it in."""
    from trainer_tui.formats.reading import require_readable

    require_readable(Path(args.file))
    with opened_database(args, create=True) as database:
        from trainer_tui.hub.backup import restore

        restore(Path(args.file), database)
    narrate(
        f"{told(database_url(args))} holds the hub as it was.\n"
        "Members and logins are as they were then: revoke again who was revoked since.\n"
        "Start it; the workstations send again what came after the backup."
    )
    return 0
