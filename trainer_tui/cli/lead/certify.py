"""Let a member have the tasks of a team; --withdraw takes that back.

Example:
  trainer-tui lead certify ada --team atlas
"""

from argparse import Namespace

from trainer_tui.cli.lead.opening import add_team, leading
from trainer_tui.cli.output import narrate
from trainer_tui.cli.parsing import Parser


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument("name", metavar="NAME", help="the member's name")
    add_team(parser)
    parser.add_argument("--withdraw", action="store_true", help="take the certification back")


def run(args: Namespace) -> int:
    """Do it."""
    with leading() as client:
        team = client.team(args.team)
        member = client.member(team, args.name)
        client.certify(team, member.id, not args.withdraw)
    narrate(f"{member.name} is {'no longer ' if args.withdraw else ''}certified in {team}.")
    return 0
