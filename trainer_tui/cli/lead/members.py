"""List the members of a team.

Example:
  trainer-tui lead members --team atlas
"""

from argparse import Namespace

from trainer_tui.cli.lead import tables
from trainer_tui.cli.lead.opening import add_team, leading, whole
from trainer_tui.cli.output import narrate, put_json
from trainer_tui.cli.parsing import Parser, add_json
from trainer_tui.ui.words import counted


def configure(parser: Parser) -> None:
    """Add the arguments."""
    add_team(parser)
    add_json(parser)


def run(args: Namespace) -> int:
    """List them."""
    with leading() as client:
        team = client.team(args.team)
        members = client.members(team)
    if args.json:
        put_json(whole(members))
    else:
        tables.members(members)
        narrate(f"{counted(len(members), 'member')} of {team}, also who has left.")
    return 0
