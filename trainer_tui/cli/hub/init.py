"""Make an empty hub in the database; a hub that is there stays as it is.

'trainer-tui hub serve' does so by itself.

Example:
  trainer-tui hub init --database sqlite:////var/lib/trainer-tui/hub.db
"""

import time
from argparse import Namespace

from trainer_tui.cli.hub.opening import add_database, database_url, opened_database, told
from trainer_tui.cli.output import narrate, put_json, say
from trainer_tui.cli.parsing import Parser
from trainer_tui.domain.uuid7 import id_maker


def configure(parser: Parser) -> None:
    """Add the arguments."""
    add_database(parser, json=True)


def run(args: Namespace) -> int:
    """Make it."""
    with opened_database(args, create=True) as database:
        from trainer_tui.hub.installing import install, open_hub

        new_id = id_maker()
        install(database, now=time.time, new_id=new_id)
        hub = open_hub(database, now=time.time, new_id=new_id)
        if args.json:
            put_json({"id": hub.id, "database": told(database_url(args))})
        else:
            say(f"Hub {hub.id} in {told(database_url(args))}")
            narrate('Next: trainer-tui hub teams add ID "TITLE"')
    return 0
