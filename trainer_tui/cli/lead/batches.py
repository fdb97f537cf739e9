"""List what a team was given, and how far each batch is.

Counted are answers that are wanted: a task that three people are to answer counts three times.

Example:
  trainer-tui lead batches --team atlas
"""

from argparse import Namespace

from trainer_tui.cli.lead import tables
from trainer_tui.cli.lead.opening import add_team, leading, whole
from trainer_tui.cli.output import put_json, say
from trainer_tui.cli.parsing import Parser, add_json


def configure(parser: Parser) -> None:
    """Add the arguments."""
    add_team(parser)
    add_json(parser)


def run(args: Namespace) -> int:
    """List them."""
    with leading() as client:
        team = client.team(args.team)
        batches = client.status(team).batches
    if args.json:
        put_json(whole(batches))
    elif not batches:
        say("Nothing was published yet. 'trainer-tui lead publish FILE' gives tasks to the team.")
    else:
        tables.batches(batches)
    return 0
