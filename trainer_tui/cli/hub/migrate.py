"""Bring the tables of a hub to what this version of the program needs; twice does no harm.

Make a backup before. 'trainer-tui hub serve' refuses a hub of an older version until then.

Example:
  trainer-tui hub backup before.backup && trainer-tui hub migrate
"""

import time
from argparse import Namespace

from trainer_tui.cli.hub.opening import add_database, opened_database
from trainer_tui.cli.output import narrate
from trainer_tui.cli.parsing import Parser
from trainer_tui.domain.uuid7 import id_maker


def configure(parser: Parser) -> None:
    """Add the arguments."""
    add_database(parser)


def run(args: Namespace) -> int:
    """Bring them there."""
    with opened_database(args) as database:
        from trainer_tui.hub.installing import install

        install(database, now=time.time, new_id=id_maker())
    narrate("The hub is of this version.")
    return 0
