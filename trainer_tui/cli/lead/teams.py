"""List the teams that you lead.

Example:
  trainer-tui lead teams --json
"""

from argparse import Namespace

from trainer_tui.cli.lead.opening import leading, whole
from trainer_tui.cli.output import put_json, say, table
from trainer_tui.cli.parsing import Parser, add_json


def configure(parser: Parser) -> None:
    """Add the arguments."""
    add_json(parser)


def run(args: Namespace) -> int:
    """List them."""
    with leading() as client:
        teams = client.teams()
    if args.json:
        put_json(whole(teams))
    elif not teams:
        say("You lead no team. The operator of the hub makes somebody a lead.")
    else:
        table(
            ("id", "members", "open batches", "title"),
            [(t.id, str(t.members), str(t.open_batches), t.title) for t in teams],
        )
    return 0
