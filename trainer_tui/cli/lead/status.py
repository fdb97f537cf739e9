"""Show who works on what in a team, and how far its batches are.

Example:
  trainer-tui lead status --team atlas
"""

from argparse import Namespace

from trainer_tui.cli.lead.opening import add_team, leading
from trainer_tui.cli.output import fields, put_json
from trainer_tui.cli.parsing import Parser, add_json


def configure(parser: Parser) -> None:
    """Add the arguments."""
    add_team(parser)
    add_json(parser)


def run(args: Namespace) -> int:
    """Show it."""
    with leading() as client:
        team = client.team(args.team)
        status = client.status(team)
    if args.json:
        put_json(fields(status))
    return 0
