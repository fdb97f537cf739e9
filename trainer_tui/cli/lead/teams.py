"""List the teams that you lead.

Example:
  trainer-tui lead teams --json
"""

from argparse import Namespace

from trainer_tui.cli.lead.opening import leading
from trainer_tui.cli.output import fields, put_json, say, table
from trainer_tui.cli.parsing import Parser, add_json


def configure(parser: Parser) -> None:
    """Add the arguments."""
    add_json(parser)


def run(args: Namespace) -> int:
    """List them."""
    with leading() as client:
        teams = client.teams()
    if args.json:
        put_json([fields(team) for team in teams])
    elif not teams:
        say("You lead no team. The operator of the hub makes somebody a lead.")
    else:
        table(("id", "title"), [(team.id, team.title) for team in teams])
    return 0
